"""Codes, names and contact rules in the practice's words."""

from collections.abc import Iterable, Mapping
from typing import Any, get_args

import pytest

from services.intake.domain.duty import CONFIRM_READY, REVIEW_QUARANTINE
from services.intake.domain.ladder import REACH_PERSON
from services.intake.domain.practice_facts import ROLES, TOPICS
from services.intake.domain.rule_files import Kind
from services.matching.domain import life
from services.notifications import words
from services.notifications.describe import asked_of, greeting, person_of
from services.notifications.discretion import gives_away
from services.notifications.mails import Asked
from shared.contracts.intake import Preferences, SafeHours
from shared.contracts.matching import (
    AFTER_CODES,
    CLOSE_CODES,
    DECLINE_CODES,
    EXCLUSION_CODES,
    HOLD_CODES,
    NONE_FIT_CODES,
    RELEASE_CODES,
)
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def asked(practice: Practice, **changes: Any) -> Asked:
    return asked_of(request(practice, **changes), practice, None)


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("Sam Rivera", "Sam"),
        ("Sam", "Sam"),
        ("Zoë O'Brien-Smith", "Zoë"),
        ("Thích Nhất Hạnh", "Thích Nhất Hạnh"),
        ("María José García", "María José García"),
        ("Dr. Okafor", "Dr. Okafor"),
        ("J. Okafor", "J. Okafor"),
        ("  Sam \t Rivera\n", "Sam"),
        ("أمل حداد", "أمل"),
        ("", ""),
        ("   ", ""),
        ("x" * 81, ""),
        ("www.evil.example", ""),
        ("win at evil.example", ""),
        ("me@example.org", ""),
        ("your account is closed, call 1 (800) 555-0199", ""),
        ("Louis XIV 2", "Louis XIV 2"),
        ("<b>Sam</b>", ""),
        ("{{7*7}}", ""),
    ],
)
def test_a_person_is_called_by_their_name_when_it_is_one(name: str, called: str) -> None:
    assert greeting(name) == called


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({}, "E-mail only, as they asked: no voicemail, no texts."),
        ({"text_ok": True}, "Texts are fine; no voicemail."),
        ({"voicemail_ok": True}, "Voicemail is fine; no texts."),
        ({"text_ok": True, "voicemail_ok": True}, "Texts and voicemail are fine."),
        ({"email": None}, "No voicemail, no texts."),
    ],
)
def test_a_coordinator_sees_which_channels_are_open(
    changes: dict[str, Any], rule: str, practice: Practice
) -> None:
    assert rule in person_of(contact(practice, **changes), practice).rules


@pytest.mark.parametrize(
    ("changes", "caution"),
    [
        ({"silenced": True}, "They asked to hear nothing more."),
        ({"unsafe_at_home": True}, words.FLAGS["danger_at_home"]),
        (
            {"safe_hours": SafeHours(from_="09:00", to="11:00")},
            "Reach them only from 09:00 to 11:00, their time (America/Los Angeles).",
        ),
        ({"email_ok": False}, "Do not write to them by e-mail."),
    ],
)
def test_what_could_hurt_somebody_stands_apart(
    changes: dict[str, Any], caution: str, practice: Practice
) -> None:
    assert person_of(contact(practice, **changes), practice).cautions == (caution,)


def test_reasons_are_told_in_plain_words(practice: Practice) -> None:
    codes = (
        "specialty:grief_loss:3",
        "specialty:couples:3",
        "specialty:trauma:1",
        "suggested:family:2",
        "modality:emdr",
        "preference:lgbtqia_identified",
        "language:en",
        "language:es",
        "times:weekday_evening",
        "format:in_person",
        "site:highland_park",
        "fee:reduced",
        "start:2026-12-07",
        "load:2",
    )

    assert words.reasons(codes, 1, practice) == (
        "strong in grief and loss and couples therapy, works with trauma, also family therapy (our guess), "
        "EMDR, someone LGBTQIA+ as they wished, speaks Spanish, weekday evenings, Highland Park, "
        "a reduced fee fits, could begin on Monday, December 7, one place"
    )


def test_what_everybody_shares_is_no_reason(practice: Practice) -> None:
    assert words.reasons(("format:online", "fee:full", "start:now", "load:0"), 3, practice) == "three places"


@pytest.mark.parametrize("code", ["stars:aligned", "specialty", "start:soon", "stars", ":", "suggested:"])
def test_a_code_that_nobody_knows_still_makes_a_mail(code: str, practice: Practice) -> None:
    assert isinstance(words.reasons((code,), 2, practice), str)


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (EXCLUSION_CODES, words.GAPS),
        (HOLD_CODES, words.HOLDS),
        (DECLINE_CODES, words.DECLINES),
        (NONE_FIT_CODES, words.NONE_FIT),
        (RELEASE_CODES, words.RELEASES),
        (AFTER_CODES, words.AFTER),
        (AFTER_CODES, words.AFTER_IN_SHORT),
        (get_args(Kind), words.SIGNS),
        (TOPICS, words.TOPICS),
        (ROLES, words.ROLES),
    ],
)
def test_every_code_of_the_contracts_and_every_kind_of_safety_rule_has_words(
    codes: Iterable[str], said: Mapping[str, object]
) -> None:
    assert set(codes) == set(said)


def test_every_reason_to_close_has_words() -> None:
    assert set(CLOSE_CODES) <= set(words.CLOSINGS)


def test_every_stage_and_every_next_action_of_a_referral_has_words() -> None:
    stages = set(life.STATES) | {"quarantined", "crisis", "ready"}
    actions = {
        value for name, value in vars(life).items() if name.isupper() and isinstance(value, str)
    } - set(life.STATES)

    assert stages == set(words.STAGES)
    assert actions | {REVIEW_QUARANTINE, REACH_PERSON, CONFIRM_READY} == set(words.NEXT_ACTIONS)
    assert len(actions) == 14


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (("declined", "no_capacity"), "Alex Rivera said no: no room at present."),
        (("declined", None), "Alex Rivera said no."),
        (("no_answer", None), "Alex Rivera did not answer in time."),
        (("taken_back", None), "The offer to Alex Rivera was taken back."),
        (("someone_else", None), "Sam would rather have somebody else than Alex Rivera."),
        (("released", "spoken_with"), "The hold was released: somebody spoke with them."),
        (("reopened", "unreachable"), "This was closed, and is open again: they could not be reached."),
        (("full_moon", "blue_moon"), "Full moon: blue moon."),
    ],
)
def test_what_a_proposal_follows_is_told_in_one_sentence(after: tuple[str, str | None], said: str) -> None:
    assert words.after(*after, who="Alex Rivera", they="Sam") == said


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("en.direct.die", "Plain words about dying or self-harm."),
        ("es.direct.morir:denied", "Plain words about dying or self-harm, which they deny."),
        ("en.plan.goodbye:past", "Words about a way, a time or a farewell, from long ago."),
        ("tick.unsafe_at_home", "They ticked that home is not safe."),
        ("tick.something_new", "They ticked: something new."),
        ("nonsense", "nonsense."),
    ],
)
def test_a_safety_rule_is_told_by_its_kind(rule: str, said: str) -> None:
    assert words.sign(rule) == said


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({}, "One adult, California, online, weekday evenings, up to $180."),
        (
            {"for_": "child", "age": 13},
            "One teen (13), a parent or guardian asks, California, online, weekday evenings, up to $180.",
        ),
        ({"age": 9, "preferences": Preferences()}, "One child (9), California."),
        (
            {"unit": "couple", "state": "unknown", "preferences": Preferences(times=("saturday", "sunday"))},
            "A couple, state not known, Saturdays or Sundays.",
        ),
        (
            {"preferences": Preferences(format="in_person", sites=("highland_park",))},
            "One adult, California, in person, Highland Park.",
        ),
        ({"age": None, "state": None, "preferences": Preferences()}, "One person."),
    ],
)
def test_what_was_asked_for_is_one_line(changes: dict[str, Any], line: str, practice: Practice) -> None:
    assert asked(practice, **changes).line == line


def test_a_guess_is_never_told_as_something_asked_for(practice: Practice) -> None:
    told = asked(practice, concerns=("grief_loss",), suggested_concerns=("couples",))

    assert (told.concerns, told.guesses) == ("grief and loss", "couples therapy")


def test_a_required_language_is_told_as_a_must(practice: Practice) -> None:
    wishes = Preferences(languages=("es",), language_required=True)

    assert asked(practice, preferences=wishes).wishes == ("Spanish, as a must",)


@pytest.mark.parametrize(("level", "calm"), [("none", True), ("elevated", False), ("crisis", False)])
def test_urgency_is_told_without_pretending_to_have_screened(
    level: str, calm: bool, practice: Practice
) -> None:
    told = asked(practice, safety_level=level)

    assert told.calm is calm
    assert "please read their message" in told.safety


@pytest.mark.parametrize(
    "text", ["Grief support", "findtreatment.gov", "Terapia de pareja", "Clínica", "PSYCHOLOGY", "pérdida"]
)
def test_words_that_give_away_are_known(text: str) -> None:
    assert gives_away(text)


@pytest.mark.parametrize("text", ["211 LA", "Open Path Collective", "The Dance of Connection"])
def test_words_that_could_stand_anywhere_are_let_through(text: str) -> None:
    assert not gives_away(text)

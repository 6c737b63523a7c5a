"""What a coordinator hears of her calls, on her own clock, and what she must know before she dials."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.drafts import HerCall
from services.notifications.mails import CallNotice
from services.notifications.samples import CALENDAR, CALL_AT, CASE, ROSTER
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request
from tests.notifications.reading import letter, links

A_DAY_EARLIER = CALL_AT - timedelta(days=1)
Draft = Callable[[Practice, HerCall], CallNotice]


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def her_call(practice: Practice, **changes: Any) -> HerCall:
    plain = HerCall(
        reader="dana",
        contact=contact(practice),
        request=request(practice),
        starts_at=CALL_AT,
        zone="America/Los_Angeles",
        case_url=CASE,
    )
    return replace(plain, **changes)


def booked(practice: Practice, call: HerCall) -> CallNotice:
    return drafts.call_booked_notice(practice, call, by="person")


def moved(practice: Practice, call: HerCall) -> CallNotice:
    return drafts.call_moved_notice(practice, call, by="person", was_at=A_DAY_EARLIER)


def cancelled(practice: Practice, call: HerCall) -> CallNotice:
    return drafts.call_cancelled_notice(practice, call, by="coordinator:lee", why="coordinator")


def handed_over(practice: Practice, call: HerCall) -> CallNotice:
    return drafts.call_handed_over(practice, call, to="lee")


def elsewhere(practice: Practice, call: HerCall) -> CallNotice:
    return drafts.call_elsewhere(practice, call, state="NV")


NOTICES: tuple[Draft, ...] = (
    booked,
    moved,
    cancelled,
    handed_over,
    drafts.call_soon,
    drafts.call_outcome,
    elsewhere,
)


@pytest.mark.parametrize("draft", NOTICES)
def test_a_call_is_told_by_its_coordinators_clock(draft: Draft, practice: Practice) -> None:
    dana, *others = practice.coordinators
    moves = practice.model_copy(
        update={"coordinators": (dana.model_copy(update={"time_zone": "America/Denver"}), *others)}
    )

    text = letter(draft(moves, her_call(moves)), moves).text

    assert "11:00 am" in text
    if draft in (booked, moved, drafts.call_soon, elsewhere):
        assert "11:00 am, Mountain Time. For them it is Wednesday, November 25 at 10:00 am, Pacific" in text


def test_one_clock_is_told_once(practice: Practice) -> None:
    assert "For them" not in letter(drafts.call_soon(practice, her_call(practice)), practice).text


@pytest.mark.parametrize(
    ("draft", "paths"),
    [
        (booked, ["", "/read"]),
        (moved, ["", "/read"]),
        (cancelled, ["", "/read"]),
        (drafts.call_soon, ["/read", "/call"]),
        (drafts.call_outcome, ["/call", ""]),
        (elsewhere, ["", "/read"]),
    ],
)
def test_every_notice_leads_to_what_is_to_be_done(draft: Draft, paths: list[str], practice: Practice) -> None:
    assert links(letter(draft(practice, her_call(practice)), practice)) == [CASE + path for path in paths]


@pytest.mark.parametrize("draft", NOTICES)
def test_before_matching_has_said_which_referral_it_is_a_command_is_named(
    draft: Draft, practice: Practice
) -> None:
    rendered = letter(draft(practice, her_call(practice, case_url=None)), practice)

    assert links(rendered) == []
    assert "practice show R-7F3K2" in rendered.text
    assert "These links are yours" not in rendered.text


def test_before_she_dials_she_reads_who_it_is_and_what_to_keep_in_mind(practice: Practice) -> None:
    someone = contact(practice, client_name="Leo", client_relation="son", unsafe_at_home=True)
    asked = request(practice, safety_level="elevated", flags=("partner_violence",))
    call = her_call(practice, contact=someone, request=asked, interpreter=("es",))

    rendered = letter(drafts.call_soon(practice, call), practice)

    assert rendered.subject == "R-7F3K2: call at 10:00 am"
    for said in (
        "Sam Rivera (they/them). (323) 555-0100. English.",
        "Writes for Leo, son.",
        "Leave no voicemail. If somebody else picks up, say only your name.",
        "Home is not safe.",
        "There is violence between partners.",
        "Please read their message before you call.",
        "They speak Spanish, which you do not.",
    ):
        assert said in rendered.text
    assert "Please make sure" not in rendered.text  # a quarter of an hour is too late for that


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "Leave no voicemail. If somebody else picks up"),
        ({"voicemail_ok": True}, "your name and our number, and no word of care. If somebody else"),
        ({"voicemail_ok": True, "discreet": False}, "Voicemail is fine.\n"),
        ({"discreet": False}, "Leave no voicemail.\n"),
    ],
)
def test_she_reads_what_may_be_left_on_their_telephone(
    changes: dict[str, Any], said: str, practice: Practice
) -> None:
    call = her_call(practice, contact=contact(practice, **changes))

    assert said in letter(drafts.call_soon(practice, call), practice).text


@pytest.mark.parametrize("draft", [booked, moved, cancelled])
@pytest.mark.parametrize(
    ("person", "asked", "barriers", "why"),
    [
        ({"silenced": True}, {}, (), "they asked to hear nothing more"),
        ({"unsafe_at_home": True}, {}, (), "home is not safe"),
        ({"email": None}, {}, (), "they gave no address"),
        ({"email_ok": False}, {}, (), "they do not want e-mail"),
        ({}, {}, ("bounced",), "their address does not exist"),
        ({}, {"safety_level": "crisis"}, (), "wait until a person has cleared"),
        ({}, {}, ("minor",), "wait until their request is released"),
        ({}, {}, ("partner_violence",), "wait until their request is released"),
    ],
)
def test_she_tells_them_herself_whom_no_mail_tells(
    draft: Draft,
    person: dict[str, Any],
    asked: dict[str, Any],
    barriers: tuple[str, ...],
    why: str,
    practice: Practice,
) -> None:
    def said(call: HerCall) -> str:
        return letter(draft(practice, call), practice).text

    withheld = her_call(
        practice,
        contact=contact(practice, **person),
        request=request(practice, **asked),
        barriers=frozenset(barriers),
    )

    assert why in said(withheld)
    assert "Please make sure in another way that they know" in said(withheld)
    assert "Please make sure" not in said(her_call(practice))


@pytest.mark.parametrize("draft", NOTICES)
def test_a_practice_that_wants_no_names_in_its_mail_gets_none_here_either(
    draft: Draft, practice: Practice
) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})

    rendered = letter(draft(minimal, her_call(minimal)), minimal)

    for secret in ("Sam", "Rivera", "they/them", "sam@", "555-0100"):
        assert secret not in rendered.subject + rendered.text + rendered.html


def test_even_then_she_reads_who_wants_silence_and_what_not_to_leave(practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})
    call = her_call(minimal, contact=contact(minimal, silenced=True))

    text = letter(drafts.call_soon(minimal, call), minimal).text

    assert "They asked to hear nothing more." in text
    assert "Leave no voicemail." in text


@pytest.mark.parametrize(
    ("by", "said"),
    [
        ("person", "They booked it."),
        ("coordinator:dana", "You booked it."),
        ("coordinator:lee", "Lee booked it."),
        ("coordinator:gone", "Somebody booked it."),
    ],
)
def test_she_reads_who_did_it(by: str, said: str, practice: Practice) -> None:
    assert said in letter(drafts.call_booked_notice(practice, her_call(practice), by=by), practice).text


@pytest.mark.parametrize(
    ("why", "said", "do_not_call"),
    [
        ("person", "They cancelled it.", False),
        ("coordinator", "Lee cancelled it.", False),
        ("silenced", "They asked to hear nothing more.", True),
        ("withdrawn", "They took their request back.", True),
        ("referral_closed", "Their referral has ended.", False),
        ("full_moon", "It was cancelled: full moon.", False),
    ],
)
def test_a_call_that_is_off_says_why_and_whether_to_leave_them_alone(
    why: str, said: str, do_not_call: bool, practice: Practice
) -> None:
    mail = drafts.call_cancelled_notice(practice, her_call(practice), by="coordinator:lee", why=why)

    text = letter(mail, practice).text
    assert said in text
    assert ("Please do not call them. Read their note first." in text) is do_not_call


def test_who_no_longer_has_a_call_reads_who_has_it_and_nothing_of_the_person(practice: Practice) -> None:
    rendered = letter(handed_over(practice, her_call(practice)), practice)

    assert rendered.subject == "R-7F3K2: call on Wed, Nov 25, 10:00 am is with Lee"
    assert "Lee takes this call now. With you it was to be on Wednesday" in rendered.text
    assert "Sam" not in rendered.text


def test_after_a_call_she_is_asked_how_it_went_and_told_what_follows(practice: Practice) -> None:
    def said(**person: Any) -> str:
        call = her_call(practice, contact=contact(practice, **person))
        return letter(drafts.call_outcome(practice, call), practice).text

    assert "one kind mail offers them another time, once" in said()
    assert "no mail can offer them another time" in said(email_ok=False)


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("NV", "They will be in Nevada during the call."),
        ("abroad", "They will be outside California during the call."),
    ],
)
def test_she_reads_where_they_will_be_and_where_the_practice_works(
    state: str, heading: str, practice: Practice
) -> None:
    text = letter(drafts.call_elsewhere(practice, her_call(practice), state=state), practice).text

    assert text.startswith(heading)
    assert "We work in California." in text


@pytest.mark.parametrize(("first_step", "shown"), [("call", True), ("none", False)])
def test_the_morning_mail_leads_to_her_calendar_where_there_are_calls(
    first_step: str, shown: bool, practice: Practice
) -> None:
    ours = practice.model_copy(update={"first_step": first_step})
    mail = drafts.digest(
        ours,
        coordinator_id="dana",
        day="2026-11-24",
        referrals=(),
        duties=(),
        case_urls={},
        begin_urls={},
        roster_url=ROSTER,
        calendar_url=CALENDAR,
    )

    assert (CALENDAR in links(letter(mail, ours))) is shown

"""What a coordinator hears of what she has to do: reminders, colleagues, introductions."""

from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import IntroducedNotice, Overdue, OverdueLevel, ProfessionalNotice
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import CASE, CLINICIANS, DUE_AT
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request

LEVELS: tuple[OverdueLevel, ...] = ("nudge", "deputy", "owner", "mail_failed")


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def said(mail: Any, practice: Practice) -> Rendered:
    return render(mail, Letterhead.of(practice))


def overdue(practice: Practice, level: OverdueLevel, **changes: Any) -> Overdue:
    fields: dict[str, Any] = {"owner": "dana", "next_action": "reach_out", "due_at": DUE_AT}
    someone = contact(practice, silenced=changes.pop("silenced", False))
    return drafts.overdue(
        someone,
        practice,
        level=level,
        clinician=CLINICIANS["c-rivera"],
        case_url=CASE,
        **fields | changes,
    )


@pytest.mark.parametrize(
    ("level", "subject", "told"),
    [
        ("nudge", "R-7F3K2 still waits for you", "Otherwise we ask Lee, then Marguerite."),
        ("deputy", "Dana has not got to R-7F3K2: can you take it?", "We have reminded Dana."),
        ("owner", "R-7F3K2 still waits: can you take it?", "We have reminded Dana and Lee."),
        (
            "mail_failed",
            "R-7F3K2: our mail did not reach Alex Rivera",
            "Please ask them in another way. Or take the offer back, and choose again.",
        ),
    ],
)
def test_each_level_asks_its_own_reader_for_one_thing(
    level: OverdueLevel, subject: str, told: str, practice: Practice
) -> None:
    mail = overdue(practice, level)

    rendered = said(mail, practice)

    assert rendered.subject == subject
    assert told in rendered.text
    assert [step.url for step in mail.steps] == [CASE]


@pytest.mark.parametrize("level", LEVELS[:3])
def test_a_reminder_says_what_is_left_to_do_and_since_when(level: OverdueLevel, practice: Practice) -> None:
    text = said(overdue(practice, level, next_action="choose"), practice).text

    assert "What is left to do: choose a clinician. It was due on Tuesday, November 24 at 1:00 pm." in text


def test_the_last_who_is_asked_hears_of_nobody_after_them(practice: Practice) -> None:
    assert overdue(practice, "deputy").asked_next == ("Marguerite",)
    assert overdue(practice, "owner").asked_next == ()


def test_where_the_coordinator_has_left_nobody_is_blamed(practice: Practice) -> None:
    for level in LEVELS:
        rendered = said(overdue(practice, level, owner="left_since"), practice)
        assert "left_since" not in rendered.subject + rendered.text
        assert "We have reminded" not in rendered.text


@pytest.mark.parametrize("level", LEVELS)
def test_no_reminder_asks_to_reach_out_to_somebody_who_wants_silence(
    level: OverdueLevel, practice: Practice
) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})

    for ours in (practice, minimal):
        text = said(overdue(ours, level, silenced=True), ours).text
        assert "reach out" not in text
        assert "They asked for silence. Please read their note before anybody writes to them." in text


def professional(practice: Practice, **codes: Any) -> ProfessionalNotice:
    return drafts.professional_notice(
        contact(practice),
        request(practice, professional=True, **codes),
        practice,
        owner="dana",
        due_at=DUE_AT,
        case_url=CASE,
    )


def test_a_colleagues_request_tells_topic_role_and_by_when_to_answer(practice: Practice) -> None:
    mail = professional(practice, topic="supervision", role="practice_owner")

    rendered = said(mail, practice)

    assert rendered.subject == "R-7F3K2: a colleague asks for supervision, please answer by Tue 1:00 pm"
    assert "They are somebody who runs a practice." in rendered.text
    assert "sam@example.org" in rendered.text
    assert f"Read the request: {CASE}/read\n" in rendered.text


def test_a_colleague_who_named_neither_topic_nor_role_is_told_of_all_the_same(practice: Practice) -> None:
    mail = professional(practice)

    assert (mail.topic, mail.role) == ("something else", None)


def introduced(practice: Practice, *, level: str = "none", **changes: Any) -> IntroducedNotice:
    return drafts.introduced_notice(
        contact(practice, **changes),
        request(practice, safety_level=level),
        practice,
        clinician=CLINICIANS["c-haddad"],
        supervisor=None,
        due_at=DUE_AT,
        case_url=CASE,
    )


@pytest.mark.parametrize(
    ("changes", "told", "line"),
    [
        ({}, "by_mail", "We write to both of them now."),
        ({"email_ok": False}, "by_hand", "No mail may go to the person: please tell them"),
        ({"email": None}, "by_hand", "No mail may go to the person: please tell them"),
        ({"silenced": True}, "silenced", "No mail goes to the person, who asked to hear nothing more."),
        ({"level": "crisis"}, "when_cleared", "wait until a person has cleared this: practice clear R-7F3K2"),
    ],
)
def test_a_coordinator_hears_how_the_person_hears_of_an_introduction(
    changes: dict[str, Any], told: str, line: str, practice: Practice
) -> None:
    mail = introduced(practice, **changes)

    assert mail.told == told
    assert line in said(mail, practice).text


def test_what_comes_after_an_introduction_is_said_with_its_time(practice: Practice) -> None:
    rendered = said(introduced(practice), practice)

    assert rendered.subject == "R-7F3K2: Noor Haddad said yes"
    assert "Jo Okafor, LMFT, who supervises, hears of it too." in rendered.text
    assert (
        "What comes next: ask after the first session, by Tuesday, November 24 at 1:00 pm." in rendered.text
    )


def test_where_clinicians_are_not_asked_nobody_is_said_to_have_said_yes(practice: Practice) -> None:
    ours = practice.model_copy(update={"clinician_confirms": False})

    rendered = said(introduced(ours), ours)

    assert rendered.subject == "R-7F3K2: introduced to Noor Haddad"
    assert "said yes" not in rendered.text


def test_whose_duty_it_was_hears_that_a_request_was_taken_back(practice: Practice) -> None:
    mail = drafts.withdrawn_notice(contact(practice), request(practice), practice, case_url=CASE)

    rendered = said(mail, practice)
    assert rendered.subject == "R-7F3K2: they took their request back"
    assert "Please do not write or call about it." in rendered.text
    assert CASE in rendered.text
    assert "crisis" not in rendered.text + rendered.html


def test_a_crisis_stays_a_duty_when_its_request_is_taken_back(practice: Practice) -> None:
    theirs = request(practice, safety_level="crisis")

    rendered = said(drafts.withdrawn_notice(contact(practice), theirs, practice, case_url=CASE), practice)

    assert "practice clear R-7F3K2" in rendered.text
    assert "practice clear" in rendered.html

"""A coordinator reads whom mail does not reach, why, what it was, and what is left to do."""

import pytest

from services.notifications import drafts, words
from services.notifications.asking import call_now
from services.notifications.domain.decide import (
    BOUNCED,
    COMPLAINED,
    NotSent,
    QuietHours,
    Send,
    Standing,
    decide,
)
from services.notifications.domain.delivery import CLASSES, Template
from services.notifications.domain.unreachable import TOLD
from services.notifications.rendering import Letterhead, render
from tests.notifications.builders import CLIENT_TEMPLATES, NOW, contact, delivery, practice, reach
from tests.notifications.calls import TO_THE_PERSON, Booked, call_mail

CASE = "https://desk.example.org/referrals/case/abc"
COMPLAINT = Standing("none", frozenset({COMPLAINED}))
STILL_GOES = {"acknowledgement", "contact_changed"}


def told(why: str, *, case_url: str | None = CASE, minimal: bool = False, **changes: object) -> str:
    desk = practice().model_copy(update={"coordinator_mail": "minimal"}) if minimal else practice()
    mail = drafts.unreachable_notice(
        contact(**changes), desk, why=why, template="introduction", case_url=case_url
    )
    rendered = render(mail, Letterhead.of(desk))
    return f"{rendered.subject}\n{rendered.text}"


@pytest.mark.parametrize("why", sorted(TOLD))
def test_every_reason_has_words_of_its_own(why: str) -> None:
    said = told(why)

    assert words.UNREACHABLE[why] in said
    assert "the introduction to their clinician" in said
    assert CASE in said


def test_every_mail_to_a_person_has_a_name() -> None:
    assert words.MAILS.keys() == {*CLIENT_TEMPLATES, *TO_THE_PERSON, "contact_changed"}


def test_without_a_number_their_note_is_where_to_look() -> None:
    assert "They gave us no telephone number." in told(BOUNCED, phone=None)
    assert "They gave a telephone number." in told(BOUNCED, phone="+13235550100")


def test_without_a_referral_the_command_is_named() -> None:
    said = told(BOUNCED, case_url=None)

    assert "practice show R-7F3K2" in said
    assert "https://" not in said


def test_nobody_is_sent_after_somebody_who_asked_for_silence() -> None:
    said = told(BOUNCED, silenced=True)

    assert "Please leave it at that." in said
    assert "They gave us" not in said


def test_a_practice_that_wants_no_names_in_its_mail_gets_none() -> None:
    said = told(BOUNCED, minimal=True, phone="+13235550100")

    assert [one for one in ("Sam", "request-1@example.org", "555") if one in said] == []


@pytest.mark.parametrize("template", sorted(CLIENT_TEMPLATES))
def test_after_a_complaint_only_answers_go(template: Template) -> None:
    decision = decide(delivery(template), reach(), COMPLAINT, QuietHours(None), NOW)

    if template in STILL_GOES:
        assert isinstance(decision, Send)
    else:
        assert decision == NotSent(COMPLAINED)


def test_a_complaint_stops_nothing_of_the_practices_own() -> None:
    for template in (one for one, kind in CLASSES.items() if kind == "coordinator"):
        if template not in ("digest", "ready_notice") and not template.startswith("call_"):
            decision = decide(delivery(template), reach(), COMPLAINT, QuietHours(None), NOW)
            assert isinstance(decision, Send), template


@pytest.mark.parametrize("template", ["call_confirmed", "call_reminder"])
def test_after_a_complaint_they_still_hear_of_a_call_that_they_booked(template: Template) -> None:
    booked = Booked().stands
    standing = Standing("none", frozenset({COMPLAINED}), call_now(booked))

    assert isinstance(decide(call_mail(template), reach(), standing, QuietHours(None), NOW), Send)

"""What the desk is told of somebody who asked to hear nothing more."""

from typing import Any

import pytest

from services.notifications import drafts, words
from services.notifications.mails import Mail, SafetyAlert
from services.notifications.rendering import Letterhead, render
from services.notifications.samples import CASE, CLINICIANS, DUE_AT, NEAREST, WRITTEN_AT
from shared.contracts.intake import Contact
from shared.contracts.matching import Candidate
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request

TO_DO = words.HOLDS["minor"][1]
DUTY: dict[str, Any] = {"owner": "dana", "due_at": DUE_AT, "case_url": CASE}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def about_a_request(someone: Contact, practice: Practice, **asked: Any) -> tuple[Mail, ...]:
    """Every mail that tells a coordinator what somebody asked for."""
    wanted = request(practice, **asked)
    fields: dict[str, Any] = {**DUTY, "clinicians": CLINICIANS}
    fit = Candidate(clinician_id="c-rivera", score=0.5, reasons=())
    return (
        drafts.referral(someone, wanted, practice, candidates=(fit,), nearest=NEAREST, others=9, **fields),
        drafts.nobody_fits(someone, wanted, practice, outcome="waitlist", nearest=NEAREST, **fields),
        drafts.nobody_fits(someone, wanted, practice, outcome="referred_out", nearest=(), **fields),
        drafts.held(someone, wanted, practice, why="minor", **DUTY),
        drafts.readiness_notice(someone, request(practice, "readiness", **asked), practice),
    )


def alert(someone: Contact, practice: Practice) -> SafetyAlert:
    return drafts.safety_alert(
        someone,
        practice,
        reference="R-7F3K2",
        path="consultation",
        level="crisis",
        rules=("en.direct.die",),
        flagged_at=WRITTEN_AT,
        safety_url="https://hello.example.org/safety/token",
    )


@pytest.mark.parametrize("level", ["none", "crisis"])
@pytest.mark.parametrize("minimal", [False, True])
def test_no_mail_to_the_desk_asks_to_reach_out_to_somebody_who_asked_for_silence(
    level: str, minimal: bool, practice: Practice
) -> None:
    ours = practice.model_copy(update={"coordinator_mail": "minimal" if minimal else "full"})

    for mail in about_a_request(contact(ours, silenced=True), ours, safety_level=level):
        said = render(mail, Letterhead.of(ours))
        assert "asked for silence" in said.subject
        assert "No mail goes to them by itself." in said.text
        assert "ead their note first" in said.text
        assert "reach out" not in f"{said.subject}\n{said.text}".lower().replace(TO_DO.lower(), "")
        assert ("do not contact them" in said.text) == (level == "none")
        assert ("Decide with the person on call" in said.text) == (level == "crisis")
        for promise in ("our mail", "goes by itself", "Nothing is due", "nothing is due"):
            assert promise not in f"{said.subject}\n{said.text}".replace("No mail goes to them by itself", "")


def test_nobody_else_is_said_to_have_asked_for_silence(practice: Practice) -> None:
    for mail in about_a_request(contact(practice), practice):
        said = render(mail, Letterhead.of(practice))
        assert "silence" not in said.subject + said.text + said.html


def test_what_a_hold_asks_for_waits_for_a_wish_to_be_answered(practice: Practice) -> None:
    silenced = contact(practice, silenced=True)
    mail = drafts.held(silenced, request(practice), practice, why="minor", **DUTY)

    assert f"If they wish to be answered: {TO_DO}" in render(mail, Letterhead.of(practice)).text


def test_an_alert_leaves_it_to_a_person_whether_silence_is_broken(practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})
    silent = render(alert(contact(minimal, silenced=True), minimal), Letterhead.of(minimal)).text
    usual = render(alert(contact(minimal), minimal), Letterhead.of(minimal)).text

    assert "They asked for silence: you judge whether to reach out all the same. If life is" in silent
    assert "Reach out to them yourself" not in silent
    assert "Our mails to them" not in silent
    assert "Reach out to them yourself, in a way that is safe for them. If life is" in usual

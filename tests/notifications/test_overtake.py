"""Which waiting mails a referral's next step makes untrue."""

from typing import get_args

import pytest

from services.notifications.domain.delivery import Template
from services.notifications.domain.overtake import Turn, stopped_by

TURNS: tuple[Turn, ...] = get_args(Turn)
AFTER_A_202: set[Template] = {
    "acknowledgement",
    "referral",
    "nobody_fits",
    "held",
    "safety_alert",
    "quarantine_notice",
    "professional_notice",
}
ONCE_A_REQUEST: set[Template] = {"waitlist", "referred_out", "reading_list", "professional_acknowledgement"}


@pytest.mark.parametrize("turn", TURNS)
def test_every_step_ends_a_reminder(turn: Turn) -> None:
    assert "overdue" in stopped_by(turn)


@pytest.mark.parametrize("turn", TURNS)
def test_no_step_stops_what_is_owed_after_a_202_or_goes_only_once(turn: Turn) -> None:
    assert not stopped_by(turn) & (AFTER_A_202 | ONCE_A_REQUEST)


@pytest.mark.parametrize("turn", TURNS)
def test_no_step_stops_a_clinicians_word_of_an_end_a_code_or_a_digest(turn: Turn) -> None:
    assert not stopped_by(turn) & {"offer_ended", "proof_code", "digest"}


@pytest.mark.parametrize("turn", ["cancelled", "failed", "completed"])
def test_an_end_leaves_nobody_asked_or_introduced(turn: Turn) -> None:
    assert stopped_by(turn) >= {"offer", "introduction", "introduction_clinician", "waitlist_check_in"}
    assert "waitlist_close" not in stopped_by(turn)


def test_a_yes_stops_the_question_and_not_the_introduction() -> None:
    assert "offer" in stopped_by("accepted")
    assert "introduction" not in stopped_by("accepted")

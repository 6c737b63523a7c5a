"""Who gets a mail that its reader's address refuses; and how long a mail waits before it is tried again."""

from datetime import timedelta

import pytest

from services.notifications.domain.delivery import PlannedDelivery, Template
from services.notifications.domain.desk import Coordinator, Desk
from services.notifications.domain.plan import plan_instead, plan_unreachable
from services.notifications.domain.retry import DELAYS, delay_after
from tests.notifications.builders import CLINICIAN_TEMPLATES, CODES, DANA, LEE, NOW, desk, planned


def instead(refused: PlannedDelivery, *tried: str, at: Desk | None = None) -> str | None:
    found = plan_instead(refused, {refused.recipient_id, *tried}, at or desk(), NOW)
    return found.recipient_id if found else None


def test_an_alert_that_is_refused_goes_to_the_next_on_call_and_then_to_anybody() -> None:
    mia = Coordinator("mia", ("en",), None, on_duty=False)
    at = desk(DANA, LEE, mia)

    assert instead(planned("safety_alert"), at=at) == "lee"
    assert instead(planned("safety_alert", recipient_id="lee"), "dana", at=at) == "mia"
    assert instead(planned("safety_alert", recipient_id="mia"), "dana", "lee", at=at) is None


def test_a_coordinators_refused_mail_goes_to_the_deputy_then_the_owner() -> None:
    mia = Coordinator("mia", ("en",), deputy="dana", on_duty=True)
    at = desk(DANA, LEE, mia, owner="lee")

    assert instead(planned("referral", recipient_id="mia"), at=at) == "dana"
    assert instead(planned("referral", recipient_id="dana"), "mia", at=at) == "lee"


def test_a_stand_in_gets_a_mail_of_their_own() -> None:
    refused = planned("referral", dedup_key="referral:subject-1:1:dana")
    found = plan_instead(refused, {"dana"}, desk(), NOW + timedelta(hours=1))

    assert found is not None
    assert found.dedup_key == "referral:subject-1:1:lee"
    assert found.due_at == NOW + timedelta(hours=1)


def test_nobody_stands_in_for_a_client() -> None:
    assert instead(planned("acknowledgement")) is None


@pytest.mark.parametrize("template", CLINICIAN_TEMPLATES)
def test_nobody_stands_in_for_a_clinician(template: Template) -> None:
    assert instead(planned(template)) is None


def test_a_code_that_is_refused_goes_to_nobody_else() -> None:
    assert instead(planned("proof_code")) is None


def test_a_digest_that_is_refused_goes_to_the_deputy() -> None:
    assert instead(planned("digest")) == "lee"


def test_the_owner_hears_that_the_clinician_asked_cannot_be_reached() -> None:
    later = NOW + timedelta(hours=1)
    found = plan_unreachable(planned("offer", subject_id="referral-1", subject_version=4), desk(), later)

    assert found is not None
    assert (found.template, found.role, found.recipient_id) == ("overdue", "coordinator", "dana")
    assert (found.subject_id, found.subject_version, found.due_at) == ("referral-1", 4, later)
    assert found.not_after is None
    assert found.codes == {
        "owner": "dana",
        "level": "mail_failed",
        "next_action": "await_answer",
        "due_at": CODES["offer"]["answer_by"],
        "clinician_id": "c-rivera",
    }


def test_the_owner_hears_of_a_clinician_who_does_not_know_whom_they_are_introduced_to() -> None:
    found = plan_unreachable(planned("introduction_clinician"), desk(), NOW)

    assert found is not None
    assert (found.template, found.recipient_id) == ("overdue", "dana")
    assert found.codes["level"] == "introduction_failed"
    assert found.codes["due_at"] == CODES["introduction_clinician"]["due_at"]


@pytest.mark.parametrize("template", sorted(set(CODES) - {"offer", "introduction_clinician"}))
def test_no_other_refused_mail_is_a_clinician_who_cannot_be_reached(template: Template) -> None:
    assert plan_unreachable(planned(template), desk(), NOW) is None


# --- patience --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 15), (3, 60), (4, 300), (5, 900), (6, 900), (1000, 900)]
)
def test_a_mail_is_tried_again_ever_more_patiently(attempts: int, seconds: int) -> None:
    assert delay_after(attempts) == timedelta(seconds=seconds)
    assert delay_after(attempts) in DELAYS

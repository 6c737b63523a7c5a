"""Which mails follow from which fact."""

from datetime import timedelta
from typing import Literal

import pytest

from services.notifications.domain.delivery import PlannedDelivery, SafetyLevel
from services.notifications.domain.plan import (
    About,
    CliniciansFound,
    ConsultationCame,
    Coordinator,
    Desk,
    MatchingStopped,
    NobodyFound,
    Occasion,
    ReadingAskedFor,
    ReadingChosen,
    SafetyRaised,
    SetAside,
    plan,
    plan_instead,
)
from services.notifications.domain.retry import DELAYS, delay_after
from tests.notifications.builders import DANA, LEE, NOW, desk, planned

ABOUT = About("request-1", "R-7F3K2", "subject-1", 3, NOW, {"why": "minor"})


def mails(occasion: Occasion, at: Desk | None = None) -> list[tuple[str, str, str]]:
    found = plan(occasion, at or desk())
    return [(one.template, one.role, one.recipient_id) for one in found]


@pytest.mark.parametrize(
    ("occasion", "expected"),
    [
        (ConsultationCame(ABOUT), [("acknowledgement", "client", "request-1")]),
        (ReadingAskedFor(ABOUT, "en", "none", ()), [("readiness_notice", "coordinator", "dana")]),
        (ReadingAskedFor(ABOUT, "es", "elevated", ()), [("readiness_notice", "coordinator", "lee")]),
        (
            ReadingAskedFor(ABOUT, "en", "crisis", ()),
            [("readiness_notice", "coordinator", "dana"), ("acknowledgement", "client", "request-1")],
        ),
        (
            ReadingAskedFor(ABOUT, "en", "none", ("danger_at_home",)),
            [("readiness_notice", "coordinator", "dana"), ("acknowledgement", "client", "request-1")],
        ),
        (ReadingChosen(ABOUT), [("reading_list", "client", "request-1")]),
        (CliniciansFound(ABOUT, "dana"), [("referral", "coordinator", "dana")]),
        (
            NobodyFound(ABOUT, "dana", "waitlist"),
            [("nobody_fits", "coordinator", "dana"), ("waitlist", "client", "request-1")],
        ),
        (
            NobodyFound(ABOUT, "dana", "referred_out"),
            [("nobody_fits", "coordinator", "dana"), ("referred_out", "client", "request-1")],
        ),
        (MatchingStopped(ABOUT, "lee"), [("held", "coordinator", "lee")]),
        (SafetyRaised(ABOUT, "crisis"), [("safety_alert", "on_call", "dana")]),
        (SafetyRaised(ABOUT, "elevated"), []),
        (SetAside(ABOUT, "es"), [("quarantine_notice", "coordinator", "lee")]),
    ],
)
def test_each_fact_has_its_mails(occasion: Occasion, expected: list[tuple[str, str, str]]) -> None:
    assert mails(occasion) == expected


def test_an_owner_who_has_left_is_stood_in_for_by_the_practices_owner() -> None:
    assert mails(CliniciansFound(ABOUT, "gone")) == [("referral", "coordinator", "lee")]


def test_who_is_off_duty_gets_no_new_notices() -> None:
    off = Coordinator("dana", ("en",), None, on_duty=False)

    assert mails(SetAside(ABOUT, "en"), desk(off, LEE)) == [("quarantine_notice", "coordinator", "lee")]


def test_a_language_that_nobody_speaks_goes_to_the_first_on_duty() -> None:
    assert mails(SetAside(ABOUT, "ko")) == [("quarantine_notice", "coordinator", "dana")]


def test_mails_are_due_when_it_happened_and_say_so_in_codes() -> None:
    (one,) = plan(MatchingStopped(ABOUT, "dana"), desk())

    assert (one.due_at, one.occurred_at, one.codes) == (NOW, NOW, {"why": "minor"})
    assert (one.subject_id, one.subject_version, one.reference) == ("subject-1", 3, "R-7F3K2")


def test_a_clients_mail_grows_too_old_and_the_practices_does_not() -> None:
    for_the_desk, for_the_client = plan(NobodyFound(ABOUT, "dana", "waitlist"), desk())

    assert for_the_desk.not_after is None
    assert for_the_client.not_after == NOW + timedelta(days=14)


def test_only_answers_are_immediate() -> None:
    found = [
        one
        for occasion in (
            ConsultationCame(ABOUT),
            ReadingChosen(ABOUT),
            NobodyFound(ABOUT, "dana", "waitlist"),
        )
        for one in plan(occasion, desk())
    ]

    assert {one.template for one in found if one.immediate} == {"acknowledgement", "reading_list"}


def test_the_same_news_reaches_a_client_once_and_each_version_reaches_the_desk() -> None:
    later = About("request-1", "R-7F3K2", "subject-1", 4, NOW, {})
    first, again = (plan(NobodyFound(about, "dana", "waitlist"), desk()) for about in (ABOUT, later))

    assert first[1].dedup_key == again[1].dedup_key
    assert first[0].dedup_key != again[0].dedup_key


# --- a desk address that refuses its mail ----------------------------------------------------------------


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


# --- patience --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(0, 5), (1, 5), (2, 15), (3, 60), (4, 300), (5, 900), (6, 900), (1000, 900)]
)
def test_a_mail_is_tried_again_ever_more_patiently(attempts: int, seconds: int) -> None:
    assert delay_after(attempts) == timedelta(seconds=seconds)
    assert delay_after(attempts) in DELAYS


@pytest.mark.parametrize("level", ["none", "elevated"])
@pytest.mark.parametrize("path", ["en", "es"])
def test_a_reading_list_is_its_own_acknowledgement(level: SafetyLevel, path: Literal["en", "es"]) -> None:
    templates = [
        one.template for one in plan(ReadingAskedFor(ABOUT, path, level, ("partner_violence",)), desk())
    ]

    assert "acknowledgement" not in templates

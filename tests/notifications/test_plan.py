"""Which mails follow from which fact."""

from datetime import datetime, timedelta
from typing import Literal

import pytest

from services.notifications.domain.delivery import SafetyLevel
from services.notifications.domain.desk import Coordinator, Desk
from services.notifications.domain.occasion import (
    About,
    ClinicianAsked,
    CliniciansFound,
    ColleagueWaits,
    ConsultationCame,
    DayBegins,
    DutyOverdue,
    GoneQuiet,
    Introduced,
    MatchingStopped,
    NobodyFound,
    Occasion,
    OfferEnded,
    ProfessionalCame,
    ProofNeeded,
    ReadingAskedFor,
    ReadingChosen,
    SafetyRaised,
    SetAside,
    StillWaiting,
    TakenBack,
)
from services.notifications.domain.plan import plan
from tests.notifications.builders import LEE, NOW, desk

LATER = NOW + timedelta(hours=24)
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
        (
            SafetyRaised(ABOUT, "crisis", ("lee", "mia", "gone")),
            [("safety_alert", "on_call", who) for who in ("lee", "mia", "gone")],
        ),
        (SafetyRaised(ABOUT, "elevated"), []),
        (SetAside(ABOUT, "es"), [("quarantine_notice", "coordinator", "lee")]),
        (ProfessionalCame(ABOUT), [("professional_acknowledgement", "client", "request-1")]),
        (ColleagueWaits(ABOUT, "dana"), [("professional_notice", "coordinator", "dana")]),
        (NobodyFound(ABOUT, "dana", "waitlist", by_hand=True), [("waitlist", "client", "request-1")]),
        (ClinicianAsked(ABOUT, "c-rivera", "offer-1", LATER), [("offer", "clinician", "c-rivera")]),
        (OfferEnded(ABOUT, "c-rivera"), [("offer_ended", "clinician", "c-rivera")]),
        (
            Introduced(ABOUT, "dana", "c-haddad", "c-okafor", "offer-1"),
            [
                ("introduced_notice", "coordinator", "dana"),
                ("introduction_clinician", "clinician", "c-haddad"),
                ("supervisor_notice", "clinician", "c-okafor"),
                ("introduction", "client", "request-1"),
            ],
        ),
        (
            Introduced(ABOUT, "dana", "c-rivera", None, "offer-1"),
            [
                ("introduced_notice", "coordinator", "dana"),
                ("introduction_clinician", "clinician", "c-rivera"),
                ("introduction", "client", "request-1"),
            ],
        ),
        (DutyOverdue(ABOUT, "lee", "deputy"), [("overdue", "coordinator", "lee")]),
        (StillWaiting(ABOUT, LATER), [("waitlist_check_in", "client", "request-1")]),
        (TakenBack(ABOUT, "dana"), [("withdrawn_notice", "coordinator", "dana")]),
        (GoneQuiet(ABOUT), [("waitlist_close", "client", "request-1")]),
        (DayBegins(ABOUT, "dana"), [("digest", "coordinator", "dana")]),
        (ProofNeeded(ABOUT, "clinician", "c-rivera", LATER), [("proof_code", "clinician", "c-rivera")]),
    ],
)
def test_each_fact_has_its_mails(occasion: Occasion, expected: list[tuple[str, str, str]]) -> None:
    assert mails(occasion) == expected


@pytest.mark.parametrize(
    "occasion",
    [
        CliniciansFound(ABOUT, "gone"),
        MatchingStopped(ABOUT, "gone"),
        ColleagueWaits(ABOUT, "gone"),
        DutyOverdue(ABOUT, "gone", "nudge"),
        DayBegins(ABOUT, "gone"),
    ],
)
def test_somebody_who_has_left_is_stood_in_for_by_the_practices_owner(occasion: Occasion) -> None:
    assert [(role, to) for _, role, to in mails(occasion)] == [("coordinator", "lee")]


def test_a_code_is_nobody_elses_even_when_its_reader_has_left() -> None:
    assert mails(ProofNeeded(ABOUT, "coordinator", "gone", LATER)) == [("proof_code", "coordinator", "gone")]


@pytest.mark.parametrize(
    ("occasion", "not_after"),
    [
        (ClinicianAsked(ABOUT, "c-rivera", "offer-1", LATER), LATER),
        (StillWaiting(ABOUT, LATER), LATER),
        (ProofNeeded(ABOUT, "clinician", "c-rivera", LATER), LATER),
        (DayBegins(ABOUT, "dana"), NOW + timedelta(hours=18)),
        (OfferEnded(ABOUT, "c-rivera"), None),
        (DutyOverdue(ABOUT, "dana", "nudge"), None),
        (GoneQuiet(ABOUT), NOW + timedelta(days=14)),
        (ProfessionalCame(ABOUT), NOW + timedelta(days=3)),
    ],
)
def test_a_mail_goes_only_while_what_it_says_is_true(occasion: Occasion, not_after: datetime | None) -> None:
    (one,) = plan(occasion, desk())

    assert one.not_after == not_after


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


# --- once, and once only ---------------------------------------------------------------------------------


def keys(*occasions: Occasion) -> list[str]:
    return [one.dedup_key for occasion in occasions for one in plan(occasion, desk())]


AGAIN = About("request-1", "R-7F3K2", "subject-1", 4, NOW, {})


@pytest.mark.parametrize(
    ("first", "again", "same"),
    [
        (GoneQuiet(ABOUT), GoneQuiet(AGAIN), False),
        (StillWaiting(ABOUT, LATER), StillWaiting(AGAIN, LATER), False),
        (OfferEnded(ABOUT, "c-rivera"), OfferEnded(ABOUT, "c-haddad"), False),
        (OfferEnded(ABOUT, "c-rivera"), OfferEnded(AGAIN, "c-rivera"), False),
        (
            ClinicianAsked(ABOUT, "c-rivera", "offer-1", LATER),
            ClinicianAsked(AGAIN, "c-rivera", "offer-1", LATER),
            True,
        ),
        (
            ClinicianAsked(ABOUT, "c-rivera", "offer-1", LATER),
            ClinicianAsked(AGAIN, "c-rivera", "offer-2", LATER),
            False,
        ),
        (DutyOverdue(ABOUT, "lee", "deputy"), DutyOverdue(ABOUT, "lee", "deputy"), True),
        (DutyOverdue(ABOUT, "lee", "deputy"), DutyOverdue(ABOUT, "lee", "owner"), False),
        (ProofNeeded(ABOUT, "clinician", "c-1", LATER), ProofNeeded(ABOUT, "clinician", "c-1", LATER), True),
    ],
)
def test_each_mail_goes_once_for_what_it_is_about(first: Occasion, again: Occasion, same: bool) -> None:
    assert (keys(first) == keys(again)) is same


def test_one_introduction_to_a_person_for_each_offer() -> None:
    first, again, other = (
        [one.dedup_key for one in plan(occasion, desk()) if one.role == "client"]
        for occasion in (
            Introduced(ABOUT, "dana", "c-rivera", None, "offer-1"),
            Introduced(AGAIN, "dana", "c-rivera", None, "offer-1"),
            Introduced(AGAIN, "dana", "c-haddad", None, "offer-2"),
        )
    )

    assert first == again != other


@pytest.mark.parametrize("level", ["none", "elevated"])
@pytest.mark.parametrize("path", ["en", "es"])
def test_a_reading_list_is_its_own_acknowledgement(level: SafetyLevel, path: Literal["en", "es"]) -> None:
    templates = [
        one.template for one in plan(ReadingAskedFor(ABOUT, path, level, ("partner_violence",)), desk())
    ]

    assert "acknowledgement" not in templates

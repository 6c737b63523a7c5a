"""From others' facts to rows, on both databases."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications import handlers, storage
from services.notifications.handlers import Office
from shared.contracts.base import Fact
from shared.contracts.intake import (
    ConsultationWithdrawn,
    ContactChanged,
    ReadinessRequested,
    RequestQuarantined,
)
from shared.contracts.matching import (
    ReferralCancelled,
    ReferralHeld,
    ReferralReferredOut,
)
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.messaging.listen import Listener
from tests.notifications.builders import CODES, NOW, CountedIds
from tests.notifications.facts import (
    consultation_requested,
    referral_proposed,
    referral_waitlisted,
    safety_flagged,
)

REQUEST = {"request_id": "request-1", "version": 1, "reference": "R-7F3K2"}
REFERRAL = REQUEST | {
    "referral_id": "referral-of-request-1",
    "person_id": "person-of-request-1",
    "owner": "dana",
    "due_at": NOW + timedelta(hours=4),
    "policy_version": "1",
}
READINESS = ReadinessRequested.model_validate(
    REQUEST
    | {
        "person_id": "person-of-request-1",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "safety_level": "none",
    }
)
READING = ReadingListPrepared.model_validate(
    REQUEST
    | {
        "reading_list_id": "list-1",
        "person_id": "person-of-request-1",
        "language": "en",
        "prepared_at": NOW,
        "catalogue_version": "1",
        "items": ("dance_of_connection",),
    }
)
QUARANTINED = RequestQuarantined.model_validate(
    REQUEST | {"path": "consultation", "quarantined_at": NOW, "why": ("honeypot",), "language": "en"}
)
WITHDRAWN = ConsultationWithdrawn.model_validate(REQUEST | {"withdrawn_at": NOW, "why": "person"})
CANCELLED = ReferralCancelled.model_validate(REFERRAL | {"cancelled_at": NOW, "why": "withdrawn"})
SILENCED = ContactChanged.model_validate(
    REQUEST | {"person_id": "person-of-request-1", "changed_at": NOW, "silenced": True}
)


class Hearing:
    """Hands facts to the handlers, as `listen` does: in one transaction each."""

    def __init__(self, database: Database, office: Office) -> None:
        self._database, self._ids = database, CountedIds()
        self._given: dict[str, Any] = {"office": office}
        self._by_fact: dict[type[Fact], Listener[Any]] = {one.fact: one for one in handlers.LISTENERS}

    async def __call__(self, *facts: Fact) -> None:
        for fact in facts:
            listener = self._by_fact[type(fact)]
            given = {name: self._given[name] for name in listener.needs}
            async with self._database.transaction() as tx:
                await listener([fact], tx, NOW, self._ids, **given)

    async def planned(self) -> list[tuple[str, str | None]]:
        async with self._database.transaction() as tx:
            claimed = await storage.claim_due(tx, "lease", 64, NOW)
        return sorted((one.plan.template, one.stopped) for one in claimed)


@pytest.fixture
def hear(database: Database, office: Office) -> Hearing:
    return Hearing(database, office)


@pytest.mark.parametrize(
    ("fact", "mails"),
    [
        (consultation_requested(), ["acknowledgement"]),
        (READINESS, ["readiness_notice"]),
        (READINESS.model_copy(update={"safety_level": "crisis"}), ["acknowledgement", "readiness_notice"]),
        (READING, ["reading_list"]),
        (referral_proposed(), ["referral"]),
        (referral_waitlisted(), ["nobody_fits", "waitlist"]),
        (ReferralReferredOut.model_validate(REFERRAL | {"nearest": ()}), ["nobody_fits", "referred_out"]),
        (ReferralHeld.model_validate(REFERRAL | {"why": "minor"}), ["held"]),
        (safety_flagged(), ["safety_alert"]),
        (safety_flagged(level="elevated"), []),
        (QUARANTINED, ["quarantine_notice"]),
        (WITHDRAWN, []),
        (CANCELLED, []),
        (SILENCED, []),
    ],
)
async def test_every_fact_becomes_its_rows(hear: Hearing, fact: Fact, mails: list[str]) -> None:
    await hear(fact)

    assert [template for template, _ in await hear.planned()] == mails


async def test_a_fact_that_comes_twice_has_its_mails_once(hear: Hearing) -> None:
    await hear(referral_waitlisted(), referral_waitlisted())

    assert [template for template, _ in await hear.planned()] == ["nobody_fits", "waitlist"]


async def test_a_withdrawal_that_comes_first_leaves_no_ghost(hear: Hearing) -> None:
    await hear(WITHDRAWN, consultation_requested(), referral_waitlisted())

    assert await hear.planned() == [
        ("acknowledgement", "withdrawn"),
        ("nobody_fits", None),
        ("waitlist", "withdrawn"),
    ]


async def test_a_cancelled_referral_does_not_take_back_the_acknowledgement(hear: Hearing) -> None:
    await hear(consultation_requested(), referral_waitlisted(), CANCELLED)

    assert await hear.planned() == [
        ("acknowledgement", None),
        ("nobody_fits", None),
        ("waitlist", "referral_cancelled"),
    ]


async def test_silence_stops_what_waits(hear: Hearing) -> None:
    await hear(consultation_requested(), referral_proposed(), SILENCED)

    assert await hear.planned() == [("acknowledgement", "silenced"), ("referral", None)]


async def test_rows_keep_only_the_codes_that_their_mail_shows(hear: Hearing, database: Database) -> None:
    await hear(
        consultation_requested(),
        READINESS,
        READING,
        referral_proposed(),
        referral_waitlisted(),
        ReferralHeld.model_validate(REFERRAL | {"why": "minor"}),
        safety_flagged(),
        QUARANTINED,
    )
    async with database.transaction() as tx:
        claimed = await storage.claim_due(tx, "lease", 64, NOW)

    kept = {one.plan.template: set(one.plan.codes) for one in claimed}
    shown = {template: set(codes) for template, codes in CODES.items()}
    assert kept["waitlist"] == {"owner", "due_at", "outcome", "nearest"}
    assert {name: codes for name, codes in kept.items() if name != "waitlist"} == {
        name: codes for name, codes in shown.items() if name not in ("waitlist", "referred_out")
    }

"""Facts about the free call, as intake announces them, and matching hearing them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.matching.handlers.calls import CALL_LISTENERS
from shared.contracts.intake import (
    CallFact,
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)
from tests.matching.builders import NOW
from tests.matching.loop import Loop

PERSON = "person"
TWENTY_MINUTES = timedelta(minutes=20)
HEARING = {each.fact: each for each in CALL_LISTENERS}


@dataclass(frozen=True)
class Booked:
    """A call as intake keeps it."""

    number: int
    call: int = 1
    version: int = 1
    sequence: int = 0
    starts_at: datetime = NOW + timedelta(hours=6)
    minutes: int = 20
    coordinator_id: str = "dana"

    def said(self, by: str) -> dict[str, Any]:
        """What every fact about it says."""
        return {
            "version": self.version,
            "request_id": f"q-{self.number}",
            "reference": f"R-{self.number:05d}",
            "consultation_id": f"call-{self.number}-{self.call}",
            "sequence": self.sequence,
            "coordinator_id": self.coordinator_id,
            "starts_at": self.starts_at,
            "ends_at": self.starts_at + timedelta(minutes=self.minutes),
            "time_zone": "America/Los_Angeles",
            "by": by,
        }


def scheduled(number: int = 1, by: str = PERSON, at: datetime = NOW, **said: Any) -> ConsultationScheduled:
    booked = replace(Booked(number), **said)
    return ConsultationScheduled(**booked.said(by), scheduled_at=at)


def rescheduled(
    number: int = 1, by: str = PERSON, was_at: datetime = NOW, was_with: str = "dana", **said: Any
) -> ConsultationRescheduled:
    booked = replace(Booked(number, version=2, sequence=1), **said)
    return ConsultationRescheduled(
        **booked.said(by),
        rescheduled_at=NOW,
        previous_starts_at=was_at,
        previous_coordinator_id=was_with,
    )


def cancelled(number: int = 1, by: str = PERSON, why: str = PERSON, **said: Any) -> ConsultationCancelled:
    booked = replace(Booked(number, version=2, sequence=1), **said)
    return ConsultationCancelled(**booked.said(by), cancelled_at=NOW, why=why)


def attended(number: int = 1, by: str = "coordinator:dana", **said: Any) -> ConsultationAttended:
    booked = replace(Booked(number, version=2), **said)
    return ConsultationAttended(**booked.said(by), attended_at=NOW)


def missed(number: int = 1, by: str = "coordinator:dana", **said: Any) -> ConsultationMissed:
    booked = replace(Booked(number, version=2), **said)
    return ConsultationMissed(**booked.said(by), missed_at=NOW)


async def hear(loop: Loop, *facts: CallFact) -> None:
    """Matching hears these facts, one after the other."""
    for fact in facts:
        await loop.hear(HEARING[type(fact)], fact)

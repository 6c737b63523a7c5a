"""Intake as the machine has it: it announces each call in order, whatever matching hears of it, and when."""

from dataclasses import replace
from datetime import datetime

from services.matching.domain import life
from services.matching.domain.referral import Referral
from shared.contracts.intake import (
    CallFact,
    ConsultationAttended,
    ConsultationCancelled,
    ConsultationMissed,
    ConsultationRescheduled,
    ConsultationScheduled,
)
from tests.matching.calls import Booked


class Announcer:
    """The calls of every request, and what is announced of them."""

    def __init__(self) -> None:
        self.calls: dict[int, Booked] = {}

    def told(self, number: int, what: str, by: str, who: str, at: datetime, now: datetime) -> CallFact:
        """The call of this request is changed, and this is announced of it."""
        before = self.calls.get(number, Booked(number, version=0, call=0, starts_at=now))
        call = replace(before, version=before.version + 1)
        if what == "book":
            call = replace(call, call=before.call + 1, sequence=0, starts_at=at, coordinator_id=who)
        elif what == "move":
            call = replace(call, sequence=before.sequence + 1, starts_at=at, coordinator_id=who)
        self.calls[number] = call
        said = call.said(by)
        match what:
            case "book":
                return ConsultationScheduled(**said, scheduled_at=now)
            case "move":
                moved = {"previous_starts_at": before.starts_at, "previous_coordinator_id": "dana"}
                return ConsultationRescheduled(**said, **moved, rescheduled_at=now)
            case "cancel":
                return ConsultationCancelled(**said, cancelled_at=now, why="person")
            case "attended":
                return ConsultationAttended(**said, attended_at=now)
        return ConsultationMissed(**said, missed_at=now)


def duties_of_the_call(found: Referral) -> list[str]:
    """What is wrong with what this referral, or an undo of what is pending on it, says is due."""
    call, wrong = found.call, []
    for stands in (found.standing, found.pending.before if found.pending else found.standing):
        waits = call is not None and call.awaited and stands.stage in life.ALLOWED["book_call"]
        waits = waits and (stands.stage != life.HELD or (call is not None and call.arranged))
        if (stands.next_action == life.CALL) != waits:
            wrong.append(f"{found.stage}: {stands.next_action} while {call}")
        elif waits and call is not None and stands.due_at != call.due_at:
            wrong.append(f"{found.stage}: due at {stands.due_at} for {call}")
    return wrong

"""A crisis on its way: told to the next ones while nobody has it, taken up, cleared; each in one commit.

Taking it up stops the telling alone: what waits for a crisis goes on when it is cleared, with a reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.intake import storage
from services.intake.domain.announcing import acknowledged_fact, cleared_fact, escalated_fact
from services.intake.domain.contact import Note
from services.intake.domain.ladder import Acknowledged, rung_after
from services.intake.domain.request import Cleared, Request
from services.intake.handlers.arrivals import Desk, tell
from services.intake.storage.alerting import NOTIFICATIONS
from shared import audit
from shared.contracts.notifications import AlertSent
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen
from shared.practice import Practice

AT_ONCE = 64
SENT = "alert.sent"


@dataclass(frozen=True, slots=True)
class AcknowledgedBefore:
    """Somebody was first; nothing was changed."""

    first: Acknowledged


@dataclass(frozen=True, slots=True)
class ClearedBefore:
    """Somebody was first; nothing was changed."""

    first: Cleared


@dataclass(frozen=True, slots=True)
class NoCrisis:
    """There is nothing to take up or to clear."""


Taking = Acknowledged | AcknowledgedBefore | ClearedBefore | NoCrisis
Ending = Cleared | ClearedBefore | NoCrisis


async def climb(tx: Transaction, practice: Practice, now: datetime) -> int:
    """Whoever is next is told of every crisis that nobody has taken up in time; gives how many those are."""
    due = await storage.take_climbing(tx, now, AT_ONCE)
    facts = []
    for request, case in due:
        rung = rung_after(case.rung, practice, now)
        version = await storage.save_climbed(tx, case, rung)
        facts.append(escalated_fact(request, case, rung, version))
    await tell(tx, facts, now)
    return len(due)


async def acknowledge(
    tx: Transaction, request: Request, by: str, practice: Practice, now: datetime
) -> Taking:
    """This coordinator has it: nobody more is told. Said again, or by somebody else, it changes nothing."""
    due_at = now + practice.clocks.crisis_cleared
    version = await storage.save_acknowledged(tx, request.id, by, due_at, now)
    if version is None:
        case = await storage.load_case(tx, request.id)
        if case is None:
            return NoCrisis()
        if case.cleared is not None:
            return ClearedBefore(case.cleared)
        return AcknowledgedBefore(case.acknowledged) if case.acknowledged else NoCrisis()
    taken = Acknowledged(by, now)
    await audit.record(tx, [audit.Entry(now, f"coordinator:{by}", "safety.acknowledged", request.id)])
    await tell(tx, [acknowledged_fact(request, taken, version)], now)
    return taken


async def clear(
    tx: Transaction, request: Request, by: str, because: str, desk: Desk, now: datetime, ids: Ids
) -> Ending:
    """What waited for the crisis goes on, announced, with this coordinator's reason kept sealed.

    Cleared again it stays as it is, and says who cleared it first.
    """
    cleared = await storage.save_cleared(tx, request.id, by, now)
    if cleared is None:
        earlier = await storage.load_cleared(tx, request.id)
        return ClearedBefore(earlier) if earlier else NoCrisis()
    await audit.record(tx, [audit.Entry(now, f"coordinator:{by}", "safety.cleared", request.id)])
    note = Note(now, f"coordinator:{by}", because)
    await storage.keep_note(tx, ids.new(), request.id, note, desk.sealer)
    await tell(tx, [cleared_fact(request, cleared)], now)
    return cleared


@listen(AlertSent)
async def on_alerts_sent(events: Sequence[AlertSent], tx: Transaction, now: datetime, ids: Ids) -> None:
    """An alert is known to have left: intake need not send it itself."""
    left = [storage.Alert(each.request_id, each.safety_version, each.recipient, 0) for each in events]
    await confirm(tx, left, NOTIFICATIONS, now)


async def confirm(tx: Transaction, left: Sequence[storage.Alert], way: str, now: datetime) -> None:
    """These alerts have left by this way; the trail says so, once."""
    news = await storage.save_confirmed(tx, left, way, now)
    said = [storage.Step(each.request_id, now, "event", SENT, (each.recipient, way)) for each in news]
    await storage.save_steps(tx, said)


LISTENERS = (on_alerts_sent,)

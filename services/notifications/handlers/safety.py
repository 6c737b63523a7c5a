"""What intake announces of a crisis: who is told, at any hour, and that somebody has it."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import occasions, storage
from services.notifications.handlers.office import Office, record
from shared.contracts.intake import SafetyAcknowledged, SafetyCleared, SafetyEscalated, SafetyFlagged
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen


@listen(SafetyFlagged)
async def on_safety_flagged(
    events: Sequence[SafetyFlagged], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """Words of crisis reach the person on call, at any hour."""
    await record([occasions.safety_raised(event) for event in events], tx, now, ids, office)


@listen(SafetyEscalated)
async def on_safety_escalated(
    events: Sequence[SafetyEscalated], tx: Transaction, now: datetime, ids: Ids, office: Office
) -> None:
    """The next ones are told, unless it is known already that somebody has it."""
    heard = await storage.crises_heard(tx, [event.request_id for event in events])
    stands = [event for event in events if heard.get(event.request_id, 0) < event.version]
    await record([occasions.safety_escalated(event) for event in stands], tx, now, ids, office)


@listen(SafetyAcknowledged)
async def on_safety_acknowledged(
    events: Sequence[SafetyAcknowledged], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """Whoever has not been told yet need not be; what waits until it is cleared still does."""
    await storage.stop_alerts(tx, {event.request_id: event.version for event in events}, now)


@listen(SafetyCleared)
async def on_safety_cleared(
    events: Sequence[SafetyCleared], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """What waited for a person to look is looked at again at once."""
    await storage.stop_alerts(tx, {event.request_id: event.version for event in events}, now)
    await storage.look_again(tx, [event.request_id for event in events], now)


LISTENERS = (on_safety_flagged, on_safety_escalated, on_safety_acknowledged, on_safety_cleared)

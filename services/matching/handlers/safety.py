"""Words of crisis that come after the request: whoever adds some later waits as if they had at first.

A request that arrives in a crisis says so itself. What is heard here of one that has yet to arrive is kept
beside it, as what a clearing would be: the latest word counts, whichever of the two it is.
"""

from collections.abc import Sequence
from datetime import datetime

from services.matching import storage
from services.matching.domain.follow import CRISIS, flag
from services.matching.handlers.desk import keep
from services.matching.settings import Terms
from shared.contracts.intake import SafetyFlagged
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen


@listen(SafetyFlagged)
async def on_safety_flagged(
    events: Sequence[SafetyFlagged], tx: Transaction, now: datetime, ids: Ids, terms: Terms
) -> None:
    """Nothing goes further for them until a named person clears it."""
    crises = {event.request_id: event.flagged_at for event in events if event.level == CRISIS}
    await storage.save_cleared(tx, dict.fromkeys(crises, CRISIS), crises)
    found = await storage.load_open_by_request(tx, crises)
    dues = terms.dues(now)
    await keep(tx, [one for each in found if (one := flag(each, dues))], now)


LISTENERS = (on_safety_flagged,)

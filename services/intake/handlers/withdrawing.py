"""A person takes their request back, by a link that was mailed to them: it is closed, and everybody is told.

What they wrote stays, and whoever answers for a crisis still does: only the request itself is over.
"""

from datetime import datetime

from services.intake import storage
from services.intake.domain.announcing import withdrawn_fact
from services.intake.domain.booking import PERSON
from services.intake.domain.request import can_be_withdrawn, withdrawn
from services.intake.handlers import contact
from services.intake.handlers.arrivals import tell
from services.intake.handlers.booked import cancel_calls
from services.intake.handlers.contact import Mailed
from shared import audit
from shared.database import Transaction

WITHDRAWN = "withdrawn"  # why the referral ends, and a call is off


async def withdraw(tx: Transaction, mailed: Mailed, now: datetime) -> bool:
    """The request is theirs no more to wait for; False where the link holds none that could be taken back.

    A call that has not begun is cancelled after it, so that nobody is asked to find another time. Sent again,
    it changes nothing.
    """
    await storage.lock_people_of(tx, [mailed.request_id])
    request = (await storage.take_requests(tx, [mailed.request_id])).get(mailed.request_id)
    if request is None or not can_be_withdrawn(request) or not await contact.is_good(tx, mailed, now):
        return False
    if request.withdrawn_at is None:
        after = withdrawn(request, now)
        await storage.update_request(tx, after, now)
        await tell(tx, [withdrawn_fact(after, now, WITHDRAWN)], now)
        await cancel_calls(tx, [after.id], WITHDRAWN, PERSON, now)
        by = audit.actor(tx, PERSON, after.id)
        await audit.record(tx, [audit.Entry(now, by, "request.withdrawn", after.id)])
    return True

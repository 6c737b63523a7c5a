"""Somebody is erased: no mail about their requests is planned, sent or known any more, to whomever it was."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from services.notifications import storage
from shared.contracts.intake import PersonErased
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.forget import forget
from shared.messaging.listen import listen


@listen(PersonErased)
async def on_persons_erased(events: Sequence[PersonErased], tx: Transaction, now: datetime, ids: Ids) -> None:
    """What waits does not go and what went is forgotten; nobody can recall what a mail server has."""
    request_ids = {each for event in events for each in event.request_ids}
    await erase_requests(tx, request_ids, {event.person_id for event in events}, now)


async def erase_requests(
    tx: Transaction, request_ids: Iterable[str], person_ids: Iterable[str], now: datetime
) -> None:
    """Everything about these requests goes. Doing it again does no harm."""
    wanted = sorted(set(request_ids))
    names = await storage.bury(tx, wanted, now)
    await forget(tx, [*wanted, *names, *person_ids])


LISTENERS = (on_persons_erased,)

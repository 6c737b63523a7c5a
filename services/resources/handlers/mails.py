"""What resources does when notifications tells that a mail did not go: some reasons last."""

from collections.abc import Sequence
from datetime import datetime

from services.resources import storage
from services.resources.domain.ending import cannot_be_reached, stop
from services.resources.handlers.desk import keep
from shared.contracts.notifications import MailFact, MailFailed, MailSuppressed
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.listen import listen


@listen(MailFailed)
async def on_mails_failed(events: Sequence[MailFailed], tx: Transaction, now: datetime, ids: Ids) -> None:
    """A series that cannot arrive ends."""
    await _give_up(tx, [(event, event.why) for event in events], now)


@listen(MailSuppressed)
async def on_mails_suppressed(
    events: Sequence[MailSuppressed], tx: Transaction, now: datetime, ids: Ids
) -> None:
    """A series that may not be sent, now or later, ends."""
    await _give_up(tx, [(event, event.why) for event in events], now)


MAIL_LISTENERS = (on_mails_failed, on_mails_suppressed)


async def _give_up(tx: Transaction, mails: Sequence[tuple[MailFact, str]], now: datetime) -> None:
    lasting = {event.request_id for event, why in mails if cannot_be_reached(event.template, why)}
    if lasting:
        journeys = await storage.take_journeys(tx, lasting)
        await keep(tx, [stop(each, "unreachable", now) for each in journeys], now)

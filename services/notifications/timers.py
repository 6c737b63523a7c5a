"""When notifications looks after its queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.mailbox import Mailbox
from services.notifications.reconcile import Reconciler
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.logs import get_logger
from shared.messaging.retention import Rule
from shared.practice.clocks import Retention
from shared.ticks import Tick

log = get_logger(__name__)

SEND_EVERY = timedelta(seconds=5)
LOOK_FOR_ABANDONED_EVERY = timedelta(seconds=5)
RECONCILE_EVERY = timedelta(minutes=10)
LOOK_INTO_MAILBOX_EVERY = timedelta(minutes=1)


def ticks(
    postman: Postman,
    reconciler: Reconciler,
    database: Database,
    clock: Clock,
    mailbox: Mailbox | None = None,
) -> Sequence[Tick]:
    """Sends what is due, also at once after a commit; finds what a crash left; mends what facts did not tell;
    takes back what came back.
    """

    async def reopen_abandoned() -> None:
        async with database.transaction() as tx:
            count = await storage.reopen_abandoned(tx, clock())
        if count:
            log.warning("delivery.uncertain", count=count)

    looking = (
        ()
        if mailbox is None
        else (Tick("look_into_mailbox", LOOK_INTO_MAILBOX_EVERY, mailbox.look, wakes_on=storage.MAIL_WAITS),)
    )
    return (
        Tick("send_due", SEND_EVERY, postman.send_due, wakes_on=storage.SIGNAL),
        Tick("reopen_abandoned", LOOK_FOR_ABANDONED_EVERY, reopen_abandoned),
        Tick("reconcile_calls", RECONCILE_EVERY, reconciler.look),
        *looking,
    )


def rules(retention: Retention) -> Sequence[Rule]:
    """What the clocks of the practice say of deliveries, and of what hangs on them."""

    async def take(tx: Transaction, before: datetime, now: datetime) -> int:
        return await storage.purge(tx, before)

    return (Rule("deliveries", retention.deliveries, storage.count_settled, take),)

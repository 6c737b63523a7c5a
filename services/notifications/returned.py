"""Takes back what was returned: one mail as bytes, whoever brings it, and what follows for the mail it names.

Only a mail that names a delivery by a return address of ours acts: nobody knows such an address but the
servers on the way and whoever reads the mailbox. A Message-ID travels on with every answer and proves
nothing; what it names is said, and left for somebody. The same mail brought twice acts once. Nothing of what
it says is stored or logged but its kind and a status code.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.notifications import storage
from services.notifications.domain.decide import COMPLAINED
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.outcome import Failed, Reply
from services.notifications.domain.returned import (
    Automatic,
    Came,
    Complaint,
    Delayed,
    FromAPerson,
    Undelivered,
    why_undelivered,
)
from services.notifications.metrics import returned
from services.notifications.press import desk_of, mail_domain
from services.notifications.returns import ReturnAddresses, read
from services.notifications.settings import NotificationsSettings
from services.notifications.settle import Ledger
from shared.clock import Clock
from shared.database import Database, Transaction
from shared.ids import Ids
from shared.logs import get_logger
from shared.practice import Practice

log = get_logger(__name__)

Kind = Literal["undelivered", "delayed", "complaint", "automatic", "from_a_person"]
Done = Literal["acted", "noted", "repeated", "ignored", "unproven", "unmatched", "left"]
FAILED_ALREADY = "failed"
LEFT_TO_SOMEBODY: frozenset[Done] = frozenset({"unproven", "unmatched", "left"})


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What one mail was and what was done, in codes; `reference` and `template` of the mail that it names.

    acted: what follows from it was done · noted: it changes nothing, and is kept · repeated: it was taken
    back before · ignored: it says nothing of a mail · unproven: it names a mail without a return address of
    ours · unmatched: it names none · left: a person's, for a person to read.
    """

    kind: Kind
    done: Done
    why: str | None = None
    status: str | None = None
    reference: str | None = None
    template: str | None = None

    @property
    def is_for_somebody(self) -> bool:
        """Whether it stays where it is, for a person to look at."""
        return self.done in LEFT_TO_SOMEBODY


@dataclass(frozen=True, slots=True)
class Returns:
    """Takes mails back, one at a time; a command and a mailbox that is polled call the same."""

    ledger: Ledger
    addresses: ReturnAddresses

    async def take_back(self, raw: bytes) -> TakenBack:
        """What it was and what was done. Raises Retryable when the database stays away; nothing else."""
        found = read(raw)
        match found.came:
            case FromAPerson():
                taken = TakenBack("from_a_person", "left")
            case Automatic(why=why):
                taken = TakenBack("automatic", "ignored", why)
            case came:
                taken = await self._match(came, found.addresses, found.message_ids)
        returned.labels(taken.kind, taken.done).inc()
        log.info("mail.returned", type=taken.kind, state=taken.done, why=taken.why)
        return taken

    async def _match(self, came: Came, addresses: Sequence[str], message_ids: Sequence[str]) -> TakenBack:
        named = (self.addresses.delivery_in(one) for one in addresses)
        delivery_id = next((one for one in named if one is not None), None)
        now = self.ledger.clock()
        async with self.ledger.database.transaction() as tx:
            gone = await storage.delivery_gone(tx, delivery_id) if delivery_id is not None else None
            if gone is not None:
                return await self._taken(tx, came, gone, now)
            seen = await storage.reference_of_mail(tx, message_ids) if message_ids else None
        kind, status = _kind(came), _status(came)
        if seen is None:
            return TakenBack(kind, "unmatched", status=status)
        return TakenBack(kind, "unproven", status=status, reference=seen[0], template=seen[1])

    async def _taken(self, tx: Transaction, came: Came, gone: storage.Gone, now: datetime) -> TakenBack:
        delivery, kind, status = gone.delivery, _kind(came), _status(came)
        why: str | None = None
        done: Done = "repeated"
        if await storage.note_return(tx, delivery.id, kind, status, now):
            done = "noted"
            match came:
                case Undelivered():
                    why = why_undelivered(status)
                    done = "noted" if gone.state == FAILED_ALREADY else "acted"
                    if done == "acted":
                        await self._undelivered(tx, delivery, why, status, now)
                case Complaint() if delivery.plan.role == "client":
                    done, why = "acted", COMPLAINED
                    await self._complained(tx, delivery, now)
                case _:
                    pass  # late, or a colleague's own matter
        return TakenBack(kind, done, why, status, delivery.plan.reference, delivery.plan.template)

    async def _undelivered(
        self, tx: Transaction, delivery: Delivery, why: str, status: str | None, now: datetime
    ) -> None:
        """The same as if the mail server had refused it at once."""
        later = await storage.came_back(tx, delivery, why, status, now)
        await self.ledger.follow(tx, [(later, Failed(why, Reply(None, status)))], now)
        await storage.look_again(tx, [delivery.plan.request_id], now)

    async def _complained(self, tx: Transaction, delivery: Delivery, now: datetime) -> None:
        """Nothing goes there by itself any more; the desk hears of it."""
        await storage.bar(tx, [(delivery.plan.request_id, COMPLAINED)], now)
        await self.ledger.tell(tx, delivery, COMPLAINED, now)
        await storage.look_again(tx, [delivery.plan.request_id], now)


def return_addresses(settings: NotificationsSettings, practice: Practice) -> ReturnAddresses:
    """Where mails come back to. Raises Misconfigured when that cannot be."""
    senders = (practice.from_, practice.discreet_from)
    return ReturnAddresses.of(settings.return_address, settings.link_ring, senders)


def returns_of(
    settings: NotificationsSettings, practice: Practice, database: Database, clock: Clock, ids: Ids
) -> Returns:
    """What takes mails back for this practice. Raises Misconfigured when return addresses cannot be read."""
    ledger = Ledger(database, desk_of(practice), mail_domain(practice), clock, ids)
    return Returns(ledger, return_addresses(settings, practice))


def _kind(came: Came) -> Kind:
    match came:
        case Undelivered():
            return "undelivered"
        case Delayed():
            return "delayed"
        case Complaint():
            return "complaint"
        case Automatic():
            return "automatic"
        case FromAPerson():
            return "from_a_person"


def _status(came: Came) -> str | None:
    return came.status if isinstance(came, Undelivered | Delayed) else None

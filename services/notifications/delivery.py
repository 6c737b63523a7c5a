"""The delivery loop: claim, ask, decide, write, look again, send, settle. The one path to the mail server.

A claim is up to sixteen due rows, taken under a lease in one commit and settled in one. Deliveries are
independent: what goes wrong with one is its own outcome, and one that a slow server keeps waiting is followed
in the background under a renewed lease while the others go on. A crash leaves rows in `sending`; when their
lease ends they are uncertain and go again under the same Message-ID.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from services.notifications import storage
from services.notifications.asking import Known, learn, reach_of, standing_of
from services.notifications.domain.decide import (
    HoldUntil,
    NotSent,
    QuietHours,
    Standing,
    decide,
    refused_already,
)
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Sent, TryAgain, Withheld
from services.notifications.domain.reminders import CONFIRMED_LATELY
from services.notifications.domain.retry import AWAY, delay_after
from services.notifications.press import Printer
from services.notifications.returns import ReturnAddresses
from services.notifications.settle import Ledger
from services.notifications.smtp import (
    Accepted,
    Away,
    Carrier,
    Deferred,
    Envelope,
    Refused,
    Result,
    Unknown,
    checked,
)
from shared.logs import described, get_logger
from shared.messaging.ask import Asker
from shared.tasks import ended

log = get_logger(__name__)

AT_ONCE = 16  # deliveries in a claim
CLAIMS = 4  # worked off side by side; when mails come faster, claims grow instead
MOST_SLOW = 64  # mails that wait for a slow server, before no more are taken up
PATIENCE_SECONDS = 0.25  # how long a claim waits for its slowest mail before the next claim begins
CLOSING_SECONDS = 2.0
RENEW_SECONDS = storage.LEASE.total_seconds() / 3

Settled = tuple[Delivery, Outcome]


@dataclass(frozen=True, slots=True)
class Ready:
    """A mail that may go and is written; it exists in memory only."""

    delivery: Delivery
    envelope: Envelope


Sending = dict[asyncio.Task[Result], Ready]


@dataclass(slots=True)
class Postman:
    """Works off the queue of deliveries. Close it at the end."""

    ledger: Ledger
    press: Printer
    quiet: QuietHours
    mailer: Carrier
    ask: Asker
    returns: ReturnAddresses = field(default_factory=ReturnAddresses)
    _claims: set[asyncio.Task[None]] = field(default_factory=set)
    _followed: set[asyncio.Task[None]] = field(default_factory=set)
    _slow: int = 0
    _looked_back: bool = False

    async def send_due(self) -> None:
        """Takes up what is due, most urgent first, and returns when nothing more is, or too much is slow.

        The claims are worked off in the background, so that a mail due now does not wait for earlier ones.
        """
        if not self._looked_back:
            await self._look_back()
        while self._slow < MOST_SLOW and await self.mailer.reachable():
            if len(self._claims) >= CLAIMS:
                await asyncio.wait(self._claims, return_when=asyncio.FIRST_COMPLETED)
                continue
            lease = self.ledger.ids.new()
            async with self.ledger.database.transaction() as tx:
                claimed = await storage.claim_due(tx, lease, AT_ONCE, self.ledger.clock())
            if claimed:
                self._begin(self._work_off(lease, claimed), self._claims)
            if len(claimed) < AT_ONCE:
                return

    async def worked_off(self) -> None:
        """Returns when every claim is settled, but for mails that a slow server keeps waiting."""
        while self._claims:
            await asyncio.wait(self._claims)

    async def close(self) -> None:
        """Waits a little for what is under way; what is not settled then is uncertain after its lease."""
        if under_way := self._claims | self._followed:
            _, late = await asyncio.wait(under_way, timeout=CLOSING_SECONDS)
            await asyncio.gather(*map(ended, late | self._followed))
        await self.mailer.close()

    async def _look_back(self) -> None:
        """Once, before the first claim: what an earlier process was sending when it ended."""
        async with self.ledger.database.transaction() as tx:
            count = await storage.reopen_left_behind(tx, self.ledger.clock())
        self._looked_back = True
        if count:
            log.warning("delivery.uncertain", count=count)

    async def _work_off(self, lease: str, claimed: Sequence[Delivery]) -> None:
        settled, undecided = _without_asking(claimed, self.ledger.clock())
        known = await learn(self.ask, undecided) if undecided else {}
        standings = await self._standings(undecided, known) if undecided else {}
        prepared = [await self._prepared(each, known[each.id], standings[each.id]) for each in undecided]
        ready = [one for one in prepared if isinstance(one, Ready)]
        settled += [one for one in prepared if not isinstance(one, Ready)]
        stopped, ready = await self._look_again(lease, ready)
        sending = {asyncio.create_task(self.mailer.send(one.envelope)): one for one in ready}
        if sending:
            await asyncio.wait(sending, timeout=PATIENCE_SECONDS)
        ended = self._ended(sending)
        if sending:
            self._slow += len(sending)
            self._begin(self._see_through(lease, sending), self._followed)
        await self.ledger.settle(lease, [*settled, *stopped, *ended])

    async def _prepared(self, delivery: Delivery, known: Known, request: Standing | None) -> Ready | Settled:
        """One mail at a time: a mail takes milliseconds to write, and others wait for the loop, too."""
        (result,) = await asyncio.gather(self._prepare(delivery, known, request), return_exceptions=True)
        return _or_defect(delivery, result)

    async def _standings(
        self, undecided: Sequence[Delivery], known: Mapping[str, Known]
    ) -> Mapping[str, Standing | None]:
        """How their requests stand: what was said just now, and what is kept here."""
        reminders = [one for one in undecided if one.plan.template == "call_reminder"]
        async with self.ledger.database.reading() as tx:
            barriers = await storage.barriers(tx, {one.plan.request_id for one in undecided})
            confirmed = await storage.just_confirmed(tx, reminders, self.ledger.clock() - CONFIRMED_LATELY)
        return {
            one.id: standing_of(
                known[one.id],
                barriers.get(one.plan.request_id, frozenset()),
                just_confirmed=one.id in confirmed,
            )
            for one in undecided
        }

    async def _prepare(self, delivery: Delivery, known: Known, request: Standing | None) -> Ready | Settled:
        """Decides, and writes the mail if it may go now."""
        now = self.ledger.clock()
        if known.silent is not None and not _goes_anyway(delivery):
            return delivery, TryAgain(now + AWAY, f"{known.silent}_away", tried=False)
        contact = reach_of(known.contact, self.press.zone)
        decision = decide(delivery, contact, request, self.quiet, now, open_duties=known.open_duties)
        match decision:
            case HoldUntil(until=until, why=why):
                return delivery, Held(until, why)
            case NotSent(why=why):
                return delivery, Withheld(why)
        to = self.press.address_of(delivery, known)
        if to is None:
            return delivery, _unaddressed(delivery)
        address = checked(to[1])
        if isinstance(address, Refused):
            return delivery, Failed(address.why)
        content = self.press.print(delivery, known, decision, (to[0], address), now, request)
        comes_back_to = self.returns.of_mail(content.sender, delivery.id)
        return Ready(delivery, replace(content, sender=comes_back_to))

    async def _look_again(self, lease: str, ready: Sequence[Ready]) -> tuple[list[Settled], list[Ready]]:
        """Just before sending: is it still ours, and was it stopped or too late while we asked and wrote?"""
        if not ready:
            return [], []
        now = self.ledger.clock()
        async with self.ledger.database.reading() as tx:
            ours = await storage.still_ours(tx, lease, now)
        stopped: list[Settled] = []
        goes: list[Ready] = []
        for one in (each for each in ready if each.delivery.id in ours):
            refused = refused_already(replace(one.delivery, stopped=ours[one.delivery.id]), now)
            if refused is None:
                goes.append(one)
            else:
                stopped.append((one.delivery, Withheld(refused.why)))
        return stopped, goes

    def _ended(self, sending: Sending) -> list[Settled]:
        """Takes those that have ended out of `sending`, with what came of each."""
        now = self.ledger.clock()
        ended = [task for task in sending if task.done()]
        return [(sending[task].delivery, _outcome(sending.pop(task), task, now)) for task in ended]

    def _begin(self, work: Coroutine[Any, Any, None], among: set[asyncio.Task[None]]) -> None:
        task = asyncio.create_task(work)
        among.add(task)
        task.add_done_callback(among.discard)
        task.add_done_callback(_log_failure)

    async def _see_through(self, lease: str, sending: Sending) -> None:
        """Settles each slow mail when it ends; until then its lease is renewed."""
        try:
            while sending:
                await asyncio.wait(sending, timeout=RENEW_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                ended = self._ended(sending)
                self._slow -= len(ended)
                await self.ledger.settle(lease, ended)
                async with self.ledger.database.transaction() as tx:
                    await storage.renew(tx, lease, self.ledger.clock())
        finally:
            self._slow -= len(sending)
            for task in sending:
                task.cancel()


def _without_asking(claimed: Sequence[Delivery], now: datetime) -> tuple[list[Settled], list[Delivery]]:
    """Those that cannot go whoever the person is: nobody's contact is asked for in vain."""
    settled: list[Settled] = []
    undecided: list[Delivery] = []
    for delivery in claimed:
        refused = refused_already(delivery, now)
        if refused is not None:
            settled.append((delivery, Withheld(refused.why)))
        else:
            undecided.append(delivery)
    return settled, undecided


def _unaddressed(delivery: Delivery) -> Outcome:
    """A clinician without an address is somebody's to look into; anybody else was not to be written to."""
    return Failed("no_email") if delivery.plan.role == "clinician" else Withheld("no_email")


def _goes_anyway(delivery: Delivery) -> bool:
    """An alert waits once for intake to answer, and then goes with the reference alone."""
    return delivery.plan.role == "on_call" and delivery.version > 1


def _or_defect(delivery: Delivery, result: Ready | Settled | BaseException) -> Ready | Settled:
    """A mail that cannot be written is our mistake: it fails alone, and somebody is told."""
    if isinstance(result, Exception):
        log.error(
            "delivery.not_written",
            delivery_id=delivery.id,
            template=delivery.plan.template,
            **described(result),
        )
        return delivery, Failed("defect")
    if isinstance(result, BaseException):
        raise result
    return result


def _outcome(ready: Ready, task: asyncio.Task[Result], now: datetime) -> Outcome:
    """What the mailer's result means for the row; a mistake of ours may have come after the content."""
    later = now + delay_after(ready.delivery.attempts)
    error = task.exception()
    if error is not None:
        log.error("delivery.not_sent", delivery_id=ready.delivery.id, **described(error))
        return TryAgain(later, "defect", uncertain=True)
    match task.result():
        case Accepted(reply=reply):
            return Sent(reply, sha256(ready.envelope.content).hexdigest())
        case Away(why=why, reply=reply):
            return TryAgain(now + AWAY, why, reply, tried=False)
        case Deferred(why=why, reply=reply):
            return TryAgain(later, why, reply)
        case Refused(why=why, reply=reply):
            return Failed(why, reply)
        case Unknown(why=why):
            return TryAgain(later, why, uncertain=True)


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("delivery.not_settled", **described(error))

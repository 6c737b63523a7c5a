"""Keeps what came of a claim: one commit for its rows, the facts that follow, and whoever stands in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications import storage
from services.notifications.domain.decide import BOUNCED
from services.notifications.domain.delivery import Delivery, PlannedDelivery
from services.notifications.domain.desk import Desk
from services.notifications.domain.outcome import Failed, Outcome, Sent, Withheld
from services.notifications.domain.plan import plan_instead, plan_unreachable
from services.notifications.domain.returned import no_such_address
from services.notifications.domain.unreachable import TOLD, plan_notice
from services.notifications.metrics import count_outcome
from shared.clock import Clock
from shared.contracts.base import Fact
from shared.contracts.notifications import AlertSent, MailFailed, MailSuppressed
from shared.database import Database, Transaction
from shared.errors import Retryable
from shared.ids import Ids
from shared.logs import get_logger
from shared.messaging.outbox import announce

log = get_logger(__name__)

RETRY_SECONDS = (
    0.1,
    0.5,
    2.0,
)  # a commit that fails here would send a mail twice, so it is worth some patience


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where outcomes are kept."""

    database: Database
    desk: Desk
    mail_domain: str
    clock: Clock
    ids: Ids

    async def settle(self, lease: str, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
        """Records them, if the lease still holds. Raises Retryable when the database stays away."""
        if not outcomes:
            return
        for pause in RETRY_SECONDS:
            try:
                await self._settle(lease, outcomes)
            except Retryable:
                await asyncio.sleep(pause)
            else:
                return
        await self._settle(lease, outcomes)

    async def _settle(self, lease: str, outcomes: Sequence[tuple[Delivery, Outcome]]) -> None:
        now = self.clock()
        async with self.database.transaction() as tx:
            settled = await storage.save_outcomes(
                tx, lease, {delivery.id: outcome for delivery, outcome in outcomes}, now
            )
            ours = [(delivery, outcome) for delivery, outcome in outcomes if delivery.id in settled]
            await self.follow(tx, ours, now)
        for delivery, outcome in ours:
            count_outcome(delivery, outcome, now)
        if len(ours) < len(outcomes):
            log.warning("delivery.lease_lost", count=len(outcomes) - len(ours))

    async def follow(
        self, tx: Transaction, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime
    ) -> None:
        """What follows from these outcomes, whenever they are known: the facts, whoever stands in or is told,
        and an address that does not exist is not written to.
        """
        await announce(tx, _facts(outcomes, now), now=now)
        await self._ask_others(tx, outcomes, now)
        await storage.bar(tx, [(each.plan.request_id, BOUNCED) for each in _bounced(outcomes)], now)

    async def tell(self, tx: Transaction, delivery: Delivery, why: str, now: datetime) -> None:
        """A coordinator hears that mail does not reach a person: once for each reason, until they give
        another address. Not of who asked for silence, or is gone.
        """
        plan = delivery.plan
        if why not in TOLD or await storage.is_over(tx, plan, storage.SILENCED):
            return
        if await storage.told_of_address(tx, plan.request_id) == why:
            return
        owner = plan.codes.get("owner") or await storage.owner_known(tx, plan.request_id)
        referral_id = (await storage.referrals_of(tx, [plan.request_id])).get(plan.request_id)
        notice = plan_notice(delivery, why, referral_id, self.desk.present(owner or self.desk.owner), now)
        await storage.save_planned(tx, [notice], self.ids, self.mail_domain, now)

    async def _ask_others(
        self, tx: Transaction, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime
    ) -> None:
        """An address that refuses its mail leaves nobody in limbo: a colleague gets it, or hears of it."""
        for delivery, outcome in outcomes:
            if isinstance(outcome, Failed) and delivery.plan.role == "client":
                await self.tell(tx, delivery, _told_as(outcome), now)
            elif isinstance(outcome, Failed):
                tried = await storage.recipients_tried(tx, delivery.plan)
                instead = plan_instead(delivery.plan, tried, self.desk, now)
                mail = instead or plan_unreachable(delivery.plan, self.desk, now)
                if mail is not None:
                    await storage.save_planned(tx, [mail], self.ids, self.mail_domain, now)


def _bounced(outcomes: Sequence[tuple[Delivery, Outcome]]) -> list[Delivery]:
    """Mails to a person whose address does not exist; any other refusal may pass."""
    return [
        delivery
        for delivery, outcome in outcomes
        if isinstance(outcome, Failed)
        and delivery.plan.role == "client"
        and no_such_address(outcome.reply.enhanced)
    ]


def _told_as(outcome: Failed) -> str:
    return BOUNCED if no_such_address(outcome.reply.enhanced) else outcome.why


def _alert_sent(plan: PlannedDelivery, about: dict[str, Any], now: datetime) -> AlertSent:
    """Intake sends itself what it does not hear this of in time."""
    return AlertSent(**about, sent_at=now, safety_version=plan.subject_version, recipient=plan.recipient_id)


def _facts(outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime) -> list[Fact]:
    facts: list[Fact] = []
    for delivery, outcome in outcomes:
        about: dict[str, Any] = {
            "delivery_id": delivery.id,
            "version": delivery.version,
            "request_id": delivery.plan.request_id,
            "template": delivery.plan.template,
            "recipient_role": delivery.plan.role,
        }
        match outcome:
            case Failed(why=why):
                facts.append(MailFailed(**about, failed_at=now, why=why))
            case Sent() if delivery.plan.role == "on_call":
                facts.append(_alert_sent(delivery.plan, about, now))
            case Withheld(why=why):
                facts.append(MailSuppressed(**about, suppressed_at=now, why=why))
            case _:
                pass
    return facts

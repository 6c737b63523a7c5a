"""Keeps what came of a claim: one commit for its rows, the facts that follow, and whoever stands in."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.notifications import storage
from services.notifications.domain.decide import BOUNCED
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.desk import Desk
from services.notifications.domain.outcome import Failed, Outcome, Withheld
from services.notifications.domain.plan import plan_instead, plan_unreachable
from services.notifications.metrics import count_outcome
from shared.clock import Clock
from shared.contracts.base import Fact
from shared.contracts.notifications import MailFailed, MailSuppressed
from shared.database import Database, Transaction
from shared.errors import Retryable
from shared.ids import Ids
from shared.logs import get_logger
from shared.messaging.outbox import announce

log = get_logger(__name__)

NO_SUCH_ADDRESS = "5.1."
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
            await announce(tx, _facts(ours, now), now=now)
            await self._ask_others(tx, ours, now)
            await storage.bar(tx, [(each.plan.request_id, BOUNCED) for each in _bounced(ours)], now)
        for delivery, outcome in ours:
            count_outcome(delivery, outcome, now)
        if len(ours) < len(outcomes):
            log.warning("delivery.lease_lost", count=len(outcomes) - len(ours))

    async def _ask_others(
        self, tx: Transaction, outcomes: Sequence[tuple[Delivery, Outcome]], now: datetime
    ) -> None:
        """An address that refuses its mail leaves nobody in limbo: a colleague gets it, or hears of it."""
        for delivery, outcome in outcomes:
            if isinstance(outcome, Failed) and delivery.plan.role != "client":
                tried = await storage.recipients_tried(tx, delivery.plan)
                instead = plan_instead(delivery.plan, tried, self.desk, now)
                mail = instead or plan_unreachable(delivery.plan, self.desk, now)
                if mail is not None:
                    await storage.save_planned(tx, [mail], self.ids, self.mail_domain, now)


def _bounced(outcomes: Sequence[tuple[Delivery, Outcome]]) -> list[Delivery]:
    """Mails to a person whose address does not exist (5.1.x of RFC 3463); any other refusal may pass."""
    return [
        delivery
        for delivery, outcome in outcomes
        if isinstance(outcome, Failed)
        and delivery.plan.role == "client"
        and (outcome.reply.enhanced or "").startswith(NO_SUCH_ADDRESS)
    ]


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
            case Withheld(why=why):
                facts.append(MailSuppressed(**about, suppressed_at=now, why=why))
            case _:
                pass
    return facts

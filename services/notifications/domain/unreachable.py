"""Word to a coordinator that mail does not reach a person: nobody waits for an answer to what never came."""

from dataclasses import replace
from datetime import datetime

from services.notifications.domain.decide import BOUNCED, COMPLAINED
from services.notifications.domain.delivery import Delivery, PlannedDelivery

TOLD: frozenset[str] = frozenset(
    {
        BOUNCED,
        COMPLAINED,
        "mailbox_full",
        "gave_up",
        "content_refused",
        "recipient_refused",
        "address_invalid",
        "address_needs_smtputf8",
    }
)
"""Why a mail did not reach a person, where that is the address's or its server's doing and not ours."""


def plan_notice(
    delivery: Delivery, why: str, referral_id: str | None, coordinator_id: str, now: datetime
) -> PlannedDelivery:
    """The mail that says so, about this delivery; it leads to the referral where there is one."""
    return replace(
        delivery.plan,
        template="unreachable_notice",
        role="coordinator",
        recipient_id=coordinator_id,
        subject_id=delivery.id,
        subject_version=1,
        codes={"why": why, "template": delivery.plan.template, "referral_id": referral_id},
        occurred_at=now,
        due_at=now,
        not_after=None,
        dedup_key=f"unreachable_notice:{delivery.id}:{why}:{coordinator_id}",
        immediate=False,
    )

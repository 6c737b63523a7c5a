"""The queue of deliveries: planned, claimed under a lease, and settled, a list at a time."""

from collections.abc import Container, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from services.notifications.domain.delivery import Delivery, PlannedDelivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Reply, Sent, TryAgain, Withheld
from services.notifications.storage.erasure import load_buried
from services.notifications.storage.stops import LOOK_AGAIN, born_stopped, closed, restored_until
from services.notifications.storage.tables import IS_OPEN, SIGNAL, deliveries, erased_requests
from shared.alerts import alert_message_id
from shared.database import Row, Transaction, UtcInstant, insert_new, wake_after_commit
from shared.ids import Ids

LEASE = timedelta(seconds=30)
URGENCY = {"safety": 0, "transactional": 1, "coordinator": 1, "clinician": 1, "resources": 2}

# Run for every claim: building these statements would cost more than running them.
_NOW = sa.bindparam("now", type_=UtcInstant)
DUE = (
    sa.select(deliveries.c.id)
    .where(IS_OPEN, deliveries.c.due_at <= _NOW)
    .order_by(deliveries.c.urgency, deliveries.c.due_at)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
TAKE = (
    sa.update(deliveries)
    .where(deliveries.c.id.in_(sa.bindparam("due", expanding=True)))
    .values(
        state="sending",
        lease=sa.bindparam("of"),
        leased_until=sa.bindparam("until"),
        version=deliveries.c.version + 1,
        attempts=deliveries.c.attempts + 1,
        changed_at=_NOW,
    )
    .returning(deliveries)
)
ERASED = sa.exists().where(erased_requests.c.request_id == deliveries.c.request_id)
STILL_OURS = sa.select(deliveries.c.id, deliveries.c.stopped).where(
    deliveries.c.lease == sa.bindparam("of"), deliveries.c.leased_until > _NOW, ~ERASED
)
HELD = (
    sa.select(deliveries.c.id, deliveries.c.uncertain, deliveries.c.reason, deliveries.c.stopped)
    .where(deliveries.c.lease == sa.bindparam("of"), deliveries.c.id.in_(sa.bindparam("ids", expanding=True)))
    .with_for_update()
)


async def save_planned(
    tx: Transaction, planned: Sequence[PlannedDelivery], ids: Ids, mail_domain: str, now: datetime
) -> set[str]:
    """Each mail is a row once, whatever comes twice: the deduplication keys of those that are new.

    About somebody who was erased there is none. One about something closed, or to who asked for silence, is
    born stopped, and settled at once.
    """
    gone = await load_buried(tx, [one.request_id for one in planned]) if planned else set()
    planned = [one for one in planned if one.request_id not in gone]
    if not planned:
        return set()
    closures, until = await closed(tx, planned), await restored_until(tx)
    rows = [_row(one, ids.new(), mail_domain, born_stopped(one, closures, until), now) for one in planned]
    new = await insert_new(tx, deliveries, rows, returning=deliveries.c.dedup_key)
    wake_after_commit(tx, SIGNAL)
    return new


async def claim_due(tx: Transaction, lease: str, limit: int, now: datetime) -> list[Delivery]:
    """Takes the most urgent due rows as `sending` under a lease that others respect until it ends."""
    due = await tx.execute(DUE, {"now": now, "most": limit})
    ids = list(due.scalars())
    if not ids:
        return []
    rows = await tx.execute(TAKE, {"due": ids, "of": lease, "until": now + LEASE, "now": now})
    claimed = sorted(rows.mappings(), key=lambda row: (row["urgency"], row["due_at"]))
    return [delivery_of(row) for row in claimed]


async def still_ours(tx: Transaction, lease: str, now: datetime) -> Mapping[str, str | None]:
    """The rows that this lease still holds, with why each must not go any more, if so; none of the erased."""
    rows = await tx.execute(STILL_OURS, {"of": lease, "now": now})
    return {row.id: row.stopped for row in rows}


async def renew(tx: Transaction, lease: str, now: datetime) -> None:
    """A slow mail server is not a crash: the lease goes on, unless it has ended already."""
    await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.lease == lease, deliveries.c.leased_until > now)
        .values(leased_until=now + LEASE)
    )


async def save_outcomes(
    tx: Transaction, lease: str, outcomes: Mapping[str, Outcome], now: datetime
) -> set[str]:
    """Settles the rows that this lease still holds and gives their ids; others are somebody else's now.

    What is to be held, and was released or stopped while that was decided, is due again at once.
    """
    ours = {row.id: row for row in await tx.execute(HELD, {"of": lease, "ids": list(outcomes)})}
    if ours:
        doubtful = {one for one, row in ours.items() if row.uncertain}
        overheard = {one for one, row in ours.items() if row.reason == LOOK_AGAIN or row.stopped}
        said = {
            one: _held_no_longer(outcomes[one], now) if one in overheard else outcomes[one] for one in ours
        }
        marks = [_mark(one, outcome, doubtful) for one, outcome in said.items()]
        await tx.execute(
            sa.update(deliveries)
            .where(deliveries.c.id == sa.bindparam("row"), deliveries.c.lease == lease)
            .values(
                {name: sa.bindparam(f"new_{name}") for name in _MARKED}
                | {"attempts": sa.case((_NEW_STATE == "held", 0), else_=deliveries.c.attempts - _UNTRIED)}
                | {"due_at": sa.func.coalesce(_NEW_DUE_AT, deliveries.c.due_at)}
                | {"lease": None, "leased_until": None, "changed_at": now}
            ),
            marks,
        )
        if overheard:
            wake_after_commit(tx, SIGNAL)
    return set(ours)


async def reopen_left_behind(tx: Transaction, now: datetime) -> int:
    """What a process finds in `sending` when it starts: on SQLite, where it is alone, nobody works on it."""
    alone = tx.dialect.name == "sqlite"
    return await reopen_abandoned(tx, now, now + LEASE if alone else now)


async def reopen_abandoned(tx: Transaction, now: datetime, ended_by: datetime | None = None) -> int:
    """Rows whose lease has ended are uncertain, and go again under the same Message-ID.

    That a process ended is no answer of the mail server: it counts as no attempt.
    """
    abandoned = await tx.execute(
        sa.update(deliveries)
        .where(deliveries.c.lease.is_not(None), deliveries.c.leased_until <= (ended_by or now))
        .values(
            state="planned",
            reason="interrupted",
            uncertain=True,
            attempts=deliveries.c.attempts - 1,
            due_at=now,
            lease=None,
            leased_until=None,
            changed_at=now,
        )
    )
    if abandoned.rowcount:
        wake_after_commit(tx, SIGNAL)
    return abandoned.rowcount


async def recipients_tried(tx: Transaction, plan: PlannedDelivery) -> set[str]:
    """Everybody to whom this same mail was planned."""
    rows = await tx.execute(
        sa.select(deliveries.c.recipient_id).where(
            deliveries.c.template == plan.template,
            deliveries.c.request_id == plan.request_id,
            deliveries.c.subject_id == plan.subject_id,
            deliveries.c.subject_version == plan.subject_version,
        )
    )
    return set(rows.scalars())


def delivery_of(row: Mapping[str, Any]) -> Delivery:
    """A row as the domain knows it."""
    names = PlannedDelivery.__dataclass_fields__
    return Delivery(
        id=row["id"],
        plan=PlannedDelivery(**{name: row[name] for name in names}),
        version=row["version"],
        attempts=row["attempts"],
        uncertain=row["uncertain"],
        message_id=row["message_id"],
        stopped=row["stopped"],
    )


def _row(plan: PlannedDelivery, new_id: str, mail_domain: str, stopped: str | None, now: datetime) -> Row:
    return {name: getattr(plan, name) for name in PlannedDelivery.__dataclass_fields__} | {
        "id": new_id,
        "mail_class": plan.mail_class,
        "codes": dict(plan.codes),
        "urgency": URGENCY[plan.mail_class],
        "due_at": plan.due_at if stopped is None else min(plan.due_at, now),
        "state": "planned",
        "stopped": stopped,
        "version": 0,
        "attempts": 0,
        "uncertain": False,
        "message_id": _message_id(plan, new_id, mail_domain),
        "changed_at": now,
    }


def _message_id(plan: PlannedDelivery, new_id: str, mail_domain: str) -> str:
    """An alert's is known to intake too, which sends it itself where this way fails."""
    if plan.role == "on_call":
        return alert_message_id(plan.request_id, plan.subject_version, plan.recipient_id, mail_domain)
    return f"<{new_id}@{mail_domain}>"


_MARKED = ("state", "reason", "uncertain", "smtp_code", "smtp_enhanced", "sha256")
_NEW_STATE = sa.bindparam("new_state", type_=sa.String)
_NEW_DUE_AT = sa.bindparam("new_due_at", type_=UtcInstant)
_UNTRIED = sa.bindparam("untried", type_=sa.Integer)  # 1 where the claim came to no attempt


def _held_no_longer(outcome: Outcome, now: datetime) -> Outcome:
    """The outcome of a mail that was released or stopped since it was taken up."""
    return Held(now, outcome.why) if isinstance(outcome, Held) else outcome


def _mark(delivery_id: str, outcome: Outcome, doubtful: Container[str]) -> dict[str, Any]:
    """What `save_outcomes` writes into the row; what was ever uncertain stays so."""
    state, reason, due_at, reply, sha256 = "planned", None, None, Reply(), None
    uncertain, tried = delivery_id in doubtful, True
    match outcome:
        case Sent():
            state, reply, sha256 = "sent", outcome.reply, outcome.sha256
        case TryAgain():
            reason, due_at, reply = outcome.why, outcome.at, outcome.reply
            uncertain, tried = uncertain or outcome.uncertain, outcome.tried
        case Held():
            state, reason, due_at = "held", outcome.why, outcome.until
        case Withheld():
            state, reason = "not_sent", outcome.why
        case Failed():
            state, reason, reply = "failed", outcome.why, outcome.reply
    return {
        "row": delivery_id,
        "new_state": state,
        "new_reason": reason,
        "new_due_at": due_at,
        "new_uncertain": uncertain,
        "new_smtp_code": reply.code,
        "new_smtp_enhanced": reply.enhanced,
        "new_sha256": sha256,
        "untried": 0 if tried else 1,
    }

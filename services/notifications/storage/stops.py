"""What must not go any more: mail about what is closed, to who asked for silence, and what was overtaken.

A stop marks a row, whoever holds it; the next attempt, due at once, settles it with the reason.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from services.notifications.domain.delivery import (
    FAREWELLS,
    KEEPS_GOING_AFTER_A_RESTORE,
    TOLD_A_CLINICIAN,
    PlannedDelivery,
    Template,
)
from services.notifications.domain.overtake import OVERTAKEN, REMINDERS, WITH_OR_WITHOUT_A_CALL
from services.notifications.storage.erasure import load_buried
from services.notifications.storage.tables import OPEN, SIGNAL, closures, deliveries, holds, restores
from shared.database import Transaction, UtcInstant, insert_new, wake_after_commit
from shared.messaging.tables import seen_versions

UNSETTLED = (*OPEN, "sending")
SILENCED = "silenced"
RESTORED = "restored"  # the system before the restore may have sent it
LOOK_AGAIN = "look_again"  # what held a mail has ended while somebody was deciding about it
OVERTAKE = (
    sa.update(deliveries)
    .where(
        deliveries.c.request_id == sa.bindparam("request"),
        deliveries.c.subject_id == sa.bindparam("referral"),
        deliveries.c.subject_version < sa.bindparam("heard"),
        deliveries.c.template.in_(sa.bindparam("templates", expanding=True)),
        deliveries.c.state.in_(UNSETTLED),
    )
    .values(stopped=OVERTAKEN, due_at=sa.bindparam("now", type_=UtcInstant))
)


@dataclass(frozen=True, slots=True)
class Heard:
    """The version at which a fact spoke of a referral."""

    request_id: str
    referral_id: str
    version: int


async def close(tx: Transaction, entity_ids: Iterable[str], why: str, now: datetime) -> None:
    """No client mail about these requests or referrals goes any more, planned before or after this.

    A referral's end does not stop the mail that tells of it.
    """
    wanted = list(dict.fromkeys(entity_ids))
    gone = await load_buried(tx, wanted) if wanted else set()
    rows = [{"entity_id": one, "why": why, "closed_at": now} for one in wanted if one not in gone]
    await insert_new(tx, closures, rows, returning=closures.c.entity_id)
    about = [row["entity_id"] for row in rows]
    of_these = sa.and_(deliveries.c.subject_id.in_(about), deliveries.c.template.not_in(FAREWELLS))
    await _stop(tx, sa.or_(deliveries.c.request_id.in_(about), of_these), why, now)


async def reopen(tx: Transaction, referral_ids: Collection[str]) -> None:
    """Client mails about these referrals that are planned from now on may go."""
    if referral_ids:
        await tx.execute(sa.delete(closures).where(closures.c.entity_id.in_(list(referral_ids))))


async def stop_for(tx: Transaction, request_ids: Iterable[str], why: str, now: datetime) -> None:
    """Client mails about these requests that are waiting do not go; later ones are decided afresh."""
    await _stop(tx, deliveries.c.request_id.in_(list(request_ids)), why, now)


async def look_again(tx: Transaction, request_ids: Iterable[str], now: datetime) -> None:
    """Mails about these requests that are held, or being held at this moment, are decided afresh at once."""
    under_way = deliveries.c.state == "sending"
    held = await tx.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.request_id.in_(list(request_ids)),
            sa.or_(deliveries.c.state == "held", under_way),
        )
        .values(due_at=now, reason=sa.case((under_way, LOOK_AGAIN), else_=deliveries.c.reason))
    )
    if held.rowcount:
        wake_after_commit(tx, SIGNAL)


async def overtake(
    tx: Transaction, heard: Sequence[Heard], templates: Collection[Template], now: datetime
) -> None:
    """Mails of these templates about an earlier version of these referrals do not go, to whomever."""
    for one in heard:
        said = {"request": one.request_id, "referral": one.referral_id, "heard": one.version}
        stopped = await tx.execute(OVERTAKE, said | {"templates": list(templates), "now": now})
        if stopped.rowcount:
            wake_after_commit(tx, SIGNAL)


async def remind_no_more(tx: Transaction, request_ids: Collection[str], now: datetime) -> None:
    """Something happened to these requests' calls: nobody is reminded of what was due before it."""
    stopped = await tx.execute(
        sa.update(deliveries)
        .where(
            deliveries.c.request_id.in_(sorted(set(request_ids))),
            deliveries.c.template.in_(sorted(REMINDERS)),
            deliveries.c.codes["next_action"].as_string().not_in(sorted(WITH_OR_WITHOUT_A_CALL)),
            deliveries.c.state.in_(UNSETTLED),
            deliveries.c.stopped.is_(None),
        )
        .values(stopped=OVERTAKEN, due_at=now)
    )
    if stopped.rowcount:
        wake_after_commit(tx, SIGNAL)


async def heard_of(tx: Transaction, requests: Mapping[str, str]) -> Sequence[Heard]:
    """The highest version heard of each referral so far; `requests` is the request of each."""
    rows = await tx.execute(
        sa.select(seen_versions.c.entity_id, seen_versions.c.version).where(
            seen_versions.c.about == "referral", seen_versions.c.entity_id.in_(list(requests))
        )
    )
    return [Heard(requests[row.entity_id], row.entity_id, row.version) for row in rows]


async def clinicians_told(tx: Transaction, heard: Sequence[Heard]) -> Mapping[Heard, set[str]]:
    """To whom an offer or an introduction about each of these referrals went, or may have gone, and no end.

    One that was stopped before it left told nobody anything. One under way counts as gone.
    """
    gone = sa.or_(deliveries.c.state.in_(("sent", "sending")), deliveries.c.uncertain)
    told = await _latest(tx, heard, sa.and_(deliveries.c.template.in_(TOLD_A_CLINICIAN), gone))
    ended = await _latest(tx, heard, deliveries.c.template == "offer_ended")
    open_for = {who for who, version in told.items() if version > ended.get(who, 0)}
    return {
        one: {clinician for referral, clinician in open_for if referral == one.referral_id} for one in heard
    }


async def closed(tx: Transaction, planned: Sequence[PlannedDelivery]) -> Mapping[str, str]:
    """Which of the requests and referrals that these mails are about are closed or silent, and why."""
    about = {key for one in planned for key in (one.request_id, one.subject_id)}
    rows = await tx.execute(
        sa.select(closures.c.entity_id, closures.c.why).where(closures.c.entity_id.in_(about))
    )
    found = {row.entity_id: row.why for row in rows}
    silent = await tx.execute(
        sa.select(holds.c.request_id).where(holds.c.request_id.in_(about), holds.c.why == SILENCED)
    )
    return dict.fromkeys(silent.scalars(), SILENCED) | found


async def restored_until(tx: Transaction) -> datetime | None:
    """Until when the system lived whose backup was restored here last; None when none was."""
    found: datetime | None = await tx.scalar(
        sa.select(sa.type_coerce(sa.func.max(restores.c.until), UtcInstant))
    )
    return found


def born_stopped(
    plan: PlannedDelivery, closures_about: Mapping[str, str], lived_until: datetime | None = None
) -> str | None:
    """Why a mail must not go from the start: what it is about is closed for the client, or the system before
    a restore, alive until then, may have sent it.
    """
    sent_before = lived_until is not None and plan.due_at <= lived_until
    if sent_before and plan.mail_class not in KEEPS_GOING_AFTER_A_RESTORE:
        return RESTORED
    if plan.role != "client":
        return None
    why = closures_about.get(plan.request_id)
    return why if why or plan.template in FAREWELLS else closures_about.get(plan.subject_id)


async def _latest(
    tx: Transaction, heard: Sequence[Heard], which: sa.ColumnElement[bool]
) -> Mapping[tuple[str, str], int]:
    """The latest version that clinicians' mails of this kind spoke of, by referral and clinician."""
    latest = sa.func.max(deliveries.c.subject_version).label("version")
    rows = await tx.execute(
        sa.select(deliveries.c.subject_id, deliveries.c.recipient_id, latest)
        .where(
            deliveries.c.request_id.in_([one.request_id for one in heard]),
            deliveries.c.role == "clinician",
            which,
        )
        .group_by(deliveries.c.subject_id, deliveries.c.recipient_id)
    )
    return {(row.subject_id, row.recipient_id): row.version for row in rows}


async def _stop(tx: Transaction, which: sa.ColumnElement[bool], why: str, now: datetime) -> None:
    stopped = await tx.execute(
        sa.update(deliveries)
        .where(which, deliveries.c.role == "client", deliveries.c.state.in_(UNSETTLED))
        .values(stopped=why, due_at=now)
    )
    if stopped.rowcount:
        wake_after_commit(tx, SIGNAL)

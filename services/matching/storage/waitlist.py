"""The waitlist: what would make it worth another look, who was set aside, and which places are promised."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from services.matching.domain.follow import PLACE_FREED
from services.matching.domain.life import PROPOSED
from services.matching.domain.types import Codes, Proposed
from services.matching.storage.decisions import OUTCOMES
from services.matching.storage.places import load_places
from services.matching.storage.referrals import WAITING
from services.matching.storage.roster import load_roster_version
from services.matching.storage.tables import candidates, not_proposed, referrals
from shared.database import Transaction


@dataclass(frozen=True, slots=True)
class WaitlistState:
    """Everything in the database on which it depends who of those waiting is offered a place."""

    waiting: tuple[tuple[str, int], ...]  # referral id and version
    roster_version: int
    places: Mapping[str, int]  # held and taken, by clinician id
    promised: Mapping[str, int]  # proposed because they freed, and not decided on, by clinician id


async def load_waitlist_state(tx: Transaction, now: datetime, stands_for: timedelta) -> WaitlistState | None:
    """The state as it is; None where nobody waits. `stands_for`: how long a place is promised."""
    chosen = sa.select(referrals.c.referral_id, referrals.c.version).where(*WAITING)
    rows = await tx.execute(chosen.order_by(referrals.c.referral_id))
    waiting = tuple((row.referral_id, row.version) for row in rows)
    if not waiting:
        return None
    promised = await load_promised(tx, now, stands_for)
    return WaitlistState(waiting, await load_roster_version(tx), await load_places(tx), promised)


async def load_promised(tx: Transaction, now: datetime, stands_for: timedelta) -> dict[str, int]:
    """How many freed places of each clinician are proposed to somebody who waited, tests left out.

    One of which nobody has decided for so long is promised no more; but never before somebody had to.
    """
    rows = await tx.execute(
        sa.select(candidates.c.clinician_id, sa.func.count().label("places"))
        .join(referrals, referrals.c.referral_id == candidates.c.referral_id)
        .where(
            candidates.c.loads.is_(True),
            candidates.c.place == 1,
            referrals.c.stage == PROPOSED,
            referrals.c.why == PLACE_FREED,
            sa.or_(candidates.c.proposed_at > now - stands_for, referrals.c.due_at > now),
        )
        .group_by(candidates.c.clinician_id)
    )
    return {row.clinician_id: row.places for row in rows}


async def load_set_aside(tx: Transaction) -> dict[str, Codes]:
    """Whom a coordinator took none of before somebody was put on the waitlist, by referral id."""
    decided_otherwise = (*WAITING, referrals.c.outcome == OUTCOMES[Proposed])
    shown = sa.select(candidates.c.referral_id, candidates.c.clinician_id).join(
        referrals, referrals.c.referral_id == candidates.c.referral_id
    )
    fitting = sa.select(not_proposed.c.referral_id, not_proposed.c.also_fit).join(
        referrals, referrals.c.referral_id == not_proposed.c.referral_id
    )
    aside: dict[str, set[str]] = defaultdict(set)
    for row in await tx.execute(shown.where(*decided_otherwise)):
        aside[row.referral_id].add(row.clinician_id)
    for row in await tx.execute(fitting.where(*decided_otherwise)):
        aside[row.referral_id].update(who for who, *_ in row.also_fit)
    return {referral_id: frozenset(who) for referral_id, who in aside.items()}

"""What every change of a referral is made with: may it be, what it keeps, and how it is told."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.matching.domain.call import comes_next
from services.matching.domain.life import ALLOWED
from services.matching.domain.referral import (
    INTAKE,
    THE_CLOCK,
    Acted,
    Dues,
    Moved,
    Pending,
    Referral,
    Refused,
    Standing,
)

Done = Moved | Refused
BY_THEMSELVES = frozenset({THE_CLOCK, INTAKE})


def forbidden(referral: Referral, act: str) -> Refused | None:
    """Why this act is not possible now, if so."""
    if referral.pending is not None:
        return Refused("settling", referral)
    return None if referral.stage in ALLOWED[act] else Refused("not_now", referral)


def kept(
    referral: Referral, stands: Standing, act: str, by: str, dues: Dues, detail: Mapping[str, Any]
) -> Moved:
    """The act is kept, and announced only when it settles."""
    pending = Pending(act, by, dues.now, dues.settles_at, referral.standing, referral.closed_at, detail)
    after = replace(next_version(referral), standing=stands, pending=pending, closed_at=None)
    return moved(referral, after, act, by, dues.now, detail)


def moved(
    before: Referral,
    after: Referral,
    act: str,
    by: str,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
    facts: tuple[Any, ...] = (),
) -> Moved:
    """The change at its new version; a call that is booked comes next wherever it is waited for."""
    after = replace(after, standing=comes_next(after.standing, after.call))
    latest = Acted(act, by, now) if by not in BY_THEMSELVES else before.latest
    return Moved(before, replace(after, latest=latest), act, by, detail or {}, facts)


def ended(referral: Referral, stage: str, why: str | None, now: datetime) -> Referral:
    """The referral closed, at its next version; nobody is chosen any more."""
    stands = replace(referral.standing, stage=stage, why=why, choice=None)
    return replace(next_version(referral), standing=stands, pending=None, closed_at=now)


def next_version(referral: Referral) -> Referral:
    """What a change begins with."""
    return replace(referral, version=referral.version + 1)


def unsafe(referral: Referral) -> Refused | None:
    """Nothing goes further while nobody has cleared a crisis."""
    return Refused("crisis", referral) if referral.request.safety_level == "crisis" else None

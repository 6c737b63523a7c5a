"""Clinicians and the roster's version."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.types import Clinician, Leave, Licence, Roster
from services.matching.storage.places import PLACES
from services.matching.storage.tables import clinicians, roster, roster_steps
from shared.database import Row, Transaction, UtcInstant, wake_after_commit
from shared.practice import RosterClinician


@dataclass(frozen=True, slots=True)
class StoredClinician:
    """A clinician as the database keeps them."""

    record: RosterClinician
    associate: bool
    version: int
    gone: bool
    held: int = 0  # places kept for offers
    taken: int = 0  # places given here

    @property
    def given(self) -> int:
        """Places held and taken here."""
        return self.held + self.taken

    @property
    def free_places(self) -> int:
        """Places that can still be given."""
        return max(0, self.record.capacity - self.record.caseload - self.given)


@dataclass(frozen=True, slots=True)
class RosterStep:
    """A change of one clinician on the roster: which fields, by whom; `joined` or `left` alone."""

    clinician_id: str
    version: int
    at: datetime
    by: str  # coordinator:<id>, or the operator
    fields: tuple[str, ...]


class RosterCache:
    """The roster as decisions take it, read again only when its version has changed."""

    def __init__(self) -> None:
        self._held: Roster | None = None

    async def load(self, tx: Transaction) -> Roster:
        """The roster as this transaction sees it."""
        version = await load_roster_version(tx)
        if self._held is None or self._held.version != version:
            stored = await load_clinicians(tx)
            present = [_clinician(each) for each in stored if not each.gone]
            self._held = Roster(version, {each.id: each for each in present})
        return self._held


async def load_roster_version(tx: Transaction) -> int:
    """The version of the roster; 0 before the first import."""
    return int(await tx.scalar(sa.select(roster.c.version)) or 0)


async def lock_roster(tx: Transaction) -> int:
    """The roster's version, which nobody else can raise until this transaction ends."""
    return int((await tx.execute(sa.select(roster.c.version).with_for_update())).scalar_one())


async def bump_roster(tx: Transaction, now: datetime) -> None:
    """Raises the roster's version, so that everybody reads it again."""
    await tx.execute(sa.update(roster).values(version=roster.c.version + 1, changed_at=now))
    wake_after_commit(tx, PLACES)


async def load_clinicians(tx: Transaction) -> Sequence[StoredClinician]:
    """Everybody who ever was on the roster, by id."""
    rows = await tx.execute(sa.select(clinicians).order_by(clinicians.c.clinician_id))
    return [_stored(row) for row in rows]


async def load_clinicians_by_id(tx: Transaction, ids: Iterable[str]) -> dict[str, StoredClinician]:
    """Those of these ids who ever were on the roster."""
    chosen = sa.select(clinicians).where(clinicians.c.clinician_id.in_(sorted(set(ids))))
    return {row.clinician_id: _stored(row) for row in await tx.execute(chosen)}


async def save_clinicians(tx: Transaction, written: Sequence[StoredClinician], now: datetime) -> None:
    """Writes these clinicians at their versions: version 1 is new, any other replaces the one before."""
    new = [{**_row(each, now), "held": 0, "taken": 0} for each in written if each.version == 1]
    if new:
        await tx.execute(sa.insert(clinicians), new)
    for each in written:
        if each.version != 1:
            await tx.execute(
                sa.update(clinicians)
                .where(clinicians.c.clinician_id == each.record.id)
                .values(**_row(each, now), filled_at=_filled_at(each, now))
            )


async def save_departures(tx: Transaction, ids: Sequence[str], now: datetime) -> None:
    """These clinicians are not on the roster any more; their rows stay for what refers to them."""
    if ids:
        await tx.execute(
            sa.update(clinicians)
            .where(clinicians.c.clinician_id.in_(ids))
            .values(version=clinicians.c.version + 1, changed_at=now, left_at=now)
        )


async def save_roster_steps(tx: Transaction, steps: Sequence[RosterStep]) -> None:
    """Who changed what."""
    if steps:
        await tx.execute(sa.insert(roster_steps), [asdict(each) for each in steps])


async def load_last_roster_step(tx: Transaction, clinician_id: str) -> RosterStep | None:
    """The last change of this clinician; None where it was made before changes were kept."""
    chosen = (
        sa.select(roster_steps)
        .where(roster_steps.c.clinician_id == clinician_id)
        .order_by(roster_steps.c.version.desc())
        .limit(1)
    )
    row = (await tx.execute(chosen)).first()
    return RosterStep(row.clinician_id, row.version, row.at, row.by, tuple(row.fields)) if row else None


def _row(each: StoredClinician, now: datetime) -> Row:
    """What the roster says; the places given stay as they are."""
    return {
        "clinician_id": each.record.id,
        "version": each.version,
        "associate": each.associate,
        "record": each.record.model_dump(mode="json", by_alias=True),
        "capacity": each.record.capacity,
        "caseload": each.record.caseload,
        "changed_at": now,
        "left_at": None,
    }


def _filled_at(each: StoredClinician, now: datetime) -> sa.Case[datetime | None]:
    """Since when they are full: never where the new capacity leaves a place."""
    left = each.record.capacity - each.record.caseload - clinicians.c.held - clinicians.c.taken
    since = sa.func.coalesce(clinicians.c.filled_at, sa.literal(now, UtcInstant))
    return sa.case((left > 0, sa.null()), else_=since)


def _stored(row: sa.Row[Any]) -> StoredClinician:
    return StoredClinician(
        record=RosterClinician.model_validate(row.record),
        associate=row.associate,
        version=row.version,
        gone=row.left_at is not None,
        held=row.held,
        taken=row.taken,
    )


def _clinician(stored: StoredClinician) -> Clinician:
    record = stored.record
    return Clinician(
        id=record.id,
        associate=stored.associate,
        supervisor=record.supervisor,
        licences=tuple(Licence(each.state, each.expires) for each in record.licences),
        specialties=dict(record.specialties),
        modalities=frozenset(record.modalities),
        formats=frozenset(record.formats),
        sites=frozenset(record.sites),
        units=frozenset(record.units),
        youngest=record.ages.from_,
        oldest=record.ages.to,
        languages=frozenset(record.languages),
        times=frozenset(record.times),
        fee_min=record.fee.min,
        fee_max=record.fee.max,
        accepting=record.accepting,
        free_places=record.capacity - record.caseload,
        leave=tuple(Leave(each.from_, each.to) for each in record.leave),
        identities=frozenset(record.identities),
        conflicts=frozenset(record.conflicts),
    )

"""How the roster changes, whole by an import or one clinician by a coordinator: kept, and announced.

Whoever changes it waits for who is changing it, so that a difference told is the difference made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from services.matching import storage
from services.matching.domain.availability import Edit, edited, ending_soon, on_leave_until
from services.matching.domain.compare import fields_changed
from shared import audit
from shared.contracts.matching import ClinicianChanged
from shared.database import Database, Transaction
from shared.messaging.outbox import announce
from shared.practice import Licence, RosterClinician

JOINED, LEFT = ("joined",), ("left",)

Fields = tuple[str, ...]  # which fields of the roster changed; `joined` or `left` alone


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A clinician on the roster and how much room they have."""

    record: RosterClinician
    version: int
    held: int
    taken: int
    free_places: int
    open_proposals: int

    def on_leave_until(self, today: date) -> date | None:
        """The last day of the leave that is under way."""
        return on_leave_until(self.record, today)

    def ending_soon(self, today: date) -> tuple[Licence, ...]:
        """The licences that have ended or soon will."""
        return ending_soon(self.record, today)


@dataclass(frozen=True, slots=True)
class Edited:
    """The clinician as the change left them, or as they were where it was so already: `by` whom, `at`."""

    clinician: storage.StoredClinician
    changed: bool
    by: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Outdated:
    """Nothing changed: somebody, `by`, has changed this clinician since the form was shown."""

    clinician: storage.StoredClinician
    by: str | None
    at: datetime | None


async def change_clinician(
    database: Database, clinician_id: str, version: int, edit: Edit, by: str, now: datetime, today: date
) -> Edited | Outdated | None:
    """One change of one clinician as a form of this version asks for it; None when nobody has that id.

    The same change again changes nothing, whatever version it was asked of.
    """
    async with database.transaction() as tx:
        roster_version = await storage.lock_roster(tx)
        found = (await storage.load_clinicians_by_id(tx, [clinician_id])).get(clinician_id)
        if found is None or found.gone:
            return None
        record = edited(found.record, edit, today)
        if record == found.record or version != found.version:
            last = await storage.load_last_roster_step(tx, clinician_id)
            who, when = (last.by, last.at) if last else (None, None)
            if record != found.record:
                return Outdated(found, who, when)
            return Edited(found, changed=False, by=who, at=when)
        after = replace(found, record=record, version=found.version + 1)
        fields = tuple(each.field for each in fields_changed(plain(found.record), plain(record)))
        await keep_roster(tx, roster_version + 1, {clinician_id: (after, fields)}, (), by, now)
        return Edited(after, changed=True, by=by, at=now)


async def keep_roster(
    tx: Transaction,
    roster_version: int,
    written: Mapping[str, tuple[storage.StoredClinician, Fields]],
    left: Sequence[storage.StoredClinician],
    by: str,
    now: datetime,
) -> None:
    """The next version of the roster, with these clinicians and without those who left; announced.

    The caller holds the roster's lock.
    """
    await storage.bump_roster(tx, now)
    await storage.save_clinicians(tx, [clinician for clinician, _ in written.values()], now)
    await storage.save_departures(tx, [each.record.id for each in left], now)
    changes = [(who, clinician.version, fields) for who, (clinician, fields) in written.items()]
    changes += [(each.record.id, each.version + 1, LEFT) for each in left]
    await storage.save_roster_steps(
        tx, [storage.RosterStep(who, version, now, by, fields) for who, version, fields in changes]
    )
    who_did = audit.actor(tx, by)
    await audit.record(
        tx,
        [
            audit.Entry(now, who_did, _act_of(fields), f"clinician:{who}", detail={"version": version})
            for who, version, fields in changes
        ],
    )
    facts = [
        ClinicianChanged(version=version, clinician_id=who, roster_version=roster_version, fields=fields)
        for who, version, fields in changes
    ]
    await announce(tx, facts, now=now)


def _act_of(fields: Fields) -> str:
    return f"clinician.{fields[0]}" if fields in (JOINED, LEFT) else "clinician.changed"


def plain(record: RosterClinician) -> dict[str, Any]:
    """The clinician as in clinicians.yaml."""
    return record.model_dump(mode="json", by_alias=True)


async def load_entries(database: Database) -> list[RosterEntry]:
    """Everybody on the roster, by id."""
    async with database.reading() as tx:
        stored = await storage.load_clinicians(tx)
        loads, _ = await storage.load_workload(tx)
    return [
        RosterEntry(
            record=each.record,
            version=each.version,
            held=each.held,
            taken=each.taken,
            free_places=each.free_places,
            open_proposals=loads[each.record.id].open_proposals if each.record.id in loads else 0,
        )
        for each in stored
        if not each.gone
    ]

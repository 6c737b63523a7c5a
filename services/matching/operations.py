"""What an operator may do: the functions behind `practice roster`, `explain`, `trail`, `open`.

They read and write matching's own database; nothing is announced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.matching import storage
from services.matching.domain.compare import RosterChange, compare
from services.matching.domain.types import Fit
from shared.database import Database, Transaction
from shared.practice import Practice, RosterClinician, load_roster_file


@dataclass(frozen=True, slots=True)
class RosterEntry:
    """A clinician on the roster and how much room they have."""

    record: RosterClinician
    version: int
    free_places: int
    open_proposals: int


async def import_roster(
    database: Database, path: Path, practice: Practice, now: datetime, *, dry_run: bool = False
) -> RosterChange:
    """Makes the roster what the file says, all of it or nothing, and tells what that changes.

    Who is not in the file leaves the roster. Importing the same file again changes nothing; a dry run only
    tells. Raises `BadFile` with everything wrong in the file.
    """
    wanted = {each.id: each for each in load_roster_file(path, practice).clinicians}
    if dry_run:
        async with database.reading() as tx:
            return _difference(await storage.load_clinicians(tx), wanted)
    async with database.transaction() as tx:
        return await _replace(tx, wanted, practice, now)


async def import_first_roster(
    database: Database, path: Path, practice: Practice, now: datetime
) -> RosterChange | None:
    """Imports the file if no roster was ever imported; None, and nothing done, if one was."""
    async with database.reading() as tx:
        if await storage.load_roster_version(tx):
            return None
    return await import_roster(database, path, practice, now)


async def list_roster(database: Database) -> list[RosterEntry]:
    """Everybody on the roster, by id."""
    async with database.reading() as tx:
        stored = await storage.load_clinicians(tx)
        loads, _ = await storage.load_workload(tx)
    return [
        RosterEntry(
            record=each.record,
            version=each.version,
            free_places=max(0, each.record.capacity - each.record.caseload),
            open_proposals=loads[each.record.id].open_proposals if each.record.id in loads else 0,
        )
        for each in stored
        if not each.gone
    ]


async def explain(database: Database, reference: str) -> storage.Decision | None:
    """Who was proposed for this request and why, who was not and why not; None when nobody knows it."""
    async with database.reading() as tx:
        return await storage.load_decision(tx, reference)


def explained(decision: storage.Decision) -> dict[str, Any]:
    """A decision as `practice explain --json` prints it."""
    return {
        "reference": decision.reference,
        "outcome": decision.outcome,
        "why": decision.why,
        "policy_version": decision.policy_version,
        "candidates": [_fit(each) for each in decision.candidates],
        "excluded": [
            {"clinician_id": each.clinician_id, "codes": list(each.codes)} for each in decision.excluded
        ],
        "roster_version": decision.roster_version,
        "also_fit": [_fit(each) for each in decision.also_fit],
        "nearest": list(decision.nearest),
    }


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """Matching's part of `practice trail`: what happened to the referral, in order, codes only."""
    async with database.reading() as tx:
        steps = await storage.load_steps(tx, reference)
    return [{"at": each.at, "kind": "event", "name": each.name, "detail": each.detail} for each in steps]


async def open_referrals(database: Database) -> list[storage.OpenReferral]:
    """Every open referral with its owner, next action and due time, the most pressing first."""
    async with database.reading() as tx:
        return await storage.load_open(tx)


async def _replace(
    tx: Transaction, wanted: Mapping[str, RosterClinician], practice: Practice, now: datetime
) -> RosterChange:
    before = await storage.lock_roster(tx)  # another import waits, so the difference stays true
    stored = await storage.load_clinicians(tx)
    change = _difference(stored, wanted)
    if change.empty and before:
        return change
    await storage.bump_roster(tx, now)
    versions = {each.record.id: each.version for each in stored}
    written = [
        storage.StoredClinician(
            record=wanted[who],
            associate=practice.rules.is_associate(wanted[who].credential),
            version=versions.get(who, 0) + 1,
            gone=False,
        )
        for who in (*change.joined, *change.changed)
    ]
    await storage.save_clinicians(tx, written, now)
    await storage.save_departures(tx, change.left, now)
    return change


def _difference(
    stored: Sequence[storage.StoredClinician], wanted: Mapping[str, RosterClinician]
) -> RosterChange:
    present = {each.record.id: _plain(each.record) for each in stored if not each.gone}
    return compare(present, {who: _plain(record) for who, record in wanted.items()})


def _plain(record: RosterClinician) -> dict[str, Any]:
    return record.model_dump(mode="json", by_alias=True)


def _fit(fit: Fit) -> dict[str, Any]:
    return {"clinician_id": fit.clinician_id, "score": fit.score, "reasons": list(fit.reasons)}

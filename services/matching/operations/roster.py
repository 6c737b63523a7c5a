"""The roster: imported from a file, and listed.

An import is announced like any change of the roster: a `ClinicianChanged` for everybody who joined, changed
or left, published by the running service.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from services.matching import storage
from services.matching.domain.compare import RosterChange, compare
from services.matching.handlers.roster import JOINED, Fields, RosterEntry, keep_roster, load_entries, plain
from shared.database import Database, Transaction
from shared.practice import Practice, RosterClinician, load_roster_file
from shared.practice.roster_csv import write_sheet

OPERATOR = "operator"

__all__ = [
    "RosterEntry",
    "clinician_names",
    "export_roster",
    "import_first_roster",
    "import_roster",
    "list_roster",
]


async def import_roster(
    database: Database, path: Path, practice: Practice, now: datetime, *, dry_run: bool = False
) -> RosterChange:
    """Makes the roster what the file says, all of it or nothing, and tells what that changes.

    Who is not in the file leaves the roster. Importing the same file again changes nothing; a dry run only
    tells. Places given here stay as they are. Raises `BadFile` with everything wrong in the file.
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
    return await load_entries(database)


async def clinician_names(database: Database) -> dict[str, str]:
    """The names of everybody who ever was on the roster, by id."""
    async with database.reading() as tx:
        return {each.record.id: each.record.name for each in await storage.load_clinicians(tx)}


async def export_roster(database: Database) -> str:
    """The roster as a spreadsheet that `import_roster` reads again; raises Misconfigured as `write_sheet`."""
    return write_sheet([plain(each.record) for each in await load_entries(database)])


async def _replace(
    tx: Transaction, wanted: Mapping[str, RosterClinician], practice: Practice, now: datetime
) -> RosterChange:
    before = await storage.lock_roster(tx)
    stored = await storage.load_clinicians(tx)
    change = _difference(stored, wanted)
    if change.empty and before:
        return change
    versions = {each.record.id: each.version for each in stored}

    def written(who: str, fields: Fields) -> tuple[storage.StoredClinician, Fields]:
        clinician = storage.StoredClinician(
            record=wanted[who],
            associate=practice.rules.is_associate(wanted[who].credential),
            version=versions.get(who, 0) + 1,
            gone=False,
        )
        return clinician, fields

    changes = {who: written(who, JOINED) for who in change.joined}
    changes |= {
        who: written(who, tuple(each.field for each in fields)) for who, fields in change.changed.items()
    }
    left = [each for each in stored if each.record.id in change.left]
    await keep_roster(tx, before + 1, changes, left, OPERATOR, now)
    return change


def _difference(
    stored: Sequence[storage.StoredClinician], wanted: Mapping[str, RosterClinician]
) -> RosterChange:
    present = {each.record.id: plain(each.record) for each in stored if not each.gone}
    given = {each.record.id: each.given for each in stored}
    return compare(present, {who: plain(record) for who, record in wanted.items()}, given)

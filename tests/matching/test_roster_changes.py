"""The roster changed by an import or by a coordinator: kept with whose doing it was, and announced."""

import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.matching import operations
from services.matching.domain.availability import Accepting, Away, Edit, Room
from services.matching.handlers.roster import Edited, Outdated, change_clinician
from services.matching.storage import load_last_roster_step, load_roster_version
from services.matching.storage.tables import clinicians
from shared.contracts.matching import ClinicianChanged
from shared.database import Database
from shared.messaging.tables import outbox
from shared.practice import DateSpan, Practice
from tests.matching.builders import NOW, TODAY
from tests.matching.conftest import WriteRoster

DANA, LEE = "coordinator:dana", "coordinator:lee"
LATER = NOW + timedelta(hours=1)


async def announced(database: Database) -> list[dict[str, Any]]:
    """The facts about clinicians, oldest first."""
    async with database.reading() as tx:
        rows = await tx.execute(
            sa.select(outbox.c.payload)
            .where(outbox.c.subject == ClinicianChanged.subject())
            .order_by(outbox.c.seq)
        )
        return [json.loads(row.payload) for row in rows]


async def roster_version(database: Database) -> int:
    async with database.reading() as tx:
        return await load_roster_version(tx)


async def give(database: Database, clinician_id: str, *, held: int = 0, taken: int = 0) -> None:
    async with database.transaction() as tx:
        await tx.execute(
            sa.update(clinicians)
            .where(clinicians.c.clinician_id == clinician_id)
            .values(held=held, taken=taken)
        )


async def change(
    database: Database, edit: Edit, version: int = 1, who: str = "c-a", by: str = DANA
) -> Edited | Outdated | None:
    return await change_clinician(database, who, version, edit, by, LATER, TODAY)


async def entry(database: Database, who: str = "c-a") -> operations.RosterEntry:
    return next(each for each in await operations.list_roster(database) if each.record.id == who)


async def test_an_import_announces_who_joined_changed_and_left(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    file = write_roster({"id": "c-a", "caseload": 7, "pronouns": "they/them"}, {"id": "c-b"}, {"id": "c-new"})
    await operations.import_roster(with_three, file, practice, NOW)

    joined, then = (await announced(with_three))[:3], (await announced(with_three))[3:]
    assert [each["clinician_id"] for each in joined] == ["c-a", "c-b", "c-c"]
    assert {(each["roster_version"], *each["fields"]) for each in joined} == {(1, "joined")}
    assert then == [
        {"clinician_id": "c-new", "version": 1, "roster_version": 2, "fields": ["joined"]},
        {"clinician_id": "c-a", "version": 2, "roster_version": 2, "fields": ["pronouns", "caseload"]},
        {"clinician_id": "c-c", "version": 2, "roster_version": 2, "fields": ["left"]},
    ]


async def test_an_import_that_changes_nothing_and_a_dry_run_announce_nothing(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    before = await announced(with_three)
    same = write_roster({"id": "c-a"}, {"id": "c-b"}, {"id": "c-c"})
    await operations.import_roster(with_three, same, practice, NOW)
    await operations.import_roster(with_three, write_roster({"id": "c-a"}), practice, NOW, dry_run=True)

    assert await announced(with_three) == before


async def test_places_given_here_outlive_an_import_that_makes_too_little_room_for_them(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    await give(with_three, "c-a", held=1, taken=2)
    file = write_roster({"id": "c-a", "capacity": 6}, {"id": "c-b"}, {"id": "c-c"})
    told = await operations.import_roster(with_three, file, practice, NOW)

    assert any("make 2 more than the capacity of 6" in line for line in told.lines())
    now = await entry(with_three)
    assert (now.held, now.taken, now.free_places) == (1, 2, 0)


async def test_what_is_exported_is_imported_as_no_change(
    with_three: Database, practice: Practice, tmp_path: Any
) -> None:
    file = tmp_path / "roster.csv"
    file.write_text(await operations.export_roster(with_three), encoding="utf-8", newline="")

    assert (await operations.import_roster(with_three, file, practice, NOW)).empty


async def test_a_change_is_kept_with_whose_doing_it_was_and_announced(with_three: Database) -> None:
    before = await roster_version(with_three)
    done = await change(with_three, Accepting(accepting=False))

    assert isinstance(done, Edited)
    assert (done.changed, done.by, done.at) == (True, DANA, LATER)
    now = await entry(with_three)
    assert (now.record.accepting, now.version) == (False, 2)
    assert await roster_version(with_three) == before + 1
    assert (await announced(with_three))[-1] == {
        "clinician_id": "c-a",
        "version": 2,
        "roster_version": before + 1,
        "fields": ["accepting"],
    }
    async with with_three.reading() as tx:
        step = await load_last_roster_step(tx, "c-a")
    assert step is not None
    assert (step.by, step.at, step.fields) == (DANA, LATER, ("accepting",))


async def test_the_same_change_again_changes_nothing_and_says_whose_it_was(with_three: Database) -> None:
    await change(with_three, Accepting(accepting=False))
    told = await announced(with_three)
    again = await change(with_three, Accepting(accepting=False), by=LEE)

    assert isinstance(again, Edited)
    assert (again.changed, again.by, again.at) == (False, DANA, LATER)
    assert (await entry(with_three)).version == 2
    assert await announced(with_three) == told


async def test_who_comes_second_with_something_else_is_told_and_changes_nothing(with_three: Database) -> None:
    await change(with_three, Room(12, 9))
    second = await change(with_three, Room(20, 5), by=LEE)

    assert isinstance(second, Outdated)
    assert (second.by, second.at, second.clinician.record.capacity) == (DANA, LATER, 12)
    assert (await entry(with_three)).record.capacity == 12


async def test_leave_reaches_decisions_and_the_list(with_three: Database) -> None:
    leave = DateSpan.model_validate({"from": TODAY, "to": TODAY + timedelta(days=6)})
    await change(with_three, Away(leave))

    assert (await entry(with_three)).on_leave_until(TODAY) == leave.to
    again = await change(with_three, Away(leave))
    assert isinstance(again, Edited)
    assert not again.changed


async def test_places_given_here_outlive_a_change(with_three: Database) -> None:
    await give(with_three, "c-a", held=1, taken=2)
    await change(with_three, Room(capacity=6, caseload=5))

    now = await entry(with_three)
    assert (now.held, now.taken, now.free_places) == (1, 2, 0)


@pytest.mark.parametrize(
    ("capacity", "since"), [(20, None), (8, LATER)], ids=["there is room", "there is none"]
)
async def test_since_when_somebody_is_full_is_known(
    with_three: Database, capacity: int, since: object
) -> None:
    await give(with_three, "c-a", taken=3)
    await change(with_three, Room(capacity, caseload=5))

    async with with_three.reading() as tx:
        found = await tx.scalar(sa.select(clinicians.c.filled_at).where(clinicians.c.clinician_id == "c-a"))
    assert found == since


async def test_nobody_changes_who_is_not_there_or_has_left(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    await operations.import_roster(with_three, write_roster({"id": "c-a"}), practice, NOW)

    assert await change(with_three, Accepting(accepting=False), who="c-nobody") is None
    assert await change(with_three, Accepting(accepting=False), who="c-b") is None

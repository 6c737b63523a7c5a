"""`practice roster`: imported, exported and listed on a running stack."""

import json
import sqlite3
from pathlib import Path

import pytest

from services.matching.domain.availability import NOTICE
from shared.practice.roster_csv import COLUMNS
from tests.deploy.conftest import Practice, Running, told, wait_until

SAMPLE = Path("deploy/practice/los_angeles/clinicians.yaml")


@pytest.fixture
def sheet(practice: Practice, tmp_path: Path) -> Path:
    """The stack's roster as a spreadsheet."""
    file = tmp_path / "clinicians.csv"
    assert practice("roster", "export", str(file)).exit_code == 0
    return file


def changed(sheet: Path, old: str, new: str) -> Path:
    text = sheet.read_text(encoding="utf-8-sig")
    assert old in text
    sheet.write_text(text.replace(old, new, 1), encoding="utf-8-sig")
    return sheet


def announced(stack: Running, clinician_id: str) -> list[tuple[list[str], bool]]:
    """What was announced of a clinician, oldest first, and whether it was published."""
    with sqlite3.connect(f"file:{stack.data_dir / 'matching.db'}?mode=ro", uri=True) as matching:
        rows = matching.execute(
            "SELECT payload, published_at FROM outbox"
            " WHERE subject = 'matching.clinician.changed.v1' AND entity_id = ? ORDER BY seq",
            (clinician_id,),
        ).fetchall()
    return [(json.loads(payload)["fields"], published is not None) for payload, published in rows]


def test_what_is_exported_is_imported_as_no_change(practice: Practice, sheet: Path) -> None:
    result = practice("roster", "import", str(sheet))

    assert (result.exit_code, result.stdout) == (0, "nothing changes\n")


def test_the_running_service_announces_what_an_import_changed(
    shared_stack: Running, practice: Practice, sheet: Path
) -> None:
    result = practice("roster", "import", str(changed(sheet, "Karl Voss,he/him", "Karl Voss,they/them")))
    back = practice("roster", "import", str(SAMPLE))

    assert result.stdout == "~ c-voss (Karl Voss)\n    pronouns: he/him → they/them\ndone\n"
    assert (back.exit_code, back.stdout.splitlines()[-1]) == (0, "done")
    wait_until(lambda: all(published for _, published in announced(shared_stack, "c-voss")))
    assert [fields for fields, _ in announced(shared_stack, "c-voss")][-2:] == [["pronouns"], ["pronouns"]]


def test_a_sheet_with_a_mistake_changes_nothing_and_names_the_cell(practice: Practice, sheet: Path) -> None:
    before = practice("roster", "list", "--json").stdout
    result = practice("roster", "import", str(changed(sheet, "grief_loss:3", "grief_loss:three")))

    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("clinicians.csv:7: specialties (K7): grief_loss: 'three' is not a whole")
    assert practice("roster", "list", "--json").stdout == before


def test_a_capacity_below_what_is_in_use_is_told_in_words(practice: Practice, sheet: Path) -> None:
    result = practice("roster", "import", str(changed(sheet, ",yes,20,14,", ",yes,10,14,")), "--dry-run")

    assert "    capacity: 20 → 10\n" in result.stdout
    assert "a caseload of 14 is 4 more than the capacity of 10" in result.stdout
    assert result.stdout.endswith("only looked; nothing was written\n")


def test_the_help_of_import_names_every_column(practice: Practice) -> None:
    said = practice("roster", "import", "--help").stdout

    assert [name for name in COLUMNS if name not in said] == []


def test_the_list_tells_load_places_leave_and_licences(practice: Practice) -> None:
    listed = {each["id"]: each for each in told(practice("roster", "list", "--json"))}

    assert {"open_proposals", "held", "taken", "free_places", "on_leave_until", "licences_ending"} <= listed[
        "c-rivera"
    ].keys()
    assert [each["state"] for each in listed["c-voss"]["licences_ending"]] == ["CA"]
    shown = practice("roster", "list").stdout
    assert "CA licence ended 2026-10-31" in shown
    assert "paused" in shown
    assert f"{NOTICE.days} days before they end" in shown


def test_where_nothing_can_be_written_nothing_is_exported(practice: Practice, tmp_path: Path) -> None:
    result = practice("roster", "export", str(tmp_path / "nowhere" / "clinicians.csv"))

    assert result.exit_code == 2
    assert "cannot be written" in result.stderr

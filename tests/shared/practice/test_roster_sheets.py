"""A roster written as a spreadsheet is the same roster when it is read again."""

import csv
import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from shared.errors import Misconfigured
from shared.practice import Practice, RosterFile, load_roster_file
from shared.practice.roster_csv import write_sheet
from tests.shared.practice.conftest import SAMPLES

WORDS = some.text(some.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
TEXTS = some.lists(WORDS, min_size=1, max_size=4).map(" ".join) | some.sampled_from(
    ["=1+1", "'-", "+1", "@here", "''=x", "a\nb", 'said "so"', "a;b,c\td", "- no -"]
)
DAYS = some.dates(date(2026, 1, 1), date(2030, 12, 31))
LEAVES = some.tuples(DAYS, some.integers(0, 60)).map(
    lambda leave: {"from": str(leave[0]), "to": str(leave[0] + timedelta(days=leave[1]))}
)


@some.composite
def clinicians(draw: some.DrawFn) -> dict[str, Any]:
    least, lowest = draw(some.integers(0, 60)), draw(some.integers(0, 1000))
    return {
        "id": draw(some.from_regex(r"[a-z0-9][a-z0-9_-]{0,10}", fullmatch=True)),
        "name": draw(TEXTS),
        "pronouns": draw(some.none() | TEXTS),
        "email": "somebody@example.org",
        "credential": "LMFT",
        "registration_number": draw(some.none() | TEXTS),
        "introduction": {"en": draw(TEXTS), "es": draw(TEXTS)},
        "licences": [{"state": "CA", "number": draw(WORDS.filter(safe)), "expires": str(draw(DAYS))}],
        "specialties": draw(
            some.dictionaries(some.sampled_from(["grief_loss", "couples", "trauma"]), some.integers(1, 3))
        ),
        "modalities": draw(some.sampled_from([[], ["emdr"], ["emdr", "somatic"]])),
        "formats": ["online"],
        "sites": draw(some.sampled_from([[], ["highland_park"]])),
        "units": ["individual", "couple"],
        "ages": {"from": least, "to": least + draw(some.integers(0, 60))},
        "languages": ["en", "es"],
        "times": ["saturday"],
        "fee": {"min": lowest, "max": lowest + draw(some.integers(0, 1000))},
        "accepting": draw(some.booleans()),
        "capacity": draw(some.integers(0, 500)),
        "caseload": draw(some.integers(0, 500)),
        "leave": draw(some.lists(LEAVES, max_size=3)),
        "conflicts": draw(some.lists(WORDS.filter(safe), max_size=2)),
    }


def safe(text: str) -> bool:
    return ";" not in text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(entries=some.lists(clinicians(), min_size=1, max_size=3, unique_by=lambda each: each["id"]))
def test_what_is_written_as_a_sheet_is_read_as_the_same_roster(
    entries: list[dict[str, Any]], tmp_path: Path, los_angeles: Practice
) -> None:
    roster = RosterFile.model_validate({"clinicians": entries})
    text = write_sheet([each.model_dump(mode="json", by_alias=True) for each in roster.clinicians])
    (tmp_path / "roster.csv").write_text(text, encoding="utf-8-sig", newline="")

    assert load_roster_file(tmp_path / "roster.csv", los_angeles) == roster
    assert not any(
        cell.startswith(("=", "+", "-", "@")) for row in csv.reader(io.StringIO(text)) for cell in row
    )


def test_what_a_cell_has_no_form_for_is_refused_before_it_is_lost(los_angeles: Practice) -> None:
    (alex, *_) = load_roster_file(SAMPLES / "los_angeles" / "clinicians.yaml", los_angeles).clinicians
    odd = alex.model_dump(mode="json", by_alias=True) | {"conflicts": ["R-7F3K2; R-7F3K3"]}

    with pytest.raises(Misconfigured, match="c-rivera: conflicts has a ; inside"):
        write_sheet([odd])

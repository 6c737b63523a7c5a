"""The roster as a spreadsheet that people keep, saved as CSV: one row a clinician, one column a field.

What a field holds in clinicians.yaml it holds here, written so that it fits a cell:

    lists        separated by `;`                               couples; grief_loss
    specialties  each with its strength                         grief_loss:3; couples:2
    licences     state, number, last day                        CA LMFT000000 2027-05-31; NY 000000 2026-12-31
    leave        first and last day                             2026-12-20..2027-01-04
    accepting    yes or no; yes where nothing is written

The ages and the fee have two columns each, an introduction one for each language (`introduction_pt`).
They stand in any order; those for what a clinician need not have may be left out. Comma, semicolon or tab
between the cells; UTF-8, with a byte order mark or without. A complaint names the line of the file, the
column, and the cell as a spreadsheet calls it.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from shared.errors import Misconfigured
from shared.language import ENGLISH, names_in
from shared.language.house import our_languages
from shared.practice.csv_rows import Row, escaped, letters, read_rows
from shared.practice.files import KEY, BadFile, Document, Loc, Place, Problem

COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "name": ("name",),
    "pronouns": ("pronouns",),
    "email": ("email",),
    "credential": ("credential",),
    "registration_number": ("registration_number",),
    "supervisor": ("supervisor",),
    **{f"introduction_{language}": ("introduction", language) for language in our_languages()},
    "licences": ("licences",),
    "specialties": ("specialties",),
    "modalities": ("modalities",),
    "formats": ("formats",),
    "sites": ("sites",),
    "units": ("units",),
    "ages_from": ("ages", "from"),
    "ages_to": ("ages", "to"),
    "languages": ("languages",),
    "times": ("times",),
    "fee_min": ("fee", "min"),
    "fee_max": ("fee", "max"),
    "accepting": ("accepting",),
    "capacity": ("capacity",),
    "caseload": ("caseload",),
    "leave": ("leave",),
    "identities": ("identities",),
    "conflicts": ("conflicts",),
}
MAY_BE_LEFT_OUT = frozenset(
    [
        "pronouns",
        "registration_number",
        "supervisor",
        "modalities",
        "sites",
        "accepting",
        "leave",
        "identities",
        "conflicts",
    ]
)
LISTS = frozenset(
    ["modalities", "formats", "sites", "units", "languages", "times", "identities", "conflicts"]
)
NUMBERS = frozenset(["ages_from", "ages_to", "fee_min", "fee_max", "capacity", "caseload"])

NUMBER = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d+)(?:\.0+)?")  # as a spreadsheet may show an amount
FURTHER = re.compile(r"introduction_([a-z]{2,3})")
BETWEEN_DAYS = ".."
UNNAMED = "has a cell below no column name; a cell with the separator in it needs quotes around it"

Found = tuple[Any, list[str]]  # what a cell holds, None for a part that cannot be read, and what is wrong


@dataclass(frozen=True, slots=True)
class Sheet(Document):
    """A CSV file as the plain data of a clinicians.yaml; `mistakes` are cells that hold no such thing."""

    called: Mapping[str, str]  # by column: A, B, … as a spreadsheet calls it
    rows: Sequence[int]  # by clinician: the row of the spreadsheet
    absent: frozenset[str]  # columns that should be there
    mistakes: tuple[Problem, ...] = ()

    def problem(self, loc: Loc, what: str) -> Problem:
        """A complaint about one cell, named by its column and as a spreadsheet calls it."""
        line = self.places[loc[:2]].line
        if len(loc) < 3:
            return Problem(self.path.name, line, "", what)
        column, rest = _column_of(tuple(part for part in loc[2:] if part != KEY))
        row, at = self.rows[int(loc[1])], list(self.called).index(column) if column in self.called else 0
        cell = f"{column} ({self.called[column]}{row})" if column in self.called else column
        within = ", ".join(f"no. {part + 1}" if isinstance(part, int) else part for part in rest)
        return Problem(self.path.name, line, cell, f"{within}: {what}" if within else what, at)

    def told(self, loc: Loc) -> bool:
        """Whether the column is missing, or this part of the cell could not be read."""
        if _column_of(loc[2:])[0] in self.absent:
            return True
        found: Any = self.data
        for part in loc:
            if part == KEY or (isinstance(found, dict) and part not in found):
                return False
            found = found[part]
        return found is None


def read_sheet(path: Path) -> Sheet:
    """The sheet that a CSV file holds, with what is wrong in it; raises `BadFile` when it cannot be read."""
    rows = list(read_rows(path))
    if not rows:
        raise BadFile([Problem(path.name, 1, "", "must begin with a row of column names")])
    names = ["_".join(name.lower().split()) for name in rows[0].cells]  # what a person wrote as `Fee min`
    below = rows[1:]
    read = [_entry(dict(zip(names, row.cells, strict=False))) for row in below]
    sheet = Sheet(
        path,
        data={"clinicians": [entry for entry, _ in read]},
        places={("clinicians",): Place(rows[0].line)}
        | {("clinicians", index): Place(row.line) for index, row in enumerate(below)},
        called={name: letters(at) for at, name in enumerate(names) if name},
        rows=[row.number for row in below],
        absent=frozenset(COLUMNS) - MAY_BE_LEFT_OUT - set(names),
    )
    mistakes = _misnamed(path, names, rows[0])
    mistakes += [
        sheet.problem(("clinicians", index, *(_inside(column) or ())), what)
        for index, (_, wrong) in enumerate(read)
        for column, what in wrong
    ]
    mistakes += [
        sheet.problem(("clinicians", index), UNNAMED)
        for index, row in enumerate(below)
        if any(cell for at, cell in enumerate(row.cells) if at >= len(names) or not names[at])
    ]
    return replace(sheet, mistakes=tuple(mistakes))


def write_sheet(clinicians: Sequence[Mapping[str, Any]]) -> str:
    """The text of a CSV file that `read_sheet` reads as these clinicians; each as in clinicians.yaml.

    Raises Misconfigured where a part of a list has a `;` in it, for which a cell has no form.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    written = {code for each in clinicians for code in each["introduction"]} - set(our_languages())
    columns = COLUMNS | {f"introduction_{code}": ("introduction", code) for code in sorted(written)}
    writer.writerow(columns)
    for each in clinicians:
        writer.writerow(_written(each, column, inside) for column, inside in columns.items())
    return text.getvalue()


def _misnamed(path: Path, names: Sequence[str], header: Row) -> list[Problem]:
    """What is wrong with the row of column names."""
    problems = []
    for at, name in enumerate(names):
        cell = f"{name} ({letters(at)}{header.number})"
        if name and _inside(name) is None:
            what = f"is not a column this file knows; those are {', '.join(COLUMNS)}"
            problems.append(Problem(path.name, header.line, cell, what, at))
        elif name in names[:at] and name:
            problems.append(Problem(path.name, header.line, cell, "stands there twice", at))
    missing = [name for name in COLUMNS if name not in names and name not in MAY_BE_LEFT_OUT]
    what = "this column is missing"
    return problems + [Problem(path.name, header.line, name, what, len(names)) for name in missing]


def _inside(column: str) -> tuple[str, ...] | None:
    """Which part of a clinician stands in a column: an introduction may stand in any language."""
    further = FURTHER.fullmatch(column)
    if further and further[1] in names_in(ENGLISH):
        return "introduction", further[1]
    return COLUMNS.get(column)


def _entry(cells: Mapping[str, str]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """A row as an entry of clinicians.yaml, and what is wrong with which column."""
    entry: dict[str, Any] = {"introduction": {}, "ages": {}, "fee": {}, "licences": [], "specialties": {}}
    wrong: list[tuple[str, str]] = []
    for column in cells:
        inside = _inside(column)
        if inside is None or not cells[column]:
            continue
        value, mistakes = _read(column, cells[column])
        wrong += [(column, what) for what in mistakes]
        holder = entry if len(inside) == 1 else entry[inside[0]]
        holder[inside[-1]] = value
    return entry, wrong


def _read(column: str, cell: str) -> Found:
    if column in STRUCTURED:
        return STRUCTURED[column](_parts(cell))
    if column in LISTS:
        return _parts(cell), []
    if column in NUMBERS:
        amount = NUMBER.fullmatch(cell)
        return (amount[1].replace(",", "") if amount else cell), []
    return cell, []


def _specialties(parts: Sequence[str]) -> Found:
    found: dict[str, str | None] = {}
    wrong = []
    for part in parts:
        code, colon, strength = (each.strip() for each in part.rpartition(":"))
        if not colon or not code:
            wrong.append(f"{part!r} names no strength; write it as in grief_loss:3")
            found.setdefault(part, None)
        elif code in found:
            wrong.append(f"{code!r} is written twice")
        else:
            found[code] = strength
    return found, wrong


def _licences(parts: Sequence[str]) -> Found:
    found: list[dict[str, str] | None] = []
    wrong = []
    for part in parts:
        words = part.split()
        if len(words) < 3:
            wrong.append(f"{part!r} is not a licence such as CA LMFT000000 2027-05-31")
            found.append(None)
        else:
            found.append({"state": words[0], "number": " ".join(words[1:-1]), "expires": words[-1]})
    return found, wrong


def _leave(parts: Sequence[str]) -> Found:
    found: list[dict[str, str] | None] = []
    wrong = []
    for part in parts:
        first, between, last = (each.strip() for each in part.partition(BETWEEN_DAYS))
        if not between:
            wrong.append(f"{part!r} is not a leave such as 2026-12-20..2027-01-04")
            found.append(None)
        else:
            found.append({"from": first, "to": last})
    return found, wrong


STRUCTURED: Mapping[str, Callable[[Sequence[str]], Found]] = {
    "specialties": _specialties,
    "licences": _licences,
    "leave": _leave,
}


def _written(clinician: Mapping[str, Any], column: str, inside: tuple[str, ...]) -> str:
    value: Any = clinician
    for name in inside:
        value = value.get(name) if value is not None else None
    if column == "accepting":
        return "yes" if value in (None, True) else "no"
    if column == "specialties":
        parts = [f"{code}:{strength}" for code, strength in value.items()]
    elif column == "licences":
        parts = [f"{each['state']} {each['number']} {each['expires']}" for each in value]
    elif column == "leave":
        parts = [f"{each['from']}{BETWEEN_DAYS}{each['to']}" for each in value or ()]
    elif column in LISTS:
        parts = list(value or ())
    else:
        return escaped("" if value is None else str(value))
    if any(";" in part for part in parts):
        raise Misconfigured(f"{clinician['id']}: {column} has a ; inside, for which a cell has no form")
    return escaped("; ".join(parts))


def _column_of(inside: Loc) -> tuple[str, Loc]:
    """The column in which this part of a clinician stands, and where in the cell."""
    if inside[:1] == ("introduction",) and len(inside) > 1:
        return f"introduction_{inside[1]}", inside[2:]
    for column, field in COLUMNS.items():
        if inside[: len(field)] == field:
            return column, inside[len(field) :]
    pair = next((column for column, field in COLUMNS.items() if field[0] == inside[0]), str(inside[0]))
    return pair, inside[1:]


def _parts(cell: str) -> list[str]:
    return [part for each in cell.split(";") if (part := each.strip())]

"""A CSV file as spreadsheets and people save it, row by row, and text as a spreadsheet leaves it alone.

UTF-8 with a byte order mark or without; comma, semicolon or tab, found from the row of names or said by a
line `sep=;` above it; any ends of lines; line breaks within quotes; empty rows anywhere.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.practice.files import BadFile, Problem

DELIMITERS = (",", ";", "\t")
SAID_DELIMITER = re.compile(r"sep=(.)\s*")  # what a spreadsheet writes, and reads, before the first row
FORMULA = re.compile(r"'*[=+\-@]")  # a spreadsheet would compute it; an apostrophe in front keeps it text


@dataclass(frozen=True, slots=True)
class Row:
    """A row with something in it: the line of the file where it begins, and its number in a spreadsheet."""

    line: int
    number: int
    cells: tuple[str, ...]


def read_rows(path: Path) -> Iterator[Row]:
    """The rows that are not empty; raises `BadFile` when the file is missing or no CSV.

    A cell may hold line breaks, so the number of a row is not that of its line.
    """
    text = _text(path)
    first, _, rest = text.partition("\n")
    said = SAID_DELIMITER.fullmatch(first)
    body, skipped = (rest, 1) if said else (text, 0)
    delimiter = said[1] if said else _delimiter(body)
    reader = csv.reader(io.StringIO(body, newline=""), delimiter=delimiter, strict=True)
    begins = 1 + skipped
    try:
        for number, row in enumerate(reader, start=1):
            cells = tuple(_unescaped(cell.strip()) for cell in row)
            if any(cells):
                yield Row(begins, number, cells)
            begins = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise BadFile([Problem(path.name, begins, "", f"is not readable CSV: {error}")]) from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except FileNotFoundError:
        raise BadFile([Problem(path.name, None, "", f"there is no such file in {path.parent}")]) from None
    except UnicodeDecodeError:
        what = "is not UTF-8; where a spreadsheet asks for the kind of CSV, choose “CSV UTF-8”"
        raise BadFile([Problem(path.name, None, "", what)]) from None
    except OSError as error:
        raise BadFile([Problem(path.name, None, "", f"cannot be read: {error}")]) from None


def _delimiter(body: str) -> str:
    """What stands between the names in the first row that is not empty; other cells may hold any of them."""
    header = next((line for line in body.split("\n") if line.strip()), "")
    return max(DELIMITERS, key=header.count)


def letters(at: int) -> str:
    """A, B, … Z, AA, AB, … as a spreadsheet calls its columns."""
    before, here = divmod(at, 26)
    return (letters(before - 1) if before else "") + chr(ord("A") + here)


def escaped(cell: str) -> str:
    """The cell so that a spreadsheet takes it for text; `read_rows` gives it back as it was."""
    return f"'{cell}" if FORMULA.match(cell) else cell


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell

"""The roster as a spreadsheet: read as people save it, and answered with line, column and cell."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.practice import BadFile, Practice, RosterClinician, RosterFile, load_roster_file
from shared.practice.roster_csv import COLUMNS, MAY_BE_LEFT_OUT, write_sheet
from tests.shared.practice.conftest import SAMPLES

ORDINARY = {
    "id": "c-rivera",
    "name": "Alex Rivera",
    "email": "alex.rivera@example.org",
    "credential": "LMFT",
    "introduction_en": "I listen.",
    "introduction_es": "Escucho.",
    "licences": "CA LMFT 000101 2036-05-31; NY 000101 2035-01-31",
    "specialties": "grief_loss:3; couples:2",
    "formats": "online; in_person",
    "sites": "highland_park",
    "units": "individual",
    "ages_from": "18",
    "ages_to": "99",
    "languages": "en; es",
    "times": "weekday_evening;saturday",
    "fee_min": "120",
    "fee_max": "220",
    "capacity": "20",
    "caseload": "14",
    "leave": "2026-12-20..2027-01-04; 2027-07-01 .. 2027-07-14",
}


def a_sheet(*rows: dict[str, str], delimiter: str = ",") -> str:
    columns = list(dict.fromkeys(name for row in (ORDINARY, *rows) for name in row))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, delimiter=delimiter)
    writer.writeheader()
    writer.writerows({**ORDINARY, **row} for row in rows or ({},))
    return text.getvalue()


@pytest.fixture
def read(tmp_path: Path, los_angeles: Practice) -> Callable[[str | bytes], RosterFile]:
    def reading(text: str | bytes) -> RosterFile:
        file = tmp_path / "clinicians.csv"
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return load_roster_file(file, los_angeles)

    return reading


Read = Callable[[str | bytes], RosterFile]


def test_a_row_says_what_an_entry_of_the_yaml_file_says(read: Read) -> None:
    (alex,) = read(a_sheet()).clinicians

    assert alex.model_dump(mode="json", by_alias=True, exclude_defaults=True) == {
        "id": "c-rivera",
        "name": "Alex Rivera",
        "email": "alex.rivera@example.org",
        "credential": "LMFT",
        "introduction": {"en": "I listen.", "es": "Escucho."},
        "licences": [
            {"state": "CA", "number": "LMFT 000101", "expires": "2036-05-31"},
            {"state": "NY", "number": "000101", "expires": "2035-01-31"},
        ],
        "specialties": {"grief_loss": 3, "couples": 2},
        "formats": ["online", "in_person"],
        "sites": ["highland_park"],
        "units": ["individual"],
        "ages": {"from": 18, "to": 99},
        "languages": ["en", "es"],
        "times": ["weekday_evening", "saturday"],
        "fee": {"min": 120, "max": 220},
        "capacity": 20,
        "caseload": 14,
        "leave": [
            {"from": "2026-12-20", "to": "2027-01-04"},
            {"from": "2027-07-01", "to": "2027-07-14"},
        ],
    }
    assert alex.accepting


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_the_sample_sheet_says_what_the_sample_file_says(
    sample: str, los_angeles: Practice, new_york: Practice
) -> None:
    practice = {"los_angeles": los_angeles, "new_york": new_york}[sample]
    folder = SAMPLES / sample

    assert load_roster_file(folder / "clinicians.csv", practice) == load_roster_file(
        folder / "clinicians.yaml", practice
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_sheet_is_read_however_a_spreadsheet_saved_it(
    encoding: str, ends: str, delimiter: str, read: Read
) -> None:
    plain = a_sheet({"introduction_es": "Escucho; usted habla, señora."}, delimiter=delimiter)

    (alex,) = read(plain.replace("\r\n", ends).encode(encoding)).clinicians

    assert alex.introduction.es == "Escucho; usted habla, señora."
    assert alex.specialties == {"grief_loss": 3, "couples": 2}


def test_a_line_above_that_says_the_separator_is_believed(read: Read) -> None:
    with pytest.raises(BadFile) as refused:
        read("sep=;\r\n" + a_sheet({"capacity": "many"}, delimiter=";"))

    (problem,) = refused.value.problems
    assert (problem.line, problem.field) == (3, "capacity (R2)")


def test_empty_rows_and_columns_are_nobody(read: Read) -> None:
    lines = a_sheet({}, {"id": "c-okafor", "name": "Jo Okafor"}).splitlines()
    padded = [lines[0] + ",,", lines[1] + ",,", "," * 21, "", lines[2] + ",,"]

    assert [each.id for each in read("\r\n".join(padded)).clinicians] == ["c-rivera", "c-okafor"]


def test_columns_stand_in_any_order_and_in_a_persons_spelling(read: Read) -> None:
    turned = {name: ORDINARY[name] for name in reversed(ORDINARY)}
    text = ",".join(name.replace("_", " ").title() for name in turned)
    text += "\n" + ",".join(f'"{cell}"' for cell in turned.values())

    (alex,) = read(text).clinicians
    assert (alex.id, alex.fee.min, alex.ages.to) == ("c-rivera", 120, 99)


@pytest.mark.parametrize(
    ("cell", "says"),
    [("TRUE", True), ("yes", True), ("Yes", True), ("", True), ("FALSE", False), ("no", False), ("0", False)],
)
def test_accepting_is_yes_unless_it_says_no(cell: str, says: bool, read: Read) -> None:
    assert read(a_sheet({"accepting": cell})).clinicians[0].accepting is says


@pytest.mark.parametrize(("cell", "amount"), [("$120", 120), ("120.00", 120), ("$ 1,200.00", 1200)])
def test_an_amount_is_read_as_a_spreadsheet_shows_it(cell: str, amount: int, read: Read) -> None:
    assert read(a_sheet({"fee_min": cell, "fee_max": "2000"})).clinicians[0].fee.min == amount


@pytest.mark.parametrize(
    ("column", "cell", "field", "what"),
    [
        ("specialties", "grief:3", "specialties (H2)", "grief: is not one of the practice's specialties"),
        ("specialties", "grief_loss:9", "specialties (H2)", "grief_loss: must be at most 3, not 9"),
        ("specialties", "grief_loss", "specialties (H2)", "'grief_loss' names no strength"),
        ("specialties", "couples:1; couples:2", "specialties (H2)", "'couples' is written twice"),
        ("licences", "CA 2036-05-31", "licences (G2)", "is not a licence such as CA LMFT000000 2027-05-31"),
        ("licences", "CA LMFT000101 5/31/2036", "licences (G2)", "no. 1, expires: '5/31/2036' is not a date"),
        ("licences", "QQ LMFT000101 2036-05-31", "licences (G2)", "no. 1, state: 'QQ' is not a state"),
        ("leave", "Christmas", "leave (T2)", "'Christmas' is not a leave such as 2026-12-20..2027-01-04"),
        ("leave", "2027-01-04..2026-12-20", "leave (T2)", "no. 1: ends on 2026-12-20, before it begins"),
        ("leave", "2026-12-20..soon", "leave (T2)", "no. 1, to: 'soon' is not a date"),
        ("fee_min", "300", "fee_min (P2)", "the lowest fee 300 is above the full fee 220"),
        ("fee_max", "", "fee_max (Q2)", "is missing"),
        ("ages_from", "eighteen", "ages_from (L2)", "'eighteen' is not a whole number"),
        ("ages_to", "17", "ages_from (L2)", "ends at 17, before it begins at 18"),
        ("capacity", "20.5", "capacity (R2)", "'20.5' is not a whole number"),
        ("email", "alex at home", "email (C2)", "is not an e-mail address"),
        ("introduction_es", "", "introduction_es (F2)", "is missing"),
        ("formats", "", "formats (I2)", "is missing"),
        ("times", "weekday_evening; evenings", "times (O2)", "no. 2: 'evenings' is not one of"),
        ("credential", "AMFT", "supervisor", "is missing; every AMFT works under one"),
        ("accepting", "maybe", "accepting (U2)", "'maybe' is not yes or no"),
    ],
)
def test_a_mistake_names_line_column_and_cell(
    column: str, cell: str, field: str, what: str, read: Read
) -> None:
    with pytest.raises(BadFile) as refused:
        read(a_sheet({column: cell}))

    problem = next(each for each in refused.value.problems if each.field == field)
    assert (problem.file, problem.line) == ("clinicians.csv", 2)
    assert what in problem.what


def test_every_mistake_is_told_in_the_order_of_the_rows_and_columns(read: Read) -> None:
    with pytest.raises(BadFile) as refused:
        read(a_sheet({"leave": "soon", "capacity": "many"}, {"id": "c-b", "name": ""}, {"id": "c-b"}))

    said = [(each.line, each.field) for each in refused.value.problems]
    assert said == [(2, "capacity (R2)"), (2, "leave (T2)"), (3, "name (B3)"), (4, "id (A4)")]


def test_a_line_break_in_a_cell_moves_the_line_and_not_the_row(read: Read) -> None:
    with pytest.raises(BadFile) as refused:
        read(a_sheet({"introduction_en": "I listen.\nAnd I ask."}, {"id": "c-b", "capacity": "many"}))

    (problem,) = refused.value.problems
    assert str(problem).startswith("clinicians.csv:4: capacity (R3): 'many' is not a whole number")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("capacity", "places"),
            r"csv:1: places \(R1\): is not a column this file knows; those are id, name",
        ),
        (("capacity", "places"), r"csv:1: capacity: this column is missing"),
        (("capacity", "caseload"), r"csv:1: caseload \(S1\): stands there twice"),
    ],
)
def test_a_header_that_the_house_does_not_know_is_refused(
    change: tuple[str, str], said: str, read: Read
) -> None:
    with pytest.raises(BadFile, match=said):
        read(a_sheet().replace(*change, 1))


def test_a_cell_beyond_the_header_is_not_swallowed(read: Read) -> None:
    header, row = a_sheet().splitlines()

    with pytest.raises(BadFile, match="csv:2: has a cell below no column name"):
        read(f"{header}\n{row},forgotten")
    with pytest.raises(BadFile, match="csv:2: has a cell below no column name"):
        read(f"{header},\n{row},forgotten")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "csv:1: must begin with a row of column names"),
        (b"\n\n,,\n", "csv:1: must begin with a row of column names"),
        (a_sheet().splitlines()[0].encode(), "csv:1: must list at least one clinician"),
        (a_sheet({"name": "José"}).encode("cp1252"), "is not UTF-8; .* choose “CSV UTF-8”"),
        (a_sheet().encode("utf-16"), "is not UTF-8"),
        (a_sheet().encode() + b'"c-b', "csv:3: is not readable CSV: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(text: bytes, said: str, read: Read) -> None:
    with pytest.raises(BadFile, match=said):
        read(text)


def test_a_workbook_and_a_missing_file_are_told_as_such(tmp_path: Path, los_angeles: Practice) -> None:
    (tmp_path / "roster.xlsx").write_bytes(b"PK\x03\x04")

    with pytest.raises(BadFile, match=r"is a workbook \(\.xlsx\); save it as “CSV UTF-8”"):
        load_roster_file(tmp_path / "roster.xlsx", los_angeles)
    with pytest.raises(BadFile, match="there is no such file"):
        load_roster_file(tmp_path / "none.CSV", los_angeles)


def test_an_introduction_in_a_further_language_has_a_column_of_its_own_and_is_not_lost(read: Read) -> None:
    rows = [
        {"introduction_pt": "Escuto."},
        {"id": "c-chen", "email": "mia@example.org", "introduction_pt": ""},
    ]
    alex, mia = read(a_sheet(*rows)).clinicians

    again = read(
        write_sheet([each.model_dump(mode="json", by_alias=True) for each in (alex, mia)])
    ).clinicians

    assert (alex.introduction.text("pt"), mia.introduction.text("pt")) == ("Escuto.", "I listen.")
    assert list(again) == [alex, mia]


def test_a_column_for_no_language_is_told(read: Read) -> None:
    with pytest.raises(BadFile, match=r"introduction_xx .*is not a column this file knows"):
        read(a_sheet({"introduction_xx": "?"}))


def test_there_is_a_column_for_every_field() -> None:
    fields = RosterClinician.model_fields

    assert {inside[0] for inside in COLUMNS.values()} == fields.keys()
    optional = {name for name, each in fields.items() if not each.is_required()}
    assert optional == MAY_BE_LEFT_OUT

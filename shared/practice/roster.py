"""`clinicians.yaml`, or the same as a spreadsheet: what `practice roster import` reads.

After that the database is the only truth.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, ValidationError, model_validator

from shared.practice.fields import (
    Bilingual,
    Code,
    DateSpan,
    EmailAddress,
    FileModel,
    LanguageCode,
    Name,
    Slug,
    StateCode,
)
from shared.practice.files import BadFile, Document, Loc, Problem, problems_of, read_document
from shared.practice.practice import Practice
from shared.practice.roster_csv import read_sheet

Strength = Annotated[int, Field(ge=1, le=3)]
MOST_PLACES = 500
Places = Annotated[int, Field(ge=0, le=MOST_PLACES)]
Years = Annotated[int, Field(ge=0, le=120)]
Dollars = Annotated[int, Field(ge=0, le=2000)]
NOBODY = "must list at least one clinician"
WORKBOOKS = (".xlsx", ".xls", ".ods", ".numbers")


class Licence(FileModel):
    """Leave to practise in one state, up to and including the day it expires."""

    state: StateCode
    number: Name
    expires: date


class Ages(FileModel):
    """Whom the clinician sees, both ages included."""

    from_: Years = Field(alias="from")
    to: Years

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.to < self.from_:
            raise ValueError(f"ends at {self.to}, before it begins at {self.from_}")
        return self


class Fee(FileModel):
    """The lowest they would go and the full fee, in whole dollars a session."""

    min: Dollars
    max: Dollars

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"the lowest fee {self.min} is above the full fee {self.max}")
        return self


class RosterClinician(FileModel):
    """One clinician as the operator wrote them down."""

    id: Slug
    name: Name
    pronouns: Name | None = None
    email: EmailAddress
    credential: Name
    registration_number: Name | None = None
    supervisor: Slug | None = None
    introduction: Bilingual
    licences: tuple[Licence, ...]
    specialties: Mapping[Code, Strength]
    modalities: tuple[Code, ...] = ()
    formats: Annotated[tuple[Code, ...], Field(min_length=1)]
    sites: tuple[Code, ...] = ()
    units: Annotated[tuple[Code, ...], Field(min_length=1)]
    ages: Ages
    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)]
    times: Annotated[tuple[Code, ...], Field(min_length=1)]
    fee: Fee
    accepting: bool = True
    capacity: Places
    caseload: Places
    leave: tuple[DateSpan, ...] = ()
    identities: tuple[Code, ...] = ()
    conflicts: tuple[Name, ...] = ()


class RosterFile(FileModel):
    """The whole roster; every code and every supervisor in it is known."""

    clinicians: Annotated[tuple[RosterClinician, ...], Field(min_length=1)]


def load_roster_file(path: Path, practice: Practice) -> RosterFile:
    """The roster that a file holds, CSV where its name ends so, else YAML.

    Raises `BadFile` with every problem, in the order of the file.
    """
    document, problems = _read(path)
    entries = document.data.get("clinicians")
    problems += [
        document.problem((name,), "is not a field this file knows")
        for name in document.data
        if name != "clinicians"
    ]
    if not isinstance(entries, list) or not entries:
        raise BadFile([*problems, document.problem(("clinicians",), NOBODY)])
    read: dict[int, RosterClinician] = {}
    for index, entry in enumerate(entries):
        try:
            read[index] = RosterClinician.model_validate(entry)
        except ValidationError as error:
            problems += problems_of(error, document, ("clinicians", index))
    problems += _unkept(document, entries, read, practice)
    if problems:
        raise BadFile(sorted(problems, key=lambda problem: problem.line or 0))
    return RosterFile(clinicians=tuple(read.values()))


def _read(path: Path) -> tuple[Document, list[Problem]]:
    """The file as plain data, and what is wrong with its cells where it is a sheet."""
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        raise BadFile([Problem(path.name, None, "", f"is a workbook ({kind}); save it as “CSV UTF-8”")])
    if kind == ".csv":
        sheet = read_sheet(path)
        return sheet, list(sheet.mistakes)
    return read_document(path), []


def _unkept(
    document: Document, entries: list[Any], read: Mapping[int, RosterClinician], practice: Practice
) -> Iterator[Problem]:
    """What each clinician says that the practice or the rest of the file does not bear out."""
    named = [entry.get("id") if isinstance(entry, dict) else None for entry in entries]
    broken = {name for index, name in enumerate(named) if index not in read}
    by_id = {each.id: each for each in read.values()}
    for index, clinician in read.items():
        at: Loc = ("clinicians", index)
        if clinician.id in named[:index]:
            yield document.problem((*at, "id"), f"{clinician.id!r} is used twice")
        for loc, what in (*_unknown_codes(clinician, practice), *_sites(clinician, practice)):
            yield document.problem(at + loc, what)
        for loc, what in _supervision(clinician, by_id, broken, practice):
            yield document.problem(at + loc, what)


def _unknown_codes(clinician: RosterClinician, practice: Practice) -> Iterator[tuple[Loc, str]]:
    words = practice.rules.vocabulary
    for code in clinician.specialties:
        if code not in practice.specialties:
            yield ("specialties", code), "is not one of the practice's specialties"
    if clinician.credential not in practice.rules.credentials:
        yield ("credential",), f"{clinician.credential!r} is not one of the known credentials"
    lists: tuple[tuple[str, tuple[str, ...], Mapping[str, Bilingual]], ...] = (
        ("modalities", clinician.modalities, words.modalities),
        ("formats", clinician.formats, words.formats),
        ("units", clinician.units, words.units),
        ("times", clinician.times, words.times),
        ("identities", clinician.identities, words.identities),
    )
    for field, codes, known in lists:
        for position, code in enumerate(codes):
            if code not in known:
                yield (field, position), f"{code!r} is not one of {', '.join(sorted(known))}"
    for position, licence in enumerate(clinician.licences):
        if licence.state not in practice.rules.states:
            yield ("licences", position, "state"), f"{licence.state!r} is not a state"


def _sites(clinician: RosterClinician, practice: Practice) -> Iterator[tuple[Loc, str]]:
    known = {site.code for site in practice.sites}
    for position, code in enumerate(clinician.sites):
        if code not in known:
            yield ("sites", position), f"{code!r} is not one of the practice's sites"
    if "in_person" in clinician.formats and not clinician.sites:
        yield ("sites",), "meets people in person, and names no site"


def _supervision(
    clinician: RosterClinician, by_id: Mapping[str, RosterClinician], broken: set[Any], practice: Practice
) -> Iterator[tuple[Loc, str]]:
    rules = practice.rules
    if not rules.is_associate(clinician.credential):
        return
    if clinician.registration_number is None:
        yield ("registration_number",), f"is missing; every {clinician.credential} has one"
    if clinician.supervisor is None:
        yield ("supervisor",), f"is missing; every {clinician.credential} works under one"
        return
    supervisor = by_id.get(clinician.supervisor)
    if clinician.supervisor == clinician.id:
        yield ("supervisor",), "is the associate themselves"
    elif supervisor is None:
        if clinician.supervisor not in broken:
            yield ("supervisor",), f"{clinician.supervisor!r} is not in this file"
    elif rules.is_associate(supervisor.credential):
        yield ("supervisor",), f"{clinician.supervisor!r} is an associate too"

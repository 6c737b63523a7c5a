"""`clinicians.yaml`, or the same as a spreadsheet: what `practice roster import` reads.

Everything wrong is told at once: what cannot be read in an entry hides nothing of what can.
After that the database is the only truth.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from shared.practice.fields import (
    Code,
    DateSpan,
    EmailAddress,
    FileModel,
    LanguageCode,
    Name,
    OwnWords,
    Slug,
    StateCode,
    Translated,
)
from shared.practice.files import KEY, BadFile, Document, Loc, Problem, faults_of, parsed
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
    introduction: OwnWords
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


@dataclass(frozen=True, slots=True)
class _Legible:
    """An entry as far as it can be read; what is wrong by itself is not judged by anything else."""

    entry: Mapping[str, Any]
    wrong: frozenset[Loc]

    def word(self, field: str) -> str | None:
        """The text of a field; None where it says nothing that can be read."""
        word = self.entry.get(field)
        return word if isinstance(word, str) and (field,) not in self.wrong else None

    def lacks(self, field: str) -> bool:
        """Whether nothing at all stands there."""
        return self.entry.get(field) in (None, [], "") and (field,) not in self.wrong

    def words(self, field: str) -> Iterator[tuple[Loc, str]]:
        """The texts of a list, or the codes of a mapping, each with its place."""
        listed = self.entry.get(field)
        if isinstance(listed, dict):
            places = [((field, code), code) for code in listed if (field, code, KEY) not in self.wrong]
        else:
            within = enumerate(listed if isinstance(listed, list) else ())
            places = [((field, at), each) for at, each in within if (field, at) not in self.wrong]
        yield from ((loc, each) for loc, each in places if isinstance(each, str))

    def states(self) -> Iterator[tuple[Loc, str]]:
        """The states of the licences, each with its place."""
        licences = self.entry.get("licences")
        for at, licence in enumerate(licences if isinstance(licences, list) else ()):
            state = licence.get("state") if isinstance(licence, dict) else None
            loc: Loc = ("licences", at, "state")
            if isinstance(state, str) and loc not in self.wrong:
                yield loc, state


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
        raise BadFile(_in_order([*problems, document.problem(("clinicians",), NOBODY)]))
    legible = []
    for index, entry in enumerate(entries):
        faults = faults_of(RosterClinician, entry)
        legible.append(
            _Legible(entry if isinstance(entry, dict) else {}, frozenset(each.loc for each in faults))
        )
        located = ((("clinicians", index, *each.loc), each.what) for each in faults)
        problems += [document.problem(loc, what) for loc, what in located if not document.told(loc)]
    problems += _unkept(document, legible, practice)
    if problems:
        raise BadFile(_in_order(problems))
    return RosterFile.model_validate(document.data)


def _in_order(problems: Sequence[Problem]) -> list[Problem]:
    return sorted(problems, key=lambda problem: (problem.line or 0, problem.column))


def _read(path: Path) -> tuple[Document, list[Problem]]:
    """The file as plain data, and what is wrong with its cells or its keys."""
    kind = path.suffix.lower()
    if kind in WORKBOOKS:
        raise BadFile([Problem(path.name, None, "", f"is a workbook ({kind}); save it as “CSV UTF-8”")])
    if kind == ".csv":
        sheet = read_sheet(path)
        return sheet, list(sheet.mistakes)
    return parsed(path)


def _unkept(document: Document, legible: Sequence[_Legible], practice: Practice) -> Iterator[Problem]:
    """What each clinician says that the practice or the rest of the file does not bear out."""
    named = [each.entry.get("id") for each in legible]
    for index, clinician in enumerate(legible):
        own = clinician.word("id")
        if own is not None and own in named[:index]:
            yield document.problem(("clinicians", index, "id"), f"{own!r} is used twice")
        unkept = (
            *_unknown_codes(clinician, practice),
            *_sites(clinician, practice),
            *_supervision(clinician, legible, practice),
        )
        for loc, what in unkept:
            yield document.problem(("clinicians", index, *loc), what)


def _unknown_codes(clinician: _Legible, practice: Practice) -> Iterator[tuple[Loc, str]]:
    words = practice.rules.vocabulary
    for loc, code in clinician.words("specialties"):
        if code not in practice.specialties:
            yield loc, "is not one of the practice's specialties"
    credential = clinician.word("credential")
    if credential is not None and credential not in practice.rules.credentials:
        yield ("credential",), f"{credential!r} is not one of the known credentials"
    lists: tuple[tuple[str, Mapping[str, Translated]], ...] = (
        ("modalities", words.modalities),
        ("formats", words.formats),
        ("units", words.units),
        ("times", words.times),
        ("identities", words.identities),
    )
    for field, known in lists:
        for loc, code in clinician.words(field):
            if code not in known:
                yield loc, f"{code!r} is not one of {', '.join(sorted(known))}"
    for loc, state in clinician.states():
        if state not in practice.rules.states:
            yield loc, f"{state!r} is not a state"


def _sites(clinician: _Legible, practice: Practice) -> Iterator[tuple[Loc, str]]:
    known = {site.code for site in practice.sites}
    for loc, code in clinician.words("sites"):
        if code not in known:
            yield loc, f"{code!r} is not one of the practice's sites"
    if clinician.lacks("sites") and "in_person" in (code for _, code in clinician.words("formats")):
        yield ("sites",), "meets people in person, and names no site"


def _supervision(
    clinician: _Legible, everybody: Sequence[_Legible], practice: Practice
) -> Iterator[tuple[Loc, str]]:
    """What an associate lacks; whoever's credential is not known may be one, and is asked for nothing."""
    rules, credential = practice.rules, clinician.word("credential")
    associate = rules.is_associate(credential or "")
    if not associate and credential in rules.credentials:
        return
    if associate and clinician.lacks("registration_number"):
        yield ("registration_number",), f"is missing; every {credential} has one"
    if associate and clinician.lacks("supervisor"):
        yield ("supervisor",), f"is missing; every {credential} works under one"
    named = clinician.word("supervisor")
    if named is None:
        return
    found = [each for each in everybody if each.entry.get("id") == named]
    if named == clinician.entry.get("id"):
        yield ("supervisor",), "is the associate themselves"
    elif not found:
        yield ("supervisor",), f"{named!r} is not in this file"
    elif any(rules.is_associate(each.word("credential") or "") for each in found):
        yield ("supervisor",), f"{named!r} is an associate too"

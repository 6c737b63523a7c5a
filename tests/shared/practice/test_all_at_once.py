"""Everything wrong with a roster is told in one run, in the order of the file, in an operator's words."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, TypeAdapter

from services.intake.domain.rule_files import ConcernLexicon, SafetyRules
from services.matching.settings import PolicyFile
from shared.practice import BadFile, Practice, RosterFile, load_roster_file
from shared.practice.catalogue import Catalogue
from shared.practice.files import FORMS, NOT_WHAT_BELONGS, faults_of, read_document
from shared.practice.roster_csv import COLUMNS, MAY_BE_LEFT_OUT
from shared.practice.rules import ConsentFile, CredentialsFile, HotlinesFile, StatesFile, Vocabulary
from shared.practice.tone import Tone
from tests.shared.practice.conftest import SAMPLES

FILES: dict[type[BaseModel], str] = {
    Practice: "los_angeles/practice.yaml",
    RosterFile: "los_angeles/clinicians.yaml",
    Catalogue: "los_angeles/resources.yaml",
    HotlinesFile: "rules/hotlines.yaml",
    StatesFile: "rules/states.yaml",
    ConsentFile: "rules/consent.yaml",
    CredentialsFile: "rules/credentials.yaml",
    Vocabulary: "rules/vocabulary.yaml",
    PolicyFile: "rules/matching.yaml",
    SafetyRules: "rules/safety.yaml",
    ConcernLexicon: "rules/concerns.yaml",
    Tone: "rules/tone.yaml",
}
ODD = (None, "", "x", "X" * 3000, True, -7, 10**9, 1.5, [], ["x"], {}, {"x": "x"})
EVERYTHING_WRONG = """\
clinicians:
  - id: C Wrong
    name: ""
    nickname: Sam
    email: sam at home
    credential: LMTF
    supervisor: c-nobody
    introduction: {en: I listen.}
    licences:
      - {state: QQ, number: LMFT000101, expires: 2036-13-31}
      - {state: California, number: 5, expires: 2036-05-31}
    specialties: {grief: 9, Couples: 2, trauma: three}
    modalities: [cbt, emdr]
    formats: [in_person, telepathy]
    units: []
    ages: {from: 60, to: 18, about: adults}
    languages: [en, spanish]
    times: evenings
    fee: {min: 220, max: 120}
    accepting: maybe
    capacity: -1
    capacity: -2
    caseload: many
    leave:
      - {from: 2027-01-04, to: 2026-12-20}
    identities: [male]
    conflicts: [7]
  - id: c-okafor
    name: Jo Okafor
everybody: true
"""
TOLD = """\
2: [0].id: 'C Wrong' may hold only small letters
2: [0].sites: meets people in person, and names no site
3: [0].name: must not be empty
4: [0].nickname: is not a field this file knows
5: [0].email: 'sam at home' is not an e-mail address
6: [0].credential: 'LMTF' is not one of the known credentials
7: [0].supervisor: 'c-nobody' is not in this file
8: [0].introduction.es: is missing
10: [0].licences[0].state: 'QQ' is not a state
10: [0].licences[0].expires: '2036-13-31' is not a date
11: [0].licences[1].state: 'California' is not a state's two capital letters
11: [0].licences[1].number: must be text
12: [0].specialties.grief: must be at most 3, not 9
12: [0].specialties.grief: is not one of the practice's specialties
12: [0].specialties.Couples: 'Couples' may hold only small letters
12: [0].specialties.trauma: 'three' is not a whole number
13: [0].modalities[0]: 'cbt' is not one of
14: [0].formats[1]: 'telepathy' is not one of
15: [0].units: must list at least one
16: [0].ages: ends at 18, before it begins at 60
16: [0].ages.about: is not a field this file knows
17: [0].languages[1]: 'spanish' is not a language code
18: [0].times: must be a list
19: [0].fee: the lowest fee 220 is above the full fee 120
20: [0].accepting: 'maybe' is not yes or no
22: [0].capacity: is written twice
22: [0].capacity: must be at least 0, not -2
23: [0].caseload: 'many' is not a whole number
25: [0].leave[0]: ends on 2026-12-20, before it begins
26: [0].identities[0]: 'male' is not one of
27: [0].conflicts[0]: must be text
30: everybody: is not a field this file knows
"""
LACKING = "28: [1]"  # Jo Okafor's entry, of which nearly everything is missing

SHEET_ALL_WRONG = """\
id,name,nickname,email,credential,supervisor,introduction_en,licences,specialties,formats,sites,units,ages_from,\
ages_to,languages,times,fee_min,fee_max,accepting,capacity,caseload,leave
C Wrong,,Sam,sam at home,LMTF,c-nobody,I listen.,CA; QQ LMFT000101 soon,grief; couples:9,in_person;telepathy,\
,individual,60,18,en;spanish,evenings,220,120,maybe,-1,many,Christmas; 2027-01-04..2026-12-20
"""
TOLD_OF_THE_SHEET = """\
1: nickname (C1): is not a column this file knows
1: introduction_es: this column is missing
2: id (A2): 'C Wrong' may hold only small letters
2: name (B2): is missing
2: email (D2): 'sam at home' is not an e-mail address
2: credential (E2): 'LMTF' is not one of the known credentials
2: supervisor (F2): 'c-nobody' is not in this file
2: licences (H2): 'CA' is not a licence such as
2: licences (H2): no. 2, expires: 'soon' is not a date
2: licences (H2): no. 2, state: 'QQ' is not a state
2: specialties (I2): 'grief' names no strength
2: specialties (I2): couples: must be at most 3, not 9
2: specialties (I2): grief: is not one of the practice's specialties
2: formats (J2): no. 2: 'telepathy' is not one of
2: sites (K2): meets people in person, and names no site
2: ages_from (M2): ends at 18, before it begins at 60
2: languages (O2): no. 2: 'spanish' is not a language code
2: times (P2): no. 1: 'evenings' is not one of
2: fee_min (Q2): the lowest fee 220 is above the full fee 120
2: accepting (S2): 'maybe' is not yes or no
2: capacity (T2): must be at least 0, not -1
2: caseload (U2): 'many' is not a whole number
2: leave (V2): 'Christmas' is not a leave such as
2: leave (V2): no. 2: ends on 2026-12-20, before it begins
"""


def refused(file: Path, text: str, practice: Practice) -> list[str]:
    """The complaints, each as its line, its field and what is wrong."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadFile) as told:
        load_roster_file(file, practice)
    each = (f"{one.line}: {one.field.removeprefix('clinicians')}: {one.what}" for one in told.value.problems)
    return [line for line in each if not line.startswith(LACKING)]


def is_told(said: list[str], expected: str) -> None:
    wanted = expected.splitlines()
    assert [line[: len(start)] for line, start in zip(said, wanted, strict=False)] == wanted
    assert len(said) == len(wanted)


def test_an_entry_with_a_mistake_of_every_kind_is_told_all_of_them(
    tmp_path: Path, los_angeles: Practice
) -> None:
    is_told(refused(tmp_path / "clinicians.yaml", EVERYTHING_WRONG, los_angeles), TOLD)


def test_a_row_with_a_mistake_of_every_kind_is_told_all_of_them(
    tmp_path: Path, los_angeles: Practice
) -> None:
    is_told(refused(tmp_path / "clinicians.csv", SHEET_ALL_WRONG, los_angeles), TOLD_OF_THE_SHEET)


def test_an_associate_whose_other_fields_are_wrong_is_told_what_an_associate_lacks(
    tmp_path: Path, los_angeles: Practice
) -> None:
    text = "clinicians:\n  - {id: c-a, credential: AMFT, capacity: many}\n  - {id: c-b, credential: APCC, "
    said = refused(tmp_path / "c.yaml", text + "supervisor: c-a, registration_number: A1}\n", los_angeles)

    told = "\n".join(said)
    assert "2: [0].registration_number: is missing; every AMFT has one" in told
    assert "2: [0].supervisor: is missing; every AMFT works under one" in told
    assert "3: [1].supervisor: 'c-a' is an associate too" in told


def test_a_column_that_is_missing_is_told_once_and_not_in_every_row(
    tmp_path: Path, los_angeles: Practice
) -> None:
    said = refused(tmp_path / "c.csv", "id,name\nc-a,Alex Rivera\nc-a,Sam Rivera\n", los_angeles)

    assert len([line for line in said if line.startswith("1: ")]) == len(COLUMNS) - len(MAY_BE_LEFT_OUT) - 2
    assert [line for line in said if not line.startswith("1: ")] == ["3: id (A3): 'c-a' is used twice"]


@pytest.mark.parametrize("model", FILES)
def test_whatever_an_operator_writes_is_answered_in_our_words(
    model: type[BaseModel], los_angeles: Practice
) -> None:
    data = read_document(SAMPLES / FILES[model]).data
    if model is Practice:
        data["rules"] = los_angeles.rules

    said = {fault.what for broken in spoilt(shortened(data)) for fault in faults_of(model, broken)}

    assert said
    assert NOT_WHAT_BELONGS not in said
    assert [what for what in said if "nput should" in what or "validation" in what] == []


@pytest.mark.parametrize("model", FILES)
def test_every_form_that_a_text_must_have_is_told_in_words(model: type[BaseModel]) -> None:
    assert set(patterns(TypeAdapter(model).json_schema())) <= FORMS.keys()


def patterns(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("pattern"), str):
            yield schema["pattern"]
        yield from (pattern for part in schema.values() for pattern in patterns(part))
        yield from schema.get("patternProperties", {})
    elif isinstance(schema, list):
        yield from (pattern for part in schema for pattern in patterns(part))


def shortened(data: Any) -> Any:
    """The same with one of each list and the first of each long mapping: one is like another."""
    if isinstance(data, dict):
        kept = list(data)[:2] if len(data) > 30 else list(data)
        return {name: shortened(data[name]) for name in kept}
    return [shortened(part) for part in data[:1]] if isinstance(data, list) else data


def spoilt(data: Any) -> Iterator[Any]:
    """The data with each of its parts in turn replaced by each odd thing."""
    yield from ODD
    if isinstance(data, dict):
        yield {**data, "x y": "x"}
        for name in data:
            yield from ({**data, name: part} for part in spoilt(data[name]))
    elif isinstance(data, list):
        yield from ([part] for each in data for part in spoilt(each))

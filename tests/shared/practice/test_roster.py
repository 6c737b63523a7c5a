"""A mistake in clinicians.yaml is answered with file, line, field and what to change."""

from pathlib import Path

import pytest

from shared.practice import BadFile, Practice, load_roster_file
from tests.shared.practice.conftest import Edit, line_of


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ("grief_loss: 3, couples: 2", "grief: 3, couples: 2", "[0].specialties.grief", "not one of"),
        ("grief_loss: 3", "grief_loss: 4", "[0].specialties.grief_loss", "must be at most 3, not 4"),
        ("credential: LMFT", "credential: LMTF", "[0].credential", "not one of the known credentials"),
        ("    supervisor: c-okafor\n", "", "[1].supervisor", "is missing; every AMFT works under one"),
        ("    registration_number: AMFT000102\n", "", "[1].registration_number", "is missing; every AMFT"),
        ("supervisor: c-okafor", "supervisor: c-nobody", "[1].supervisor", "is not in this file"),
        ("supervisor: c-okafor", "supervisor: c-haddad", "[1].supervisor", "is the associate themselves"),
        ("supervisor: c-okafor", "supervisor: c-wright", "[1].supervisor", "is an associate too"),
        ("expires: 2036-05-31", "expires: 2036-13-31", "[0].licences[0].expires", "is not a date"),
        ("expires: 2036-05-31", "expires: soon", "[0].licences[0].expires", "is not a date"),
        ("state: CA", "state: QQ", "[0].licences[0].state", "is not a state"),
        ("id: c-haddad", "id: c-rivera", "[1].id", "is used twice"),
        ("fee: {min: 120, max: 220}", "fee: {min: 220, max: 120}", "[0].fee", "above the full fee"),
        ("ages: {from: 18", "ages: {from: 100", "[0].ages", "before it begins"),
        ("languages: [en, es]", "languages: [en, spanish]", "[0].languages[1]", "is not a language code"),
        ("sites: [highland_park]", "sites: [downtown]", "[0].sites[0]", "not one of the practice's sites"),
        ("    sites: [highland_park]\n", "", "[0].sites", "names no site"),
        ("modalities: [relational, emdr]", "modalities: [cbt]", "[0].modalities[0]", "is not one of"),
        ("times: [weekday_evening, saturday]", "times: [evenings]", "[0].times[0]", "is not one of"),
        ("units: [individual, couple]", "units: [trio]", "[0].units[0]", "is not one of"),
        ("identities: [man, latine", "identities: [male, latine", "[0].identities[0]", "is not one of"),
        ("from: 2026-11-16, to: 2027-02-28", "from: 2027-11-16, to: 2027-02-28", "leave[0]", "before it"),
        ("email: alex.rivera@", "email: alex rivera@", "[0].email", "is not an e-mail address"),
        ("capacity: 20", "capacity: twenty", "[0].capacity", "'twenty' is not a whole number"),
        ("name: Alex Rivera", "nom: Alex Rivera", "[0].nom", "is not a field this file knows"),
    ],
)
def test_a_roster_with_a_mistake_is_refused_with_its_line_and_field(
    old: str, new: str, field: str, what: str, edited: Edit, los_angeles: Practice
) -> None:
    folder = edited("clinicians.yaml", old, new)

    with pytest.raises(BadFile) as refused:
        load_roster_file(folder / "clinicians.yaml", los_angeles)

    problem = next(each for each in refused.value.problems if what in each.what)
    assert problem.field.endswith(field)
    if new:
        assert problem.line == line_of("clinicians.yaml", old)
    else:  # nothing stands there any more: the entry is named
        assert problem.line is not None


def test_every_mistake_of_a_roster_is_told_in_the_order_of_the_file(
    edited: Edit, los_angeles: Practice
) -> None:
    edited("clinicians.yaml", "supervisor: c-brooks", "supervisor: c-nobody")
    edited("clinicians.yaml", "fee: {min: 120, max: 220}", "fee: {min: 220, max: 120}")
    folder = edited("clinicians.yaml", "credential: LCSW", "credential: LSCW")

    with pytest.raises(BadFile) as refused:
        load_roster_file(folder / "clinicians.yaml", los_angeles)

    assert [problem.field for problem in refused.value.problems] == [
        "clinicians[0].fee",
        "clinicians[3].credential",
        "clinicians[9].supervisor",
    ]


def test_a_supervisor_whose_own_entry_is_broken_is_not_called_missing(
    edited: Edit, los_angeles: Practice
) -> None:
    folder = edited("clinicians.yaml", "name: Jo Okafor", "nom: Jo Okafor")

    with pytest.raises(BadFile) as refused:
        load_roster_file(folder / "clinicians.yaml", los_angeles)

    assert not any(problem.field.endswith("supervisor") for problem in refused.value.problems)


@pytest.mark.parametrize("text", ["clinicians: []\n", "clinicians: everyone\n", "clinicians: [everyone]\n"])
def test_a_roster_without_clinicians_is_refused(text: str, tmp_path: Path, los_angeles: Practice) -> None:
    (tmp_path / "roster.yaml").write_text(text)

    with pytest.raises(BadFile, match=r"roster\.yaml:1"):
        load_roster_file(tmp_path / "roster.yaml", los_angeles)

"""A mistake in practice.yaml is answered with file, line, field and what to change."""

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.practice import BadFile, load_practice
from tests.shared.practice.conftest import Edit, line_of


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        ("first_step: call", "fist_step: call", "fist_step", "is not a field this file knows"),
        ("phone: ", "telephone: ", "phone", "is missing"),
        ("America/Los_Angeles", "Pacific", "time_zone", "is not a time zone"),
        ("states: [CA]", "states: [XX]", "states[0]", "not a state"),
        ("states: [CA]", "states: [California]", "states[0]", "is not a state's two capital letters"),
        ("dana@frontdesk.example.org", "dana at desk", "discreet_from", "is not an e-mail address"),
        ('phone: "+1 323-555-0100"', "phone: 3235550100", "phone", "put it in quotes"),
        ("holidays: US-CA", "holidays: Mars", "holidays", "is not a holiday calendar"),
        ('fri: "09:00-16:00"', 'thu: "09:00-16:00"', "", "names a day a second time"),
        ('fri: "09:00-16:00"', 'fri: "16:00-09:00"', "", "closes before it opens"),
        ('fri: "09:00-16:00"', 'freitag: "09:00-16:00"', "", "is not a weekday"),
        ("deputy: lee", "deputy: leo", "coordinators[0].deputy", "'leo' is not another coordinator's id"),
        ("id: lee", "id: dana", "coordinators[1]", "is used twice"),
        ("owner: marguerite", "owner: maggie", "owner", "is not a coordinator's id"),
        ("on_call: [dana, lee]", "on_call: [dana, leo]", "on_call[1]", "is not a coordinator's id"),
        ("on_call: [dana, lee]", "on_call: []", "on_call", "must list at least one"),
        ("maps_to: [relational]", "maps_to: [rational]", "maps_to[0]", "is not one of the specialties"),
        ("[couples, teens", "[couple, teens", "requires_training[0]", "is not one of the specialties"),
        ("origins: [https", "origins: [http", "origins[0]", "is not a website's https:// address"),
    ],
)
def test_a_mistake_is_answered_with_its_line_its_field_and_what_to_do(
    old: str, new: str, field: str, what: str, edited: Edit
) -> None:
    folder = edited("practice.yaml", old, new)

    with pytest.raises(Misconfigured) as refused:
        load_practice(folder)

    assert isinstance(refused.value, BadFile)
    problem = next(each for each in refused.value.problems if what in each.what)
    assert problem.file == "practice.yaml"
    assert problem.field.endswith(field)
    assert problem.line in (None, line_of("practice.yaml", old))
    assert (problem.line is None) == (not field or what == "is missing")
    assert str(problem) in str(refused.value)


def test_every_mistake_is_told_at_once(edited: Edit) -> None:
    edited("practice.yaml", "deputy: lee", "deputy: leo")
    edited("practice.yaml", "owner: marguerite", "owner: maggie")
    folder = edited("practice.yaml", "states: [CA]", "states: [ZZ]")

    with pytest.raises(BadFile) as refused:
        load_practice(folder)

    assert len(refused.value.problems) == 3


def test_a_state_called_no_stays_text(edited: Edit) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [NO]")

    with pytest.raises(BadFile, match="'NO' is not a state"):
        load_practice(folder)


def test_a_field_written_twice_is_refused_not_overwritten(edited: Edit) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [CA]\nstates: [NY]")

    with pytest.raises(BadFile, match="states: is written twice"):
        load_practice(folder)


def test_broken_yaml_is_answered_with_its_line(edited: Edit) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [CA")

    with pytest.raises(BadFile, match=r"practice\.yaml:\d+: is not readable YAML"):
        load_practice(folder)


@pytest.mark.parametrize("text", ["", "- a list\n", "just words\n"])
def test_a_file_that_holds_no_fields_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "practice.yaml").write_text(text)

    with pytest.raises(BadFile, match="must hold fields"):
        load_practice(tmp_path)

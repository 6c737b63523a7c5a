"""`practice resources`: whether the reading catalogue is fit to be sent, and what is in it."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app

SAMPLES = Path("deploy/practice")
FILE = "resources.yaml"
Resources = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the Los Angeles sample."""
    return Path(shutil.copytree(SAMPLES / "los_angeles", tmp_path / "practice"))


@pytest.fixture
def resources(folder: Path) -> Resources:
    """Runs `practice resources …` on the copy."""

    def run(*arguments: str) -> Result:
        told = {"PRACTICE_CONFIG_DIR": str(folder), "COLUMNS": "200"}
        return CliRunner().invoke(app, ["resources", *arguments], env=told)

    return run


def change(folder: Path, old: str, new: str) -> None:
    text = (folder / FILE).read_text(encoding="utf-8")
    assert old in text
    (folder / FILE).write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_both_samples_are_fine(sample: str) -> None:
    told = {"PRACTICE_CONFIG_DIR": str(SAMPLES / sample)}

    result = CliRunner().invoke(app, ["resources", "lint"], env=told)

    assert (result.exit_code, result.stdout) == (0, "resources.yaml is fine\n")


def test_every_problem_is_told_with_its_line_its_field_and_what_to_do(
    folder: Path, resources: Resources
) -> None:
    change(folder, 'isbn: {en: "9781608820580"}', 'isbn: {en: "9781608820581"}')
    change(folder, "A short visit to yourself, a few minutes long.", "You must visit yourself!")
    change(folder, "general: [dance_of_connection", "general: [dense_of_connection")

    result = resources("lint")

    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert [line.split(": ")[1] for line in lines[:-1]] == [
        "general[0]",
        "books[1].isbn.en",
        "practices[0].what.en",
        "practices[0].what.en",
    ]
    assert all(line.startswith("resources.yaml:") for line in lines[:-1])
    assert "“must” hurries the reader: “You must visit yourself!" in result.stdout
    assert lines[-1] == "4 things to change"


def test_a_program_is_told_the_same(folder: Path, resources: Resources) -> None:
    fine = resources("lint", "--json")
    change(folder, "for: [grief_loss]", "for: [grief]")
    found = resources("lint", "--json")

    assert (fine.exit_code, found.exit_code) == (0, 1)
    assert json.loads(fine.stdout) == {"file": str(folder / FILE), "problems": []}
    [problem] = json.loads(found.stdout)["problems"]
    line = (folder / FILE).read_text(encoding="utf-8").split("for: [grief]")[0].count("\n") + 1
    assert problem == {
        "file": FILE,
        "line": line,
        "field": "readings[0].for[0]",
        "what": "'grief' is not one of the practice's specialties",
    }


@pytest.mark.parametrize(
    ("file", "content"),
    [("practice.yaml", "name: Nowhere\n"), ("rules/tone.yaml", "version: x\n")],
)
def test_what_the_check_itself_needs_is_wrong_usage(
    file: str, content: str, folder: Path, resources: Resources
) -> None:
    (folder / file).parent.mkdir(exist_ok=True)
    (folder / file).write_text(content, encoding="utf-8")

    result = resources("lint")

    assert result.exit_code == 2
    assert result.stdout == ""
    assert Path(file).name in result.stderr


def test_an_unknown_option_is_wrong_usage(resources: Resources) -> None:
    assert resources("lint", "--loud").exit_code == 2


def test_a_file_that_is_gone_is_a_problem_found(folder: Path, resources: Resources) -> None:
    (folder / FILE).unlink()

    result = resources("lint")

    assert result.exit_code == 1
    assert result.stdout.startswith("resources.yaml: there is no such file in ")


def test_the_list_names_everything_and_to_whom_it_is_given(resources: Resources) -> None:
    shown, told = resources("list"), json.loads(resources("list", "--json").stdout)

    items = [*told["books"], *told["practices"], *told["readings"]]
    assert len(items) >= 7 + 6 + 6
    assert [each["code"] for each in items if each["code"] not in shown.stdout] == []
    assert "practice 6" in shown.stdout
    assert "only when spirituality_welcome" in shown.stdout
    assert "general_theory_of_love" in shown.stdout.splitlines()[-1]


def test_a_catalogue_that_cannot_be_used_is_not_listed(folder: Path, resources: Resources) -> None:
    change(folder, "for: [grief_loss]", "for: [grief]")

    result = resources("list")

    assert (result.exit_code, result.stdout) == (2, "")
    assert "'grief' is not one of the practice's specialties" in result.stderr

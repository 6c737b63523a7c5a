"""`practice language`: how an operator begins a language, and learns what it still lacks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.local.environment import of_the_stack
from deploy.local.keys import kept_keys, kept_website
from deploy.local.places import Places
from deploy.local.ports import Ports
from shared.language import speak_also
from tests.language.portuguese import languages_in, practice_in

TOLD = {"PRACTICE_CONFIG_DIR": "deploy/practice/los_angeles", "COLUMNS": "200"}


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    yield
    speak_also(None)


def language(*arguments: str, **told: str) -> Result:
    return CliRunner().invoke(app, ["language", *arguments], env=TOLD | told)


def test_without_more_there_are_two_and_both_are_whole() -> None:
    result = language("check")

    assert (result.exit_code, result.stdout) == (0, "en: English\nes: Español\n")


def test_beginning_one_writes_what_is_to_be_translated(tmp_path: Path) -> None:
    result = language("begin", "pt", str(tmp_path))

    assert result.exit_code == 0
    assert {each.name for each in (tmp_path / "pt").iterdir()} == {"LC_MESSAGES", "layout", "mail"}
    body = (tmp_path / "pt" / "mail" / "acknowledgement" / "body.txt").read_text(encoding="utf-8")
    assert '{% include "layout/pt/closing.txt" %}' in body
    assert not (tmp_path / "pt" / "mail" / "digest").exists()  # the desk's


def test_what_was_begun_is_never_written_over(tmp_path: Path) -> None:
    language("begin", "pt", str(tmp_path))
    body = tmp_path / "pt" / "mail" / "waitlist" / "body.txt"
    body.write_text("Olá", encoding="utf-8")

    result = language("begin", "pt", str(tmp_path))

    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert body.read_text(encoding="utf-8") == "Olá"


@pytest.mark.parametrize("code", ["portuguese", "xx", "es"])
def test_what_is_no_further_language_is_not_begun(tmp_path: Path, code: str) -> None:
    result = language("begin", code, str(tmp_path))

    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_what_is_only_begun_lacks_every_sentence(tmp_path: Path) -> None:
    language("begin", "pt", str(tmp_path))

    result = language("check", PRACTICE_LOCALE_DIR=str(tmp_path))

    assert result.exit_code == 2
    assert "intake.po: title.write is not translated" in result.stderr
    assert "no rule for a crisis in pt" in result.stderr


def test_what_is_whole_is_named(tmp_path: Path) -> None:
    folder = languages_in(tmp_path / "languages")
    practice = practice_in(tmp_path / "practice")

    result = language("check", PRACTICE_LOCALE_DIR=str(folder), PRACTICE_CONFIG_DIR=str(practice))

    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "pt: Português")


def test_a_stack_tells_its_parts_the_whole_path(tmp_path: Path) -> None:
    places = Places(tmp_path)

    said = of_the_stack(
        places, Ports(), kept_keys(places), kept_website(places), {"PRACTICE_LOCALE_DIR": "own/languages"}
    )

    assert said["PRACTICE_LOCALE_DIR"] == str(Path("own/languages").resolve())

"""Which languages the house speaks, what they are called, and how days, hours and lists are said in them."""

from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from shared.errors import Misconfigured
from shared.language import (
    Words,
    common_words,
    house_languages,
    listed_in,
    name_of,
    other_languages,
    read_catalogue,
    said_at,
    said_clock,
    speak_also,
    spoken,
)
from shared.settings import ServiceSettings
from tests.language.catalogues import write

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
ONE = datetime(2026, 12, 21, 21, 0, tzinfo=UTC)


class Told(ServiceSettings):
    service: str = "told"
    database_url: str = ""
    port: int = 0


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    yield
    speak_also(None)


def test_ours_are_there_english_first() -> None:
    assert house_languages() == ("en", "es")
    assert [name_of(each) for each in house_languages()] == ["English", "Español"]
    assert other_languages("es") == ("en",)


def test_a_folder_that_the_environment_names_adds_its_languages(tmp_path: Path) -> None:
    (tmp_path / "pt").mkdir()
    (tmp_path / "ko").mkdir()
    (tmp_path / "README.md").touch()

    Told.read({"PRACTICE_LOCALE_DIR": str(tmp_path)})

    assert house_languages() == ("en", "es", "ko", "pt")
    assert other_languages("pt") == ("en", "es", "ko")


@pytest.mark.parametrize("environ", [{}, {"PRACTICE_LOCALE_DIR": ""}])
def test_without_one_there_are_ours(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "pt").mkdir()
    speak_also(tmp_path)

    Told.read(environ)

    assert house_languages() == ("en", "es")


@pytest.mark.parametrize(
    ("name", "told"), [("es", "language of ours"), ("portuguese", "not the code"), ("xx", "not the code")]
)
def test_a_folder_that_is_called_like_no_further_language_is_refused(
    tmp_path: Path, name: str, told: str
) -> None:
    (tmp_path / name).mkdir()

    with pytest.raises(Misconfigured, match=told):
        Told.read({"PRACTICE_LOCALE_DIR": str(tmp_path)})


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PRACTICE_LOCALE_DIR: there is no folder"):
        Told.read({"PRACTICE_LOCALE_DIR": str(tmp_path / "none")})


@pytest.mark.parametrize(
    ("tag", "language"), [("es-MX", "es"), ("ES_us", "es"), ("pt", "en"), ("", "en"), ("english", "en")]
)
def test_whoever_reads_another_language_reads_english(tag: str, language: str) -> None:
    assert spoken(tag) == language


@pytest.mark.parametrize(
    ("key", "english", "spanish"),
    [
        ("date.day", "Monday, December 21", "lunes 21 de diciembre"),
        ("date.day_of_month", "December 21", "21 de diciembre"),
        ("date.clock", "1:00 pm", "13:00"),
        ("date.day_and_time", "Monday at 1:00 pm", "el lunes a las 13:00"),
        ("date.date_and_time", "Monday, December 21 at 1:00 pm", "el lunes 21 de diciembre a las 13:00"),
        ("date.short_day_and_time", "Mon 1:00 pm", "lun 13:00"),
    ],
)
def test_a_day_is_said_as_its_language_says_it(key: str, english: str, spanish: str) -> None:
    said = [said_at(key, ONE, LOS_ANGELES, language) for language in ("en", "es")]

    assert said == [english, spanish]


def test_spanish_says_one_o_clock_in_the_singular() -> None:
    night = ONE.replace(hour=9)

    assert said_at("date.day_and_time", night, LOS_ANGELES, "es") == "el lunes a la 1:00"
    assert said_clock(time(1, 5), "es") == "1:05"
    assert said_clock(time(1, 5), "en") == "1:05 am"


@pytest.mark.parametrize(
    ("parts", "english", "spanish"),
    [
        ((), "", ""),
        (("a",), "a", "a"),
        (("a", "b"), "a and b", "a y b"),
        (("a", "b", "c"), "a, b and c", "a, b y c"),
    ],
)
def test_a_list_ends_as_its_language_ends_it(parts: str, english: str, spanish: str) -> None:
    assert (listed_in(parts, "en"), listed_in(parts, "es")) == (english, spanish)


def test_a_message_chooses_its_form_by_the_plural_of_its_catalogue(tmp_path: Path) -> None:
    write(tmp_path, "pl", mine={"n": ("{count} plik", "{count} pliki", "{count} plików")})
    say = Words("pl", read_catalogue(tmp_path / "pl" / "LC_MESSAGES" / "mine.po"))

    assert [say("n", count=count) for count in (1, 2, 5, 22)] == ["1 plik", "2 pliki", "5 plików", "22 pliki"]


def test_a_key_or_a_value_that_is_not_there_is_an_error_and_never_a_blank() -> None:
    say = common_words("en")

    with pytest.raises(KeyError):
        say("top.nothing")
    with pytest.raises(KeyError):
        say("crisis.call")


def test_a_broken_catalogue_is_named(tmp_path: Path) -> None:
    file = tmp_path / "pt.po"
    file.write_text('msgid "a\n', encoding="utf-8")

    with pytest.raises(Misconfigured, match=r"pt\.po cannot be read"):
        read_catalogue(file)

"""What every page of the house says to a person, and how it says no."""

import re
from pathlib import Path

import pytest
import yaml

from services.notifications.discretion import gives_away
from shared.pages import Pages
from shared.pages.knock import AWAY, NOBODYS_LINK, No, is_ours
from shared.pages.person import nothing_page
from shared.pages.words import SHARED, load_words, other_than
from shared.practice import MAIL_LANGUAGES, load_practice
from tests.mails.vocabulary import TUTEO

LOS_ANGELES = Path("deploy/practice/los_angeles")


def words(language: str) -> dict[str, str]:
    groups = yaml.safe_load((SHARED / f"{language}.yaml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": said for group, named in groups.items() for name, said in named.items()}


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_every_sentence_exists_in_every_language_with_the_same_gaps(language: str) -> None:
    english, other = words("en"), words(language)

    assert other.keys() == english.keys()
    gaps = re.compile(r"{\w+}")
    assert {key: set(gaps.findall(said)) for key, said in other.items()} == {
        key: set(gaps.findall(said)) for key, said in english.items()
    }


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_no_sentence_gives_away_what_a_page_is_about_or_is_too_familiar(language: str) -> None:
    assert [key for key, said in words(language).items() if gives_away(said)] == []
    assert language != "es" or [key for key, said in words(language).items() if TUTEO.search(said)] == []


def test_a_services_own_words_come_on_top_of_those_that_all_pages_say(tmp_path: Path) -> None:
    for language in MAIL_LANGUAGES:
        (tmp_path / f"{language}.yaml").write_text("top: {leave: Go}\nmine: {word: x}", encoding="utf-8")

    say = load_words(tmp_path, "en")

    assert (say("top.leave"), say("mine.word"), say("top.language")) == ("Go", "x", "Español")


def test_each_language_of_the_house_names_the_other() -> None:
    assert {each: other_than(each) for each in MAIL_LANGUAGES} == {"en": "es", "es": "en"}


@pytest.mark.parametrize("no", [NOBODYS_LINK, AWAY, No(403, "origin"), No(500, "broken")], ids=str)
def test_every_no_names_the_practices_number_and_the_lines_and_when_to_try_again(
    no: No, tmp_path: Path
) -> None:
    practice = load_practice(LOS_ANGELES)

    said = nothing_page(Pages(tmp_path), practice, load_words(tmp_path_with_words(tmp_path), "es"), no)

    page = bytes(said.body).decode()
    assert said.status_code == no.status
    assert practice.phone in page
    assert "988" in page
    assert said.headers.get("retry-after") == (str(no.retry_after) if no.retry_after else None)


def tmp_path_with_words(folder: Path) -> Path:
    (folder / "es.yaml").write_text("mine: {word: x}", encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("origin", "host", "ours"),
    [
        ("https://pages.example.org", "", True),
        ("https://127.0.0.1:8004", "127.0.0.1:8004", True),
        ("https://pages.example.org.evil.example", "pages.example.org", False),
        ("http://pages.example.org:81", "x", False),
        ("null", "pages.example.org", False),
        ("", "", False),
    ],
)
def test_a_page_is_ours_by_its_whole_origin_or_by_the_host_it_was_asked_at(
    origin: str, host: str, ours: bool
) -> None:
    assert is_ours("https://pages.example.org", origin, host) is ours

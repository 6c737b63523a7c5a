"""What every page of the house says to a person, and how it says no."""

from pathlib import Path

import pytest

from services.notifications.discretion import gives_away
from shared.language import common_words, house_languages, load_words
from shared.pages import Pages
from shared.pages.knock import AWAY, NOBODYS_LINK, No, is_ours
from shared.pages.person import in_other_languages, nothing_page
from shared.practice import load_practice
from tests.language.catalogues import write
from tests.mails.vocabulary import TUTEO

LOS_ANGELES = Path("deploy/practice/los_angeles")


def words(language: str) -> dict[str, str]:
    return {key: " ".join(forms) for key, forms in common_words(language).messages.items()}


@pytest.mark.parametrize("language", house_languages())
def test_no_sentence_gives_away_what_a_page_is_about_or_is_too_familiar(language: str) -> None:
    assert [key for key, said in words(language).items() if gives_away(said)] == []
    assert language != "es" or [key for key, said in words(language).items() if TUTEO.search(said)] == []


def test_a_services_own_words_come_on_top_of_those_that_all_pages_say(tmp_path: Path) -> None:
    write(tmp_path, "en", mine={"top.leave": "Go", "mine.word": "x"})

    say = load_words("mine", tmp_path, "en")

    assert (say("top.leave"), say("mine.word"), say("top.skip")) == ("Go", "x", "Skip to the page")


def test_a_page_leads_to_every_other_language_by_the_name_that_its_speakers_use() -> None:
    there = {each: in_other_languages("/here", each, zone="UTC") for each in house_languages()}

    assert [(other.name, other.url) for other in there["en"]] == [("Español", "/here?lang=es&zone=UTC")]
    assert [(other.name, other.url) for other in there["es"]] == [("English", "/here?lang=en&zone=UTC")]


@pytest.mark.parametrize("no", [NOBODYS_LINK, AWAY, No(403, "origin"), No(500, "broken")], ids=str)
def test_every_no_names_the_practices_number_and_the_lines_and_when_to_try_again(
    no: No, tmp_path: Path
) -> None:
    practice = load_practice(LOS_ANGELES)

    said = nothing_page(Pages(tmp_path), practice, common_words("es"), no)

    page = bytes(said.body).decode()
    assert said.status_code == no.status
    assert practice.phone in page
    assert "988" in page
    assert said.headers.get("retry-after") == (str(no.retry_after) if no.retry_after else None)


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

"""The words of a journey's pages: whole in both languages, plain over a shoulder, and nobody is hurried."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from services import resources
from services.notifications.discretion import gives_away
from services.resources.web.noes import words_of
from shared.pages.words import SHARED, load_words
from shared.practice import MAIL_LANGUAGES
from tests.mails.vocabulary import PRESSURE, TUTEO

SERVICE = Path(resources.__file__).parent
BUILT = (  # asked for with a part that is put together
    *("running.", "asked.", "resting.", "on_hold.", "stopped.", "ended.", "reached."),
    *("coming.", "press.", "pace.", "refused."),
)


def words(language: str) -> dict[str, str]:
    groups = yaml.safe_load((SERVICE / "locale" / f"{language}.yaml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": said for group, named in groups.items() for name, said in named.items()}


def sources() -> Iterator[str]:
    for folder in (SERVICE / "web", SERVICE / "templates"):
        for file in (*folder.glob("*.py"), *folder.glob("*.html")):
            yield file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_every_sentence_exists_in_every_language_with_the_same_gaps(language: str) -> None:
    english, other = words("en"), words(language)

    assert other.keys() == english.keys()
    for key, said in other.items():
        assert said.strip(), key
        assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english[key])), key


def test_every_sentence_that_is_asked_for_exists_and_none_is_left_over() -> None:
    source = "".join(sources())
    known = words_of("en").sentences.keys()

    assert set(re.findall(r"""say\(\s*"([a-z_]+\.[a-z_]*[a-z])\"""", source)) <= known
    ours = known - load_words(SHARED, "en").sentences.keys()
    assert [key for key in ours if f'"{key}"' not in source and not key.startswith(BUILT)] == []


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_nothing_on_the_screen_tells_what_it_is_about(language: str) -> None:
    assert [key for key, said in words(language).items() if gives_away(said)] == []


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_no_sentence_presses_anybody_or_is_too_familiar(language: str) -> None:
    assert [key for key, said in words(language).items() if PRESSURE.search(said)] == []
    assert language != "es" or [key for key, said in words(language).items() if TUTEO.search(said)] == []

"""The words of the pages under /answers."""

import re
from pathlib import Path

import pytest
import yaml

from services import matching
from services.notifications.discretion import gives_away
from shared.practice import MAIL_LANGUAGES
from tests.mails.vocabulary import PRESSURE, TUTEO

LOCALE = Path(matching.__file__).parent / "locale"
AFTER_THE_PRESS = "introduction"  # the one group that is shown only to who asked for it
CALM_ELSEWHERE = ("top", "crisis")  # the words of every page of the house


def words(language: str) -> dict[str, str]:
    groups = yaml.safe_load((LOCALE / f"{language}.yaml").read_text(encoding="utf-8"))
    return {f"{group}.{name}": said for group, named in groups.items() for name, said in named.items()}


def test_every_sentence_exists_in_every_language_with_the_same_gaps() -> None:
    english = words("en")

    for language in MAIL_LANGUAGES:
        other = words(language)
        assert other.keys() == english.keys()
        for key, said in other.items():
            assert isinstance(said, str), key
            assert set(re.findall(r"{\w+}", said)) == set(re.findall(r"{\w+}", english[key])), key


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_before_the_press_nothing_on_the_screen_tells_what_it_is_about(language: str) -> None:
    told = [
        key
        for key, said in words(language).items()
        if gives_away(said) and not key.startswith(AFTER_THE_PRESS)
    ]

    assert told == []


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
def test_no_sentence_presses_anybody_or_is_too_familiar(language: str) -> None:
    ours = {key: said for key, said in words(language).items() if not key.startswith(CALM_ELSEWHERE)}

    assert [key for key, said in ours.items() if PRESSURE.search(said)] == []
    assert language != "es" or [key for key, said in ours.items() if TUTEO.search(said)] == []

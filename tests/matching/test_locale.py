"""The words of the pages under /answers."""

import pytest

from services.matching.web.noes import LOCALE
from services.notifications.discretion import gives_away
from shared.language import catalogue_of, house_languages
from tests.mails.vocabulary import PRESSURE, TUTEO

AFTER_THE_PRESS = "introduction"  # the one group that is shown only to who asked for it
CALM_ELSEWHERE = ("top", "crisis")  # the words of every page of the house


def words(language: str) -> dict[str, str]:
    catalogue = catalogue_of("matching", LOCALE, language)
    return {key: " ".join(forms) for key, forms in catalogue.messages.items()}


@pytest.mark.parametrize("language", house_languages())
def test_before_the_press_nothing_on_the_screen_tells_what_it_is_about(language: str) -> None:
    told = [
        key
        for key, said in words(language).items()
        if gives_away(said) and not key.startswith(AFTER_THE_PRESS)
    ]

    assert told == []


@pytest.mark.parametrize("language", house_languages())
def test_no_sentence_presses_anybody_or_is_too_familiar(language: str) -> None:
    ours = {key: said for key, said in words(language).items() if not key.startswith(CALM_ELSEWHERE)}

    assert [key for key, said in ours.items() if PRESSURE.search(said)] == []
    assert language != "es" or [key for key, said in ours.items() if TUTEO.search(said)] == []

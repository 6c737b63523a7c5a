"""The words of a journey's pages: plain over a shoulder, and nobody is hurried."""

import pytest

from services.notifications.discretion import gives_away
from services.resources.web.noes import LOCALE
from shared.language import catalogue_of, house_languages
from tests.mails.vocabulary import PRESSURE, TUTEO


def words(language: str) -> dict[str, str]:
    catalogue = catalogue_of("resources", LOCALE, language)
    return {key: " ".join(forms) for key, forms in catalogue.messages.items()}


@pytest.mark.parametrize("language", house_languages())
def test_nothing_on_the_screen_tells_what_it_is_about(language: str) -> None:
    assert [key for key, said in words(language).items() if gives_away(said)] == []


@pytest.mark.parametrize("language", house_languages())
def test_no_sentence_presses_anybody_or_is_too_familiar(language: str) -> None:
    assert [key for key, said in words(language).items() if PRESSURE.search(said)] == []
    assert language != "es" or [key for key, said in words(language).items() if TUTEO.search(said)] == []

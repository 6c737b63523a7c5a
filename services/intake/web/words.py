"""The words of intake's pages and answers, in the languages of the house, from the catalogues in `locale`."""

from pathlib import Path

from shared.pages.words import Words, load_words, preferred_language

__all__ = ["Words", "preferred_language", "words_of"]

LOCALE = Path(__file__).parent.parent / "locale"


def words_of(language: str) -> Words:
    """The words in this language; in English when the house does not speak it."""
    return load_words("intake", LOCALE, language)

"""The words of mails to the person that stand in no template, by the language of the mail."""

from pathlib import Path

from shared.language import Words, load_words

LOCALE = Path(__file__).parents[1] / "locale"


def words_of(language: str) -> Words:
    """The words in this language."""
    return load_words("notifications", LOCALE, language)


def how_many(count: int, language: str) -> str:
    """Small numbers as words, others as digits; as of `readings` or `practices`."""
    say = words_of(language)
    words = say("count.words").split()
    return words[count] if 0 <= count < len(words) else str(count)

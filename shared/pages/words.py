"""The language that a page is read in, and the words of a service's pages in it."""

from shared.language import Words, house_languages, load_words, other_languages
from shared.language.house import ENGLISH, code_of

__all__ = ["Words", "load_words", "other_languages", "preferred_language"]


def preferred_language(asked: str | None, accept_language: str | None) -> str:
    """The language of the house that fits: what was asked for, else what a browser accepts."""
    ours = house_languages()
    if asked and code_of(asked) in ours:
        return code_of(asked)
    for entry in sorted((accept_language or "").split(",")[:20], key=_weight, reverse=True):
        code = code_of(entry.partition(";")[0])
        if code in ours and _weight(entry) > 0:
            return code
    return ENGLISH


def _weight(entry: str) -> float:
    _, _, quality = entry.partition(";q=")
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0

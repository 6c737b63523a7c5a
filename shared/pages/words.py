"""The words of a service's pages, in the languages of the house, from its `locale/<language>.yaml`.

What all pages say alike stands here, once; a service's own words come on top of it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.errors import Misconfigured
from shared.practice import MAIL_LANGUAGES

SHARED = Path(__file__).parent / "locale"


class Words:
    """One language's words; asking for a key that is not there is an error, never a blank."""

    def __init__(self, language: str, sentences: Mapping[str, str]) -> None:
        self.language = language
        self.sentences = sentences

    def __call__(self, key: str, **values: object) -> str:
        """The sentence, with its {placeholders} filled; KeyError when either is missing."""
        return self.sentences[key].format(**values)


@cache
def load_words(folder: Path, language: str) -> Words:
    """The words of this folder in this language; in English when the house does not speak it."""
    code = language.lower()[:2]
    known = code if code in MAIL_LANGUAGES else MAIL_LANGUAGES[0]
    return Words(known, {**_read(SHARED, known), **_read(folder, known)})


def preferred_language(asked: str | None, accept_language: str | None) -> str:
    """The language of the house that fits: what was asked for, else what a browser accepts."""
    if asked and asked.lower()[:2] in MAIL_LANGUAGES:
        return asked.lower()[:2]
    for entry in sorted((accept_language or "").split(",")[:20], key=_weight, reverse=True):
        code = entry.strip().lower()[:2]
        if code in MAIL_LANGUAGES and _weight(entry) > 0:
            return code
    return MAIL_LANGUAGES[0]


def other_than(language: str) -> str:
    """The house's other language."""
    return next(each for each in MAIL_LANGUAGES if each != language)


def _read(folder: Path, language: str) -> dict[str, str]:
    return _flat(yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8")))


def _weight(entry: str) -> float:
    _, _, quality = entry.partition(";q=")
    try:
        return float(quality) if quality else 1.0
    except ValueError:
        return 0.0


def _flat(groups: Any) -> dict[str, str]:
    flat: dict[str, str] = {}
    for group, sentences in groups.items():
        for name, sentence in sentences.items():
            if not isinstance(sentence, str):
                raise Misconfigured(f"locale: {group}.{name} is not text")
            flat[f"{group}.{name}"] = sentence
    return flat

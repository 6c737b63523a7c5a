"""Sentences by their keys, in one language."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from shared.errors import Misconfigured
from shared.language.catalogue import COUNT, Catalogue, catalogue_of
from shared.language.house import OURS, further_root, house_languages, spoken

COMMON = "shared"  # the domain of what everybody says


class Words:
    """One language's words; asking for a key that is not there is an error, never a blank."""

    def __init__(self, language: str, *catalogues: Catalogue) -> None:
        """What a later catalogue says comes on top of an earlier one."""
        self.language = language
        self._found = {key: each for each in catalogues for key in each.messages}

    @property
    def messages(self) -> Mapping[str, tuple[str, ...]]:
        """Every message in all its forms."""
        return {key: each.messages[key] for key, each in self._found.items()}

    def __call__(self, key: str, **values: object) -> str:
        """The sentence, with its {placeholders} filled; KeyError when either is missing.

        Of a message with plural forms, the one that the value `count` asks for.
        """
        catalogue = self._found[key]
        forms = catalogue.messages[key]
        if key not in catalogue.with_plural:
            return forms[0].format(**values)
        count = values[COUNT]
        if not isinstance(count, int):
            raise TypeError(f"{key} chooses its form by a whole number")
        return forms[catalogue.plural(count)].format(**values)


def message(key: str) -> str:
    """The key itself: where one is not written into its `say(…)`, this tells extraction that it is said."""
    return key


def load_words(domain: str, folder: Path, language: str) -> Words:
    """A service's words, over those that everybody says; in English when the house does not speak it."""
    return _loaded(domain, folder, spoken(language), further_root())


def check_words(domain: str, folder: Path) -> None:
    """Reads a service's words in every language of the house; raises Misconfigured with all it lacks."""
    wrong = []
    for language in house_languages():
        for name, where in {COMMON: OURS, domain: folder}.items():
            try:
                catalogue_of(name, where, language)
            except Misconfigured as lacking:
                wrong.append(str(lacking))
    if wrong:
        raise Misconfigured("\n".join(wrong))


def common_words(language: str) -> Words:
    """What everybody says alike, and nothing else."""
    return _loaded(COMMON, OURS, spoken(language), further_root())


def listed_in(parts: Iterable[str], language: str) -> str:
    """`a`, `a and b`, `a, b and c`, as it is said in this language."""
    *firsts, last = list(parts) or [""]
    say = common_words(language)
    return say("list.last", firsts=", ".join(firsts), last=last) if firsts else last


@lru_cache(maxsize=256)
def _loaded(domain: str, folder: Path, language: str, _further: Path | None) -> Words:
    domains = {COMMON: OURS, domain: folder}
    return Words(language, *(catalogue_of(name, where, language) for name, where in domains.items()))

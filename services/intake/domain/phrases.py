"""Finding phrases in what people type, in time that grows with the text and with nothing else.

A phrase is a row of words in a small language:

    want|wanted to? die      one of several words, and one that may be missing
    suicid*                  every word that begins so
    <me>                     a named group of words; a group may name others
    thoughts .. dying        at most three words between
    my son ... wants to die  at most eight words between

Every step looks at a bounded number of words, so no text can make the search slow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from services.intake.domain.spelling import Text, fold

T = TypeVar("T")

GAPS = {"..": 3, "...": 8}
DEEPEST = 4  # groups in groups


@dataclass(frozen=True, slots=True)
class _Step:
    """One place in a phrase: which words may stand there, or a gap of at most `gap` words."""

    words: frozenset[str]
    prefixes: tuple[str, ...]
    optional: bool
    gap: int = 0

    def takes(self, word: str) -> bool:
        return word in self.words or (bool(self.prefixes) and word.startswith(self.prefixes))


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """A phrase found: the words from `start` up to, not including, `end`."""

    start: int
    end: int
    what: T


@dataclass(frozen=True, slots=True)
class Phrases(Generic[T]):
    """A set of phrases, indexed by the word they begin with."""

    by_word: Mapping[str, tuple[tuple[tuple[_Step, ...], T], ...]]
    by_prefix: Mapping[str, tuple[tuple[tuple[_Step, ...], T], ...]]

    @classmethod
    def of(cls, phrases: Iterable[tuple[str, T]], groups: Mapping[str, str]) -> "Phrases[T]":
        """Reads phrases; raises ValueError for one that cannot be searched for."""
        by_word: dict[str, tuple[tuple[tuple[_Step, ...], T], ...]] = {}
        by_prefix: dict[str, tuple[tuple[tuple[_Step, ...], T], ...]] = {}
        for phrase, what in phrases:
            steps = _steps(phrase, groups)
            for word in steps[0].words:
                by_word[word] = (*by_word.get(word, ()), (steps, what))
            for prefix in steps[0].prefixes:
                by_prefix[prefix] = (*by_prefix.get(prefix, ()), (steps, what))
        return cls(by_word, by_prefix)

    @classmethod
    def joined(cls, several: Iterable["Phrases[T]"]) -> "Phrases[T]":
        """All of these phrases together."""
        by_word: dict[str, tuple[tuple[tuple[_Step, ...], T], ...]] = {}
        by_prefix: dict[str, tuple[tuple[tuple[_Step, ...], T], ...]] = {}
        for each in several:
            for word, begun in each.by_word.items():
                by_word[word] = (*by_word.get(word, ()), *begun)
            for prefix, begun in each.by_prefix.items():
                by_prefix[prefix] = (*by_prefix.get(prefix, ()), *begun)
        return cls(by_word, by_prefix)

    def found_in(self, text: Text) -> list[Found[T]]:
        """Every phrase found, each at its shortest, in the order of the text."""
        lengths = sorted({len(prefix) for prefix in self.by_prefix})
        found: list[Found[T]] = []
        for start, word in enumerate(text.words):
            begun = list(self.by_word.get(word, ()))
            for length in lengths:
                begun += self.by_prefix.get(word[:length], ())
            for steps, what in begun:
                end = _end(steps, text, start)
                if end is not None:
                    found.append(Found(start, end, what))
        return found


def check(phrase: str, groups: Mapping[str, str]) -> None:
    """Raises ValueError for a phrase that cannot be searched for."""
    _steps(phrase, groups)


def _steps(phrase: str, groups: Mapping[str, str]) -> tuple[_Step, ...]:
    steps = tuple(_step(part, groups) for part in phrase.split())
    if not steps or any(end.gap or end.optional for end in (steps[0], steps[-1])):
        raise ValueError(f"a phrase must begin and end with a word that is always there: {phrase!r}")
    return steps


def _step(part: str, groups: Mapping[str, str]) -> _Step:
    if part in GAPS:
        return _Step(frozenset(), (), optional=False, gap=GAPS[part])
    optional = part.endswith("?")
    folded = [fold(word) for word in _choices(part.removesuffix("?").split("|"), groups)]
    return _Step(
        frozenset(c for c in folded if not c.endswith("*")),
        tuple(c[:-1] for c in folded if c.endswith("*")),
        optional,
    )


def _choices(named: Iterable[str], groups: Mapping[str, str], depth: int = 0) -> list[str]:
    """The words that these words and groups name."""
    words: list[str] = []
    for choice in named:
        if not choice.startswith("<"):
            words.append(choice)
        elif choice[1:-1] not in groups or depth == DEEPEST:
            raise ValueError(f"there is no group of words called {choice}")
        else:
            words += _choices(groups[choice[1:-1]].split(), groups, depth + 1)
    return words


def _end(steps: tuple[_Step, ...], text: Text, start: int) -> int | None:
    """Where the phrase that begins at `start` ends at the earliest, or None; never across a stop."""
    places = {start}  # where the next word may be read; at most one more for each step and gap
    for step in steps:
        if step.gap:
            places = {p + more for p in places for more in range(step.gap + 1) if _open(text, p, p + more)}
            continue
        read_here = {
            p + 1
            for p in places
            if p < len(text.words) and (p == start or text.before[p] != ".") and step.takes(text.words[p])
        }
        places = read_here | places if step.optional else read_here
        if not places:
            return None
    return min(places)


def _open(text: Text, first: int, beyond: int) -> bool:
    """Whether the words from `first` up to `beyond` can be skipped: they exist and no stop is crossed."""
    return beyond <= len(text.words) and all(text.before[i] != "." for i in range(first, beyond))

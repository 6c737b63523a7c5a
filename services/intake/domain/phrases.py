"""Finding phrases in what people type, in time that grows with the text and with nothing else.

A text becomes plain words: Unicode folded, accents and invisible characters gone, contractions spelled out,
slips of the finger in the words that matter put right. A phrase is a row of words in a small language:

    want|wanted to? die      one of several words, and one that may be missing
    suicid*                  every word that begins so
    <me>                     a named group of words
    thoughts .. dying        at most three words between

Every step looks at a bounded number of words, so no text can make the search slow.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

GAP = 3
LONGEST_WORD = 40
WORD = re.compile(r"(?:[^\W_]|['@$])+")
STOPS, PAUSES = frozenset(".!?;¿¡"), frozenset(',:\n()[]"-–—/|•')
APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "´": "'", "`": "'", "′": "'"})
DIGITS_FOR_LETTERS = str.maketrans("0134578@$", "oieastbas")


@dataclass(frozen=True, slots=True)
class Text:
    """A text as words; `before[i]` is the break before word i: '' for none, ',' a pause, '.' a stop."""

    words: tuple[str, ...]
    before: tuple[str, ...]

    def sentence(self, at: int) -> tuple[int, int]:
        """Where the sentence with word `at` begins and ends, looking at most 60 words either way."""
        start = next((i for i in range(at, max(at - 60, 0), -1) if self.before[i] == "."), max(at - 60, 0))
        last = min(at + 60, len(self.words))
        return start, next((i for i in range(at + 1, last) if self.before[i] == "."), last)


@dataclass(frozen=True, slots=True)
class Spelling:
    """How people write: what short forms stand for, and the words in which one slip is forgiven."""

    stands_for: Mapping[str, tuple[str, ...]]
    slips: Mapping[str, str]  # a word with any one letter missing → the word
    forgiven: frozenset[str]

    @classmethod
    def of(cls, stands_for: Mapping[str, str], forgiven: Iterable[str]) -> "Spelling":
        """From short forms and words as a person would write them in a data file."""
        kept = [fold(word) for word in forgiven]
        return cls(
            {fold(short): tuple(fold(long).split()) for short, long in stands_for.items()},
            {slip: word for word in kept for slip in _one_missing(word)},
            frozenset(kept),
        )

    def words(self, typed: str) -> tuple[str, ...]:
        """The words that one typed word stands for."""
        plain = typed.strip("'")
        if plain in self.stands_for:
            return self.stands_for[plain]
        plain = plain.replace("'", "")
        if not plain.isalpha() and any(c.isdigit() for c in plain) and any(c.isalpha() for c in plain):
            plain = plain.translate(DIGITS_FOR_LETTERS)
        return self.stands_for.get(plain) or (self._mended(plain),)

    def _mended(self, word: str) -> str:
        """The forgiven word that is one letter away from this one, or the word itself."""
        if word in self.forgiven or not 5 <= len(word) <= 14:
            return word
        if word in self.slips:
            return self.slips[word]
        for shorter in _one_missing(word):
            if shorter in self.forgiven:
                return shorter
            if shorter in self.slips:
                return self.slips[shorter]
        return word


def fold(text: str) -> str:
    """Case, width, accents, curly apostrophes and invisible characters gone."""
    if text.isascii():
        return text.translate(APOSTROPHES).lower()
    wide = unicodedata.normalize("NFKC", text.translate(APOSTROPHES)).casefold().translate(APOSTROPHES)
    bare = (
        c for c in unicodedata.normalize("NFD", wide) if unicodedata.category(c) not in ("Mn", "Me", "Cf")
    )
    return "".join(bare)


def read(text: str, spelling: Spelling) -> Text:
    """The words of a text and the breaks between them."""
    words: list[str] = []
    before: list[str] = []
    for typed, pause in _joined(_typed(fold(text))):
        for number, word in enumerate(spelling.words(typed)):
            words.append(word)
            before.append(pause if number == 0 else "")
    return Text(tuple(words), tuple(before))


def _typed(folded: str) -> Iterator[tuple[str, str]]:
    """Each typed word with the break before it."""
    run, end = folded.replace("...", ",").replace("…", ","), 0
    for word in WORD.finditer(run):
        yield word.group()[:LONGEST_WORD], _pause(run[end : word.start()])
        end = word.end()


def _pause(between: str) -> str:
    if between == " ":
        return ""
    if not STOPS.isdisjoint(between):
        return "."
    return "" if PAUSES.isdisjoint(between) else ","


def _joined(typed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same, with letters that were typed one by one (`d i e`) as the one word they spell."""
    run: list[tuple[str, str]] = []
    for item in typed:
        if len(item[0]) == 1 and item[0].isalpha() and (not run or item[1] == ""):
            run.append(item)
            continue
        yield from _run(run)
        run = []
        if len(item[0]) == 1 and item[0].isalpha():
            run = [item]
        else:
            yield item
    yield from _run(run)


def _run(run: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    if len(run) < 3:
        yield from run
    else:
        yield "".join(letter for letter, _ in run)[:LONGEST_WORD], run[0][1]


def _one_missing(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


@dataclass(frozen=True, slots=True)
class _Step:
    """One place in a phrase: which words may stand there, or a gap of at most `GAP` words."""

    words: frozenset[str]
    prefixes: tuple[str, ...]
    optional: bool
    gap: bool

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
    if part == "..":
        return _Step(frozenset(), (), optional=False, gap=True)
    optional = part.endswith("?")
    choices: list[str] = []
    for choice in part.removesuffix("?").split("|"):
        if choice.startswith("<") and choice[1:-1] not in groups:
            raise ValueError(f"there is no group of words called {choice}")
        choices += groups[choice[1:-1]].split() if choice.startswith("<") else [choice]
    folded = [fold(choice) for choice in choices]
    return _Step(
        frozenset(c for c in folded if not c.endswith("*")),
        tuple(c[:-1] for c in folded if c.endswith("*")),
        optional,
        gap=False,
    )


def _end(steps: tuple[_Step, ...], text: Text, start: int) -> int | None:
    """Where the phrase that begins at `start` ends at the earliest, or None; never across a stop."""
    places = {start}  # where the next word may be read; at most one more for each step and gap
    for step in steps:
        if step.gap:
            places = {p + more for p in places for more in range(GAP + 1) if _open(text, p, p + more)}
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

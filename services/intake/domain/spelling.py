"""What people type, as plain words: in time that grows with the text and with nothing else.

Unicode is folded, accents and invisible characters go, contractions are spelled out, letters held down too
long or hidden behind stars and points are put back, and slips of the finger in the words that matter are
put right.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

LONGEST_WORD = 40
WORD = re.compile(r"(?:[^\W_]|['@$*])+")
HELD = re.compile(r"([^\W\d_])\1{2,}")  # three of a letter and more: nobody spells so, many type so
POINTED = re.compile(r"(?<![^\W_])(?:[^\W\d_][.\-_*]){2,40}[^\W\d_](?![^\W_])")  # d.i.e
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

    @classmethod
    def joined(cls, several: Iterable["Spelling"]) -> "Spelling":
        """All of these ways together; of two meanings of one short form the first counts."""
        stands_for: dict[str, tuple[str, ...]] = {}
        slips: dict[str, str] = {}
        forgiven: set[str] = set()
        for each in several:
            stands_for = {**each.stands_for, **stands_for}
            slips = {**each.slips, **slips}
            forgiven |= each.forgiven
        return cls(stands_for, slips, frozenset(forgiven))

    def words(self, typed: str) -> tuple[str, ...]:
        """The words that one typed word stands for."""
        plain = HELD.sub(r"\1", typed.strip("'*"))
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
    for typed, pause in _joined(_typed(POINTED.sub(_bare, fold(text)))):
        for number, word in enumerate(spelling.words(typed)):
            words.append(word)
            before.append(pause if number == 0 else "")
    return Text(tuple(words), tuple(before))


def _bare(pointed: re.Match[str]) -> str:
    return "".join(letter for letter in pointed.group() if letter.isalpha())


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

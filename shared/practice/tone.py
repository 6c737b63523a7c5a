"""How a text sounds to somebody who is not ready to begin, by `rules/tone.yaml`.

    lint_catalogue(directory, practice)    everything wrong with resources.yaml, how it sounds included

What keeps the file from being used is found at its loading, too; how it sounds stops no start.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from shared.language import ENGLISH, house_languages, other_languages
from shared.markdown import text_of
from shared.practice.catalogue import problems_of
from shared.practice.fields import ByLanguage, Code, FileModel, Name, Words
from shared.practice.files import BadFile, Document, Loc, Problem, read_document
from shared.practice.practice import Practice
from shared.practice.rules import load_rule
from shared.practice.shelving import LISTS, MARKDOWN, WORDS
from shared.reading_level import Scale, level_of

TITLES = ("title", "discreet_title")
FEWEST_WORDS = 20  # of fewer, a formula knows nothing
AROUND = 30  # letters quoted before and behind a find
EXCLAIMED = re.compile(r"¡[^!]*!*|!+")
STEP = re.compile(r"^\d+\. ", re.MULTILINE)
EASIER: Mapping[Scale, str] = {
    "grade": "write shorter sentences and shorter words",
    "INFLESZ": "write shorter sentences, and words of fewer syllables",
}


class Phrases(ByLanguage):
    """Phrases by their language. Words in a row; `begin*` is every word that begins so."""

    __pydantic_extra__: dict[str, tuple[Name, ...]]

    def found_in(self, text: str, language: str) -> list[re.Match[str]]:
        """Where the text says one of them, in its order; nowhere, where the file has none in its language."""
        pattern = _pattern((self.model_extra or {}).get(language, ()))
        return list(pattern.finditer(text)) if pattern else []


class Never(Phrases):
    """What no text says; `why` completes "it …"."""

    why: Name


class Invitations(Phrases):
    """What asks the reader to do something with the practice, and how often one text may."""

    most: Annotated[int, Field(ge=0)]


class Tone(FileModel):
    """`rules/tone.yaml`."""

    version: Name
    source: Words
    reviewed_on: date
    expires_on: date | None = None
    author: Name
    never: Mapping[Code, Never]
    unless: Phrases = Field(default_factory=lambda: Phrases.model_validate({}))
    invitations: Invitations
    gives_away: Phrases


class Said(NamedTuple):
    """One text of the file, as a reader sees it."""

    loc: Loc  # its last part is the language, the one before the field
    text: str

    @property
    def language(self) -> str:
        return str(self.loc[-1])

    @property
    def name(self) -> str:
        return str(self.loc[-2])


Check = Callable[[Said, Tone], Iterator[str]]


def lint_catalogue(directory: Path, practice: Practice) -> list[Problem]:
    """Everything wrong with the resources.yaml in `directory`, in the order of the file.

    Raises `BadFile` where rules/tone.yaml is wrong.
    """
    tone = load_rule(directory, "tone.yaml", Tone)
    try:
        document = read_document(directory / "resources.yaml")
    except BadFile as unreadable:
        return list(unreadable.problems)
    problems = [*problems_of(document, practice), *sounds_wrong(document, tone)]
    return sorted(problems, key=lambda each: (each.line or 0, each.column))


def sounds_wrong(document: Document, tone: Tone) -> Iterator[Problem]:
    """What a reader would stumble over, at its line."""
    for said in _texts(document.data):
        for check in CHECKS:
            yield from (document.problem(said.loc, what) for what in check(said, tone))
    for loc in _not_translated(document.data):
        yield document.problem(loc, "is word for word the English text; it is not translated")


def exclaims(said: Said, _tone: Tone) -> Iterator[str]:
    for found in EXCLAIMED.finditer(said.text):
        yield f"has an exclamation mark: {_quoted(said.text, found)}"


def says_what_is_never_said(said: Said, tone: Tone) -> Iterator[str]:
    harmless = [found.span() for found in tone.unless.found_in(said.text, said.language)]
    for never in tone.never.values():
        for found in never.found_in(said.text, said.language):
            if not any(begin <= found.start() and found.end() <= end for begin, end in harmless):
                yield f"“{found[0]}” {never.why}: {_quoted(said.text, found)}"


def invites_too_often(said: Said, tone: Tone) -> Iterator[str]:
    found = tone.invitations.found_in(said.text, said.language)
    if len(found) > tone.invitations.most:
        told = ", ".join(f"“{each[0]}”" for each in found)
        yield f"invites {len(found)} times ({told}); at most {tone.invitations.most} is wanted"


def gives_the_reader_away(said: Said, tone: Tone) -> Iterator[str]:
    if said.name == "discreet_title":
        for found in tone.gives_away.found_in(said.text, said.language):
            yield f"“{found[0]}” could give the reader away; choose words for anybody's mail"


def is_hard_to_read(said: Said, _tone: Tone) -> Iterator[str]:
    level = level_of(said.text, said.language) if said.name not in TITLES else None
    if level is not None and level.words >= FEWEST_WORDS and not level.easy_enough:
        yield f"is hard to read, {level}; {EASIER[level.scale]}"


def has_no_steps(said: Said, _tone: Tone) -> Iterator[str]:
    if said.name == "how" and said.text and not STEP.search(said.text):
        yield "has no steps; write them as a list, each beginning with 1., 2. and so on"


CHECKS: Sequence[Check] = (
    exclaims,
    says_what_is_never_said,
    invites_too_often,
    gives_the_reader_away,
    is_hard_to_read,
    has_no_steps,
)


def _texts(data: Mapping[str, Any]) -> Iterator[Said]:
    """Every text of ours in every language, whatever else is wrong with the file; never a published title."""
    for loc, both in _every_language(data):
        for language in house_languages():
            if isinstance(text := both.get(language), str):
                plain = text_of(text) if loc[-1] in MARKDOWN else text
                yield Said((*loc, language), _plain(plain))


def _not_translated(data: Mapping[str, Any]) -> Iterator[Loc]:
    for loc, both in _every_language(data):
        english = both.get(ENGLISH)
        if isinstance(english, str) and " " in english.strip():
            yield from ((*loc, each) for each in other_languages(ENGLISH) if both.get(each) == english)


def _every_language(data: Mapping[str, Any]) -> Iterator[tuple[Loc, Mapping[str, Any]]]:
    for name in LISTS:
        entries = data.get(name)
        for index, entry in enumerate(entries if isinstance(entries, list) else ()):
            for field in (*WORDS, *MARKDOWN):
                both = entry.get(field) if isinstance(entry, dict) else None
                if isinstance(both, dict):
                    yield (name, index, field), both


def _plain(text: str) -> str:
    """One kind of apostrophe, and each letter in one piece."""
    return unicodedata.normalize("NFC", text).replace("’", "'").strip()


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str] | None:
    if not phrases:
        return None
    written = (r"\s+".join(map(_word, _plain(phrase).split())) for phrase in phrases)
    longest_first = sorted(written, key=len, reverse=True)
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(longest_first)})(?![\w])", re.IGNORECASE)


def _word(written: str) -> str:
    return re.escape(written.removesuffix("*")) + (r"\w*" if written.endswith("*") else "")


def _quoted(text: str, found: re.Match[str]) -> str:
    """The find with some of the words around it."""
    begin, end = max(0, found.start() - AROUND), found.end() + AROUND
    cut = " ".join(text[begin:end].split())
    return f"“{'…' if begin else ''}{cut}{'…' if end < len(text) else ''}”"

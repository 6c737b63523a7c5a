"""`resources.yaml`: what can be read before beginning, an open list that the practice owns.

Books, the readiness practices in their order, and short readings. Texts are Markdown where a field says so,
of which `shared.markdown` lets little through.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from stdnum import isbn
from stdnum.exceptions import ValidationError as NotAnIsbn

from shared.language import ENGLISH
from shared.practice.fields import Code, FileModel, LanguageCode, Name, Translated
from shared.practice.files import BadFile, Document, Problem, checked, read_document
from shared.practice.practice import Practice
from shared.practice.shelving import broken_promises

Context = Literal["bereaved", "no_partner", "partner_violence", "religious_harm", "spirituality_welcome"]
"""What a person may tell about their life at the door, and what an item's own rules speak of."""


def _isbn13(text: str) -> str:
    try:
        compact = isbn.validate(text)
    except NotAnIsbn:
        raise ValueError(f"{text!r} is not an ISBN: a digit is missing, too many, or mistyped") from None
    if len(compact) != 13:
        raise ValueError(
            f"{text!r} is an old ISBN of ten digits; the one of thirteen is {isbn.to_isbn13(compact)}"
        )
    return compact


Isbn13 = Annotated[str, AfterValidator(_isbn13)]


class Item(FileModel):
    """Something to read. Given only when every `only_when` holds and none of `leave_out_when` does."""

    code: Code
    only_when: tuple[Context, ...] = ()
    leave_out_when: tuple[Context, ...] = ()


class Book(Item):
    """One book, in our own words.

    `for_` names the specialties it speaks to. `titles` are the published titles of editions in other
    languages, `isbn` by language the ISBN-13 of one edition that we are sure of, digits alone.
    """

    title: Name
    authors: Annotated[tuple[Name, ...], Field(min_length=1)]
    listed_as: Name | None = None
    year: Annotated[int, Field(ge=1800, le=2100)] | None = None
    isbn: Mapping[LanguageCode, Isbn13] = {}
    for_: Annotated[tuple[Code, ...], Field(alias="for", min_length=1)]
    titles: Mapping[LanguageCode, Name] = {}
    about: Translated

    def has_edition(self, language: str) -> bool:
        """Whether somebody can read it in this language."""
        return language == ENGLISH or language in self.titles

    def title_in(self, language: str) -> str:
        """The title under which a reader of this language finds it, else the original."""
        return self.titles.get(language, self.title)


class ReadinessPractice(Item):
    """One of the practices, a page of its own: what it is, why, how for five minutes, and when not to.

    `how` and `when_not` are Markdown; `discreet_title` could stand in anybody's mail.
    """

    title: Translated
    discreet_title: Translated
    what: Translated
    why: Translated
    how: Translated
    when_not: Translated


class Reading(Item):
    """A short reading or exercise for some concerns; `text` is Markdown."""

    title: Translated
    discreet_title: Translated
    for_: Annotated[tuple[Code, ...], Field(alias="for", min_length=1)]
    text: Translated


class Catalogue(FileModel):
    """What can be offered. `general` is for somebody whose words point to nothing in particular."""

    version: Name
    books: Annotated[tuple[Book, ...], Field(min_length=1)]
    general: Annotated[tuple[Code, ...], Field(min_length=1)]
    practices: tuple[ReadinessPractice, ...] = ()
    readings: tuple[Reading, ...] = ()

    def book(self, code: str) -> Book | None:
        """The book of that code, if the catalogue still has it."""
        return next((each for each in self.books if each.code == code), None)

    def practice(self, code: str) -> ReadinessPractice | None:
        """The practice of that code, if the catalogue still has it."""
        return next((each for each in self.practices if each.code == code), None)

    def reading(self, code: str) -> Reading | None:
        """The short reading of that code, if the catalogue still has it."""
        return next((each for each in self.readings if each.code == code), None)


def load_catalogue(directory: Path, practice: Practice) -> Catalogue:
    """The catalogue of the practice in `directory`; raises `BadFile` with everything wrong in resources.yaml.

    Every code is used once in the whole file and every reference leads somewhere. One general book and one
    practice are for anybody, so that nobody who asked is left with nothing.
    """
    document = read_document(directory / "resources.yaml")
    problems = problems_of(document, practice)
    if problems:
        raise BadFile(problems)
    return checked(Catalogue, document)


def problems_of(document: Document, practice: Practice) -> list[Problem]:
    """Everything that keeps a resources.yaml from being used, in the order of the file."""
    broken = [
        document.problem(loc, what) for loc, what in broken_promises(document.data, practice.specialties)
    ]
    return sorted([*_misshapen(document), *broken], key=lambda each: (each.line or 0, each.column))


def _misshapen(document: Document) -> tuple[Problem, ...]:
    try:
        checked(Catalogue, document)
    except BadFile as bad:
        return bad.problems
    return ()

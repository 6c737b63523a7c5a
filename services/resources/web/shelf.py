"""What came of a journey, to be read again: the books of its list, and each practice and reading."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from markupsafe import Markup

from services.resources.domain.seen import Came
from services.resources.web.front import Front
from services.resources.web.visit import Visit
from shared.markdown import html_of
from shared.practice import Book, ReadinessPractice, Reading
from shared.practice.fields import Translated

LIST = "books"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to open. Its path and title say nothing about anybody: both are seen over a shoulder."""

    title: str
    path: str
    day: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One book, in the reader's language."""

    title: str
    authors: str
    about: str
    only_in_english: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a text, with a heading of the page or without."""

    heading: str | None
    html: Markup


@dataclass(frozen=True, slots=True)
class Text:
    """A practice or a reading, whole."""

    name: str  # could stand on anybody's screen
    title: str
    parts: Sequence[Part]


Item = ReadinessPractice | Reading


def entries_of(front: Front, visit: Visit, list_title: str) -> list[Entry]:
    """Everything that came and is still in the catalogue, the newest first; the list is the oldest."""
    seen = visit.seen
    entries = []
    for number, each in enumerate(seen.came, start=1):
        item = _item_of(front, each)
        if item is not None:
            path = f"{visit.home}/{each.kind}/{number}"
            entries.append(Entry(item.discreet_title.text(visit.language), path, visit.day(each.at)))
    if seen.listed_at and _books_of(front, visit):
        entries.insert(0, Entry(list_title, f"{visit.home}/{LIST}", visit.day(seen.listed_at)))
    return entries[::-1]


def books_of(front: Front, visit: Visit) -> list[Shown]:
    """The books of the list, in the reader's language."""
    language = visit.language
    return [
        Shown(
            book.title_in(language),
            ", ".join(book.authors),
            book.about.text(language),
            not book.has_edition(language),
        )
        for book in _books_of(front, visit)
    ]


def text_of(front: Front, visit: Visit, kind: str, which: str) -> Text | None:
    """The item of this kind that came as mail number `which`, or has that code; None when none came."""
    for number, each in enumerate(visit.seen.came, start=1):
        if each.kind == kind and which in (str(number), each.item):
            item = _item_of(front, each)
            return _text(item, visit.language) if item else None
    return None


def _text(item: Item, language: str) -> Text:
    name, title = item.discreet_title.text(language), item.title.text(language)
    parts = [Part(heading, html_of(told.text(language))) for heading, told in _told(item)]
    return Text(name, title, parts)


def _told(item: Item) -> list[tuple[str | None, Translated]]:
    match item:
        case ReadinessPractice():
            whole = [("item.why", item.why), ("item.how", item.how), ("item.when_not", item.when_not)]
            return [(None, item.what), *whole]
        case Reading():
            return [(None, item.text)]
        case _:
            assert_never(item)


def _item_of(front: Front, came: Came) -> Item | None:
    """The item of a mail, while the catalogue has it; none for "keep, pause or stop?"."""
    if came.item is None:
        return None
    if came.kind == "practice":
        return front.catalogue.practice(came.item)
    return front.catalogue.reading(came.item)


def _books_of(front: Front, visit: Visit) -> list[Book]:
    return [book for code in visit.seen.books if (book := front.catalogue.book(code))]

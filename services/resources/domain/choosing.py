"""Which books somebody is given, and when nothing is sent. Every choice and every "no" has a code."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from services.resources.domain.fitting import barred, guessed, matches, passed_over, reasons, ticked
from services.resources.domain.request import Request
from shared.practice import Book, Catalogue

MOST_BOOKS = 4

Why = Literal["silenced", "crisis", "danger_at_home", "codes_not_kept"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """An item, with reasons such as `concern:grief_loss`, `suggested:couples`, `general`, `edition:es`."""

    code: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An item that was not chosen, and the code that says why."""

    code: str
    why: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """One to four books, the most fitting first, and why not the others."""

    items: tuple[Chosen, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True)
class Withheld:
    """Nothing is sent. Silence stands; after every other reason a person looks."""

    why: Why


Outcome = Prepared | Withheld


def prepare(request: Request, catalogue: Catalogue) -> Outcome:
    """The reading list for this request, or why there is none.

    Silence asked for, words that sound like a crisis, danger at home, and not knowing about it come before
    any book.
    """
    if request.silenced:
        return Withheld("silenced")
    if request.safety_level == "crisis":
        return Withheld("crisis")
    if "danger_at_home" in request.flags:
        return Withheld("danger_at_home")
    if not request.codes_kept:
        return Withheld("codes_not_kept")
    return choose(request, catalogue)


def choose(request: Request, catalogue: Catalogue) -> Prepared:
    """At most four books: those in the reader's language first, then by what they ticked, then by our guess.

    When nothing matches, or nothing that matches exists in the reader's language, the catalogue's general
    books step in; a book whose own conditions speak against it is never among them.
    """
    against = {book.code: why for book in catalogue.books if (why := barred(book, request.life))}
    offered = [book for book in catalogue.books if book.code not in against]
    matching = _ranked([book for book in offered if matches(book, request)], request)
    general = _ranked([book for book in offered if book.code in catalogue.general], request)
    books = _with_one_to_read(matching, general, request.language) if matching else general[:MOST_BOOKS]
    chosen = {book.code for book in books}
    return Prepared(
        items=tuple(Chosen(book.code, _reasons(book, request)) for book in books),
        left_out=tuple(
            LeftOut(book.code, against.get(book.code) or passed_over(book, request))
            for book in catalogue.books
            if book.code not in chosen
        ),
    )


def _ranked(books: Sequence[Book], request: Request) -> list[Book]:
    """The most fitting first; of equals the more particular book, then the catalogue's own order."""
    return sorted(
        books,
        key=lambda book: (
            not book.has_edition(request.language),
            -len(ticked(book, request)),
            -len(guessed(book, request)),
            len(book.for_),
        ),
    )


def _with_one_to_read(matching: list[Book], general: list[Book], language: str) -> list[Book]:
    """The best matches; led by a general book when none of them exists in the reader's language."""
    if matching[0].has_edition(language):
        return matching[:MOST_BOOKS]
    readable = [book for book in general if book.has_edition(language)][:1]
    return [*readable, *matching[: MOST_BOOKS - len(readable)]]


def _reasons(book: Book, request: Request) -> tuple[str, ...]:
    edition = request.language if book.has_edition(request.language) else "en"
    return (*(reasons(book, request) or ("general",)), f"edition:{edition}")

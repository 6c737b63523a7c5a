"""What somebody is given to read, and when nothing is sent. Pure; every choice and every "no" has a code."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, assert_never

from shared.practice import Book, Catalogue

MOST_BOOKS = 4

State = Literal["prepared", "waiting", "stopped"]
Why = Literal["silenced", "crisis", "danger_at_home", "codes_not_kept"]
REVIEW_SAFETY, REVIEW_HOLD = "review_safety", "review_hold"


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who is not ready to begin, in codes. `concerns` and `suggested` are specialties."""

    request_id: str
    reference: str
    person_id: str
    opted_in_at: datetime
    language: str
    safety_level: str = "none"
    flags: frozenset[str] = frozenset()
    concerns: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()  # our guess from their words: weaker than what they ticked
    context: frozenset[str] = frozenset()
    silenced: bool = False
    codes_kept: bool = True  # else nobody can tell any more whether it is safe to send something


@dataclass(frozen=True, slots=True)
class News:
    """What is known of a request beside the request itself, which may come later."""

    silenced: bool = False
    cleared_to: str | None = None  # the safety level that a named person set after a crisis


@dataclass(frozen=True, slots=True)
class Chosen:
    """A book, with reasons such as `concern:grief_loss`, `suggested:couples`, `general`, `edition:es`."""

    code: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A book that was not chosen, and the code that says why."""

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


@dataclass(frozen=True, slots=True)
class Duty:
    """Who looks, at what, and by when."""

    owner: str
    next_action: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Speaker:
    """A coordinator on duty."""

    id: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks before anything goes: the person on call at a crisis, else a coordinator."""

    on_call: str
    crisis_due_at: datetime
    coordinators: tuple[Speaker, ...]
    hold_due_at: datetime

    def duty(self, why: Why, language: str) -> Duty | None:
        """What somebody owes the person who gets no list for this reason; nobody does for silence."""
        match why:
            case "silenced":
                return None
            case "crisis":
                return Duty(self.on_call, REVIEW_SAFETY, self.crisis_due_at)
            case "danger_at_home" | "codes_not_kept":
                speaking = [one for one in self.coordinators if language in one.languages]
                return Duty((speaking or self.coordinators)[0].id, REVIEW_HOLD, self.hold_due_at)
            case _:
                assert_never(why)


@dataclass(frozen=True, slots=True)
class Journey:
    """One person's way from "not yet": what they asked for, and what came of it."""

    journey_id: str
    request: Request
    outcome: Outcome
    catalogue_version: str
    begun_at: datetime
    duty: Duty | None  # whoever has to look before anything is sent
    version: int = 1  # how many times it was decided
    decided_again_at: datetime | None = None

    @property
    def request_id(self) -> str:
        return self.request.request_id

    @property
    def decided_at(self) -> datetime:
        """When its outcome became what it is."""
        return self.decided_again_at or self.begun_at

    @property
    def state(self) -> State:
        """`waiting` is open and in somebody's hands; the others need nobody."""
        if isinstance(self.outcome, Prepared):
            return "prepared"
        return "stopped" if self.outcome.why == "silenced" else "waiting"


def begin(journey_id: str, request: Request, catalogue: Catalogue, watch: Watch, *, now: datetime) -> Journey:
    """The journey of somebody who asked for something to read."""
    outcome = prepare(request, catalogue)
    return Journey(journey_id, request, outcome, catalogue.version, now, _duty(outcome, request, watch))


def clear(journey: Journey, level: str, catalogue: Catalogue, watch: Watch, *, now: datetime) -> Journey:
    """A journey that waited because of a crisis, decided again as if its request had come at this level."""
    request = replace(journey.request, safety_level=level)
    outcome = prepare(request, catalogue)
    return replace(
        journey,
        request=request,
        outcome=outcome,
        catalogue_version=catalogue.version,
        duty=_duty(outcome, request, watch),
        version=journey.version + 1,
        decided_again_at=now,
    )


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
    barred = {book.code: why for book in catalogue.books if (why := _barred(book, _context(request)))}
    offered = [book for book in catalogue.books if book.code not in barred]
    matching = _ranked([book for book in offered if _matches(book, request)], request)
    general = _ranked([book for book in offered if book.code in catalogue.general], request)
    books = _with_one_to_read(matching, general, request.language) if matching else general[:MOST_BOOKS]
    chosen = {book.code for book in books}
    return Prepared(
        items=tuple(Chosen(book.code, _reasons(book, request)) for book in books),
        left_out=tuple(
            LeftOut(book.code, barred.get(book.code) or _passed_over(book, request))
            for book in catalogue.books
            if book.code not in chosen
        ),
    )


def with_news(request: Request, news: News) -> Request:
    """The request as it stands after what was heard of it before it arrived."""
    in_crisis = request.safety_level == "crisis"
    level = news.cleared_to if in_crisis and news.cleared_to else request.safety_level
    return replace(request, silenced=news.silenced, safety_level=level)


def _duty(outcome: Outcome, request: Request, watch: Watch) -> Duty | None:
    match outcome:
        case Withheld(why=why):
            return watch.duty(why, request.language)
        case Prepared():
            return None
        case _:
            assert_never(outcome)


def _context(request: Request) -> frozenset[str]:
    """What is known of the person's life: what they told, and the flags that triage raised."""
    return request.context | request.flags


def _barred(book: Book, context: frozenset[str]) -> str | None:
    for code in book.leave_out_when:
        if code in context:
            return f"leave_out_when:{code}"
    for code in book.only_when:
        if code not in context:
            return f"only_when:{code}"
    return None


def _ticked(book: Book, request: Request) -> list[str]:
    return [code for code in request.concerns if code in book.for_]


def _guessed(book: Book, request: Request) -> list[str]:
    return [code for code in request.suggested if code in book.for_ and code not in request.concerns]


def _matches(book: Book, request: Request) -> bool:
    return bool(_ticked(book, request) or _guessed(book, request))


def _ranked(books: Sequence[Book], request: Request) -> list[Book]:
    """The most fitting first; of equals the more particular book, then the catalogue's own order."""
    return sorted(
        books,
        key=lambda book: (
            not book.has_edition(request.language),
            -len(_ticked(book, request)),
            -len(_guessed(book, request)),
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
    reasons = [f"concern:{code}" for code in _ticked(book, request)]
    reasons += [f"suggested:{code}" for code in _guessed(book, request)]
    reasons += [f"context:{code}" for code in book.only_when]
    edition = request.language if book.has_edition(request.language) else "en"
    return (*(reasons or ["general"]), f"edition:{edition}")


def _passed_over(book: Book, request: Request) -> str:
    return "enough_chosen" if _matches(book, request) else "no_concern"

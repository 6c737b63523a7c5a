"""Mails to somebody who reads before they begin, and to the coordinator once they are ready."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from services.notifications import words
from services.notifications.describe import (
    asked_of,
    coordinator_fields,
    from_the_front_desk,
    is_discreet,
)
from services.notifications.discretion import gives_away
from services.notifications.mails import (
    Book,
    Page,
    ReadinessCheckIn,
    ReadinessPractice,
    ReadinessReading,
    ReadingList,
    ReadyNotice,
    Step,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.language import listed_in
from shared.practice import Book as CatalogueBook
from shared.practice import Catalogue, Practice, Translated
from shared.practice.catalogue import ReadinessPractice as CataloguePractice
from shared.practice.catalogue import Reading as CatalogueReading


@dataclass(frozen=True, slots=True, kw_only=True)
class TheirSeries:
    """A series as the person's mails have it.

    `series_url`: where they read it again and leave it. `contact_url`: how they are reached. `next_at`: when
    the next mail comes by itself, if one does.
    """

    contact: Contact
    series_url: str
    contact_url: str
    next_at: datetime | None


class SeriesFields(TypedDict):
    """What every mail of a series has."""

    language: str
    zone: str
    greeting: str
    signed: str
    discreet: bool
    test: bool
    contact_url: str
    series_url: str
    next_at: datetime | None


def reading_list(
    practice: Practice, catalogue: Catalogue, series: TheirSeries, *, items: Sequence[str], practices: int
) -> ReadingList:
    """With the books of these codes that the catalogue still has, in this order; so many practices follow.

    Of a discreet mail a book whose title or authors give away is left out; it stands behind the link.
    """
    found = [book for code in items if (book := catalogue.book(code)) is not None]
    books = [_book(each, series.contact) for each in found]
    shown = tuple(each for each in books if not (is_discreet(series.contact) and _tells(each)))
    return ReadingList(
        **_fields(practice, series),
        books=shown,
        list_url=f"{series.series_url}/books" if len(shown) < len(books) else None,
        practices=practices,
    )


def readiness_practice(
    practice: Practice, item: CataloguePractice, series: TheirSeries, *, number: int, left: int
) -> ReadinessPractice:
    """The whole of it; of a discreet mail no word but a title that could stand in anybody's.

    `number`: which mail of the series it is, by which its page is found.
    """
    language = series.contact.language
    page = Page(
        what=item.what.text(language),
        why=item.why.text(language),
        how=item.how.text(language),
        when_not=item.when_not.text(language),
    )
    return ReadinessPractice(
        **_fields(practice, series),
        page_url=f"{series.series_url}/practice/{number}",
        title=_title(item.title, item.discreet_title, series.contact),
        page=None if is_discreet(series.contact) else page,
        left=left,
    )


def readiness_reading(
    practice: Practice, item: CatalogueReading, series: TheirSeries, *, number: int, left: int
) -> ReadinessReading:
    """The same of a short reading."""
    contact = series.contact
    return ReadinessReading(
        **_fields(practice, series),
        page_url=f"{series.series_url}/reading/{number}",
        title=_title(item.title, item.discreet_title, contact),
        words=None if is_discreet(contact) else item.text.text(contact.language),
        left=left,
    )


def readiness_check_in(practice: Practice, series: TheirSeries) -> ReadinessCheckIn:
    """Three answers, and none is one, too."""
    return ReadinessCheckIn(**_fields(practice, series))


def ready_notice(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    ready_since: datetime,
    due_at: datetime,
    begin_url: str,
) -> ReadyNotice:
    """`begin_url`: the page where the coordinator says, with the person, what is still true."""
    fields = coordinator_fields(contact, practice)
    return ReadyNotice(
        **fields,
        steps=(Step(label=words.BEGIN, url=begin_url),),
        asked=asked_of(request, practice, fields["person"]),
        ready_since=ready_since,
        due_at=due_at,
    )


def _fields(practice: Practice, series: TheirSeries) -> SeriesFields:
    """Signed by the front desk: nobody owns the request yet."""
    fields = from_the_front_desk(series.contact, practice, series.contact_url)
    return SeriesFields(**fields, series_url=series.series_url, next_at=series.next_at)


def _title(openly: Translated, discreetly: Translated, contact: Contact) -> str | None:
    if not is_discreet(contact):
        return openly.text(contact.language)
    title = discreetly.text(contact.language)
    return None if gives_away(title) else title


def _tells(book: Book) -> bool:
    return gives_away(f"{book.title}, {book.authors}")


def _book(book: CatalogueBook, contact: Contact) -> Book:
    """A discreet mail keeps what a shelf would show: no subtitle, and no note that gives away."""
    title, _, subtitle = book.title_in(contact.language).partition(": ")
    note = book.about.text(contact.language)
    discreet = is_discreet(contact)
    return Book(
        title=title,
        authors=listed_in(book.authors, contact.language),
        subtitle=None if discreet else subtitle or None,
        note=None if discreet and gives_away(note) else note,
        only_in_english=not book.has_edition(contact.language),
    )

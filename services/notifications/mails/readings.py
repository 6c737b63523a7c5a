"""To somebody who reads before they begin: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from services.notifications.mails.client import ClientMail


@dataclass(frozen=True, slots=True, kw_only=True)
class SeriesMail(ClientMail):
    """Part of a series that the person can leave at any time.

    `series_url` is where they read it again; below it they pause, change the pace, stop, keep, and say that
    they are ready. `next_at`: when the next mail comes by itself, if one does.
    """

    series_url: str
    next_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One title of a reading list; `note` and `subtitle` are shown only where discretion allows."""

    title: str
    authors: str
    subtitle: str | None = None
    note: str | None = None
    only_in_english: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList(SeriesMail):
    """What somebody who is not ready to begin asked for; `practices` follow it, one a mail.

    A discreet mail has only the `books` whose titles could stand in anybody's; where others were chosen, the
    whole list is at `list_url`.
    """

    template: ClassVar[str] = "reading_list"

    books: tuple[Book, ...]
    list_url: str | None
    practices: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A practice, whole. `how` and `when_not` are Markdown."""

    what: str
    why: str
    how: str
    when_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessPractice(SeriesMail):
    """One practice, and how many more come. A discreet mail has no `page`: it stands behind the link.

    Its `title` is then another, or none where even that one gives away. `page_url`: where it is read.
    """

    template: ClassVar[str] = "readiness_practice"

    page_url: str
    title: str | None
    page: Page | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessReading(SeriesMail):
    """A short reading, whole, in Markdown; of a discreet mail the same holds as of a practice."""

    template: ClassVar[str] = "readiness_reading"

    page_url: str
    title: str | None
    words: str | None
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadinessCheckIn(SeriesMail):
    """Keep, pause or stop? Without an answer the series ends by itself."""

    template: ClassVar[str] = "readiness_check_in"


Reading = ReadingList | ReadinessPractice | ReadinessReading | ReadinessCheckIn

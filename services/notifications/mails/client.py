"""To the person who wrote: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

AnswerThrough = Literal["email_only", "email_or_phone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMail:
    """To the person who wrote; `signed` is a person's name, `greeting` what they are called, if usable."""

    template: ClassVar[str]

    language: str
    zone: str
    greeting: str
    signed: str
    discreet: bool
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(ClientMail):
    """Their note arrived; a person answers by a time, when one was promised."""

    template: ClassVar[str] = "acknowledgement"

    answer_by: datetime | None
    answer_through: AnswerThrough


@dataclass(frozen=True, slots=True, kw_only=True)
class Waitlist(ClientMail):
    """Nobody is free in the way they asked; they are on the list."""

    template: ClassVar[str] = "waitlist"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere else to turn, in the person's language."""

    name: str
    note: str | None = None
    phone: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferredOut(ClientMail):
    """Nobody here fits what was asked for today; where else to turn, and what could change that."""

    template: ClassVar[str] = "referred_out"

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """One title of a reading list; `note` and `subtitle` are shown only where discretion allows."""

    title: str
    authors: str
    subtitle: str | None = None
    note: str | None = None
    only_in_english: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingList(ClientMail):
    """What somebody who is not ready to begin asked for."""

    template: ClassVar[str] = "reading_list"

    books: tuple[Book, ...]


MailToTheClient = Acknowledgement | Waitlist | ReferredOut | ReadingList

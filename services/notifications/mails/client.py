"""To the person who wrote: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

AnswerThrough = Literal["email_only", "email_or_phone"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMail:
    """To the person who wrote; `signed` is a person's name, `greeting` what they are called, if usable.

    `contact_url` is where they say how they are reached; below it is the page on which they say stop.
    """

    template: ClassVar[str]

    language: str
    zone: str
    greeting: str
    signed: str
    discreet: bool
    test: bool
    contact_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledgement(ClientMail):
    """Their note arrived; a person answers by a time, when one was promised.

    `book_url` and `minutes`: where they choose a time for a call, and how long it is, if it is offered.
    """

    template: ClassVar[str] = "acknowledgement"

    answer_by: datetime | None
    answer_through: AnswerThrough
    book_url: str | None
    minutes: int


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
class Supervisor:
    """Under whose supervision an associate works; without a name when nobody could tell it just now."""

    name: str | None
    credential: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduced:
    """A clinician as a person meets them; `credential` in words, `words` their own, a paragraph each.

    `supervisor` is there for an associate and for nobody else. `written_in`: the language of their words,
    which need not be the mail's.
    """

    name: str
    called: str
    pronouns: str | None
    credential: str
    supervisor: Supervisor | None
    words: tuple[str, ...]
    written_in: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction(ClientMail):
    """A clinician has a place for them. A discreet mail holds no `clinician`: who it is, the page says."""

    template: ClassVar[str] = "introduction"

    clinician: Introduced | None
    for_another: bool  # they wrote for somebody else, who is the one to come
    reached_through: AnswerThrough
    answer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistCheckIn(ClientMail):
    """They have waited for a while: do they still? Without an answer their name leaves the list then."""

    template: ClassVar[str] = "waitlist_check_in"

    closes_at: datetime
    answer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistClose(ClientMail):
    """Nothing was heard, so their name is off the list; where else to turn, and that they may come back."""

    template: ClassVar[str] = "waitlist_close"

    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfessionalAcknowledgement(ClientMail):
    """To a colleague who asked for consultation or supervision: their note arrived.

    It carries the crisis lines as every mail to somebody outside does, so that nobody decides whose mail may
    go without. It does not say "if you can't wait": that would send a colleague who waits for an answer
    about their work to a crisis line. It says that the lines stand in every mail, for whoever may need them.
    """

    template: ClassVar[str] = "professional_acknowledgement"

    answer_by: datetime | None
    answer_through: AnswerThrough


MailToTheClient = (
    Acknowledgement
    | Waitlist
    | ReferredOut
    | Introduction
    | WaitlistCheckIn
    | WaitlistClose
    | ProfessionalAcknowledgement
)

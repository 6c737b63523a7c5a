"""About the free call, and about how somebody is reached: what each mail can say."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Literal

from services.notifications.mails.client import ClientMail
from services.notifications.mails.desk import CoordinatorMail

Ending = Literal["as_asked", "by_the_desk", "request_ended"]  # why a call is cancelled, to the person


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMail(ClientMail):
    """To the person, from whoever calls. `book_url` is where they choose a time, if they may."""

    starts_at: datetime
    book_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAhead(CallMail):
    """A call that will take place, and how: `number_ends` are the last digits of the number called.

    `leaves_message`: they agreed to a voicemail. `interpreter` names the languages that somebody translates.
    """

    minutes: int
    number_ends: str | None
    leaves_message: bool
    interpreter: str | None
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallConfirmed(CallAhead):
    """The call is booked; an entry for their calendar comes with it."""

    template: ClassVar[str] = "call_confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMoved(CallAhead):
    """The call is at another time, or somebody else calls: `in_place_of` is who would have."""

    template: ClassVar[str] = "call_moved"

    was_at: datetime | None  # None when the time is the same
    as_asked: bool
    in_place_of: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallReminder(CallAhead):
    """The call comes near. `expect`: it says what the call is like, and asks where they will be."""

    template: ClassVar[str] = "call_reminder"

    expect: bool
    where_url: str | None  # None when they have said it


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCancelled(CallMail):
    """The call does not take place; the entry in their calendar goes."""

    template: ClassVar[str] = "call_cancelled"

    why: Ending


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMissed(CallMail):
    """Nobody was reached. One kind offer to try again, and then silence."""

    template: ClassVar[str] = "call_missed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(ClientMail):
    """To an address that is new: from now on mails come here; `book_url` where a call is offered."""

    template: ClassVar[str] = "contact_changed"

    book_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallNotice(CoordinatorMail):
    """To a coordinator, on her own clock. `their_zone` is there where the person's clock shows another time.

    `interpreter` names the languages that somebody must translate. `voicemail` says what may be left on their
    telephone, `notes` what else she must know before she dials. `untold` says why the person hears of the
    call by no mail, so that she tells them.
    """

    starts_at: datetime
    their_zone: str | None
    interpreter: str | None
    voicemail: str
    notes: tuple[str, ...]
    untold: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBookedNotice(CallNotice):
    """A call is hers now; `said` is how that came about."""

    template: ClassVar[str] = "call_booked_notice"

    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMovedNotice(CallNotice):
    """Her call is at another time."""

    template: ClassVar[str] = "call_moved_notice"

    said: str
    was_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCancelledNotice(CallNotice):
    """She has no call then. `handed_to` has it instead, if anybody; `do_not_call`: the person wants none."""

    template: ClassVar[str] = "call_cancelled_notice"

    said: str
    handed_to: str | None
    do_not_call: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSoon(CallNotice):
    """Her call begins in a moment."""

    template: ClassVar[str] = "call_soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallOutcome(CallNotice):
    """Her call is over: how did it go?"""

    template: ClassVar[str] = "call_outcome"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallElsewhere(CallNotice):
    """During the call the person will be where the practice does not work; `place` is a state's name."""

    template: ClassVar[str] = "call_elsewhere"

    place: str | None
    works_in: str


CallToThePerson = CallConfirmed | CallMoved | CallReminder | CallCancelled | CallMissed | ContactChanged
CallToTheDesk = (
    CallBookedNotice | CallMovedNotice | CallCancelledNotice | CallSoon | CallOutcome | CallElsewhere
)

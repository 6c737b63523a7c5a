"""The free call with a care coordinator: what it is, when it can be, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.intake.domain.request import Request
from shared.contracts.intake import CallStatus

NotOffered = Literal[
    "no_calls",  # the practice begins without a call
    "crisis",  # somebody calls sooner than any slot
    "unsafe_at_home",  # nothing could confirm it or remind them
    "minor",  # somebody under 18 who writes for themselves: a person looks first
    "quarantined",  # a person looks first
    "silenced",  # they asked to hear nothing more
    "closed",  # the request has come to its end
    "not_a_consultation",  # they asked for something else
]
NotDone = Literal[
    "not_offered",  # nobody is offered a time here: the offer says why
    "taken",  # somebody else has that time, or it is free no more: the offer has fresh ones
    "passed",  # that time is over, or nearer than anybody can be ready for
    "changed",  # the call is not as it was seen: the offer has it as it stands
    "not_now",  # there is nothing to do it with: no call is booked, or it has begun
    "too_often",  # as many changes as may be made in a day under one e-mail address
    "too_many",  # as many calls as are booked ahead under one e-mail address without a coordinator
    "phone_missing",  # nobody could call: we have no number and none was given
    "unknown_state",  # there is no such state
]


@dataclass(frozen=True, slots=True)
class Call:
    """One call as intake keeps it."""

    id: str
    request_id: str
    reference: str
    version: int  # over all calls of the request
    sequence: int  # of this call, as calendars count
    status: CallStatus
    coordinator_id: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str  # the person's
    booked_at: datetime
    changed_at: datetime
    by: str  # who changed it last
    interpreter: tuple[str, ...] = ()
    remind_shortly: bool = False
    state: str | None = None  # where they said that they will be
    located_version: int = 0  # over all calls of the request
    test: bool = False

    @property
    def is_booked(self) -> bool:
        """Whether it is to take place, or was and nobody has said what came of it."""
        return self.status == "booked"

    def is_ahead(self, now: datetime) -> bool:
        """Whether it is booked and has not begun."""
        return self.is_booked and now < self.starts_at


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which these coordinators are free, whoever has fewest calls first."""

    starts_at: datetime
    ends_at: datetime
    coordinator_ids: tuple[str, ...]

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at


@dataclass(frozen=True, slots=True)
class Offer:
    """What a person who opens their link can be shown: codes and times alone.

    `call` is the latest call of the request, whatever became of it. There are no `slots` where calls are
    `not_offered`; a call that is booked all the same may still be cancelled. The time of a booked call is not
    among the slots.
    """

    request: Request
    call: Call | None
    slots: tuple[Slot, ...]
    not_offered: NotOffered | None
    phone_known: bool  # a booking needs a number where it is not


@dataclass(frozen=True, slots=True)
class Done:
    """It is so now: the call as it stands. Not `changed`: it was so before."""

    call: Call
    changed: bool = True


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing was changed; `offer` is how it all stands at this moment."""

    why: NotDone
    offer: Offer


Outcome = Done | Refused

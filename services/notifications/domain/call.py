"""The free call as its mails know it: when it is, how it stands, and what happened to it.

Every mail about a call carries the fact it tells of as codes: always `consultation_id`, `sequence`,
`coordinator_id`, `starts_at`, `ends_at`, `time_zone` (the person's), `by` and `test`; and of what follows
what the fact has: `interpreter`, `remind_shortly`, `previous_starts_at`, `previous_coordinator_id`, `why`,
`state`, `licensed`.
A `call_reminder` also has `offset`, how long before the call it is meant for (`3d`, `1d`, `1h`), and
`last`: no other follows that comes a day or more before. All have `referral_id` where it is known.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.notifications.domain.delivery import Template
from services.notifications.domain.occasion import About

CallStatus = Literal["booked", "attended", "missed", "cancelled"]
BY_PERSON = "person"

CALL_MAILS: frozenset[Template] = frozenset(
    {
        "call_confirmed",
        "call_moved",
        "call_cancelled",
        "call_reminder",
        "call_missed",
        "call_booked_notice",
        "call_moved_notice",
        "call_cancelled_notice",
        "call_soon",
        "call_outcome",
        "call_elsewhere",
    }
)
NOTICES: frozenset[Template] = frozenset({"call_booked_notice", "call_moved_notice"})
CONFIRMATIONS: frozenset[Template] = frozenset({"call_confirmed", "call_moved"})


@dataclass(frozen=True, slots=True)
class CallClocks:
    """When a practice reminds of a call. `zone`: the practice's, for a person whose own nobody can read."""

    reminders: tuple[timedelta, ...]  # whole days by the person's wall clock, anything else as it elapses
    short_notice: timedelta
    short_notice_reminder: timedelta
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Call:
    """A call that is booked; of its request and version says what happened to it."""

    coordinator_id: str
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo  # the person's
    settled_at: datetime  # when it was booked for this time
    remind_shortly: bool  # they asked to be reminded shortly before, too


@dataclass(frozen=True, slots=True)
class CallNow:
    """A request's latest call, as its keeper has it at this moment."""

    consultation_id: str
    version: int
    status: CallStatus
    coordinator_id: str
    state: str | None = None  # where the person said that they will be
    starts_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CallBooked:
    """A call is to take place."""

    about: About
    call: Call
    by: str


@dataclass(frozen=True, slots=True)
class CallMoved:
    """It is to take place at another time, or with another coordinator."""

    about: About
    call: Call
    by: str
    previous_coordinator_id: str


@dataclass(frozen=True, slots=True)
class CallOff:
    """It does not take place."""

    about: About
    coordinator_id: str
    starts_at: datetime
    by: str
    tells_person: bool


@dataclass(frozen=True, slots=True)
class CallMissed:
    """The person could not be reached at the time of the call."""

    about: About
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class CallElsewhere:
    """The person will be in a state where the practice does not work."""

    about: About
    coordinator_id: str
    starts_at: datetime


CallOccasion = CallBooked | CallMoved | CallOff | CallMissed | CallElsewhere

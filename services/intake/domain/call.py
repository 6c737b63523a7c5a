"""The free call with a care coordinator: what it is, when it can be, and what may be done with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

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
    located_version: int = 0
    test: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which these coordinators are free, whoever has fewest calls first."""

    starts_at: datetime
    ends_at: datetime
    coordinator_ids: tuple[str, ...]

"""What is planned ahead for a call: the person's reminders, and the coordinator's mails around it.

Whole days before are counted by the person's wall clock, anything else as it elapses. A time of day that
their clocks skip is the instant as long after the change as it would have been; one that comes twice is its
first. Nothing is planned for the past, nor where the confirmation would be under six hours old; and each
reminder is given up in time for the next one, or shortly before the call.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from services.notifications.domain.call import Call, CallClocks

A_DAY = timedelta(days=1)
CONFIRMED_LATELY = timedelta(hours=6)  # so young a confirmation says all that a reminder would
LAST_MOMENT = timedelta(minutes=10)  # a reminder that comes later helps nobody
SOON = timedelta(minutes=15)  # before the call, to the coordinator
OUTCOME_AFTER = timedelta(minutes=5)
OUTCOME_STANDS_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Reminder:
    """When the person is reminded, and until when it is true and not too close to the next."""

    offset: str
    due_at: datetime
    not_after: datetime
    last: bool  # no other follows that comes a day or more before


def reminders_of(call: Call, clocks: CallClocks, now: datetime) -> tuple[Reminder, ...]:
    """The reminders that this call still calls for, in the order in which they are due."""
    earliest = call.settled_at + CONFIRMED_LATELY
    due = {before(call.starts_at, offset, call.zone): offset for offset in _offsets(call, clocks)}
    times = sorted(at for at in due if at > now and at >= earliest)
    last = max((at for at in times if due[at] >= A_DAY), default=max(times, default=None))
    ends = [_given_up(this, following) for this, following in pairwise(times)]
    ends += [_at_the_latest(at, call.starts_at) for at in times[-1:]]
    return tuple(
        Reminder(shown(due[at]), at, end, last=at == last) for at, end in zip(times, ends, strict=True)
    )


def before(starts_at: datetime, offset: timedelta, zone: ZoneInfo) -> datetime:
    """The instant so long before the call, in UTC."""
    days, rest = divmod(offset, A_DAY)
    if rest:
        return starts_at.astimezone(UTC) - offset
    shown_there = starts_at.astimezone(zone)
    return datetime.combine(
        shown_there.date() - timedelta(days=days), shown_there.time().replace(fold=0), tzinfo=zone
    ).astimezone(UTC)


def shown(offset: timedelta) -> str:
    """`3d`, `1h`, `90m`: the largest unit that leaves nothing over."""
    for unit, name in ((A_DAY, "d"), (timedelta(hours=1), "h")):
        if not offset % unit:
            return f"{offset // unit}{name}"
    return f"{offset // timedelta(minutes=1)}m"


def _offsets(call: Call, clocks: CallClocks) -> Sequence[timedelta]:
    at_short_notice = call.starts_at - call.settled_at < clocks.short_notice
    shortly = at_short_notice or call.remind_shortly
    return (*clocks.reminders, *((clocks.short_notice_reminder,) if shortly else ()))


def _given_up(due_at: datetime, following: datetime) -> datetime:
    """Well before the next reminder is due: two at once would be one too many."""
    return max(following - CONFIRMED_LATELY, _halfway(due_at, following))


def _at_the_latest(due_at: datetime, starts_at: datetime) -> datetime:
    return max(starts_at - LAST_MOMENT, _halfway(due_at, starts_at))


def _halfway(this: datetime, that: datetime) -> datetime:
    return this + (that - this) / 2

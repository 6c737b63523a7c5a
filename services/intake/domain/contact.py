"""How a person may be reached: what they allowed, made stricter by everything said under the same address."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from services.intake.domain.submission import Client, ContactRules, Partner, SafeHours, Writer

MINUTES_A_DAY = 24 * 60
LONGEST_NOTE = 5000  # characters, as of a person's own message
ACKNOWLEDGED_WITHIN = timedelta(hours=24)
MOST_ACKNOWLEDGED = 20  # enough for who posts for many in a day, too few to fill a stranger's inbox


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one or more people at an address allow; joining two never loosens either."""

    rules: ContactRules
    unsafe_at_home: bool

    def joined(self, other: "Permissions") -> "Permissions":
        """The stricter of the two in everything but the hours, which `narrowest` settles."""
        mine, theirs = self.rules, other.rules
        return Permissions(
            replace(
                mine,
                email_ok=mine.email_ok and theirs.email_ok,
                text_ok=mine.text_ok and theirs.text_ok,
                voicemail_ok=mine.voicemail_ok and theirs.voicemail_ok,
                discreet=mine.discreet or theirs.discreet,
            ),
            self.unsafe_at_home or other.unsafe_at_home,
        )


@dataclass(frozen=True, slots=True)
class Reach:
    """One writer and how they may be reached about one request."""

    request_id: str
    person_id: str
    reference: str
    writer: Writer
    language: str
    time_zone: str
    permissions: Permissions
    silenced: bool
    acknowledged_often: bool
    client: Client | None
    partners: tuple[Partner, ...]
    test: bool
    version: int


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of the practice noted about a request, for the practice alone."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Later:
    """What was added to a request when the person was ready; `by`: person or coordinator:<id>."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What the person wrote in their own words, then and later, and what the practice noted, oldest first."""

    request_id: str
    reference: str
    message: str
    privacy_notice: str | None
    notes: tuple[Note, ...] = ()
    at: datetime | None = None
    later: tuple[Later, ...] = ()
    email_warning: str | None = None  # which wording they were shown; None where no page of ours showed one


@dataclass(frozen=True, slots=True)
class ContactNow:
    """How the person of a request is reached from now on: which version of it, and what changed."""

    request_id: str
    reference: str
    person_id: str
    version: int
    at: datetime
    silenced: bool
    changed: tuple[str, ...] = ()  # codes


def is_acknowledged_often(received_at: datetime, as_many_before: datetime | None) -> bool:
    """Whether one answer more would only trouble whoever owns the address: anybody can type it in.

    `as_many_before`: when the request came that is `MOST_ACKNOWLEDGED` before this one at its address.
    """
    return as_many_before is not None and received_at - as_many_before < ACKNOWLEDGED_WITHIN


def narrowest(windows: Sequence[SafeHours]) -> SafeHours | None:
    """The hours that are safe by every window given, newest first; None when there is none.

    Of hours in several pieces the longest counts; windows that never meet leave the newest.
    """
    if not windows:
        return None
    shared = set(range(MINUTES_A_DAY))
    for window in windows:
        shared &= set(_minutes(window))
    if not shared:
        return windows[0]
    if len(shared) == MINUTES_A_DAY:
        return windows[0]
    start, length = max(_runs(shared), key=lambda run: run[1])
    return SafeHours(_clock(start), _clock(start + length))


def is_safe(hours: SafeHours, begins: datetime, ends: datetime) -> bool:
    """Whether all of this time lies in the hours; both on the person's own wall clock."""
    start, end = _minute(hours.from_), _minute(hours.to)
    lasts = (end - start) % MINUTES_A_DAY or MINUTES_A_DAY
    into = (_minute(begins.time()) - start) % MINUTES_A_DAY
    return lasts == MINUTES_A_DAY or timedelta(minutes=into) + (ends - begins) <= timedelta(minutes=lasts)


def _minutes(window: SafeHours) -> Iterable[int]:
    start, end = _minute(window.from_), _minute(window.to)
    length = (end - start) % MINUTES_A_DAY or MINUTES_A_DAY
    return ((start + passed) % MINUTES_A_DAY for passed in range(length))


def _runs(minutes: set[int]) -> Iterable[tuple[int, int]]:
    for start in sorted(minutes):
        if (start - 1) % MINUTES_A_DAY in minutes:
            continue
        length = 1
        while (start + length) % MINUTES_A_DAY in minutes:
            length += 1
        yield start, length


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)

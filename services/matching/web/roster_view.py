"""The roster as its page shows it: everybody's room, leave and licences in words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from babel.dates import format_date

from services.matching.domain.compare import overfull
from services.matching.handlers.roster import RosterEntry, plain
from services.matching.web.visit import Typed
from shared.practice import DateSpan


@dataclass(frozen=True, slots=True)
class Form:
    """A form that came back: whose it is, what was typed, and what is wrong with which field."""

    clinician_id: str
    typed: Typed = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LeaveShown:
    """A leave, and what a press would do to it."""

    first: str
    last: str
    text: str
    press: str  # what the button says; empty where the leave is over


@dataclass(frozen=True, slots=True)
class Line:
    """One clinician of the page."""

    clinician_id: str
    version: int
    name: str
    credential: str
    brief: str  # all that matters, on one line
    facts: Sequence[tuple[str, str]]
    caution: str
    accepting: bool
    takes_somebody: bool  # today
    room: Mapping[str, str]  # what stands in the fields
    leaves: Sequence[LeaveShown]
    form: Form | None  # that came back; the line is open then


def lines(entries: Sequence[RosterEntry], today: date, form: Form | None) -> list[Line]:
    """Everybody, by name; where a form came back, that clinician's line has it."""
    ordered = sorted(entries, key=lambda each: (each.record.name.casefold(), each.record.id))
    return [
        _line(each, today, form if form and form.clinician_id == each.record.id else None) for each in ordered
    ]


def day(at: date) -> str:
    """`Jan 4, 2027`."""
    return format_date(at, "MMM d, y", locale="en_US")


def _line(entry: RosterEntry, today: date, form: Form | None) -> Line:
    record = entry.record
    in_use = overfull(plain(record), entry.held + entry.taken)
    typed = form.typed if form else {}
    return Line(
        clinician_id=record.id,
        version=entry.version,
        name=record.name,
        credential=record.credential,
        brief=" · ".join(_brief(entry, today)),
        facts=list(_facts(entry, today)),
        caution=_sentence(str(in_use)) if in_use else "",
        accepting=record.accepting,
        takes_somebody=_takes_somebody(entry, today),
        room={name: typed.get(name, str(getattr(record, name))) for name in ("capacity", "caseload")},
        leaves=[_leave(each, today) for each in record.leave],
        form=form,
    )


def _takes_somebody(entry: RosterEntry, today: date) -> bool:
    """Whether somebody new can be offered to them today: a place, a licence, no pause and no leave."""
    licensed = any(licence.expires >= today for licence in entry.record.licences)
    there = entry.record.accepting and entry.on_leave_until(today) is None
    return there and licensed and entry.free_places > 0


def _brief(entry: RosterEntry, today: date) -> Iterator[str]:
    if not entry.record.accepting:
        yield "paused"
    away = entry.on_leave_until(today)
    if away:
        yield f"on leave until {day(away)}"
    yield f"{entry.free_places} of {entry.record.capacity} places free"
    in_use = overfull(plain(entry.record), entry.held + entry.taken)
    if in_use:
        yield f"{in_use.beyond} more in use than there are"
    if entry.open_proposals:
        yield f"proposed {_times(entry.open_proposals)}, not chosen yet"
    for licence in entry.ending_soon(today):
        ends = "has ended" if licence.expires < today else f"ends {day(licence.expires)}"
        yield f"{licence.state} licence {ends}"


def _facts(entry: RosterEntry, today: date) -> Iterator[tuple[str, str]]:
    record = entry.record
    yield "New clients", "yes" if record.accepting else "none for now"
    yield "Free places", str(entry.free_places)
    yield (
        "In use",
        f"{record.caseload} taken outside, {entry.taken} given here, {entry.held} held for offers",
    )
    yield "Waiting for a choice", f"proposed {_times(entry.open_proposals)}" if entry.open_proposals else "no"
    licences = (
        f"{each.state} until {day(each.expires)}{' (ended)' if each.expires < today else ''}"
        for each in record.licences
    )
    yield "Licences", "; ".join(licences) or "none"


def _leave(leave: DateSpan, today: date) -> LeaveShown:
    over, under_way = leave.to < today, leave.from_ < today
    text = day(leave.from_) if leave.from_ == leave.to else f"{day(leave.from_)} to {day(leave.to)}"
    press = "" if over else "They are back today" if under_way else "Take this leave out"
    text += " (over)" if over else ""
    return LeaveShown(leave.from_.isoformat(), leave.to.isoformat(), text, press)


def _sentence(said: str) -> str:
    return f"{said[0].upper()}{said[1:]}."


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"

"""Whether a clinician of the roster is there for somebody new: paused or not, places, leave, licences."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from shared.practice import DateSpan, Licence, RosterClinician

A_DAY = timedelta(days=1)
NOTICE = timedelta(days=60)  # two months: time to renew with a board before anybody must be turned away


@dataclass(frozen=True, slots=True)
class Accepting:
    """Somebody new may be proposed to them, or nobody for a while."""

    accepting: bool


@dataclass(frozen=True, slots=True)
class Room:
    """Places in all, and those taken outside this system."""

    capacity: int
    caseload: int


@dataclass(frozen=True, slots=True)
class Away:
    """They will be on leave."""

    leave: DateSpan


@dataclass(frozen=True, slots=True)
class Back:
    """This leave ends: one that is under way yesterday, one that has yet to begin altogether."""

    leave: DateSpan


Edit = Accepting | Room | Away | Back


def edited(record: RosterClinician, edit: Edit, today: date) -> RosterClinician:
    """The clinician after this change; the same where it is so already."""
    match edit:
        case Accepting():
            return record.model_copy(update={"accepting": edit.accepting})
        case Room():
            return record.model_copy(update={"capacity": edit.capacity, "caseload": edit.caseload})
        case Away():
            if edit.leave in record.leave:
                return record
            return record.model_copy(update={"leave": _in_order((*record.leave, edit.leave))})
        case Back():
            return record.model_copy(update={"leave": _without(record.leave, edit.leave, today)})


def on_leave_until(record: RosterClinician, today: date) -> date | None:
    """The last day of the leave that is under way, with what follows on it without a day between."""
    last: date | None = None
    for leave in _in_order(record.leave):
        if leave.covers(today) or (last is not None and leave.from_ <= last + A_DAY):
            last = leave.to if last is None else max(last, leave.to)
    return last


def ending_soon(record: RosterClinician, today: date) -> tuple[Licence, ...]:
    """The licences that have ended or end within `NOTICE`, the first to end first."""
    ending = (each for each in record.licences if each.expires <= today + NOTICE)
    return tuple(sorted(ending, key=lambda each: (each.expires, each.state)))


def _without(leaves: Sequence[DateSpan], ended: DateSpan, today: date) -> tuple[DateSpan, ...]:
    kept = [each for each in leaves if each != ended]
    if ended in leaves and ended.from_ < today <= ended.to:
        kept.append(ended.model_copy(update={"to": today - A_DAY}))
    elif ended in leaves and ended.to < today:
        kept.append(ended)  # it is over; nothing is left to end
    return _in_order(kept)


def _in_order(leaves: Sequence[DateSpan]) -> tuple[DateSpan, ...]:
    return tuple(sorted(leaves, key=lambda each: (each.from_, each.to)))

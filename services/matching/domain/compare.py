"""How one roster differs from another, so that a person can read it before it counts."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Record = Mapping[str, Any]  # a clinician as in clinicians.yaml, plain data
Given = Mapping[str, int]  # places held and taken here, by clinician id; who has none is left out
ABSENT: tuple[Any, ...] = (None, [], {}, "")
ROOM = frozenset({"capacity", "caseload"})
NOTHING_GIVEN: Given = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a clinician, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Overfull:
    """More places in use than the roster says there are; none is free until enough of them end."""

    given: int
    caseload: int
    capacity: int

    @property
    def beyond(self) -> int:
        """How many more."""
        return self.given + self.caseload - self.capacity

    def __str__(self) -> str:
        used = f"a caseload of {self.caseload} is"
        if self.given:
            used = f"{_places(self.given)} given here and a caseload of {self.caseload} make"
        more = f"{self.beyond} more than the capacity of {self.capacity}"
        return f"{used} {more}; nobody new until {self.beyond + 1} of them end"


@dataclass(frozen=True, slots=True)
class RosterChange:
    """Who joins, who changes and how, who leaves; names by id for everybody concerned.

    `overfull` are those of them whose new capacity is below what is in use, `still_given` those who leave
    while places given here are in use.
    """

    joined: tuple[str, ...]
    changed: Mapping[str, tuple[FieldChange, ...]]
    left: tuple[str, ...]
    names: Mapping[str, str]
    overfull: Mapping[str, Overfull]
    still_given: Given

    @property
    def empty(self) -> bool:
        """Whether both rosters say the same."""
        return not (self.joined or self.changed or self.left)

    def lines(self) -> list[str]:
        """The change for a person to read, a line each: `+` joins, `~` changes, `-` leaves."""
        said: list[str] = []
        for who in self.joined:
            said += [f"+ {who} ({self.names[who]}) joins", *self._room(who)]
        for who, fields in self.changed.items():
            said.append(f"~ {who} ({self.names[who]})")
            said += [f"    {line}" for each in fields for line in _told(each)]
            said += self._room(who)
        for who in self.left:
            kept = self.still_given.get(who, 0)
            said.append(f"- {who} ({self.names[who]}) leaves")
            said += [f"    ! {_places(kept)} given here stay with them"] if kept else []
        return said

    def _room(self, who: str) -> list[str]:
        return [f"    ! {self.overfull[who]}"] if who in self.overfull else []


def compare(
    before: Mapping[str, Record], after: Mapping[str, Record], given: Given = NOTHING_GIVEN
) -> RosterChange:
    """What would change if the roster `after` took the place of `before`; both by clinician id."""
    changed = {
        who: fields
        for who in sorted(before.keys() & after.keys())
        if (fields := fields_changed(before[who], after[who]))
    }
    joined = tuple(sorted(after.keys() - before.keys()))
    left = tuple(sorted(before.keys() - after.keys()))
    concerned = {*joined, *changed, *left}
    resized = [*joined, *(who for who, fields in changed.items() if ROOM & {each.field for each in fields})]
    return RosterChange(
        joined=joined,
        changed=changed,
        left=left,
        names={who: str((after.get(who) or before[who])["name"]) for who in sorted(concerned)},
        overfull={who: room for who in resized if (room := overfull(after[who], given.get(who, 0)))},
        still_given={who: given[who] for who in left if given.get(who)},
    )


def overfull(record: Record, given: int) -> Overfull | None:
    """By how much a clinician has more than they have places for; None where it is no more."""
    room = Overfull(given, record["caseload"], record["capacity"])
    return room if room.beyond > 0 else None


def fields_changed(before: Record, after: Record) -> tuple[FieldChange, ...]:
    """What is different of one clinician."""
    fields = dict.fromkeys((*after, *before))
    return tuple(
        FieldChange(field, before.get(field), after.get(field))
        for field in fields
        if before.get(field) != after.get(field)
    )


def _told(change: FieldChange) -> Iterator[str]:
    """What is different alone: the part of a field, the members of a list."""
    before, after = change.before, change.after
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for part in dict.fromkeys((*after, *before)):
            if before.get(part) != after.get(part):
                yield f"{change.field} {part}: {_spelled(before.get(part))} → {_spelled(after.get(part))}"
        return
    if isinstance(before, (list, tuple)) and isinstance(after, (list, tuple)) and before and after:
        added = [each for each in after if each not in before]
        gone = [each for each in before if each not in after]
        said = [f"{verb} {_spelled(some)}" for verb, some in (("added", added), ("removed", gone)) if some]
        yield f"{change.field}: {', '.join(said) or 'in another order'}"
        return
    yield f"{change.field}: {_spelled(before)} → {_spelled(after)}"


def _spelled(value: Any) -> str:
    if value in ABSENT:
        return "none"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_spelled(each)}" for key, each in value.items())
    if isinstance(value, (list, tuple)):
        return "; ".join(_spelled(each) for each in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _places(count: int) -> str:
    return "1 place" if count == 1 else f"{count} places"

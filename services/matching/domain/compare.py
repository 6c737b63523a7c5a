"""How one roster differs from another, so that a person can read it before it counts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Record = Mapping[str, Any]  # a clinician as in clinicians.yaml, plain data
ABSENT: tuple[Any, ...] = (None, [], {}, "")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a clinician, before and after."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RosterChange:
    """Who joins, who changes and how, who leaves; names by id for everybody concerned."""

    joined: tuple[str, ...]
    changed: Mapping[str, tuple[FieldChange, ...]]
    left: tuple[str, ...]
    names: Mapping[str, str]

    @property
    def empty(self) -> bool:
        """Whether both rosters say the same."""
        return not (self.joined or self.changed or self.left)

    def lines(self) -> list[str]:
        """The change for a person to read, a line each: `+` joins, `~` changes, `-` leaves."""
        said = [f"+ {who} ({self.names[who]}) joins" for who in self.joined]
        for who, fields in self.changed.items():
            said.append(f"~ {who} ({self.names[who]})")
            said += [f"    {each.field}: {_spelled(each.before)} → {_spelled(each.after)}" for each in fields]
        return said + [f"- {who} ({self.names[who]}) leaves" for who in self.left]


def compare(before: Mapping[str, Record], after: Mapping[str, Record]) -> RosterChange:
    """What would change if the roster `after` took the place of `before`; both by clinician id."""
    changed = {
        who: fields
        for who in sorted(before.keys() & after.keys())
        if (fields := _fields_changed(before[who], after[who]))
    }
    joined = tuple(sorted(after.keys() - before.keys()))
    left = tuple(sorted(before.keys() - after.keys()))
    concerned = {*joined, *changed, *left}
    return RosterChange(
        joined=joined,
        changed=changed,
        left=left,
        names={who: str((after.get(who) or before[who])["name"]) for who in sorted(concerned)},
    )


def _fields_changed(before: Record, after: Record) -> tuple[FieldChange, ...]:
    fields = dict.fromkeys((*after, *before))
    return tuple(
        FieldChange(field, before.get(field), after.get(field))
        for field in fields
        if before.get(field) != after.get(field)
    )


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

"""Whether a contract may follow its snapshot: it may gain optional fields, and nothing else.

A change that is more than that is a new `.v2` beside the old contract.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

Schema = Mapping[str, Any]
TOLD = ("description", "title", "examples")  # what is said about a field may change


def broken_promises(recorded: Mapping[str, Any], made: Mapping[str, Any]) -> list[str]:
    """What the newly made snapshot of a fact or an ask takes from those who rely on the recorded one."""
    return [
        why
        for part in ("data", "question", "answer")
        if part in recorded
        for why in breaks(recorded[part], made[part], may_grow=("enum",) if part == "question" else ())
    ]


def breaks(old: Schema, new: Schema, *, may_grow: Collection[str] = ()) -> list[str]:
    """Why readers or writers of the old JSON Schema would stumble over the new one; empty when none would.

    An enumeration may grow in a question, whose one reader is its owner; not in what others read.
    """
    return list(_breaks(_objects(old), _objects(new), may_grow))


def _objects(schema: Schema) -> dict[str, Schema]:
    """Every named type of a schema: itself, and its definitions."""
    return {"": schema, **schema.get("$defs", {})}


def _breaks(old: Mapping[str, Schema], new: Mapping[str, Schema], may_grow: Collection[str]) -> Iterator[str]:
    for name, before in old.items():
        if name not in new:
            yield f"{name} is gone"
            continue
        after, prefix = new[name], f"{name}." if name else ""
        fields, now = before.get("properties", {}), after.get("properties", {})
        required, now_required = set(before.get("required", ())), set(after.get("required", ()))
        yield from (f"{prefix}{field} is gone" for field in fields if field not in now)
        yield from (f"{prefix}{field} must be there now" for field in sorted(now_required - required))
        yield from (f"{prefix}{field} may be missing now" for field in sorted(required - now_required))
        for field in fields.keys() & now.keys():
            if not _same(fields[field], now[field], may_grow):
                yield f"{prefix}{field} has another type"
        if not fields and not _same(before, after, may_grow):
            yield f"{name} has another type"


def _same(before: Any, after: Any, may_grow: Collection[str]) -> bool:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        keys = (before.keys() | after.keys()) - set(TOLD)
        return all(
            _same(before.get(key), after.get(key), may_grow)
            or (key in may_grow and set(before.get(key, ())) <= set(after.get(key, ())))
            for key in keys
        )
    if isinstance(before, list) and isinstance(after, list):
        pairs = zip(before, after, strict=False)
        return len(before) == len(after) and all(_same(one, other, may_grow) for one, other in pairs)
    return bool(before == after)

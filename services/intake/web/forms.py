"""HTML forms: `contact.email_ok=yes` is `{"contact": {"email_ok": true}}`, `partners.0.name` a list's.

An empty field is an absent one. Of a field that can hold one value the last counts, so that a hidden `no`
before a tick-box `yes` says both; a field that can hold several keeps them all.
"""

from collections.abc import Iterable, Mapping
from types import UnionType
from typing import Any, Union, get_args, get_origin
from urllib.parse import parse_qsl

from pydantic import BaseModel

MOST_FIELDS = 500
MOST_PARTS = 5  # partners.0.contact.safe_hours.from

Tree = dict[str, Any]


class Typed:
    """What a form sent, as it was typed, for reading and for showing again."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    @classmethod
    def parse(cls, body: bytes) -> "Typed":
        """The fields of an urlencoded body; raises ValueError when it is none."""
        pairs = parse_qsl(
            body.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS
        )
        return cls(pairs)

    def last(self, name: str, default: str = "") -> str:
        """What counts of a field with one value."""
        values = self._values.get(name)
        return values[-1] if values else default

    def every(self, name: str) -> list[str]:
        """All values of a field that were not left empty."""
        return [value for value in self._values.get(name, ()) if value.strip()]

    def names(self) -> Iterable[str]:
        """Every field that was sent."""
        return self._values.keys()

    def nested(self, model: type[BaseModel]) -> Tree:
        """The fields as the JSON that `model` reads."""
        tree: Tree = {}
        for name in self._values:
            path = name.split(".")
            if not self.every(name) or len(path) > MOST_PARTS:
                continue
            value = self.every(name) if _holds_several(model, path) else self.last(name).strip()
            if value:
                _put(tree, path, value)
        return {name: _listed(value) for name, value in tree.items()}


def _put(tree: Tree, path: list[str], value: str | list[str]) -> None:
    """Sets the value at its place; a place that is taken by a plain value becomes an object."""
    for part in path[:-1]:
        below = tree.get(part)
        if not isinstance(below, dict):
            below = tree[part] = {}
        tree = below
    tree[path[-1]] = value


def _listed(value: Any) -> Any:
    """Objects whose keys are all numbers, as lists in the order of those numbers."""
    if not isinstance(value, Mapping):
        return value
    if all(key.isascii() and key.isdigit() and len(key) <= 3 for key in value):
        return [_listed(value[key]) for key in sorted(value, key=int)]
    return {key: _listed(below) for key, below in value.items()}


def part_at(model: type[BaseModel], path: list[str]) -> dict[str, Any]:
    """The fields of the object at this place of the model; none when there is no object."""
    annotation: Any = model
    for part in path:
        if not part.isdigit():
            below = _model_in(annotation)
            annotation = _fields(below).get(part) if below else None
    found = _model_in(annotation)
    return _fields(found) if found else {}


def _holds_several(model: type[BaseModel], path: list[str]) -> bool:
    """Whether the model's field at this place is a list of plain values."""
    annotation = part_at(model, path[:-1]).get(path[-1])
    return get_origin(_bare(annotation)) is tuple and _model_in(annotation) is None


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The object type that an annotation speaks of: itself, optional, or in a list."""
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        bare = get_args(bare)[0]
    return bare if isinstance(bare, type) and issubclass(bare, BaseModel) else None


def _bare(annotation: Any) -> Any:
    """The annotation without `| None`."""
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if part is not type(None))
    return annotation

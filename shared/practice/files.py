"""Reading an operator's YAML, so that every complaint names the file, the line and the field.

Only `true` and `false` are booleans and only plain digits are numbers: a state called NO, 17:00 and a date
stay what the operator typed, until the field that they stand in reads them.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shared.errors import Misconfigured

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the operator must change."""

    file: str
    line: int | None
    field: str
    what: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class BadFile(Misconfigured):
    """A file of the practice cannot be used as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, with the line on which each field stands."""

    path: Path
    data: dict[str, Any]
    lines: Mapping[Loc, int]

    def problem(self, loc: Loc, what: str) -> Problem:
        """A complaint about the field at `loc`, at its line or that of the nearest thing around it."""
        return Problem(self.path.name, self.line(loc), _spelled(loc), what)

    def line(self, loc: Loc) -> int | None:
        for length in range(len(loc), 0, -1):
            if loc[:length] in self.lines:
                return self.lines[loc[:length]]
        return None


class _Loader(yaml.SafeLoader):
    """YAML without its guesses."""


_Loader.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
    ("null", r"~|null|", ["~", "n", ""]),
    ("merge", r"<<", "<"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))


def read_document(path: Path) -> Document:
    """The mapping that a YAML file holds; raises `BadFile` when it is missing, broken or repeats a key."""
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadFile([Problem(path.name, None, "", f"there is no such file in {path.parent}")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadFile([Problem(path.name, None, "", f"cannot be read: {error}")]) from None
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as error:
        raise BadFile([_unreadable(path, error)]) from None
    finally:
        loader.dispose()
    if node is None or not isinstance(data, dict):
        raise BadFile([Problem(path.name, 1, "", "must hold fields, each as `name: value`")])
    lines: dict[Loc, int] = {}
    repeated: list[Loc] = []
    _walk(node, (), lines, repeated)
    document = Document(path, data, lines)
    if repeated:
        raise BadFile(document.problem(loc, "is written twice") for loc in repeated)
    return document


def checked(model: type[Model], document: Document, data: object = None, at: Loc = ()) -> Model:
    """The file, or the part of it at `at`, as `model`; raises `BadFile` naming everything wrong with it."""
    try:
        return model.model_validate(document.data if data is None else data)
    except ValidationError as error:
        raise BadFile(problems_of(error, document, at)) from None


def problems_of(error: ValidationError, document: Document, at: Loc = ()) -> list[Problem]:
    """pydantic's complaints in an operator's words."""
    return [
        document.problem(at + tuple(part for part in each["loc"] if part != "[key]"), _in_words(dict(each)))
        for each in error.errors(include_url=False)
    ]


def _in_words(error: dict[str, Any]) -> str:
    kind = error["type"]
    if kind == "missing":
        return "is missing"
    if kind == "extra_forbidden":
        return "is not a field this file knows"
    if kind == "string_type":
        return "must be text; if it is a number, put it in quotes"
    if kind == "string_pattern_mismatch":
        return f"{error['input']!r} does not have the form {error['ctx']['pattern']}"
    message: str = error["msg"]
    message = message.removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _unreadable(path: Path, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    return Problem(path.name, mark.line + 1 if mark else None, "", f"is not readable YAML: {what}")


def _walk(node: yaml.Node, loc: Loc, lines: dict[Loc, int], repeated: list[Loc]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*loc, str(key.value))
            if here in lines and key.value != "<<":
                repeated.append(here)
            lines[here] = key.start_mark.line + 1
            _walk(value, here, lines, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            lines[(*loc, index)] = value.start_mark.line + 1
            _walk(value, (*loc, index), lines, repeated)


def _spelled(loc: Loc) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text

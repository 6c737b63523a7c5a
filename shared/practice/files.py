"""Reading an operator's YAML, so that every complaint names the file, the line and the field.

Only `true` and `false` are booleans and only plain digits are numbers: a state called NO, 17:00 and a date
stay what the operator typed, until the field that they stand in reads them.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from shared.errors import Misconfigured

Loc = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
KEY = "[key]"  # at the end of a loc: the name there is wrong, not what stands under it

NOT_WHAT_BELONGS = "is not what belongs here"
NOT_KNOWN = "is not a field this file knows"
NO_FIELDS = "must hold fields, each as `name: value`"
NO_LIST = "must be a list, such as [one, another]"
YES_OR_NO = "{input!r} is not yes or no"
WHOLE = "{input!r} is not a whole number"
NUMBER = "{input!r} is not a number"
DAY = "{input!r} is not a date such as 2027-05-31"
CLOCK = "{input!r} is not a time such as 08:30"
WORDS = {  # by pydantic's name for what is wrong; `input` is what the operator wrote
    "missing": "is missing",
    "extra_forbidden": NOT_KNOWN,
    "invalid_key": NOT_KNOWN,
    "string_type": "must be text; if it is a number, put it in quotes",
    "string_too_short": "must not be empty",
    "string_too_long": "is longer than {max_length} characters",
    "bool_parsing": YES_OR_NO,
    "bool_type": YES_OR_NO,
    "int_parsing": WHOLE,
    "int_parsing_size": WHOLE,
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "float_parsing": NUMBER,
    "float_type": NUMBER,
    "finite_number": NUMBER,
    "greater_than_equal": "must be at least {ge}, not {input}",
    "less_than_equal": "must be at most {le}, not {input}",
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "time_type": CLOCK,
    "time_parsing": CLOCK,
    "literal_error": "{input!r} is not {expected}",
    "too_short": "must list at least one",
    "tuple_type": NO_LIST,
    "list_type": NO_LIST,
    "dict_type": NO_FIELDS,
    "mapping_type": NO_FIELDS,
    "model_type": NO_FIELDS,
}
FORMS = {  # by pattern: what is wrong with text that does not have it
    r"^[a-z][a-z0-9_]*$": "may hold only small letters, digits and _, and begins with a letter",
    r"^[a-z0-9][a-z0-9_-]*$": (
        "may hold only small letters, digits, - and _, and begins with a letter or digit"
    ),
    r"^[a-z]{2,3}$": "is not the code of a language, such as en",
    r"^[A-Z]{2}$": "is not a state's two capital letters, such as CA",
    r"^[A-Za-z][A-Za-z-]*$": "may hold only letters and -, and begins with a letter",
    r"^[0-9A-Z]{9}X$": "is not nine digits or capital letters with an X at the end",
    r"^(https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)$": (
        "is not a website's https:// address without anything behind it, such as https://example.org"
    ),
    r"^[0-9a-f]{64}$": "is not a SHA-256: 64 digits and small letters from a to f",
    r"^https://\S+$": "is not an address that begins with https://",
    r"^[a-z_]+(\.[a-z_]+)+$": "is not small words with dots between, such as plan.means",
    r"^[a-z_]+/[a-z_]+\.yaml$": "is not a file in a folder beside this one, such as safety/english.yaml",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that the operator must change."""

    file: str
    line: int | None
    field: str
    what: str
    column: int = 0  # how far in its line: of two in one line, the first comes first

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class BadFile(Misconfigured):
    """A file of the practice cannot be used as it is."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class Fault(NamedTuple):
    """What is wrong at one place of a file's data, in an operator's words."""

    loc: Loc
    what: str


class Place(NamedTuple):
    """Where in a file something stands."""

    line: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML file as plain data, with the place where each field stands."""

    path: Path
    data: dict[str, Any]
    places: Mapping[Loc, Place]

    def problem(self, loc: Loc, what: str) -> Problem:
        """A complaint about the field at `loc`, at its line or that of the nearest thing around it."""
        place = self.place(loc)
        line, column = place or (None, 0)
        return Problem(self.path.name, line, _spelled(_without_key(loc)), what, column)

    def place(self, loc: Loc) -> Place | None:
        for length in range(len(loc), 0, -1):
            if loc[:length] in self.places:
                return self.places[loc[:length]]
        return None

    def told(self, _loc: Loc) -> bool:
        """Whether reading the file has complained of this place already."""
        return False


class _Loader(yaml.CSafeLoader):
    """YAML without its guesses, read by libyaml: a tenth of the time that reading it in Python takes."""


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
    document, repeated = parsed(path)
    if repeated:
        raise BadFile(repeated)
    return document


def parsed(path: Path) -> tuple[Document, list[Problem]]:
    """The same, and the keys it repeats, of which the last is taken."""
    try:
        text = path.read_text(encoding="utf-8")
        loader = _Loader(text)
    except FileNotFoundError:
        raise BadFile([Problem(path.name, None, "", f"there is no such file in {path.parent}")]) from None
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadFile([Problem(path.name, None, "", f"cannot be read: {error}")]) from None
    try:
        node = loader.get_single_node()
        data = loader.construct_document(node) if node is not None else None
    except (yaml.YAMLError, ValueError) as error:
        raise BadFile([_unreadable(path, text, error)]) from None
    finally:
        loader.dispose()
    if node is None or not isinstance(data, dict):
        raise BadFile([Problem(path.name, 1, "", NO_FIELDS)])
    places: dict[Loc, Place] = {}
    repeated: list[Loc] = []
    _walk(node, (), places, repeated)
    document = Document(path, data, places)
    return document, [document.problem(loc, "is written twice") for loc in repeated]


def checked(model: type[Model], document: Document, data: object = None, at: Loc = ()) -> Model:
    """The file, or the part of it at `at`, as `model`; raises `BadFile` naming everything wrong with it."""
    given = document.data if data is None else data
    try:
        return model.model_validate(given)
    except ValidationError:
        faults = faults_of(model, given)
    raise BadFile(document.problem((*at, *fault.loc), fault.what) for fault in faults)


def faults_of(model: type[BaseModel], data: object) -> list[Fault]:
    """Everything wrong with `data` as `model`; a field that nobody knows hides nothing else."""
    faults = _faults(model, data)
    strange = {fault.loc for fault in faults if fault.what == NOT_KNOWN}
    if not strange:
        return faults
    behind = [fault for fault in _faults(model, _without(data, strange)) if fault.loc not in strange]
    return [fault for fault in faults if fault.loc in strange] + behind


def _faults(model: type[BaseModel], data: object) -> list[Fault]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        return [Fault(each["loc"], _in_words(dict(each))) for each in error.errors(include_url=False)]
    return []


def _without(data: object, strange: Collection[Loc], at: Loc = ()) -> object:
    if isinstance(data, dict):
        kept = {key: value for key, value in data.items() if (*at, key) not in strange}
        return {key: _without(value, strange, (*at, key)) for key, value in kept.items()}
    if isinstance(data, list):
        return [_without(value, strange, (*at, index)) for index, value in enumerate(data)]
    return data


def _in_words(error: dict[str, Any]) -> str:
    """pydantic's complaint in an operator's words; none of its own reach them."""
    kind, given, more = error["type"], error["input"], error.get("ctx", {})
    if kind == "value_error":  # ours
        said = str(more["error"])
        return said[:1].lower() + said[1:]
    if given is None and kind not in {"extra_forbidden", "invalid_key"}:
        return WORDS["missing"]
    if kind == "string_pattern_mismatch":
        return f"{given!r} {FORMS.get(more['pattern'], 'is not written as it should be')}"
    return WORDS.get(kind, NOT_WHAT_BELONGS).format(input=given, **more)


def _unreadable(path: Path, text: str, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    line = min(mark.line + 1, len(text.splitlines())) if mark else None  # its end may be past the last line
    return Problem(path.name, line, "", f"is not readable YAML: {what}")


def _walk(node: yaml.Node, loc: Loc, places: dict[Loc, Place], repeated: list[Loc]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = (*loc, str(key.value))
            if here in places and key.value != "<<":
                repeated.append(here)
            places[here] = _place(key)
            _walk(value, here, places, repeated)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            places[(*loc, index)] = _place(value)
            _walk(value, (*loc, index), places, repeated)


def _place(node: yaml.Node) -> Place:
    return Place(node.start_mark.line + 1, node.start_mark.column)


def _without_key(loc: Loc) -> Loc:
    return tuple(part for part in loc if part != KEY)


def _spelled(loc: Loc) -> str:
    text = ""
    for part in loc:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text

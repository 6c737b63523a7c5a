"""What was wrong with a post: from pydantic's errors to the house's codes, and from codes to sentences.

A code may carry its limit (`too_long:200`). Neither a code nor a sentence ever holds what was sent.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from services.intake.domain.decision import FieldError
from services.intake.web.forms import part_at
from services.intake.web.words import Words
from shared.pages import FieldProblem

CODES: Mapping[str, str] = MappingProxyType(
    {
        "missing": "required",
        "string_type": "text",
        "string_too_short": "required",
        "int_type": "number",
        "int_parsing": "number",
        "int_parsing_size": "number",
        "int_from_float": "number",
        "greater_than_equal": "out_of_range",
        "less_than_equal": "out_of_range",
        "bool_type": "yes_or_no",
        "bool_parsing": "yes_or_no",
        "tuple_type": "list",
        "model_type": "object",
        "model_attributes_type": "object",
        "email": "email",
        "phone": "phone",
        "clock_time": "clock_time",
        "control_characters": "control_characters",
        "unknown_code": "unknown_code",
    }
)
FIELD_OF_POINTER: Mapping[str, str] = MappingProxyType(
    {"/client": "client.age", "/birth_year": "age", "/contact/safe_hours": "contact.safe_hours.from"}
)
LISTS = ("concerns", "context", "preferences")
LABELS: Mapping[str, str] = MappingProxyType(
    {
        "name": "you.name",
        "pronouns": "you.pronouns",
        "email": "you.email",
        "phone": "you.phone",
        "age": "you.age",
        "state": "you.state",
        "client.name": "about_client.name",
        "client.age": "about_client.age",
        "client.relation": "about_client.relation",
        "partners.0.name": "about_couple.name",
        "partners.0.email": "about_couple.email",
        "concerns": "words.concerns",
        "context": "words.context",
        "message": "words.message",
        "preferences.format": "wishes.format",
        "preferences.sites": "wishes.sites",
        "preferences.times": "wishes.times",
        "preferences.languages": "wishes.languages",
        "preferences.fee_max": "wishes.fee_max",
        "preferences.clinician": "wishes.clinician",
        "preferences.modalities": "wishes.modalities",
        "contact.safe_hours.from": "reach.from",
        "contact.safe_hours.to": "reach.to",
        "opt_in": "opt_in.label",
        "topic": "colleague.topic",
        "role": "colleague.role",
    }
)


LABELS_OF_A_CALL: Mapping[str, str] = MappingProxyType(
    {
        "time": "book.time",
        "phone": "book.phone",
        "voicemail": "book.voicemail",
        "remind": "book.remind",
        "state": "book.state",
    }
)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing to put right on the page: its field, what the field is called there, and what to do."""

    field: str | None
    label: str
    text: str


class Marked:
    """A form that comes back: what is wrong with it, field by field."""

    __slots__ = ()
    mistakes: Sequence[Mistake]

    @property
    def count(self) -> int:
        """How many things are to be put right."""
        return len(self.mistakes)

    @property
    def wrong(self) -> dict[str, str | None]:
        """The sentence about a field; None where nothing is wrong."""
        found: dict[str, str | None] = defaultdict(lambda: None)
        found.update({each.field: each.text for each in self.mistakes if each.field})
        return found


def reasons_of(error: ValidationError, model: type[BaseModel]) -> tuple[FieldError, ...]:
    """The codes behind what pydantic found, each place once."""
    found = {
        _pointer(each): _code(each, model) for each in error.errors(include_url=False, include_input=False)
    }
    return tuple(FieldError(pointer, code) for pointer, code in found.items())


def problems_in(reasons: Sequence[FieldError], say: Words) -> list[FieldProblem]:
    """The reasons as a program reads them."""
    return [FieldProblem(each.pointer, sentence(each, say)) for each in reasons]


def mistakes_in(
    reasons: Sequence[FieldError], say: Words, labels: Mapping[str, str] = LABELS
) -> list[Mistake]:
    """The reasons as a person reads them, each field once."""
    found: dict[str, Mistake] = {}
    for each in reasons:
        field = field_of(each.pointer)
        key = labels.get(field)
        label = say(key) if key else field
        found.setdefault(field, Mistake(field if key else None, label, sentence(each, say)))
    return list(found.values())


def sentence(reason: FieldError, say: Words) -> str:
    """What to do about it."""
    code, _, limit = reason.code.partition(":")
    if reason.pointer == "/age" and code == "required_one_of":
        code = "age_required"
    return say(f"error.{code}", limit=limit, names=limit)


def field_of(pointer: str) -> str:
    """The form field that a pointer means: `/concerns/2` is the tick-boxes `concerns`."""
    if pointer in FIELD_OF_POINTER:
        return FIELD_OF_POINTER[pointer]
    parts = pointer.removeprefix("/").split("/")
    if parts[0] in LISTS and parts[-1].isdigit():
        parts.pop()
    return ".".join(parts)


def _pointer(error: ErrorDetails) -> str:
    place = error["loc"][:-1] if error["type"] == "extra_forbidden" else error["loc"]
    return "".join(f"/{part}" for part in place)


def _code(error: ErrorDetails, model: type[BaseModel]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind == "extra_forbidden":
        part = part_at(model, [str(step) for step in error["loc"][:-1]])
        return f"unknown_fields:{', '.join(part)}"
    if kind == "string_too_long":
        return f"too_long:{context['max_length']}"
    if kind == "too_long":
        return f"too_many:{context['max_length']}"
    return CODES.get(kind, "required")

"""The kinds of value that a website may send, checked for form; whether a code is known is decided later.

An error names its kind and its limit, never the value.
"""

import re
from datetime import time
from typing import Annotated, Any, final

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BeforeValidator, Field, GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, PydanticUseDefault, core_schema

MESSAGE_LENGTH = 5000
CLOCK_TIME = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$")
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
CONTROL_IN_PROSE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f]")


def _one_line(text: str) -> str:
    """The text without blanks around it; a browser's one-line input cannot send a control character."""
    if CONTROL.search(text):
        raise PydanticCustomError("control_characters", "control characters")
    return text.strip()


def _not_blank(text: str) -> str:
    if not text:
        raise PydanticCustomError("missing", "blank")
    return text


def _prose(value: object) -> object:
    """What a person wrote, newlines as LF as a browser counts them, without invisible control characters."""
    if not isinstance(value, str):
        return value
    return CONTROL_IN_PROSE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _email(text: str) -> str:
    """The address as mail servers take it: a domain in its ASCII form, no control or quoted characters."""
    try:
        checked = validate_email(text, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise PydanticCustomError("email", "not an e-mail address") from None
    return checked.ascii_email or checked.normalized


def _phone(text: str) -> str:
    """The number in E.164; read as a US number unless it begins with `+`."""
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise PydanticCustomError("phone", "not a phone number") from None
    if not phonenumbers.is_valid_number(number):
        raise PydanticCustomError("phone", "not a phone number")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _clock_time(text: str) -> str:
    if not CLOCK_TIME.fullmatch(text):
        raise PydanticCustomError("clock_time", "not a time of day")
    return text


def _blank_is_absent(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _null_is_absent(value: object) -> object:
    if value is None:
        raise PydanticUseDefault
    return value


def to_time(text: str) -> time:
    """The time of day of a checked `HH:MM`."""
    return time.fromisoformat(text)


@final
class OrNull:
    """A field with a default, of which `null` says as little as its absence."""

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """The field's own schema, JSON read as JSON: a validator before it would make lists of tuples."""
        return core_schema.no_info_after_validator_function(
            _null_is_absent, core_schema.nullable_schema(handler(source))
        )


OneLine = AfterValidator(_one_line)
Absent = BeforeValidator(_blank_is_absent)

Name = Annotated[str, Field(min_length=1, max_length=200), OneLine, AfterValidator(_not_blank)]
MaybeName = Annotated[Annotated[str, Field(max_length=200), OneLine] | None, Absent]
Pronouns = Annotated[Annotated[str, Field(max_length=60), OneLine] | None, Absent]
Relation = Annotated[Annotated[str, Field(max_length=120), OneLine] | None, Absent]
Email = Annotated[
    str, Field(max_length=254, json_schema_extra={"format": "email"}), OneLine, AfterValidator(_email)
]
MaybeEmail = Annotated[Email | None, Absent]
MaybePhone = Annotated[Annotated[str, Field(max_length=40), OneLine, AfterValidator(_phone)] | None, Absent]
Message = Annotated[str, Field(max_length=MESSAGE_LENGTH), BeforeValidator(_prose)]
ClockTime = Annotated[
    str, Field(max_length=5, json_schema_extra={"pattern": CLOCK_TIME.pattern}), AfterValidator(_clock_time)
]
Code = Annotated[str, Field(min_length=1, max_length=80), OneLine]
MaybeCode = Annotated[Code | None, Absent]
Codes = Annotated[tuple[Code, ...], Field(max_length=60)]
MaybeAge = Annotated[Annotated[int, Field(ge=0, le=120)] | None, Absent]
MaybeYear = Annotated[Annotated[int, Field(ge=1890, le=2200)] | None, Absent]
MaybeDollars = Annotated[Annotated[int, Field(ge=0, le=10000)] | None, Absent]

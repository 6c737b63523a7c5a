"""The kinds of value that the practice's files are made of."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails, InitErrorDetails

from shared.language import ENGLISH, house_languages, names_in
from shared.language.house import code_of, our_languages

UNITS = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": timedelta(days=30.5),  # never shorter than the calendar's twelve or thirteen
    "year": timedelta(days=366),
}
DURATION = re.compile(r"(?P<count>\d+) (?P<working>working )?(?P<unit>[a-z]+?)s?")
CLOCK_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]\d|2[0-3]):([0-5]\d)")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

LANGUAGE_NAMES: Mapping[str, str] = names_in(ENGLISH)


class FileModel(BaseModel):
    """A part of a file: frozen, complete, and without room for a misspelt field."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def _once_more(found: ErrorDetails) -> InitErrorDetails:
    return InitErrorDetails(
        type=found["type"], loc=found["loc"], input=found["input"], ctx=found.get("ctx", {})
    )


class ByLanguage(FileModel):
    """Something in several languages, by their codes, beside the fields of its kind."""

    model_config = ConfigDict(extra="allow")

    @classmethod
    def wanted(cls) -> Sequence[str]:
        """The languages that must be there."""
        return ()

    @classmethod
    def allowed(cls) -> Container[str]:
        """Those that may be there."""
        return LANGUAGE_NAMES

    @model_validator(mode="wrap")
    @classmethod
    def _by_language(cls, given: Any, read: ModelWrapValidatorHandler[Self]) -> Self:
        """Whatever is called like no language is told, and every language that is missing, all at once."""
        wrong = list(cls._misnamed(given)) if isinstance(given, dict) else []
        try:
            made = read(given)
        except ValidationError as error:
            wrong += map(_once_more, error.errors(include_url=False))
        if wrong:
            raise ValidationError.from_exception_data(cls.__name__, wrong)
        return made

    @classmethod
    def _misnamed(cls, given: Mapping[Any, Any]) -> Iterator[InitErrorDetails]:
        for language in cls.wanted():
            if language not in given:
                yield InitErrorDetails(type="missing", loc=(language,), input=given)
        for name in given:
            if name not in cls.model_fields and name not in cls.allowed():
                yield InitErrorDetails(type="extra_forbidden", loc=(str(name),), input=given[name])


class Translated(ByLanguage):
    """The same words in every language of the house, and in no other: `et` may be meant for `es`."""

    __pydantic_extra__: dict[str, Annotated[str, Field(min_length=1)]]

    @classmethod
    def wanted(cls) -> Sequence[str]:
        """The languages of the house."""
        return house_languages()

    @classmethod
    def allowed(cls) -> Container[str]:
        """The same."""
        return house_languages()

    @classmethod
    def of(cls, **said: str) -> Self:
        """Made by ourselves, in the languages given, English among them."""
        return cls.model_construct(None, **said)

    @property
    def by_language(self) -> Mapping[str, str]:
        """The words by the codes of their languages."""
        return self.__pydantic_extra__

    def text(self, language: str) -> str:
        """The words in `language`; in English when there are none in it."""
        return self.by_language[self.written_in(language)]

    def written_in(self, language: str) -> str:
        """The language of what `text` says."""
        own = self.by_language
        return next((each for each in (code_of(language), ENGLISH) if each in own), next(iter(own)))


def _in_every_language(given: Any) -> Any:
    return dict.fromkeys(house_languages(), given) if isinstance(given, str) else given


Called = Annotated[Translated, BeforeValidator(_in_every_language)]
"""A name that may be said in each language; plain text where it is the same in all."""


class OwnWords(Translated):
    """Somebody's own words, in the languages that we ship; in further ones where they wrote them.

    A roster that is stored stays readable when the house learns another language.
    """

    @classmethod
    def wanted(cls) -> Sequence[str]:
        """Ours."""
        return our_languages()

    @classmethod
    def allowed(cls) -> Container[str]:
        """Every language there is."""
        return LANGUAGE_NAMES


class ClockSpan(FileModel):
    """From one wall-clock time to another, over midnight when `to` is not after `from_`."""

    from_: time
    to: time


class DateSpan(FileModel):
    """From one day to another, both included."""

    from_: date = Field(alias="from")
    to: date

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to < self.from_:
            raise ValueError(f"ends on {self.to}, before it begins on {self.from_}")
        return self

    def covers(self, day: date) -> bool:
        """Whether `day` lies within."""
        return self.from_ <= day <= self.to


def _email(text: str) -> str:
    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(f"{text!r} is not an e-mail address: {error}") from None


def _phone(text: str) -> str:
    if re.fullmatch(r"[2-9]11", text):  # 211 and its like
        return text
    try:
        number = phonenumbers.parse(text, "US")
    except phonenumbers.NumberParseException:
        raise ValueError(f"{text!r} is not a phone number") from None
    if not phonenumbers.is_possible_number(number):
        raise ValueError(f"{text!r} is not a phone number")
    return text


@cache
def _zone_names() -> frozenset[str]:
    return frozenset(available_timezones())  # walks the zone database: 20 ms a call


def _zone(text: str) -> str:
    if text not in _zone_names():
        raise ValueError(f"{text!r} is not a time zone such as America/Los_Angeles")
    return text


def _language(text: str) -> str:
    if text not in LANGUAGE_NAMES:
        raise ValueError(f"{text!r} is not a language code such as en, es or ase (American Sign Language)")
    return text


def _clock_span(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = CLOCK_SPAN.fullmatch(value.strip())
    if found is None:
        raise ValueError(f'{value!r} is not a span of hours such as "09:00-17:00"')
    first, second, third, fourth = (int(part) for part in found.groups())
    return ClockSpan(from_=time(first, second), to=time(third, fourth))


def _duration(value: object, *, working: bool) -> object:
    if isinstance(value, timedelta):
        return value
    found = DURATION.fullmatch(str(value).strip())
    wanted = '"4 working hours"' if working else '"15 minutes" or "2 weeks"'
    if found is None or found["unit"] not in UNITS or bool(found["working"]) is not working:
        raise ValueError(f"{value!r} is not a length of time such as {wanted}")
    if working and found["unit"] not in {"hour", "minute"}:
        raise ValueError("working time is written in hours or minutes")
    return int(found["count"]) * UNITS[found["unit"]]


def _elapsed(value: object) -> object:
    return _duration(value, working=False)


def _worked(value: object) -> object:
    return _duration(value, working=True)


Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]*$", max_length=64)]
StateCode = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Words = Annotated[str, Field(min_length=1, max_length=2000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
EmailAddress = Annotated[str, AfterValidator(_email)]
Phone = Annotated[str, AfterValidator(_phone)]
ZoneName = Annotated[str, AfterValidator(_zone)]
LanguageCode = Annotated[str, AfterValidator(_language)]
Hours = Annotated[ClockSpan, BeforeValidator(_clock_span)]
Origin = Annotated[
    str, Field(pattern=r"^(https://[a-z0-9.-]+(:\d+)?|http://(localhost|127\.0\.0\.1)(:\d+)?)$")
]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
WebAddress = Annotated[str, Field(pattern=r"^https://\S+$")]
Elapsed = Annotated[timedelta, BeforeValidator(_elapsed)]
Working = Annotated[timedelta, BeforeValidator(_worked)]


def days_of(text: str) -> tuple[int, ...]:
    """The weekdays (0 is Monday) that `mon`, `mon-fri` or `sat, sun` name; raises ValueError."""
    days: list[int] = []
    for part in text.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")
        try:
            start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        except ValueError:
            raise ValueError(f"{part!r} is not a weekday such as mon or mon-fri") from None
        if end < start:
            raise ValueError(f"{part!r} runs backwards")
        days.extend(range(start, end + 1))
    return tuple(days)


def zone(name: str) -> ZoneInfo:
    """The zone of a checked name."""
    return ZoneInfo(name)

"""The kinds of value that the practice's files are made of."""

import re
from collections.abc import Mapping
from datetime import date, time, timedelta
from functools import cache
from typing import Annotated, Self
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

MAIL_LANGUAGES = ("en", "es")
"""The languages that every client mail and page ships in."""

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

LANGUAGE_NAMES: Mapping[str, str] = Locale("en").languages


class FileModel(BaseModel):
    """A part of a file: frozen, complete, and without room for a misspelt field."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


class Bilingual(FileModel):
    """The same words in both languages of the house."""

    en: Annotated[str, Field(min_length=1)]
    es: Annotated[str, Field(min_length=1)]

    def text(self, language: str) -> str:
        """The words in `language`; English when it is neither English nor Spanish."""
        return self.es if language.lower().startswith("es") else self.en


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

"""The free call with a care coordinator: how long it is, and when coordinators take one."""

from collections.abc import Mapping
from datetime import time, timedelta
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from shared.practice.fields import ClockSpan, Elapsed, FileModel, Hours, days_of

GRAIN = timedelta(minutes=5)  # calls begin and end on it, so that two that overlap share a piece of time
LONGEST, FARTHEST = timedelta(hours=2), timedelta(days=90)

Spans = tuple[tuple[time, time], ...]


def _on_the_grain(span: timedelta) -> timedelta:
    if span % GRAIN:
        raise ValueError("is counted in steps of five minutes")
    return span


def _some_minutes(span: timedelta) -> timedelta:
    if not GRAIN <= span <= LONGEST:
        raise ValueError("a call takes five minutes to two hours")
    return span


def _in_sight(span: timedelta) -> timedelta:
    if span > FARTHEST:
        raise ValueError("nobody is offered a call more than 90 days ahead")
    return span


Grained = Annotated[Elapsed, AfterValidator(_on_the_grain)]


class Calls(FileModel):
    """The call: its length, the time kept free after it, and how late and how far ahead it can be booked."""

    length: Annotated[Grained, AfterValidator(_some_minutes)] = timedelta(minutes=20)
    buffer: Grained = timedelta(minutes=10)
    notice: Elapsed = timedelta(hours=2)
    horizon: Annotated[Elapsed, AfterValidator(_in_sight)] = timedelta(days=14)

    @model_validator(mode="after")
    def _can_be_booked(self) -> Self:
        if self.horizon <= self.notice:
            raise ValueError("the horizon must be farther ahead than the notice")
        return self


def weekly_spans(hours: Mapping[str, tuple[ClockSpan, ...]]) -> Mapping[int, Spans]:
    """The spans of each weekday (0 is Monday), in order.

    Raises ValueError where a day comes twice, a span ends before it begins, or two overlap.
    """
    weekly: dict[int, Spans] = {}
    for text, spans in hours.items():
        ordered = tuple(sorted((span.from_, span.to) for span in spans))
        for begins, ends in ordered:
            if ends <= begins:
                raise ValueError(f"{text!r} closes before it opens")
        if any(later[0] < earlier[1] for earlier, later in pairwise(ordered)):
            raise ValueError(f"the hours of {text!r} overlap")
        for day in days_of(text):
            if day in weekly:
                raise ValueError(f"{text!r} names a day a second time")
            weekly[day] = ordered
    return weekly


def _listed(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _a_week(hours: Mapping[str, tuple[ClockSpan, ...]]) -> Mapping[str, tuple[ClockSpan, ...]]:
    weekly_spans(hours)
    return hours


CallHours = Annotated[
    Mapping[str, Annotated[tuple[Hours, ...], BeforeValidator(_listed), Field(min_length=1)]],
    AfterValidator(_a_week),
]
"""By weekday, as `{mon-thu: ["10:00-12:00", "14:00-17:00"], fri: "10:00-13:00"}`; `{}` is never."""

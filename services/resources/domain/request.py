"""Who asked for something to read, in codes, and what is known of a request beside the request itself."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

CallStands = Literal["booked", "attended", "over"]
CareStands = Literal["accepted", "open", "ended", "completed"]


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody who is not ready to begin, in codes. `concerns` and `suggested` are specialties."""

    request_id: str
    reference: str
    person_id: str
    opted_in_at: datetime
    language: str
    time_zone: str | None  # None: it is not known, and the practice's counts
    safety_level: str = "none"
    flags: frozenset[str] = frozenset()
    concerns: tuple[str, ...] = ()
    suggested: tuple[str, ...] = ()  # our guess from their words: weaker than what they ticked
    context: frozenset[str] = frozenset()
    silenced: bool = False
    codes_kept: bool = True  # else nobody can tell any more whether it is safe to send something

    @property
    def life(self) -> frozenset[str]:
        """What is known of the person's life: what they told, and the flags that triage raised."""
        return self.context | self.flags


@dataclass(frozen=True, slots=True)
class Call:
    """How a request's free call stands, since when."""

    stands: CallStands
    at: datetime


@dataclass(frozen=True, slots=True)
class Care:
    """How a request's referral stands, since when."""

    stands: CareStands
    at: datetime


@dataclass(frozen=True, slots=True)
class News:
    """What is known of a request beside the request itself, which may come later."""

    silenced: bool = False
    flagged: bool = False  # words of crisis came, which nobody has cleared since
    cleared_to: str | None = None  # the safety level that a named person set after a crisis
    erased: bool = False
    call: Call | None = None
    care: Care | None = None
    moved_at: datetime | None = None  # when they gave another e-mail address


def with_news(request: Request, news: News) -> Request:
    """The request as it stands after what was heard of it before it arrived."""
    return replace(request, silenced=news.silenced, safety_level=_level(request, news))


def _level(request: Request, news: News) -> str:
    if news.flagged:
        return "crisis"
    if request.safety_level == "crisis" and news.cleared_to:
        return news.cleared_to
    return request.safety_level

"""Who looks at a request that gets no list, and by when."""

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from services.resources.domain.choosing import Why

REVIEW_SAFETY, REVIEW_HOLD = "review_safety", "review_hold"


@dataclass(frozen=True, slots=True)
class Duty:
    """Who looks, at what, and by when."""

    owner: str
    next_action: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Speaker:
    """A coordinator on duty."""

    id: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks before anything goes: the person on call at a crisis, else a coordinator."""

    on_call: str
    crisis_due_at: datetime
    coordinators: tuple[Speaker, ...]
    hold_due_at: datetime

    def duty(self, why: Why, language: str) -> Duty | None:
        """What somebody owes the person who gets no list for this reason; nobody does for silence."""
        match why:
            case "silenced":
                return None
            case "crisis":
                return Duty(self.on_call, REVIEW_SAFETY, self.crisis_due_at)
            case "danger_at_home" | "codes_not_kept":
                speaking = [one for one in self.coordinators if language in one.languages]
                return Duty((speaking or self.coordinators)[0].id, REVIEW_HOLD, self.hold_due_at)
            case _:
                assert_never(why)

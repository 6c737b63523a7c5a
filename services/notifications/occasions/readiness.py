"""What resources announces of a reading list and of the series after it, in our words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifications.domain.delivery import Template
from services.notifications.domain.occasion import About, ReadingChosen, ReadingDue
from shared.contracts.resources import ReadinessStepDue, ReadingListPrepared, Step

TEMPLATES: Mapping[Step, Template] = {
    "practice": "readiness_practice",
    "reading": "readiness_reading",
    "check_in": "readiness_check_in",
}


def reading_chosen(event: ReadingListPrepared) -> ReadingChosen:
    """The books, by code, and what follows them by itself."""
    codes = {
        "items": list(event.items),
        "practices": event.practices,
        "next_at": _said(event.next_at),
    }
    return ReadingChosen(_about(event, event.prepared_at, codes))


def reading_due(event: ReadinessStepDue, now: datetime) -> ReadingDue:
    """What is due, by code, and what follows it; it stands for a while from when it was heard of."""
    codes = {
        "item": event.item,
        "number": event.number,
        "left": event.left,
        "next_at": _said(event.next_at),
    }
    about = _about(event, now, codes)
    return ReadingDue(about, TEMPLATES[event.step], event.number, event.due_at, event.next_at)


def _said(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _about(
    event: ReadingListPrepared | ReadinessStepDue, occurred_at: datetime, codes: Mapping[str, Any]
) -> About:
    return About(event.request_id, event.reference, event.entity_id, event.version, occurred_at, codes)

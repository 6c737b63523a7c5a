"""Requests and facts of people who are not ready yet; a test names only what matters to it."""

from datetime import UTC, datetime
from typing import Any

from services.resources.domain import Request
from shared.contracts.intake import ContactChanged, ReadinessRequested, SafetyCleared

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def a_request(**told: Any) -> Request:
    usual: dict[str, Any] = {
        "request_id": "req-1",
        "reference": "R-7F3K2",
        "person_id": "per-1",
        "opted_in_at": NOW,
        "language": "en",
    }
    told = {name: frozenset(each) if isinstance(each, set) else each for name, each in told.items()}
    return Request(**{**usual, **told})


def a_readiness_request(number: int = 1, **told: Any) -> ReadinessRequested:
    usual: dict[str, Any] = {
        "version": 1,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "person_id": f"per-{number}",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "safety_level": "none",
        "concerns": ("grief_loss",),
    }
    return ReadinessRequested(**{**usual, **told})


def silence(number: int = 1, **told: Any) -> ContactChanged:
    usual: dict[str, Any] = {
        "version": 2,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "person_id": f"per-{number}",
        "changed_at": NOW,
        "silenced": True,
    }
    return ContactChanged(**{**usual, **told})


def cleared(number: int = 1, **told: Any) -> SafetyCleared:
    usual: dict[str, Any] = {
        "version": 2,
        "request_id": f"req-{number}",
        "reference": f"R-0000{number}",
        "path": "readiness",
        "level": "elevated",
        "cleared_at": NOW,
        "cleared_by": "dana",
    }
    return SafetyCleared(**{**usual, **told})

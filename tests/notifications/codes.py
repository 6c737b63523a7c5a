"""What happened, in the codes that a planned mail of each kind keeps of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications.domain.delivery import Template

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, ten in the morning in Los Angeles
IN_FOUR_HOURS = (NOW + timedelta(hours=4)).isoformat()
NEXT_WEEK = (NOW + timedelta(days=7)).isoformat()
TOMORROW = (NOW + timedelta(days=1)).isoformat()
INTRODUCTION = {
    "owner": "dana",
    "due_at": TOMORROW,
    "clinician_id": "c-rivera",
    "supervisor_id": "c-okafor",
    "offer_id": "offer-1",
}
CODES: Mapping[Template, Mapping[str, Any]] = {
    "acknowledgement": {"path": "consultation", "received_at": NOW.isoformat()},
    "professional_acknowledgement": {"path": "professional", "received_at": NOW.isoformat()},
    "waitlist": {"owner": "dana"},
    "waitlist_check_in": {"owner": "dana", "closes_at": TOMORROW},
    "waitlist_close": {"owner": "dana"},
    "referred_out": {"owner": "dana"},
    "introduction": INTRODUCTION,
    "reading_list": {"items": ["dance_of_connection"], "practices": 6, "next_at": NEXT_WEEK},
    "readiness_practice": {"item": "naming", "number": 1, "left": 5, "next_at": NEXT_WEEK},
    "readiness_reading": {"item": "letter", "number": 8, "left": 1, "next_at": NEXT_WEEK},
    "readiness_check_in": {"item": None, "number": 7, "left": 0, "next_at": None},
    "referral": {
        "owner": "dana",
        "due_at": IN_FOUR_HOURS,
        "candidates": [{"clinician_id": "c-rivera", "score": 0.8, "reasons": ["specialty:grief_loss:3"]}],
        "excluded": 9,
        "nearest": [],
        "after": None,
    },
    "nobody_fits": {
        "owner": "dana",
        "due_at": IN_FOUR_HOURS,
        "outcome": "waitlist",
        "nearest": [{"clinician_id": "c-rivera", "gaps": ["capacity"]}],
        "after": None,
    },
    "held": {"owner": "dana", "due_at": IN_FOUR_HOURS, "why": "minor", "after": None},
    "professional_notice": {"owner": "dana", "due_at": IN_FOUR_HOURS},
    "introduced_notice": INTRODUCTION,
    "withdrawn_notice": {"owner": "dana"},
    "overdue": {"owner": "dana", "level": "nudge", "next_action": "reach_out", "due_at": NOW.isoformat()},
    "digest": {"coordinator_id": "dana", "day": "2026-11-23"},
    "ready_notice": {"owner": "dana", "reached_at": NOW.isoformat(), "due_at": IN_FOUR_HOURS},
    "readiness_notice": {"path": "readiness", "received_at": NOW.isoformat()},
    "safety_alert": {
        "path": "consultation",
        "level": "crisis",
        "rules": ["intent"],
        "flagged_at": NOW.isoformat(),
        "rung": 0,
        "escalates_at": None,
    },
    "quarantine_notice": {"path": "consultation", "why": ["honeypot"], "quarantined_at": NOW.isoformat()},
    "unreachable_notice": {"why": "bounced", "template": "acknowledgement", "referral_id": "referral-1"},
    "offer": {"owner": "dana", "clinician_id": "c-rivera", "offer_id": "offer-1", "answer_by": TOMORROW},
    "offer_ended": {"clinician_id": "c-rivera", "why": "taken_back"},
    "introduction_clinician": INTRODUCTION,
    "supervisor_notice": INTRODUCTION,
    "proof_code": {"expires_at": (NOW + timedelta(minutes=10)).isoformat()},
}

"""A trail's detail is read by people: names, words and the practice's time, and nothing for machines."""

from zoneinfo import ZoneInfo

import pytest

from deploy.cli.detail import in_words
from deploy.naming import Names

ZONE = ZoneInfo("America/Los_Angeles")
NAMES = Names({"lee": "Lee Park"}, {"c-rivera": "Alex Rivera", "c-okafor": "Jo Okafor"})


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        (
            {
                "by": "coordinator:lee",
                "state": "requested",
                "stage": "offered",
                "announced": ["matching.referral.requested.v1"],
                "next_action": "await_answer",
                "due_at": "2026-11-25T01:30:00+00:00",
                "clinician_id": "c-rivera",
            },
            "by Lee Park; offered to a clinician; next: the clinician answers; due Tue Nov 24, 17:30; "
            "clinician: Alex Rivera",
        ),
        ({"candidates": ["c-rivera", "c-okafor"]}, "candidates: Alex Rivera, Jo Okafor"),
        ({"candidates": [], "why": None}, ""),
        (
            {
                "state": "sent",
                "why": None,
                "to": "coordinator",
                "recipient_id": "lee",
                "attempts": 1,
                "uncertain": False,
                "message_id": "<1@example.org>",
                "smtp": 250,
            },
            "sent; to Lee Park (coordinator); server said 250",
        ),
        (
            {"state": "failed", "to": "client", "recipient_id": "q-1", "attempts": 3},
            "failed; to client; attempts: 3",
        ),
        ({"state": "sent", "uncertain": True}, "sent; may have arrived before it was sent again"),
        ({"purpose": "calling back", "asked_by": "operator"}, "for: calling back; asked by operator"),
        ({"by": ["lee"]}, "by Lee Park"),
        (
            {"coordinator_id": "lee", "starts_at": "2026-12-02T22:00:00+00:00", "by": "person"},
            "with Lee Park; call Wed Dec 02, 14:00; by the person",
        ),
        ({"call_with": "lee"}, "with Lee Park"),
        ({"changed": ["email", "safe_hours"]}, "now different: email, safe hours"),
        ({"by": "clinician:c-gone", "why": "no_capacity"}, "by c-gone; why: no capacity"),
        ({"rules": ["plan.means"], "codes": ["grief_loss"]}, "rules: plan.means; grief_loss"),
    ],
)
def test_a_detail_is_told_in_words(detail: dict[str, object], said: str) -> None:
    assert in_words(detail, NAMES, ZONE) == said

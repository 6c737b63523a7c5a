"""Calendar entries for tests: a call on Tuesday at ten, and mails that bring it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from services.notifications.invite import Entry, Invite, to_coordinator, to_person
from services.notifications.letter import compose
from services.notifications.rendering import Rendered

STARTS = datetime(2026, 11, 24, 18, 0, tzinfo=UTC)
LENGTH = timedelta(minutes=20)
UID = "6f0d2a1e-7c1b-4c5e-9d57-3f0b9d1c2a44"
DESK = ("Dana at the front desk", "dana@frontdesk.example.org")
SAM = ("Sam Rivera", "sam@example.org")
LEE = ("Lee", "lee@practice.example.org")


def entry(**changes: Any) -> Entry:
    """One call; moving `starts_at` alone moves its end too."""
    starts = changes.get("starts_at", STARTS)
    plain = Entry("REQUEST", UID, 0, starts, starts + LENGTH, STARTS - timedelta(days=1), DESK, SAM)
    return replace(plain, **changes)


def for_sam(language: str = "en", our_number: str | None = None, **changes: Any) -> Invite:
    return to_person(entry(**changes), language=language, our_number=our_number)


def for_lee(**changes: Any) -> Invite:
    """Lee's entry; what the whole of it says, unless it is left out."""
    said: dict[str, Any] = {
        "reference": "R-7F3K2",
        "name": "Sam Rivera",
        "phone": "(323) 555-0100",
        "language": "Spanish",
        "notes": ("No voicemail, no texts.",),
        "url": "https://desk.example.org/referrals/R-7F3K2",
    }
    said |= {key: changes.pop(key) for key in [*said, "interpreter"] if key in changes}
    return to_coordinator(entry(**{"attendee": LEE, **changes}), **said)


def mail(invite: Invite | None, sender: tuple[str, str] = DESK, recipient: tuple[str, str] = SAM) -> bytes:
    """The bytes that bring it."""
    return compose(
        Rendered("Our call", "Hello Sam,\n\nWe will call you.\n", "<p>We will call you.</p>\n", invite),
        sender=sender,
        recipient=recipient,
        message_id="<7f3k2.call@mail.example.org>",
        date=STARTS - timedelta(days=1),
    )

"""What an operator may do with intake: the functions behind the command `practice`.

Every one works on intake's own database; whoever reads a person's words is on record first.

reading.py      what is on record: a request, its trail, what is open, what was refused
quarantined.py  what looks like spam
safety.py       a crisis taken up
contact.py      silence, and its end
calls.py        calls, calendars, absences
trial.py        a request to try everything out
"""

from services.intake.operations.calls import add_absence, calendar_of, call_of, next_free, remove_absence
from services.intake.operations.contact import allow, silence
from services.intake.operations.quarantined import discard, quarantine, release
from services.intake.operations.reading import OPERATOR, Shown, explained, open_items, refusals, show, trail
from services.intake.operations.safety import ClearedBefore, Clearing, NotCleared, clear_safety
from services.intake.operations.trial import test_request

__all__ = [
    "OPERATOR",
    "ClearedBefore",
    "Clearing",
    "NotCleared",
    "Shown",
    "add_absence",
    "allow",
    "calendar_of",
    "call_of",
    "clear_safety",
    "discard",
    "explained",
    "next_free",
    "open_items",
    "quarantine",
    "refusals",
    "release",
    "remove_absence",
    "show",
    "silence",
    "test_request",
    "trail",
]

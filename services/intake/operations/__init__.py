"""What an operator may do with intake: the functions behind the command `practice`.

Every one works on intake's own database; whoever reads a person's words is on record first.

reading.py      what is on record: a request, its trail, what is open, what was refused
quarantined.py  what looks like spam
safety.py       a crisis taken up
contact.py      silence, and its end
calls.py        calls, calendars, absences
erasing.py      a person erased, a request held, everything sealed anew
trial.py        a request to try everything out
"""

from services.intake.handlers.erasing import Erased, Held
from services.intake.operations.calls import add_absence, calendar_of, call_of, next_free, remove_absence
from services.intake.operations.contact import allow, silence
from services.intake.operations.erasing import (
    AtAddress,
    affected,
    at_address,
    erase,
    erase_again,
    has_erased,
    holds,
    lift_hold,
    place_hold,
    request_id_of,
    reseal,
    sealed_otherwise,
    sought,
    tombstones,
)
from services.intake.operations.quarantined import discard, quarantine, release
from services.intake.operations.reading import OPERATOR, Shown, explained, open_items, refusals, show, trail
from services.intake.operations.safety import (
    AcknowledgedBefore,
    ClearedBefore,
    Clearing,
    NotCleared,
    Taking,
    acknowledge_safety,
    clear_safety,
)
from services.intake.operations.trial import test_request
from services.intake.storage import Affected, Hold

__all__ = [
    "OPERATOR",
    "AcknowledgedBefore",
    "Affected",
    "AtAddress",
    "ClearedBefore",
    "Clearing",
    "Erased",
    "Held",
    "Hold",
    "NotCleared",
    "Shown",
    "Taking",
    "acknowledge_safety",
    "add_absence",
    "affected",
    "allow",
    "at_address",
    "calendar_of",
    "call_of",
    "clear_safety",
    "discard",
    "erase",
    "erase_again",
    "explained",
    "has_erased",
    "holds",
    "lift_hold",
    "next_free",
    "open_items",
    "place_hold",
    "quarantine",
    "refusals",
    "release",
    "remove_absence",
    "request_id_of",
    "reseal",
    "sealed_otherwise",
    "show",
    "silence",
    "sought",
    "test_request",
    "tombstones",
    "trail",
]

"""What intake does, each in one commit with its facts: load, decide, record.

arrivals.py  what arrives at a door: kept with its facts, once
calls.py     the free call: booked, moved, cancelled, marked
"""

from services.intake.handlers.arrivals import (
    Conflict,
    Desk,
    Outcome,
    Post,
    Receipt,
    receive,
    receive_all,
    tell,
)

__all__ = ["Conflict", "Desk", "Outcome", "Post", "Receipt", "receive", "receive_all", "tell"]

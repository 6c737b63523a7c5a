"""What intake does, each in one commit with its facts: load, decide, record.

arrivals.py  what arrives at a door: kept with its facts, once
calls.py     the free call: what the person does, and the one way to all that is done with it
arranging.py what a coordinator does with it
booked.py    what both have in common; and calls that fall because something else did
endings.py   what matching announces
reopening.py who wanted to read first and is ready: answered for, told, taken back
answers.py   what others ask about calls
withdrawing.py  a person takes their request back
safety.py    a crisis: the next ones are told, somebody takes it up, somebody clears it
contact.py   how a person is reached: changed, silenced, allowed again
"""

from services.intake.handlers import endings, reopening, safety
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

LISTENERS = (*endings.LISTENERS, *reopening.LISTENERS, *safety.LISTENERS)

__all__ = ["LISTENERS", "Conflict", "Desk", "Outcome", "Post", "Receipt", "receive", "receive_all", "tell"]

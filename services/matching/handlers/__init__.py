"""What matching does, a list or a referral at a time: load, decide, record.

requests.py  what intake and notifications announce
erasing.py   somebody is erased
safety.py    words of crisis that come later
calls.py     what intake announces of a request's free call
acts.py      what a coordinator, a clinician or the person does with a referral at a door
keeping.py   how long what is kept
roster.py    how the roster changes
proofs.py    whether a browser is whose it says
clock.py     what time brings: acts settle, offers lapse, somebody is reminded
waitlist.py  those who wait: matched again, asked, let go
digest.py    what each coordinator is told in the morning
answers.py   what others ask
desk.py      what decisions are made against, and how a change is kept
"""

from services.matching.handlers import requests, safety
from services.matching.handlers.answers import ANSWERS

LISTENERS = (*requests.LISTENERS, *safety.LISTENERS)

__all__ = ["ANSWERS", "LISTENERS"]

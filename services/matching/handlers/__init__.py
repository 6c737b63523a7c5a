"""What matching does, a list or a referral at a time: load, decide, record.

requests.py  what intake announces
acts.py      what a coordinator, a clinician or the person does at a door
clock.py     what time brings: acts settle, offers lapse, somebody is reminded
answers.py   what others ask
"""

from services.matching.handlers.answers import ANSWERS
from services.matching.handlers.requests import LISTENERS

__all__ = ["ANSWERS", "LISTENERS"]

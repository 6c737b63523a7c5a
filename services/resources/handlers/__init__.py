"""What resources does, a list or a journey at a time: load, decide, record.

requests.py   what intake announces of people and their requests
calls.py      what intake announces of their calls
referrals.py  what matching announces of their referrals
mails.py      what notifications announces of mails that did not arrive
clock.py      what time brings: the next mail, the end of a rest, the end
acts.py       what a person does with their own journey
desk.py       what decisions are made against, and how a change is kept
"""

from services.resources.handlers.calls import CALL_LISTENERS
from services.resources.handlers.mails import MAIL_LISTENERS
from services.resources.handlers.referrals import REFERRAL_LISTENERS
from services.resources.handlers.requests import REQUEST_LISTENERS

LISTENERS = (*REQUEST_LISTENERS, *CALL_LISTENERS, *REFERRAL_LISTENERS, *MAIL_LISTENERS)

__all__ = ["LISTENERS"]

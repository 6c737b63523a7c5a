"""What a coordinator can do with a referral, and where it is done. When it is allowed stands in `life.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.matching.domain import life
from services.matching.domain.referral import Referral


@dataclass(frozen=True, slots=True)
class Action:
    """An act of `life.ALLOWED`, the door below the referral's page, and what is said once it is kept."""

    act: str
    below: str
    label: str
    done: str
    has_page: bool = False  # more has to be said than a button can


ACTIONS = (
    Action("contact", "contact", "I have spoken with them", "Kept: somebody has spoken with them."),
    Action("book_call", "call", "A call is booked", "Kept: the clock waits for the call.", has_page=True),
    Action("choose", "choose", "Choose from everybody", "Kept: one place is held for them.", has_page=True),
    Action("none_fits", "none", "None of these fits", "Kept: another way is looked for.", has_page=True),
    Action("put_on_waitlist", "waitlist", "Put them on the waitlist", "Kept: they wait for a place."),
    Action("release", "release", "Release the hold", "Kept: it may go on.", has_page=True),
    Action("take_back", "take-back", "Take the offer back", "Kept: the clinician need not answer."),
    Action("complete", "complete", "Care has begun", "Kept: the loop is closed."),
    Action("end_care", "end-care", "Their work has come to its end", "Kept: the place is free."),
    Action("reopen", "reopen", "Open it again", "Kept: it is open again."),
    Action("close", "close", "Close it", "Kept: it closes.", has_page=True),
)
SAID: Mapping[str, str] = {each.act: each.done for each in ACTIONS} | {"undo": "It is as if it had not been."}
ROOMS = frozenset({"read", "why", *(each.below for each in ACTIONS if each.has_page)})


def allowed(referral: Referral, act: str) -> bool:
    """Whether this can be done now, so that it is offered; who tries all the same is told why not."""
    if not is_possible(referral, act):
        return False
    if act == "choose":
        return referral.request.safety_level != "crisis"
    if act == "end_care":
        return referral.choice is not None
    return act != "reopen" or referral.standing.why != "withdrawn"


def is_possible(referral: Referral, act: str) -> bool:
    """Whether the table allows it at this stage, and nobody's act waits to settle."""
    return referral.pending is None and referral.stage in life.ALLOWED[act]

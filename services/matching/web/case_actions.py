"""What a coordinator can do with a referral, and where it is done. When it is allowed stands in `life.py`."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.matching.domain import life
from services.matching.domain.referral import Referral


@dataclass(frozen=True, slots=True)
class Action:
    """An act of `life.ALLOWED`, the door below the referral's page, and what is said once it is kept.

    `for_a_colleague`: the label and what is said, where no person seeks care and a colleague asks.
    """

    act: str
    below: str
    label: str
    done: str
    has_page: bool = False  # more has to be said than a button can
    for_a_colleague: tuple[str, str] | None = None

    def called(self, referral: Referral) -> str:
        """What the button of this referral's page says."""
        theirs = self.for_a_colleague if referral.request.professional else None
        return theirs[0] if theirs else self.label

    def said(self, referral: Referral) -> str:
        """What is said once it is kept."""
        theirs = self.for_a_colleague if referral.request.professional else None
        return theirs[1] if theirs else self.done


ACTIONS = (
    Action(
        "contact",
        "contact",
        "I have spoken with them",
        "Kept: somebody has spoken with them.",
        for_a_colleague=("I have answered them", "Kept: somebody has answered them."),
    ),
    Action(
        "still_to_reach",
        "still-to-reach",
        "They are still to be reached",
        "Kept: they are still to be reached.",
        for_a_colleague=("They are still to be answered", "Kept: they are still to be answered."),
    ),
    Action("arrange_call", "call", "Arrange the call", "Kept.", has_page=True),
    Action("choose", "choose", "Choose from everybody", "Kept: one place is held for them.", has_page=True),
    Action("none_fits", "none", "None of these fits", "Kept: another way is looked for.", has_page=True),
    Action("put_on_waitlist", "waitlist", "Put them on the waitlist", "Kept: they wait for a place."),
    Action("release", "release", "Release the hold", "Kept: it may go on.", has_page=True),
    Action("take_back", "take-back", "Take the offer back", "Kept: the clinician need not answer."),
    Action("someone_else", "someone-else", "They would rather have somebody else", "Kept: we look again."),
    Action(
        "complete",
        "complete",
        "Care has begun",
        "Kept: care has begun.",
        for_a_colleague=("They have their answer", "Kept: they have their answer."),
    ),
    Action("end_care", "end-care", "Their work has come to its end", "Kept: the place is free."),
    Action("reopen", "reopen", "Open it again", "Kept: it is open again."),
    Action(
        "close",
        "close",
        "Close without care",
        "Kept: it closes.",
        has_page=True,
        for_a_colleague=("Close it", "Kept: it closes."),
    ),
)
BY_ACT: Mapping[str, Action] = {each.act: each for each in ACTIONS}
UNDONE = "It is as if it had not been."
WAIT_FOR_A_NAME = frozenset({"choose", "none_fits", "put_on_waitlist", "close"})  # where words of crisis are
ROOMS = frozenset({"read", "why", *(each.below for each in ACTIONS if each.has_page)})


def allowed(referral: Referral, act: str) -> bool:
    """Whether this can be done now, so that it is offered; who tries all the same is told why not."""
    if not is_possible(referral, act) or waits_for_a_name(referral, act):
        return False
    if act == "still_to_reach":
        return referral.contacted or referral.standing.next_action not in {life.REACH_OUT, life.CALL}
    if act == "end_care":
        return referral.choice is not None
    return act != "reopen" or referral.standing.why != "withdrawn"


def said_of(referral: Referral, act: str) -> str:
    """What is said once this act is kept; empty for what is none."""
    if act == "undo":
        return UNDONE
    action = BY_ACT.get(act)
    return action.said(referral) if action else ""


def waits_for_a_name(referral: Referral, act: str) -> bool:
    """Whether a named person has to clear a crisis first."""
    return act in WAIT_FOR_A_NAME and referral.request.safety_level == "crisis"


def is_possible(referral: Referral, act: str) -> bool:
    """Whether the table allows it at this stage, and nobody's act waits to settle; a call need not wait."""
    waits = referral.pending is not None and act != "arrange_call"
    return not waits and referral.stage in life.ALLOWED[act]

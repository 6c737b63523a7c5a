"""Must a person look before anything is proposed?

Hold codes, the gravest first; the first that applies is the answer:

    danger_at_home    the person is not safe where they live: an unasked mail or call could hurt them
    partner_violence  violence between partners, and the request would bring them into one room: joint work
                      can raise the danger, so a person speaks with the writer first (see apart.py)
    clinical_hold     somebody of the practice asked to wait
    minor             the client is younger than an adult; who may consent is a question for a person
    incomplete        what every clinician is judged by is missing: unit or state empty, or no possible age
    state_unknown     the person did not say where they are; a licence cannot be checked

A crisis is no hold: candidates go to the coordinator as usual, and nothing goes further until it is cleared.
"""

from services.matching.domain.apart import brings_them_together
from services.matching.domain.types import Policy, PracticeFacts, Request

UNKNOWN_STATE = "unknown"
OLDEST_AGE = 120


def reason_to_hold(request: Request, policy: Policy, facts: PracticeFacts) -> str | None:
    """The gravest hold code that applies, or None; None too where a person has released the hold."""
    if request.released:
        return None
    missing = not request.unit or not request.state or not 0 <= request.age <= OLDEST_AGE
    reasons = {
        "danger_at_home": "danger_at_home" in request.flags,
        "partner_violence": brings_them_together(request, policy, facts),
        "clinical_hold": "clinical_hold" in request.flags,
        "minor": 0 <= request.age < policy.adult_age,
        "incomplete": missing,
        "state_unknown": request.state == UNKNOWN_STATE,
    }
    return next((code for code, applies in reasons.items() if applies), None)

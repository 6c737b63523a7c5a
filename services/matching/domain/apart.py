"""Individual work alone, where there is violence between partners.

Joint work can raise the danger. Whoever releases such a request lets it go on for the writer alone, unless
they say otherwise and why; what they had asked for together is not proposed to anybody. Words that only
suggest joint work are never a reason to propose it there.
"""

from dataclasses import replace
from typing import Literal

from services.matching.domain.types import Policy, PracticeFacts, Request

Work = Literal["apart", "together"]
APART: Work = "apart"
TOGETHER: Work = "together"
VIOLENCE = "partner_violence"
ALONE = "individual"


def brings_them_together(request: Request, policy: Policy, facts: PracticeFacts) -> bool:
    """Whether it names violence between partners, and would bring partners or a family into one room."""
    if VIOLENCE not in request.flags:
        return False
    return request.unit in policy.joint_units or not facts.joint_concerns.isdisjoint(request.concerns)


def apart(request: Request, facts: PracticeFacts) -> Request:
    """The same for one person alone, without what takes two."""
    concerns = tuple(code for code in request.concerns if code not in facts.joint_concerns)
    return unguessed(replace(request, unit=ALONE, concerns=concerns, apart=True), facts)


def unguessed(request: Request, facts: PracticeFacts) -> Request:
    """Where violence is named, without guesses that they would like to be seen together."""
    if VIOLENCE not in request.flags or facts.joint_concerns.isdisjoint(request.suggested):
        return request
    suggested = tuple(code for code in request.suggested if code not in facts.joint_concerns)
    return replace(request, suggested=suggested)

"""Codes as plain English for operators; a code of a form that nobody knows is shown as it is."""

from collections.abc import Callable
from datetime import date
from typing import Literal

Kind = Literal["concern", "format", "identity", "language", "modality", "site", "time"]
Label = Callable[[str, Kind], str]  # what people call a code of this kind

STRENGTH = {"1": "works with", "2": "well versed in", "3": "strong in"}
GAPS = {
    "licence": "holds no licence for their state",
    "licence_expired": "holds a licence for their state that has expired",
    "format": "does not meet the way they asked for",
    "site": "does not work at the place they asked for",
    "unit": "does not see this kind of client (one person, a couple, a family)",
    "age": "does not see clients of this age",
    "language": "does not speak a language they need",
    "fee": "asks more than they can pay",
    "capacity": "has no free place",
    "not_accepting": "takes nobody new at present",
    "on_leave": "is on leave",
    "schedule": "shares none of the times they asked for",
    "specialty": "is not trained for what they asked for",
    "associate_without_supervisor": "is an associate without a supervisor who could sign",
    "conflict": "named a conflict of interest",
    "already_declined": "said no to this request before",
    "given_up": "the person would rather have somebody else",
}
HOLDS = {
    "danger_at_home": "it is not safe for this person at home; a person decides how to reach them",
    "partner_violence": "there is violence between partners; a person speaks with them before any joint work",
    "clinical_hold": "somebody of the practice asked to wait",
    "minor": "the client is under age; a person settles who may consent",
    "incomplete": "what every clinician is judged by is missing",
    "silenced": "they asked to hear nothing more",
    "state_unknown": "the person did not say which state they are in; no licence can be checked",
}
NEXT_ACTIONS = {
    "reach_out": "reach out to the person",
    "choose": "choose a clinician",
    "call": "hear how the call went",
    "missed_call": "see whether they book again; try another way, or close it",
    "review_hold": "read the request and decide on the hold",
    "review_silence": "they asked to hear nothing more; look, and close it",
    "find_another_way": "find another way",
    "await_answer": "wait for the clinician's answer",
    "propose_again": "see who fits now",
    "introduce": "both are introduced in a few minutes",
    "follow_up": "ask whether care has begun",
    "wait": "wait for a place",
    "hear_back": "wait for the person's answer",
    "settle": "closes in a few minutes",
}
CRITERIA = {
    "specialty": "concerns",
    "modality": "modality",
    "preference": "who they wished for",
    "language": "language",
    "times": "times",
    "start": "early start",
    "load": "room for more",
}


def reason(code: str, label: Label) -> str:
    """A reason code in words, such as "strong in grief & loss"."""
    kind, _, rest = code.partition(":")
    if kind in LABELLED and rest:
        named, words = LABELLED[kind]
        return words.format(label(rest, named))
    if kind in SPELLED and rest:
        return SPELLED[kind](rest)
    if kind in {"specialty", "suggested"} and rest:
        return _specialty(rest, label) + ("" if kind == "specialty" else " (our guess from their words)")
    return code


def gap(code: str) -> str:
    """An exclusion code in words."""
    return GAPS.get(code, code)


def hold(code: str) -> str:
    """A hold code in words."""
    return HOLDS.get(code, code)


def next_action(code: str) -> str:
    """What the owner of a referral does next, in words."""
    return NEXT_ACTIONS.get(code, code)


def criterion(code: str) -> str:
    """What a part of the score is given for, in words."""
    return CRITERIA.get(code, code)


def _specialty(rest: str, label: Label) -> str:
    code, _, strength = rest.rpartition(":")
    return f"{STRENGTH.get(strength, 'lists')} {label(code, 'concern')}"


def _load(count: str) -> str:
    if count == "0":
        return "no other proposal waits"
    return "one other proposal waits" if count == "1" else f"{count} other proposals wait"


def _start(day: str) -> str:
    if day == "now":
        return "could begin now"
    begins = date.fromisoformat(day)
    return f"could begin on {begins:%A}, {begins:%B} {begins.day}"


def _fee(kind: str) -> str:
    return "their reduced fee fits" if kind == "reduced" else "the full fee fits"


LABELLED: dict[str, tuple[Kind, str]] = {
    "modality": ("modality", "practises {}"),
    "preference": ("identity", "as they wished: {}"),
    "language": ("language", "speaks {}"),
    "times": ("time", "free {}"),
    "format": ("format", "meets {}"),
    "site": ("site", "works at {}"),
}
SPELLED: dict[str, Callable[[str], str]] = {"start": _start, "fee": _fee, "load": _load}

"""What happened to a referral, and who did it, as sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.matching import storage
from services.matching.web import words
from services.matching.web.case_view import Case
from services.matching.web.front import Front
from services.matching.web.says import day_and_time, lately
from services.matching.web.visit import Visit
from shared.english import spelled

HELD = "referral.held.v1"
AT: Mapping[str, str] = {"book_call": "for", "move_call": "to"}
BY_THEMSELVES: Mapping[str, str] = {"clock": "", "intake": "", "person": "The person"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of what happened."""

    at: str
    text: str


def history(front: Front, case: Case) -> list[Entry]:
    """Everything that happened, in order."""
    zone = front.terms.zone
    return [Entry(day_and_time(step.at, zone), _sentence(front, case, step)) for step in case.steps]


def latest_act(front: Front, case: Case, visit: Visit) -> str:
    """`Already done by Lee at 10:32 am: offered to Alex Rivera.` Empty when nobody has done anything."""
    latest = case.referral.latest
    if latest is None:
        return ""
    step = step_of(case.steps, latest.act)
    done = what_was_done(front, case, step) if step else words.DONE.get(latest.act, latest.act)
    who = "you" if latest.by == visit.by else called(front, case, latest.by)
    at = lately(latest.at, visit.at, front.terms.zone)
    return f"Already done by {who[:1].lower() + who[1:] if latest.by == 'person' else who} at {at}: {done}."


def step_of(steps: Sequence[storage.Step], act: str) -> storage.Step | None:
    """The last time that this was done."""
    return next((each for each in reversed(steps) if each.name == f"referral.{act}"), None)


def what_was_done(front: Front, case: Case, step: storage.Step) -> str:
    """What the act of this step was, in words."""
    act, detail = step.name.removeprefix("referral."), step.detail
    who = case.name(detail["clinician_id"]) if "clinician_id" in detail else "a clinician"
    said = words.done(
        act,
        who,
        asked_first=front.terms.asks_clinicians,
        professional=case.referral.request.professional,
    )
    if "undone" in detail:
        undone = step_of(_before(case, step), detail["undone"])
        return f"{said}, that is: {what_was_done(front, case, undone)}" if undone else said
    if "call_at" in detail:
        said = f"{said}{_of_a_call(front, case, act, detail)}"
    reason = words.why(act, detail["why"]) if "why" in detail else ""
    return f"{said}: {reason[:1].lower()}{reason[1:]}" if reason else said


def _of_a_call(front: Front, case: Case, act: str, detail: Mapping[str, Any]) -> str:
    """` for Tue, Nov 24, 2:00 pm, with Dana`, or ` of Tue, Nov 24, 2:00 pm` once it is over."""
    at, before = (
        day_and_time(datetime.fromisoformat(detail[name]), front.terms.zone) if name in detail else ""
        for name in ("call_at", "was_at")
    )
    if act not in AT or "call_with" not in detail:
        return f" {AT.get(act, 'of')} {at}"
    who = called(front, case, f"coordinator:{detail['call_with']}")
    return f"{f' from {before}' if before else ''} {AT[act]} {at}, with {who}"


def called(front: Front, case: Case, by: str) -> str:
    """Who did it; empty for what came by itself."""
    kind, _, who = by.partition(":")
    if kind == "coordinator":
        known = front.practice.coordinator(who)
        return known.name if known else who
    return case.name(who) if kind == "clinician" else BY_THEMSELVES.get(kind, kind)


def _sentence(front: Front, case: Case, step: storage.Step) -> str:
    """`Lee: offered to Alex Rivera.`"""
    if step.name in words.FACTS:
        return _became_so(front, case, step)
    act, _, settled = step.name.removeprefix("referral.").partition(".")
    if settled:
        kept = step_of(_before(case, step), act)
        return f"It stands: {what_was_done(front, case, kept) if kept else spelled(act)}."
    by, done = called(front, case, step.detail.get("by", "")), what_was_done(front, case, step)
    return f"{by}: {done}." if by else f"{done[:1].upper()}{done[1:]}."


def _became_so(front: Front, case: Case, step: storage.Step) -> str:
    """What followed by itself, fact by fact."""
    detail = step.detail
    who = case.name(detail["clinician_id"]) if "clinician_id" in detail else "a clinician"
    said = [words.FACTS.get(name, "").format(who=who) for name in detail.get("announced", [step.name])]
    if "asked" in detail:
        said[-1] += f", to {called(front, case, 'coordinator:' + detail['asked'])}"
    elif "why" in detail:
        reason = (words.hold if step.name == HELD else words.ending)(detail["why"])
        said[-1] += f": {reason[:1].lower()}{reason[1:].rstrip('.')}"
    return " ".join(f"{each}." for each in said if each)


def _before(case: Case, step: storage.Step) -> Sequence[storage.Step]:
    return case.steps[: case.steps.index(step)]

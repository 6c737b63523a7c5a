"""What was decided about a request, from whichever service decided it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.house import Databases
from services.intake import operations as intake
from services.matching import operations as matching
from services.matching.domain import wording
from services.resources import operations as resources
from shared.practice import Practice

Table = tuple[str, Sequence[str], Sequence[Sequence[object]]]

FITTING = ("clinician", "score", "points", "why")

OUTCOMES = {
    "proposed": "clinicians who fit were proposed",
    "nobody_fits": "nobody fits today",
    "held": "held for a person",
    "opened": "a colleague asks; nobody is matched",
    "quarantined": "set aside, because it looked like spam",
    "prepared": "a reading list was sent on its way",
    "waiting": "no reading list until a person has looked",
    "stopped": "the reading journey has ended",
}


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision as `--json` prints it, and as tables for people."""

    plain: Mapping[str, Any]

    def tables(self, practice: Practice) -> Iterator[Table]:
        """First who fits, with reasons; then everybody else, with theirs."""
        plain = self.plain
        title = f"{plain['reference']}: {OUTCOMES.get(plain['outcome'], plain['outcome'])}"
        if plain["why"]:
            title += f" ({wording.hold(plain['why'])})"
        if "items" in plain:
            yield title, ("book", "why"), [(each["code"], _codes(each["reasons"])) for each in plain["items"]]
            yield "Left out", ("book", "why"), [(each["code"], each["why"]) for each in plain["left_out"]]
            return
        for heading, key in ((title, "candidates"), ("Would fit too", "also_fit")):
            fits = plain.get(key) or []
            if fits or key == "candidates":
                yield heading, FITTING, [_fit(each, practice) for each in fits]
        nearest = plain.get("nearest") or []
        excluded = sorted(plain["excluded"], key=lambda each: _place(each["clinician_id"], nearest))
        gaps = [(each["clinician_id"], "; ".join(map(wording.gap, each["codes"]))) for each in excluded]
        if gaps:
            yield "Do not fit, the nearest first" if nearest else "Do not fit", ("clinician", "why"), gaps

    def basis(self) -> Iterator[str]:
        """On what it was decided, where it was decided by rules about clinicians."""
        plain = self.plain
        if plain.get("roster_version") is None:
            return
        rules, roster = plain["policy_version"], plain["roster_version"]
        yield f"Decided by the rules {rules}, on version {roster} of the roster."
        fits = [*plain["candidates"], *plain["also_fit"]]
        if fits and not any(each["points"] for each in fits):
            yield "It was made before points were kept, so only scores and reasons are known."


async def decided(reference: str, databases: Databases) -> Decided | None:
    """What matching, resources or intake decided; None when nothing is decided yet or nobody knows it."""
    decision = await matching.explain(databases["matching"], reference)
    if decision is not None:
        return Decided(matching.explained(decision))
    reading = await resources.explain(databases["resources"], reference)
    if reading is not None:
        return Decided(reading)
    waiting = {request.reference: request for request in await intake.quarantine(databases["intake"])}
    return Decided(_set_aside(reference, waiting[reference].quarantine_why)) if reference in waiting else None


def points(given: Mapping[str, float]) -> str:
    """What each criterion gave of the score, a line each; the points of a clinician make up their score."""
    return "\n".join(f"{value:.2f} {wording.criterion(code)}" for code, value in given.items())


def _fit(candidate: Mapping[str, Any], practice: Practice) -> Sequence[object]:
    score = f"{candidate['score']:.2f}"
    return candidate["clinician_id"], score, points(candidate["points"]), reasons(candidate, practice)


def reasons(candidate: Mapping[str, Any], practice: Practice) -> str:
    """A candidate's reasons in words."""
    return "; ".join(
        wording.reason(code, lambda code, kind: practice.label(code, "en", kind))
        for code in candidate["reasons"]
    )


def _set_aside(reference: str, why: Sequence[str]) -> dict[str, Any]:
    return {
        "reference": reference,
        "outcome": "quarantined",
        "why": " ".join(why),
        "policy_version": None,
        "candidates": [],
        "excluded": [],
    }


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(codes)


def _place(clinician_id: str, nearest: Sequence[str]) -> tuple[int, str]:
    return (nearest.index(clinician_id) if clinician_id in nearest else len(nearest), clinician_id)

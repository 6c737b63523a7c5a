"""What was decided about a request, from whichever service decided it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.house import Databases
from deploy.naming import Names
from services.intake import operations as intake
from services.matching import operations as matching
from services.matching.domain import wording
from services.resources import operations as resources
from shared.practice import Practice

Table = tuple[str, Sequence[str], Sequence[Sequence[object]]]

CAME = ("mail", "item", "when")
SERIES = {  # what follows the books: a heading for what was chosen, one for the rest, and what each is
    "practices": ("Practices that follow, one a mail", "Practices left out", "practice"),
    "readings": ("Short readings, if they want to keep them coming", "Readings left out", "reading"),
}
STANDS = {
    "running": "What follows comes by itself, one mail at a time",
    "paused": "The journey is paused",
    "reached": "They said that they are ready; nothing more is sent",
}
PAUSED = {
    "person": ", because they asked for it; it goes on by itself",
    "booked": " while a call of theirs is booked, or nobody knows yet what comes of it",
    "in_care": " while a clinician is there for them",
}
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

    def sentence(self) -> str | None:
        """What was decided, where nobody and nothing was chosen that a table could show."""
        if "items" in self.plain:
            return None if self.plain["items"] else f"{self._title()}. No book was chosen."
        return None if self.plain["candidates"] else f"{self._title()}. No clinician was proposed."

    def tables(self, practice: Practice, names: Names) -> Iterator[Table]:
        """First who fits, with reasons; then everybody else, with theirs. None is empty."""
        found = self._books() if "items" in self.plain else self._clinicians(practice, names)
        yield from (table for table in found if table[-1])

    def _title(self) -> str:
        plain = self.plain
        title = f"{plain['reference']}: {OUTCOMES.get(plain['outcome'], plain['outcome'])}"
        return f"{title} ({wording.hold(plain['why'])})" if plain["why"] else title

    def _books(self) -> Iterator[Table]:
        yield from _choice(self._title(), "Left out", "book", self.plain)
        came = self.plain.get("came") or []
        yield "Mailed so far, one by one", CAME, [_mailed(each) for each in came]
        for key, what in SERIES.items():
            yield from _choice(*what, (self.plain.get("series") or {}).get(key, {}))

    def _clinicians(self, practice: Practice, names: Names) -> Iterator[Table]:
        plain = self.plain
        for heading, key in ((self._title(), "candidates"), ("Would fit too", "also_fit")):
            yield heading, FITTING, [_fit(each, practice, names) for each in plain.get(key) or []]
        nearest = plain.get("nearest") or []
        excluded = sorted(plain["excluded"], key=lambda each: _place(each["clinician_id"], nearest))
        yield (
            "Do not fit, the nearest first" if nearest else "Do not fit",
            ("clinician", "why"),
            [
                (names.with_id(each["clinician_id"]), "; ".join(map(wording.gap, each["codes"])))
                for each in excluded
            ],
        )

    def basis(self) -> Iterator[str]:
        """On what it was decided, where it was decided by rules about clinicians; how a journey stands."""
        plain = self.plain
        if plain.get("stands") in STANDS:
            yield f"{STANDS[plain['stands']]}{PAUSED.get(plain['paused'], '')}."
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


def _fit(candidate: Mapping[str, Any], practice: Practice, names: Names) -> Sequence[object]:
    who, score = names.with_id(candidate["clinician_id"]), f"{candidate['score']:.2f}"
    return who, score, points(candidate["points"]), reasons(candidate, practice)


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


def _choice(title: str, others: str, kind: str, picked: Mapping[str, Any]) -> Iterator[Table]:
    chosen, left_out = picked.get("items", ()), picked.get("left_out", ())
    yield title, (kind, "why"), [(each["code"], _codes(each["reasons"])) for each in chosen]
    yield others, (kind, "why"), [(each["code"], each["why"]) for each in left_out]


def _mailed(step: Mapping[str, Any]) -> Sequence[object]:
    return step["kind"].replace("_", "-"), step["item"] or "", step["announced_at"]


def _codes(codes: Sequence[str]) -> str:
    return ", ".join(codes)


def _place(clinician_id: str, nearest: Sequence[str]) -> tuple[int, str]:
    return (nearest.index(clinician_id) if clinician_id in nearest else len(nearest), clinician_id)

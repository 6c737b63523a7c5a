"""Why a decision is as it is, and what other rules would have decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from services.matching import storage
from services.matching.domain import wording
from services.matching.domain.replay import Ground, Replayed, kind, replay
from services.matching.domain.types import Fit, Held, Outcome, Policy, Proposed, Request
from services.matching.settings import PolicyFile, Terms
from shared.database import Database, Transaction
from shared.practice.files import checked, read_document

WEIGHED = tuple(wording.CRITERIA)  # criteria in the order in which they are weighed


@dataclass(frozen=True, slots=True)
class Replay:
    """Requests under the policy in use and under another, on the roster and the loads of today."""

    before: str  # the policies' versions
    after: str
    roster_version: int
    requests: tuple[Replayed, ...]

    @property
    def changed(self) -> tuple[Replayed, ...]:
        """Those for which a coordinator would see something else."""
        return tuple(each for each in self.requests if each.changes)


async def explain(database: Database, reference: str) -> storage.Decision | None:
    """Who was proposed for this request and why, who was not and why not; None when nobody knows it."""
    async with database.reading() as tx:
        return await storage.load_decision(tx, reference)


def explained(decision: storage.Decision) -> dict[str, Any]:
    """A decision as `practice explain --json` prints it."""
    return {
        "reference": decision.reference,
        "outcome": decision.outcome,
        "why": decision.why,
        "policy_version": decision.policy_version,
        "candidates": [_fit(each) for each in decision.candidates],
        "excluded": [
            {"clinician_id": each.clinician_id, "codes": list(each.codes)} for each in decision.excluded
        ],
        "roster_version": decision.roster_version,
        "also_fit": [_fit(each) for each in decision.also_fit],
        "nearest": list(decision.nearest),
    }


def load_policy(path: Path) -> Policy:
    """The policy that a file in the form of rules/matching.yaml holds; raises `BadFile`."""
    return checked(PolicyFile, read_document(path)).policy()


async def replay_one(
    database: Database, reference: str, other: Policy, terms: Terms, now: datetime
) -> Replay | None:
    """What the other policy would propose for this request today; None when nobody knows it."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
        return await _replay(tx, [request], other, terms, now) if request else None


async def replay_latest(
    database: Database, how_many: int, other: Policy, terms: Terms, now: datetime
) -> Replay:
    """The same for the latest requests, the newest first."""
    async with database.reading() as tx:
        latest = await storage.load_latest_decisions(tx, how_many)
        return await _replay(tx, [request for request, _ in latest], other, terms, now)


def replayed(replay_: Replay) -> dict[str, Any]:
    """A replay as `practice explain --policy FILE --json` prints it: every request that would change."""
    return {
        "policy_version": replay_.before,
        "other_policy_version": replay_.after,
        "roster_version": replay_.roster_version,
        "requests": len(replay_.requests),
        "changed": [
            {
                "reference": each.reference,
                "came_in": list(each.came_in),
                "dropped_out": list(each.dropped_out),
                "moved": [
                    {"clinician_id": one.clinician_id, "before": one.before, "after": one.after}
                    for one in each.moved
                ],
                "before": _outcome(each.before),
                "after": _outcome(each.after),
            }
            for each in replay_.changed
        ],
    }


async def _replay(
    tx: Transaction, requests: Sequence[Request], other: Policy, terms: Terms, now: datetime
) -> Replay:
    roster = await storage.RosterCache().load(tx)
    loads, _ = await storage.load_workload(tx)
    ground = Ground(roster, loads, terms.facts, terms.today(now))
    return Replay(
        before=terms.policy.version,
        after=other.version,
        roster_version=roster.version,
        requests=replay(requests, terms.policy, other, ground),
    )


def _outcome(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": kind(outcome),
        "why": outcome.why if isinstance(outcome, Held) else None,
        "candidates": [_fit(each) for each in outcome.candidates] if isinstance(outcome, Proposed) else [],
    }


def _weighed(criterion: str) -> int:
    """Where a criterion stands; a database keeps no order."""
    return WEIGHED.index(criterion) if criterion in WEIGHED else len(WEIGHED)


def _fit(fit: Fit) -> dict[str, Any]:
    return {
        "clinician_id": fit.clinician_id,
        "score": fit.score,
        "reasons": list(fit.reasons),
        "points": {code: fit.points[code] for code in sorted(fit.points, key=_weighed)},
    }

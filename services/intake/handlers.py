"""What intake does when something arrives: everything about it is kept in one commit, its facts included.

Nothing arrives over the bus yet; the doors and the operator's commands come here.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.intake import storage
from services.intake.domain.announcing import facts_of_arrival
from services.intake.domain.decision import Admitted, Decision, Quarantined, Refused
from services.intake.domain.duty import quarantine_duty, safety_duty
from services.intake.domain.request import announced, quarantined
from shared.clock import WorkingHours
from shared.contracts.intake import IntakeFact, RequestQuarantined, SafetyFlagged
from shared.database import Transaction
from shared.ids import Ids
from shared.messaging.outbox import announce
from shared.practice import Practice


@dataclass(frozen=True, slots=True)
class Desk:
    """What it takes to keep a request: the practice, its hours, and what seals."""

    practice: Practice
    hours: WorkingHours
    sealer: storage.Sealer

    @classmethod
    def of(cls, practice: Practice, sealer: storage.Sealer) -> Self:
        return cls(practice, practice.working_hours(), sealer)


@dataclass(frozen=True, slots=True)
class Receipt:
    """A request is kept and its facts are on their way; a repeated post gets the same receipt."""

    request_id: str
    person_id: str
    reference: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Conflict:
    """The key was used before, for something else."""


Outcome = Receipt | Conflict | Refused


async def receive(
    tx: Transaction, decision: Decision, post: storage.Claim | None, desk: Desk, now: datetime, ids: Ids
) -> Outcome:
    """Keeps the request once: its sealed person and words, its codes, its key and its facts, or nothing.

    `post` is the claim of the Idempotency-Key, if one came: what was kept under it answers first.
    """
    if isinstance(decision, Refused):
        return await _refused(tx, decision, post, now, ids)
    arrival = await _arrival(tx, decision, desk, now, ids)
    earlier = await storage.claim(tx, post, arrival.request.id, now) if post else None
    if earlier:
        return _again(earlier)
    (kept,) = await storage.save_requests(tx, [arrival], desk.sealer, ids)
    await tell(tx, facts_of_arrival(kept), now)
    return Receipt(kept.id, kept.person_id, kept.reference, kept.received_at)


async def tell(tx: Transaction, facts: Sequence[IntakeFact], now: datetime) -> None:
    """The facts will reach everybody who listens, and stand in the request's trail."""
    await storage.save_steps(tx, [_step(fact, now) for fact in facts])
    await announce(tx, facts, now=now)


async def _refused(
    tx: Transaction, refusal: Refused, post: storage.Claim | None, now: datetime, ids: Ids
) -> Outcome:
    """Keeps why, pointers and codes alone; what was kept under the same key stays kept."""
    earlier = await storage.load_earlier(tx, post) if post else None
    if earlier:
        return _again(earlier)
    await storage.save_refusal(tx, storage.Refusal(ids.new(), now, refusal.path, refusal.reasons))
    return refusal


async def _arrival(
    tx: Transaction, decision: Admitted | Quarantined, desk: Desk, now: datetime, ids: Ids
) -> storage.Arrival:
    assessed = decision.request
    request = announced(assessed, id_=ids.new(), person_id=ids.new(), reference=ids.reference(), now=now)
    if isinstance(decision, Quarantined):
        loads: Mapping[str, int] = await storage.load_quarantine_loads(tx)
        duty = quarantine_duty(desk.practice, desk.hours, request.language, loads, now)
        request = quarantined(request, decision.why, duty)
    in_crisis = request.safety_level == "crisis"
    return storage.Arrival(
        request, assessed.submission, safety_duty(desk.practice, now) if in_crisis else None
    )


def _step(fact: IntakeFact, now: datetime) -> storage.Step:
    name = fact.name.rpartition(".")[0]
    if isinstance(fact, RequestQuarantined):
        return storage.Step(fact.request_id, now, "event", name, fact.why)
    if isinstance(fact, SafetyFlagged):
        return storage.Step(fact.request_id, now, "event", name, fact.rules)
    return storage.Step(fact.request_id, now, "event", name)


def _again(earlier: storage.Earlier) -> Receipt | Conflict:
    if not earlier.same_body:
        return Conflict()
    return Receipt(earlier.request_id, earlier.person_id, earlier.reference, earlier.received_at)

"""What intake does when something arrives: everything about it is kept in one commit, its facts included."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from services.intake import storage
from services.intake.domain.announcing import facts_of_arrival
from services.intake.domain.booking_told import codes_of
from services.intake.domain.decision import Admitted, Decision, Quarantined, Refused
from services.intake.domain.duty import quarantine_duty
from services.intake.domain.ladder import first_rung
from services.intake.domain.request import Request, announced, quarantined
from shared.clock import WorkingHours
from shared.contracts.intake import (
    CallFact,
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    IntakeFact,
    ReadinessTakenUp,
    RequestQuarantined,
    SafetyAcknowledged,
    SafetyCleared,
    SafetyEscalated,
    SafetyFlagged,
)
from shared.database import Transaction
from shared.errors import Defect
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


REOPENED = "reopened"  # of a step: the request began as one for something to read

Outcome = Receipt | Conflict | Refused
Taken = Admitted | Quarantined


@dataclass(frozen=True, slots=True)
class Post:
    """What is decided about something that was sent; `claim` is of its Idempotency-Key, if one came."""

    decision: Decision
    claim: storage.Claim | None = None


async def receive(tx: Transaction, post: Post, desk: Desk, now: datetime, ids: Ids) -> Outcome:
    """What became of one post."""
    (outcome,) = await receive_all(tx, [post], desk, now, ids)
    return outcome


async def receive_all(
    tx: Transaction, posts: Sequence[Post], desk: Desk, now: datetime, ids: Ids
) -> list[Outcome]:
    """Keeps each request once: its sealed person and words, its codes, its key and its facts, or nothing.

    What was kept under a post's key, earlier or in this list, answers for it.
    """
    wanted = [(ids.new(), post) for post in posts]
    taken = {id_: post.decision for id_, post in wanted if not isinstance(post.decision, Refused)}
    new = await storage.claim(tx, {id_: post.claim for id_, post in wanted if id_ in taken}, now)
    first = {id_: decision for id_, decision in taken.items() if id_ in new}
    kept = await storage.save_requests(tx, await _arrivals(tx, first, desk, now, ids), desk.sealer, ids)
    same = await storage.load_same_address(tx, [request.id for request in kept]) if kept else {}
    rung = first_rung(desk.practice, now)
    await storage.save_new_crises(tx, [(each, rung) for each in kept if each.safety_level == "crisis"])
    told = [fact for each in kept for fact in facts_of_arrival(each, rung, same.get(each.id, ()))]
    await tell(tx, told, now)
    receipts = {request.id: _receipt(request) for request in kept}
    return [receipts.get(id_) or await _not_kept(tx, post, now, ids) for id_, post in wanted]


async def tell(tx: Transaction, facts: Sequence[IntakeFact], now: datetime) -> None:
    """The facts will reach everybody who listens, and stand in the request's trail."""
    await storage.save_steps(tx, [_step(fact, now) for fact in facts])
    await announce(tx, facts, now=now)


async def _not_kept(tx: Transaction, post: Post, now: datetime, ids: Ids) -> Outcome:
    """What the same key made answers; of a refusal pointers and codes alone are kept."""
    earlier = await storage.load_earlier(tx, post.claim) if post.claim else None
    if earlier:
        return _again(earlier)
    if not isinstance(post.decision, Refused):
        raise Defect("a post took no key, and nobody has it")
    refusal = post.decision
    await storage.save_refusal(tx, storage.Refusal(ids.new(), now, refusal.path, refusal.reasons))
    return refusal


async def _arrivals(
    tx: Transaction, taken: Mapping[str, Taken], desk: Desk, now: datetime, ids: Ids
) -> list[storage.Arrival]:
    """What is to be kept, by the ids that the requests will have."""
    suspicious = any(isinstance(decision, Quarantined) for decision in taken.values())
    loads = Counter(await storage.load_duty_loads(tx) if suspicious else {})
    return [_arrival(id_, decision, desk, loads, now, ids) for id_, decision in taken.items()]


def _arrival(
    id_: str, decision: Taken, desk: Desk, loads: Counter[str], now: datetime, ids: Ids
) -> storage.Arrival:
    """Whoever gets one for quarantine has one more in `loads`."""
    assessed = decision.request
    request = announced(assessed, id_=id_, person_id=ids.new(), reference=ids.reference(), now=now)
    if isinstance(decision, Quarantined):
        duty = quarantine_duty(desk.practice, desk.hours, request.language, loads, now)
        request = quarantined(request, decision.why, duty)
        loads[duty.owner] += 1
    return storage.Arrival(request, assessed.submission)


def _step(fact: IntakeFact, now: datetime) -> storage.Step:
    name = fact.name.rpartition(".")[0]
    match fact:
        case RequestQuarantined():
            detail: tuple[str, ...] = fact.why
        case CallFact():
            detail = codes_of(fact)
        case ContactChanged():
            detail = fact.changed
        case ConsultationWithdrawn():
            detail = (fact.why,)
        case ReadinessTakenUp():
            detail = (fact.owner,)
        case ConsultationRequested(reopened=True):
            detail = (REOPENED,)
        case _:
            detail = _of_a_crisis(fact)
    return storage.Step(fact.request_id, now, "event", name, detail)


def _of_a_crisis(fact: IntakeFact) -> tuple[str, ...]:
    match fact:
        case SafetyFlagged():
            return fact.rules
        case SafetyEscalated():
            return fact.recipients
        case SafetyAcknowledged():
            return (fact.acknowledged_by,)
        case SafetyCleared():
            return (fact.cleared_by,)
        case _:
            return ()


def _receipt(kept: Request) -> Receipt:
    return Receipt(kept.id, kept.person_id, kept.reference, kept.received_at)


def _again(earlier: storage.Earlier) -> Receipt | Conflict:
    if not earlier.same_body:
        return Conflict()
    return Receipt(earlier.request_id, earlier.person_id, earlier.reference, earlier.received_at)

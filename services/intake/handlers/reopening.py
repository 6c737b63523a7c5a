"""Somebody who wanted to read first is ready: a coordinator answers for it until they tell what is true.

Then the same request is one of somebody who would like to talk. The person tells it on a page of theirs, or a
coordinator does on their behalf; whoever comes second finds it told.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.intake import storage
from services.intake.domain.announcing import contact_fact, ready_fact, request_fact, safety_fact
from services.intake.domain.booking import PERSON
from services.intake.domain.contact import Later
from services.intake.domain.decision import Assessed
from services.intake.domain.duty import ready_duty
from services.intake.domain.ladder import first_rung
from services.intake.domain.reopening import (
    Stage,
    is_news,
    not_now,
    ready,
    reopened,
    stage_of,
    with_urgency,
)
from services.intake.domain.request import Request
from services.intake.domain.submission import ConsultationSubmission
from services.intake.handlers.arrivals import Desk, tell
from shared import audit
from shared.contracts.intake import IntakeFact, ReopeningAnswered, ReopeningAsked
from shared.contracts.resources import ReadinessReached
from shared.database import Database, Transaction
from shared.ids import Ids
from shared.messaging.ask import answer
from shared.messaging.listen import listen
from shared.practice import Practice
from shared.tokens import Links

PURPOSE, PATH = "begin", "/begin"
SHUT: frozenset[Stage] = frozenset({"silenced", "closed"})
LIFETIME = timedelta(days=1)  # of the person's own link; they can ask for another as often as they like


@dataclass(frozen=True, slots=True)
class BeginLinks:
    """Makes the links to the page where a person tells what is still true."""

    links: Links
    public_url: str

    def for_person(self, request: Request, now: datetime) -> str:
        """The whole address of the page, for this person alone."""
        token = self.links.sign(PURPOSE, f"{PERSON}:{request.person_id}", request.id, now, LIFETIME)
        return f"{self.public_url.rstrip('/')}{PATH}/{token}"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody says is true now, held against the practice; `by`: person or coordinator:<id>."""

    assessed: Assessed
    submission: ConsultationSubmission
    by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it stands for this transaction, and where it stands on its way."""

    request: Request | None
    stage: Stage


@listen(ReadinessReached)
async def on_readiness_reached(
    events: Sequence[ReadinessReached], tx: Transaction, now: datetime, ids: Ids, practice: Practice
) -> None:
    """Somebody answers for each of them, from when they said it; where nobody need, nothing is done."""
    requests, silent = await _taken(tx, {event.request_id for event in events})
    since: dict[str, datetime] = {}
    for event in sorted(events, key=lambda each: each.reached_at):
        request = requests.get(event.request_id)
        silenced = request is not None and request.person_id in silent
        if is_news(request, event.person_id, event.reached_at, silenced=silenced):
            since.setdefault(event.request_id, event.reached_at)
    await _take_up(tx, [(requests[each], since[each]) for each in since], practice, now)


@answer(ReopeningAsked)
async def answer_reopening(
    question: ReopeningAsked, database: Database, now: datetime, practice: Practice, begin: BeginLinks
) -> ReopeningAnswered:
    """A link for the person who has just said that they are ready; None where there is nothing to tell.

    Who took it back before says it anew: somebody answers for it again.
    """
    async with database.transaction() as tx:
        seen = await look(tx, question.request_id)
        request = seen.request
        if request is None or request.person_id != question.person_id or seen.stage in SHUT:
            return ReopeningAnswered(url=None)
        if request.not_now_at is not None and is_news(request, request.person_id, now, silenced=False):
            await _take_up(tx, [(request, now)], practice, now)
    return ReopeningAnswered(url=begin.for_person(request, now))


async def see(tx: Transaction, request_id: str) -> Seen:
    """How it stands; it may be otherwise a moment later."""
    request = next(iter(await storage.load_requests(tx, [request_id])), None)
    silent = await storage.load_silent(tx, [request.person_id]) if request is not None else set()
    return Seen(request, stage_of(request, silenced=bool(silent)))


async def look(tx: Transaction, request_id: str) -> Seen:
    """How it stands; nobody else moves it on before this transaction ends."""
    requests, silent = await _taken(tx, [request_id])
    request = requests.get(request_id)
    return Seen(request, stage_of(request, silenced=request is not None and request.person_id in silent))


async def confirm(
    tx: Transaction, request_id: str, told: Told, desk: Desk, now: datetime, ids: Ids
) -> Request | None:
    """The request, of somebody who would like to talk, announced as if it came now; None where it is shut.

    Told again it stays as it is. Words that are new are kept and judged all the same, also of somebody who
    asked to hear nothing more: none is ever lost, and a crisis reaches the person on call.
    """
    seen = await look(tx, request_id)
    if seen.request is None or seen.stage == "closed":
        return None
    if seen.stage != "waiting":
        more = await _told_more(tx, seen.request, told, desk, now, ids)
        return more if seen.stage == "told" else None
    new = reopened(seen.request, told.assessed, told.submission.preferences, now)
    await storage.save_reopened(tx, new, told.submission, desk.sealer)
    await _keep_words(tx, new, told, desk, now, ids)
    await _keep_danger(tx, new, told, now)
    await storage.save_steps(tx, [storage.Step(new.id, now, "action", "readiness.told", (told.by,))])
    await _record(tx, new, "readiness.told", told.by, now)
    same = await storage.load_same_address(tx, [new.id])
    facts: list[IntakeFact] = [request_fact(new, same.get(new.id, ()))]
    await tell(tx, facts + await _alarm(tx, new, told, desk, now), now)
    return new


async def take_back(tx: Transaction, request_id: str, by: str, now: datetime) -> Request | None:
    """*Not now after all*: nobody answers for it any more, nothing else changes; None where it is shut."""
    seen = await look(tx, request_id)
    if seen.request is None or seen.stage in SHUT:
        return None
    said_before = seen.request.ready_since is None and seen.request.not_now_at is not None
    if seen.stage == "told" or said_before:
        return seen.request
    after = not_now(seen.request, now)
    await storage.update_request(tx, after, now)
    await storage.save_steps(tx, [storage.Step(after.id, now, "action", "readiness.not_now", (by,))])
    await _record(tx, after, "readiness.not_now", by, now)
    return after


async def end(tx: Transaction, request_ids: Collection[str], why: str, now: datetime) -> None:
    """Nobody answers any more for these people's being ready, for this reason."""
    ended = await storage.end_ready(tx, request_ids)
    await storage.save_steps(
        tx, [storage.Step(each, now, "action", "readiness.ended", (why,)) for each in ended]
    )


LISTENERS = (on_readiness_reached,)
ANSWERS = (answer_reopening,)


async def _taken(tx: Transaction, request_ids: Collection[str]) -> tuple[dict[str, Request], set[str]]:
    """These requests, and those of their people to whom nothing goes."""
    await storage.lock_people_of(tx, sorted(request_ids))
    requests = await storage.take_requests(tx, request_ids)
    return requests, await storage.load_silent(tx, {each.person_id for each in requests.values()})


async def _take_up(
    tx: Transaction, told: Sequence[tuple[Request, datetime]], practice: Practice, now: datetime
) -> None:
    if not told:
        return
    hours, loads = practice.working_hours(), Counter(await storage.load_duty_loads(tx))
    facts: list[IntakeFact] = []
    for request, since in told:
        duty = ready_duty(practice, hours, request.language, loads, since)
        loads[duty.owner] += 1
        taken = ready(request, since, duty)
        await storage.update_request(tx, taken, now)
        facts.append(ready_fact(taken))
    await tell(tx, facts, now)


async def _told_more(
    tx: Transaction, request: Request, told: Told, desk: Desk, now: datetime, ids: Ids
) -> Request:
    """The same words sent twice are kept once."""
    known = await storage.load_later_words(tx, [request.id], desk.sealer)
    said = {each.text for each in known.get(request.id, ())}
    judged = with_urgency(request, told.assessed)
    if (not told.submission.message or told.submission.message in said) and judged.flags == request.flags:
        return request
    if told.submission.message not in said:
        await _keep_words(tx, judged, told, desk, now, ids)
    await storage.save_urgency(tx, judged)
    await _keep_danger(tx, judged, told, now)
    await storage.save_steps(tx, [storage.Step(request.id, now, "action", "readiness.told_more", (told.by,))])
    await _record(tx, request, "readiness.told_more", told.by, now)
    await tell(tx, await _alarm(tx, judged, told, desk, now), now)
    return judged


async def _record(tx: Transaction, request: Request, act: str, by: str, now: datetime) -> None:
    await audit.record(tx, [audit.Entry(now, audit.actor(tx, by, request.id), act, request.id)])


async def _keep_words(
    tx: Transaction, request: Request, told: Told, desk: Desk, now: datetime, ids: Ids
) -> None:
    if told.submission.message:
        words = Later(now, told.by, told.submission.message)
        await storage.save_later_words(tx, ids.new(), request.id, words, desk.sealer)


async def _keep_danger(tx: Transaction, request: Request, told: Told, now: datetime) -> None:
    """Who is not safe at home is not from now on, wherever else they wrote; nothing here takes it back."""
    if told.submission.safety.unsafe_at_home and await storage.save_unsafe(tx, request.person_id):
        contacts = await storage.renew_contacts(tx, {request.person_id: ()}, now)
        await tell(tx, [contact_fact(each) for each in contacts], now)


async def _alarm(
    tx: Transaction, request: Request, told: Told, desk: Desk, now: datetime
) -> list[IntakeFact]:
    """What they said now reaches the person on call where it sounds like a crisis, cleared before or not."""
    if told.assessed.safety.level != "crisis":
        return []
    rung = first_rung(desk.practice, now)
    version = await storage.save_flagged(tx, request, rung, now)
    return [safety_fact(request, rung, version, now)]

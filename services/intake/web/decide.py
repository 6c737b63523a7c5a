"""From what was posted to a decision: the shape first, then what the practice says to it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import MappingProxyType

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from services.intake.domain.admission import admit
from services.intake.domain.checks import UNKNOWN_STATE, problems
from services.intake.domain.decision import Decision, FieldError, Refused
from services.intake.domain.submission import Signals, TimeTrap
from services.intake.handlers import Outcome, Post, receive_all
from services.intake.metrics import count_received
from services.intake.storage import Claim
from services.intake.web.front import Front
from services.intake.web.inputs import Input
from services.intake.web.mistakes import reasons_of
from services.intake.web.visit import MODELS, EventKeys, Visit
from shared.errors import Retryable
from shared.messaging.collect import Collector
from shared.pages.knock import TRY_AGAIN_SECONDS, No
from shared.tokens import Links

TRAP_PURPOSE = "form"
TRAP_LIFETIME = timedelta(days=30)  # a page may stay open for long
FASTEST_HAND = timedelta(seconds=2)
KEPT_AT_ONCE = 64
STAND_INS: Mapping[str, object] = MappingProxyType(
    {
        "name": "somebody",
        "email": "somebody@example.org",
        "phone": "+13235550100",
        "state": UNKNOWN_STATE,
        "age": 34,
        "birth_year": 1992,
        "client": {"age": 34},
        "opt_in": True,
        "topic": "other",
    }
)

Keeper = Collector[Post, Outcome]


def decide(visit: Visit, front: Front, now: datetime) -> Decision | No:
    """What the practice says to this post; wrong syntax is refused as wrong codes are."""
    model = MODELS[visit.path]
    try:
        said = _said(visit, model)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
            return No(400, "malformed")
        return Refused(visit.path, (*reasons_of(error, model), *_of_the_rest(visit, error, front, now)))
    return admit(said.submission(), signals_of(said, front.links, now), front.rules, front.facts, now)


def keeper_of(front: Front) -> Keeper:
    """Keeps what is posted; posts that come while others are being kept share one commit."""

    async def keep(posts: Sequence[Post]) -> Sequence[Outcome]:
        async with front.database.transaction() as tx:
            return await receive_all(tx, posts, front.desk, front.clock(), front.ids)

    return Collector(keep, KEPT_AT_ONCE)


async def record(visit: Visit, decision: Decision, front: Front, keeper: Keeper) -> Outcome | No:
    """What became of the post: kept whole, or not at all. A refusal stands even when it cannot be kept."""
    outcome: Outcome | No
    try:
        outcome = await keeper.submit(Post(decision, claim_of(visit, front)))
    except Retryable:
        outcome = decision if isinstance(decision, Refused) else No(503, "unkept", TRY_AGAIN_SECONDS)
    count_received(visit.path, outcome)
    return outcome


def claim_of(visit: Visit, front: Front) -> Claim | None:
    """By what this post is known again.

    A page of ours has no key to send, but each copy of it has its own start: the same copy with the same
    content is a button pressed twice. A website with a site key has its keys to itself: nobody else can take
    one before it, even when they can be guessed.
    """
    if visit.event:
        return _claim_of_event(visit, visit.event, front)
    if visit.key:
        scope = f"{visit.path}@{visit.site}" if visit.site else visit.path
        return front.vault.claim(scope, visit.key, visit.body)
    started = visit.typed.last("_started")
    if started:
        return front.vault.claim(visit.path, f"{started}|{visit.body.hex()}", visit.body)
    return None


def _claim_of_event(visit: Visit, keys: EventKeys, front: Front) -> Claim:
    """Both keys of an event, whatever its type: under another one the same message is another body."""
    body = b"|".join((visit.path.encode(), visit.body))
    claimed = front.vault.claim(f"event@{visit.site}", keys.event, body)
    second = front.vault.claim(f"event message@{visit.site}", keys.message, body)
    return replace(claimed, second_print=second.key_print)


def start_token(front: Front, now: datetime) -> str:
    """The hidden start of one copy of a form."""
    return front.links.sign(TRAP_PURPOSE, "anybody", front.ids.new(), now, TRAP_LIFETIME)


def signals_of(said: Input, links: Links, now: datetime) -> Signals:
    """What the traps noticed."""
    return Signals(
        honeypot_filled=bool(said.website and said.website.strip()),
        time_trap=_time_trap(said.started, links, now),
    )


def _time_trap(started: str | None, links: Links, now: datetime) -> TimeTrap:
    if started is None:
        return "absent"
    link = links.read(started, TRAP_PURPOSE, now)
    if link is None:
        return "invalid"
    return "too_fast" if now - (link.expires_at - TRAP_LIFETIME) < FASTEST_HAND else "passed"


def _of_the_rest(visit: Visit, error: ValidationError, front: Front, now: datetime) -> tuple[FieldError, ...]:
    """What the practice says to the fields whose shape is right, told together with the mistakes of shape.

    A stand-in takes the place of every other field, so that the practice can look at the whole; what it says
    to a stand-in is nobody's mistake.
    """
    sent = visit.typed.nested(MODELS[visit.path]) if visit.is_form else from_json(visit.body)
    if not isinstance(sent, dict):
        return ()
    wrong = {str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False)}
    stand_ins = {name: value for name, value in STAND_INS.items() if name in wrong}
    sound = {name: value for name, value in sent.items() if name not in wrong}
    said = MODELS[visit.path].model_validate_json(to_json({**sound, **stand_ins}), strict=not visit.is_form)
    found = problems(said.submission(), front.facts, now)
    return tuple(each for each in found if each.pointer.split("/")[1] not in wrong)


def _said(visit: Visit, model: type[Input]) -> Input:
    if visit.is_form:
        said = model.model_validate(visit.typed.nested(model))
        return said if visit.typed.last("language") else said.model_copy(update={"language": visit.language})
    return model.model_validate_json(visit.body, strict=True)

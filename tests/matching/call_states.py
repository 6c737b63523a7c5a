"""Referrals at every point of their life, before a call is booked, and the call that is."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

from services.matching.domain import life
from services.matching.domain.referral import Referral
from shared.contracts.intake import CallFact
from tests.matching.builders import NOW
from tests.matching.calls import scheduled
from tests.matching.loop import DANA, Loop

AT = NOW + timedelta(days=1)  # Tuesday at 10
HOUR = timedelta(hours=1)
AFTER_THE_CALL = AT + HOUR + timedelta(minutes=20)
TO_SAY = (life.CALL, AFTER_THE_CALL)


async def proposed(loop: Loop) -> str:
    return await loop.request()


async def waitlisted(loop: Loop) -> str:
    referral_id = await loop.request()
    await loop.acts.put_on_waitlist(referral_id, DANA, 1)
    await loop.pass_time()
    return referral_id


async def none_fits(loop: Loop) -> str:
    referral_id = await loop.request()
    await loop.acts.none_fits(referral_id, DANA, 1, "fee")
    await loop.pass_time()
    return referral_id


async def offered(loop: Loop) -> str:
    return (await loop.offered()).referral_id


async def received(loop: Loop) -> str:
    found = await loop.offered()
    assert found.choice
    await loop.acts.answer_offer(found.choice.offer_id, "clinician:c-a", "receive")
    return found.referral_id


async def introduced(loop: Loop) -> str:
    return (await loop.introduced()).referral_id


async def held(loop: Loop) -> str:
    return await loop.request(age=15, age_band="teen")


async def a_colleague(loop: Loop) -> str:
    return await loop.professional()


async def silenced(loop: Loop) -> str:
    referral_id = await loop.request()
    await loop.silence(1)
    return referral_id


async def just_chosen(loop: Loop) -> str:
    referral_id = await loop.request()
    await loop.choose(referral_id, "c-a")
    return referral_id


async def just_accepted(loop: Loop) -> str:
    found = await loop.offered()
    assert found.choice
    await loop.acts.answer_offer(found.choice.offer_id, "clinician:c-a", "accept")
    return found.referral_id


async def just_declined(loop: Loop) -> str:
    found = await loop.offered()
    assert found.choice
    await loop.acts.answer_offer(found.choice.offer_id, "clinician:c-a", "decline", "fee")
    return found.referral_id


async def just_closed(loop: Loop) -> str:
    referral_id = await loop.request()
    await loop.acts.close(referral_id, DANA, 1, "unreachable")
    return referral_id


async def closed(loop: Loop) -> str:
    referral_id = await just_closed(loop)
    await loop.pass_time()
    return referral_id


State = Callable[[Loop], Awaitable[str]]


def due(found: Referral) -> tuple[str, datetime]:
    """What comes next, and by when."""
    return found.standing.next_action, found.standing.due_at


def booked(by: str = "person", **said: Any) -> CallFact:
    """A call on Tuesday at 10."""
    return scheduled(by=by, starts_at=AT, **said)

"""A call that nobody waits for any more falls: its referral ended, or its person asked for silence."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.intake import operations
from services.intake.domain.call import Done
from services.intake.handlers import endings
from shared.contracts.matching import (
    ReferralCancelled,
    ReferralCompleted,
    ReferralFact,
    ReferralFailed,
    ReferralReopened,
)
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging import inbox
from shared.messaging.listen import Listener
from tests.intake.builders import NOW, a_consultation, a_writer
from tests.intake.calling import PHONE, Office, local, why

FIRST = local("11-24 09:00")
SAID: dict[type[ReferralFact], dict[str, Any]] = {
    ReferralCancelled: {"cancelled_at": NOW, "why": "unreachable"},
    ReferralFailed: {"failed_at": NOW, "why": "referred_out"},
    ReferralCompleted: {"completed_at": NOW},
    ReferralReopened: {"why": "reopened"},
}
ENDS = (ReferralCancelled, ReferralFailed, ReferralCompleted)


def a_fact(fact: type[ReferralFact], request_id: str, version: int) -> ReferralFact:
    about = {"referral_id": f"of-{request_id}", "reference": "R-00001", "person_id": "p"}
    return fact.model_validate({**about, "request_id": request_id, "version": version, **SAID[fact]})


async def hear(database: Database, *facts: ReferralFact, now: datetime = NOW) -> None:
    """As the bus brings them: each to its listener, repeats and what was overtaken left out."""
    for fact in facts:
        listener: Listener[Any] = next(each for each in endings.LISTENERS if each.fact is type(fact))
        async with database.transaction() as tx:
            id_ = f"{type(fact).__name__}-{fact.entity_id}-{fact.version}"[:64]
            events: Sequence[Any] = await inbox.admit_new(tx, listener.fact.name, {id_: fact}, now)
            if events:
                await listener(events, tx, now, RandomIds())


@pytest.mark.parametrize("ended", ENDS)
async def test_a_referral_s_end_cancels_a_call_that_has_not_begun(
    office: Office, ended: type[ReferralFact]
) -> None:
    mine, other = await office.asked(), await office.asked()
    await office.booked(mine, FIRST)
    standing = await office.booked(other, FIRST)
    await hear(office.database, a_fact(ended, mine, 2))

    fact = (await office.facts())[-1]
    assert (fact["fact"], fact["request_id"], fact["version"]) == ("cancelled", mine, 2)
    assert (fact["why"], fact["by"], fact["sequence"]) == ("referral_closed", "intake", 1)
    assert (await office.offer(mine)).not_offered == "closed"
    assert (await office.call(other)) == standing
    assert len(await office.minutes()) == 6
    trail = await operations.trail(office.database, fact["reference"])
    assert trail[-1]["detail"]["why"] == "referral_closed"


async def test_nobody_books_for_a_referral_that_has_ended_but_a_coordinator(office: Office) -> None:
    request_id = await office.asked()
    await hear(office.database, a_fact(ReferralCancelled, request_id, 2))
    refused = await office.book(request_id, FIRST)
    assert (why(refused), refused.offer.not_offered, refused.offer.slots) == ("not_offered", "closed", ())
    assert (await office.arrange(request_id, "book", starts_at=FIRST)).done


async def test_a_call_that_has_begun_stands_whatever_ends(office: Office) -> None:
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST)
    await hear(office.database, a_fact(ReferralCompleted, request_id, 2), now=FIRST)
    assert await office.call(request_id) == call
    assert (await office.arrange(request_id, "attended", now=FIRST)).done


async def test_a_referral_that_is_open_again_may_have_a_call_and_what_was_cancelled_stays_so(
    office: Office,
) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    await hear(
        office.database, a_fact(ReferralCancelled, request_id, 2), a_fact(ReferralReopened, request_id, 3)
    )
    call = await office.call(request_id)
    assert call is not None
    assert call.status == "cancelled"
    assert isinstance(await office.book(request_id, FIRST), Done)


async def test_late_and_repeated_facts_change_nothing(office: Office) -> None:
    request_id = await office.asked()
    ended = a_fact(ReferralCancelled, request_id, 4)
    await hear(office.database, ended, a_fact(ReferralReopened, request_id, 1), ended)
    assert (await office.offer(request_id)).not_offered == "closed"

    await hear(office.database, a_fact(ReferralReopened, request_id, 5))
    call = await office.booked(request_id, FIRST)
    await hear(office.database, ended, a_fact(ReferralFailed, request_id, 3))
    assert await office.call(request_id) == call
    assert [each["fact"] for each in await office.facts()] == ["scheduled"]


async def test_a_fact_about_somebody_erased_or_never_known_has_no_effect(office: Office) -> None:
    await hear(office.database, a_fact(ReferralCancelled, "0" * 36, 1), a_fact(ReferralReopened, "0" * 36, 2))
    assert await office.facts() == []


async def test_a_list_of_ends_is_handled_at_once(office: Office) -> None:
    writers = [a_writer(email=f"person-{n}@example.org", phone=PHONE) for n in range(4)]
    people = [await office.asked(a_consultation(writer=each)) for each in writers]
    for n, each in enumerate(people[:3]):
        await office.booked(each, FIRST + n * timedelta(hours=1))
    async with office.database.transaction() as tx:
        facts = [a_fact(ReferralCancelled, each, 2) for each in people]
        await endings.on_referrals_cancelled(facts, tx, NOW, RandomIds())
    assert [each["fact"] for each in await office.facts()] == ["scheduled"] * 3 + ["cancelled"] * 3
    assert await office.minutes() == []


async def test_silence_cancels_the_calls_of_everybody_concerned_and_nobody_books_on(office: Office) -> None:
    same = a_consultation(writer=a_writer(phone="+13235550188"))
    mine, again = await office.asked(same), await office.asked(same)
    other = await office.asked(a_consultation(writer=a_writer(email="pam@example.org", phone="+13235550166")))
    for n, each in enumerate((mine, again, other)):
        await office.booked(each, FIRST + n * timedelta(hours=1))
    reference = (await office.offer(mine)).request.reference
    await operations.silence(office.database, reference, NOW)

    ended = [each for each in await office.facts() if each["fact"] == "cancelled"]
    assert {(each["request_id"], each["why"], each["by"]) for each in ended} == {
        (mine, "silenced", "intake"),
        (again, "silenced", "intake"),
    }
    assert [(await office.offer(each)).not_offered for each in (mine, again, other)] == [
        "silenced",
        "silenced",
        None,
    ]
    assert why(await office.book(mine, FIRST)) == "not_offered"
    assert len(await office.minutes()) == 6


async def test_silence_repeated_cancels_nothing_twice(office: Office) -> None:
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST)
    for _ in range(2):
        await operations.silence(office.database, call.reference, NOW)
    assert [each["fact"] for each in await office.facts()] == ["scheduled", "cancelled"]

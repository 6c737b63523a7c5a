"""Who no longer needs it says so by a link in their mail: the request is over, once, and everybody hears."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.domain.call import Done
from services.intake.domain.decision import Admitted
from services.intake.domain.submission import Submission
from services.intake.handlers import Receipt, withdrawing
from services.intake.storage.tables import requests
from tests.intake.builders import NOW, a_colleague, a_readiness, assessed, calm
from tests.intake.calling import Office, local
from tests.intake.contacting import LATER, NEW, SAM, Inbox, link
from tests.intake.test_duties import of

FIRST = local("11-24 09:00")


async def withdraw(inbox: Inbox, note: Receipt, now: datetime = LATER, mailed_at: datetime = NOW) -> bool:
    async with inbox.database.transaction() as tx:
        return await withdrawing.withdraw(tx, link(note, mailed_at), now)


async def told(inbox: Inbox) -> list[tuple[str, dict[str, Any]]]:
    """What was announced after the requests themselves, in order."""
    facts = await Office.of(inbox.database).facts()
    return [(each["fact"], each) for each in facts]


async def test_a_request_is_taken_back_once_and_told(inbox: Inbox) -> None:
    note = await inbox.note()

    answers = [await withdraw(inbox, note), await withdraw(inbox, note, LATER + timedelta(days=1))]

    ((name, fact),) = await told(inbox)
    assert answers == [True, True]
    assert (name, fact["why"], fact["version"]) == ("withdrawn", "withdrawn", 2)
    assert fact["withdrawn_at"] == "2026-11-23T19:00:00Z"
    assert await inbox.trail(note) == [
        ("consultation.requested", ()),
        ("consultation.withdrawn", ("withdrawn",)),
    ]


async def test_pressed_twice_at_once_it_is_told_once(inbox: Inbox) -> None:
    note = await inbox.note()

    answers = await asyncio.gather(*(withdraw(inbox, note) for _ in range(5)))

    assert answers == [True] * 5
    assert [name for name, _ in await told(inbox)] == ["withdrawn"]


async def test_a_call_that_is_booked_is_cancelled_after_it(inbox: Inbox) -> None:
    note, office = await inbox.note(phone="+13235550100"), Office.of(inbox.database)
    await office.booked(note.request_id, FIRST)

    await withdraw(inbox, note)

    facts = await told(inbox)
    assert [name for name, _ in facts] == ["scheduled", "withdrawn", "cancelled"]
    assert (facts[2][1]["why"], facts[2][1]["by"]) == ("withdrawn", "person")
    assert await office.minutes() == []


async def test_no_call_is_offered_or_booked_any_more(inbox: Inbox) -> None:
    note, office = await inbox.note(phone="+13235550100"), Office.of(inbox.database)
    (slot, *_) = (await office.offer(note.request_id)).slots
    await withdraw(inbox, note)

    assert (await office.offer(note.request_id)).not_offered == "closed"
    assert not isinstance(await office.book(note.request_id, slot.starts_at), Done)
    arranged = await office.arrange(note.request_id, "book", starts_at=slot.starts_at, coordinator_id="dana")
    assert (arranged.done, arranged.why) == (False, "withdrawn")


async def test_a_booking_and_a_withdrawal_at_once_leave_no_call_behind(inbox: Inbox) -> None:
    note, office = await inbox.note(phone="+13235550100"), Office.of(inbox.database)
    (slot, *_) = (await office.offer(note.request_id)).slots

    await asyncio.gather(office.book(note.request_id, slot.starts_at), withdraw(inbox, note))

    assert await office.minutes() == []
    assert [name for name, _ in await told(inbox)][-1] in ("withdrawn", "cancelled")


async def test_a_crisis_stays_in_the_hands_of_who_answers_for_it(inbox: Inbox) -> None:
    note = await inbox.arrived(Admitted(assessed(safety=calm("crisis"))))

    assert await withdraw(inbox, note)

    waiting = (await of(inbox.database, "dana", LATER)).duties
    assert [(each.reference, each.kind) for each in waiting] == [(note.reference, "crisis")]
    assert [each.request.reference for each in await operations.open_items(inbox.database)] == [
        note.reference
    ]


async def test_other_requests_from_the_same_address_stand(inbox: Inbox) -> None:
    note, other = await inbox.note(), await inbox.note()

    await withdraw(inbox, note)

    assert (await inbox.reach(other)).silenced is False
    assert [name for name, _ in await inbox.trail(other)] == ["consultation.requested"]


@pytest.mark.parametrize("submission", [a_readiness(), a_colleague()])
async def test_what_nobody_waits_for_cannot_be_taken_back(inbox: Inbox, submission: Submission) -> None:
    note = await inbox.arrived(Admitted(assessed(submission)))

    assert not await withdraw(inbox, note)
    assert await told(inbox) == []


async def test_a_link_to_an_address_that_they_left_takes_nothing_back(inbox: Inbox) -> None:
    note = await inbox.note(SAM)
    await inbox.change(note, email=NEW)

    assert not await withdraw(inbox, note, LATER + timedelta(hours=2))
    async with inbox.database.reading() as tx:
        assert (await tx.execute(sa.select(requests.c.withdrawn_at))).scalar_one() is None

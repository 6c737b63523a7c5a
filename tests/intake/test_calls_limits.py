"""How many calls one inbox may hold, and how often change: requests are free, so that they count together."""

import asyncio
from datetime import timedelta

from services.intake.domain.call import Done, Refused
from services.intake.handlers.calls import Wish
from shared.database import Database
from tests.intake.builders import NOW, a_consultation, a_writer
from tests.intake.calling import PHONE, Office, a_coordinator, local, why

TEN = [local("11-24 09:00") + n * timedelta(minutes=30) for n in range(10)]
BY_PHONE = a_consultation(writer=a_writer(email=None, phone=PHONE))
PAM = a_consultation(writer=a_writer(email="pam@example.org", phone=PHONE))


async def test_changes_count_together_for_every_request_of_an_address(office: Office) -> None:
    first, second = await office.asked(), await office.asked()
    for turn in range(5):
        await office.booked(first, TEN[turn])
        await office.booked(second, TEN[turn + 5])

    for each in (first, second, await office.asked()):
        assert why(await office.book(each, TEN[1])) == "too_often"
    assert why(await office.calls.locate(first, "CA", NOW)) == "too_often"
    assert isinstance(await office.calls.cancel(first, 5, NOW), Done)
    assert isinstance(await office.calls.cancel(second, 5, NOW), Done)
    assert isinstance(await office.book(await office.asked(PAM), TEN[1]), Done)


async def test_what_a_coordinator_does_counts_for_nobody(office: Office) -> None:
    request_id = await office.asked()
    assert (await office.arrange(request_id, "book", starts_at=TEN[0])).done
    for turn in range(1, 10):
        assert (await office.arrange(request_id, "move", starts_at=TEN[turn])).done
    await office.booked(request_id, TEN[0])


async def test_without_an_address_each_request_counts_alone(office: Office) -> None:
    first = await office.asked(BY_PHONE)
    for turn in range(10):
        await office.booked(first, TEN[turn % 2])

    assert why(await office.book(first, TEN[5])) == "too_often"
    for turn in range(2, 5):
        await office.booked(await office.asked(BY_PHONE), TEN[turn])


async def test_an_address_has_two_calls_ahead_and_a_third_is_arranged_by_a_person(office: Office) -> None:
    first, second, third = [await office.asked() for _ in range(3)]
    await office.booked(first, TEN[0])
    await office.booked(second, TEN[1])

    refused = await office.book(third, TEN[2])
    assert why(refused) == "too_many"
    assert refused.offer.call is None
    assert len(await office.facts()) == 2
    await office.booked(first, TEN[3])  # moved, and none more
    assert (await office.arrange(third, "book", starts_at=TEN[2])).done
    await office.booked(third, TEN[4])  # of three, each may still be moved


async def test_a_call_that_is_off_or_over_makes_room(office: Office) -> None:
    first, second, third, fourth = [await office.asked() for _ in range(4)]
    await office.booked(first, TEN[0])
    await office.booked(second, TEN[8])
    await office.calls.cancel(second, 1, NOW)
    await office.booked(third, TEN[9])
    assert why(await office.book(fourth, TEN[7])) == "too_many"

    await office.booked(fourth, TEN[7], now=TEN[0] + timedelta(hours=1))


async def test_who_shares_a_number_alone_is_not_locked_out(office: Office) -> None:
    for turn in range(2):
        await office.booked(await office.asked(), TEN[turn])

    await office.booked(await office.asked(PAM), TEN[2])
    await office.booked(await office.asked(BY_PHONE), TEN[3])


async def test_of_many_at_once_from_one_address_two_have_a_call(database: Database) -> None:
    office = Office.of(database, a_coordinator())
    asked = [await office.asked() for _ in range(10)]
    outcomes = await asyncio.gather(
        *(office.calls.book(who, Wish(0, at), NOW) for who, at in zip(asked, TEN, strict=True))
    )

    assert sum(isinstance(each, Done) for each in outcomes) == 2
    assert [each.why for each in outcomes if isinstance(each, Refused)] == ["too_many"] * 8

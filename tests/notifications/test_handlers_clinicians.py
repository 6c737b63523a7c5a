"""Which clinician hears of an offer, an introduction, and of their end."""

from datetime import timedelta

import pytest

from shared.contracts.base import Fact
from tests.notifications.builders import NOW
from tests.notifications.facts import (
    cancelled,
    failed,
    held,
    in_progress,
    offered,
    referral_proposed,
    reopened,
)
from tests.notifications.hearing import Hearing, named

ENDS: list[Fact] = [
    reopened(3, "c-rivera"),
    cancelled(3, clinician_id="c-rivera"),
    failed(3, "c-rivera"),
    held(3, clinician_id="c-rivera", why="silenced"),
]


@pytest.mark.parametrize("end", ENDS, ids=named)
async def test_a_clinician_who_was_asked_hears_that_it_is_over(hear: Hearing, end: Fact) -> None:
    await hear(offered(2))
    await hear.settle()

    await hear(end)

    (ended,) = [one.plan for one in await hear.claim() if one.plan.template == "offer_ended"]
    assert (ended.role, ended.recipient_id) == ("clinician", "c-rivera")
    assert ended.codes["clinician_id"] == "c-rivera"


@pytest.mark.parametrize("end", ENDS, ids=named)
async def test_a_clinician_who_never_heard_of_it_hears_of_no_end(hear: Hearing, end: Fact) -> None:
    await hear(offered(2), end)

    assert "offer_ended" not in dict(await hear.planned())


async def test_an_end_for_one_clinician_is_told_to_no_other(hear: Hearing) -> None:
    await hear(offered(2, "c-haddad"))
    await hear.settle()
    await hear(reopened(3, "c-haddad"), offered(4, "c-rivera"))
    await hear.settle()

    await hear(cancelled(5, clinician_id="c-rivera"))

    ended = [one.plan.recipient_id for one in await hear.claim() if one.plan.template == "offer_ended"]
    assert ended == ["c-rivera"]


async def test_an_end_that_names_nobody_is_told_to_nobody(hear: Hearing) -> None:
    await hear(offered(2))
    await hear.settle()

    await hear(reopened(3), cancelled(4))

    assert await hear.planned() == []


async def test_an_introduction_that_ends_is_told_to_the_clinician(hear: Hearing) -> None:
    await hear(in_progress(2))  # a practice that does not ask first
    await hear.settle()

    await hear(reopened(3, "c-rivera"), referral_proposed(version=3))

    assert ("offer_ended", None) in await hear.planned()


async def test_an_end_is_told_once_for_each_offer_that_was_made(hear: Hearing) -> None:
    await hear(offered(2))
    await hear.settle()
    await hear(reopened(3, "c-rivera", "taken_back"))
    assert await hear.settle() == ["offer_ended"]

    await hear(offered(4), reopened(5, "c-rivera", "taken_back"))  # this offer never left
    assert await hear.settle() == []

    await hear(offered(6))
    await hear.settle()
    await hear(cancelled(7, clinician_id="c-rivera"))
    assert await hear.settle() == ["offer_ended"]


async def test_an_offer_is_made_once_however_often_it_is_heard_of(hear: Hearing) -> None:
    await hear(offered(2, offer_id="offer-1"), offered(3, offer_id="offer-1"))

    assert len([one for one in await hear.claim() if one.plan.template == "offer"]) == 1


async def test_a_second_introduction_is_not_the_first_one(hear: Hearing) -> None:
    await hear(in_progress(2, "c-rivera"))
    first = await hear.settle()
    await hear(reopened(3, "c-rivera"), in_progress(5, "c-haddad"))

    assert set(first) < set(await hear.settle())


async def test_an_offer_stands_until_its_answer_is_due(hear: Hearing) -> None:
    await hear(offered(2))

    (offer,) = await hear.claim()
    assert offer.plan.not_after == NOW + timedelta(days=1)


async def test_an_offer_that_may_have_left_has_its_end_told_and_is_not_tried_again(hear: Hearing) -> None:
    await hear(offered(2))
    await hear.lose_sight()

    await hear(reopened(3, "c-rivera"))

    assert await hear.planned() == [("offer", "overtaken"), ("offer_ended", None)]


async def test_an_offer_that_is_just_leaving_has_its_end_told(hear: Hearing) -> None:
    await hear(offered(2))
    await hear.claim()

    await hear(reopened(3, "c-rivera"))

    assert await hear.planned() == [("offer_ended", None)]


async def test_an_offer_that_was_refused_told_nobody_anything(hear: Hearing) -> None:
    await hear(offered(2))
    await hear.fail()

    await hear(reopened(3, "c-rivera"))

    assert await hear.planned() == []

"""A link in the inbox of an address that somebody left opens nothing; what went to the new one does."""

from datetime import timedelta

import pytest

from services.notifications.links import READINESS_FOR
from services.resources import storage
from services.resources.web.visit import LINK_LASTS
from tests.conftest import TestClock
from tests.resources.builders import NOW, erased, silence
from tests.resources.house import Resources
from tests.resources.webhouse import LIFETIME, ONE_CLICK, WebHouse, a_link

HOUR = timedelta(hours=1)


@pytest.fixture
def house(resources: Resources) -> WebHouse:
    return WebHouse(resources, TestClock(NOW))


async def moved(house: WebHouse, *changed: str, version: int = 2) -> None:
    told = silence(version=version, silenced=False, changed=changed, changed_at=house.clock.now)
    await house.resources.hear_of_contact(told, at=house.clock.now)


def test_links_last_as_long_as_those_who_write_them_say() -> None:
    assert READINESS_FOR == LINK_LASTS == LIFETIME


async def test_what_went_to_the_address_before_opens_nothing_any_more(house: WebHouse) -> None:
    before = await house.journey()
    house.clock.move(HOUR)
    await moved(house, "email")
    after = a_link(await house.resources.journey_id(), "per-1", now=house.clock.now)

    async with house.browser() as browser:
        old, never = await browser.get(before), await browser.get("/readiness/never-was")
        pressed = [await browser.post(f"{before}/{what}") for what in ("pause", "ready")]
        new = await browser.get(after)

    assert (old.status_code, old.text) == (404, never.text)
    assert [each.status_code for each in pressed] == [404, 404]
    assert new.status_code == 200
    assert house.intake.asked == []


async def test_a_mail_program_may_stop_it_from_the_address_before_too(house: WebHouse) -> None:
    before = await house.journey()
    house.clock.move(HOUR)
    await moved(house, "email")

    async with house.browser() as browser:
        answer = await browser.post(f"{before}/stop", data=ONE_CLICK)

    assert answer.status_code == 200
    assert (await house.resources.steps())[-1].why == "one_click"


@pytest.mark.parametrize("changed", [(), ("phone",), ("hours", "discreet")])
async def test_who_changed_anything_else_keeps_their_links(house: WebHouse, changed: tuple[str, ...]) -> None:
    link = await house.journey()
    house.clock.move(HOUR)
    await moved(house, *changed)

    async with house.browser() as browser:
        assert (await browser.get(link)).status_code == 200


async def test_the_latest_address_counts_in_whatever_order_it_is_heard(house: WebHouse) -> None:
    await house.journey()
    house.clock.move(2 * HOUR)
    await moved(house, "email", version=3)
    between = a_link(await house.resources.journey_id(), "per-1", now=house.clock.now - HOUR)
    house.clock.move(-2 * HOUR)
    await moved(house, "email")
    house.clock.move(3 * HOUR)

    async with house.browser() as browser:
        assert (await browser.get(between)).status_code == 404


async def test_an_address_given_before_the_request_is_heard_counts_too_and_erasure_forgets_it(
    house: WebHouse,
) -> None:
    await moved(house, "email")
    link = await house.journey()
    async with house.browser() as browser:
        assert (await browser.get(link)).status_code == 200
    await house.resources.hear_all([erased(1)])

    async with house.resources.database.reading() as tx:
        assert (await storage.load_news(tx, ["req-1"]))["req-1"].moved_at is None

"""Times cost most of a booking page: whoever sends a form has them looked up once, or not at all."""

import pytest

from shared.database import Database
from tests.conftest import TestClock
from tests.intake.webbook import a_booking, a_link, form_on, offered_in, sent_to, times_on
from tests.intake.webhouse import a_browser, a_front
from tests.statements import statements_of


@pytest.fixture
def engine() -> str:
    """What doors do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


def looked_up(statements: list[str]) -> int:
    """How often somebody looked when coordinators are away, which is once for all free times."""
    return sum("FROM absences" in each for each in statements)


async def test_the_times_are_looked_up_once_for_a_booking_and_once_for_a_refusal(
    database: Database, clock: TestClock
) -> None:
    front = a_front(database, clock)
    async with a_browser(front) as browser:
        links = [await a_link(browser, email=f"p{number}@example.org") for number in range(3)]
        with statements_of(database) as page:
            time = (await times_on(browser, f"{links[0]}/book"))[0]
        with statements_of(database) as booking:
            booked = await sent_to(browser, f"{links[0]}/book", time=time, version="0")
        await sent_to(browser, f"{links[1]}/book", time=time, version="0")
        with statements_of(database) as refusal:
            refused = await sent_to(browser, f"{links[2]}/book", time=time, version="0")

    assert (booked.status_code, refused.status_code) == (303, 409)
    assert time not in offered_in(refused)
    assert offered_in(refused)
    assert [looked_up(page), looked_up(booking), looked_up(refusal)] == [1, 1, 1]


async def test_nobody_looks_for_times_to_call_one_off(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        await a_booking(browser, link)
        form = await form_on(browser, f"{link}/cancel")
        with statements_of(database) as cancelling:
            answer = await sent_to(browser, f"{link}/cancel", **form)

    assert answer.status_code == 303
    assert looked_up(cancelling) == 0


async def test_a_form_with_a_mistake_comes_back_with_every_time(database: Database, clock: TestClock) -> None:
    async with a_browser(a_front(database, clock)) as browser:
        link = await a_link(browser)
        before = await times_on(browser, f"{link}/book")
        answer = await sent_to(browser, f"{link}/book", time="soon", version="0")

    assert answer.status_code == 422
    assert offered_in(answer) == before

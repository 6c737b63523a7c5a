"""Whoever releases a minor's request reads what the law says of whose word it takes, and decides."""

import pytest

from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, text_of


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


@pytest.mark.parametrize(
    ("state", "age", "said"),
    [
        ("CA", 15, "In California they may begin on their own word from the age of 12."),
        ("CA", 11, "In California it takes a parent below the age of 12."),
        ("NY", 15, "In New York the law has conditions that no program can judge."),
        ("OR", 15, "Nothing is written down here of whose word it takes where they live"),
    ],
    ids=["their own word", "a parent", "conditions", "not looked up"],
)
async def test_the_page_tells_whose_word_it_takes(house: WebHouse, state: str, age: int, said: str) -> None:
    _, page, dana = await house.at_the_desk(age=age, state=state)

    assert said in text_of((await dana.get(f"{page}/release")).text)


async def test_of_an_adult_the_page_says_nothing_of_consent(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk(state="unknown")

    shown = text_of((await dana.get(f"{page}/release")).text)
    assert "may begin on their own word" not in shown
    assert "whose word it takes" not in shown

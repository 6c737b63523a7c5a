"""What somebody writes on *what is still true* after they asked to hear nothing more."""

import pytest

from services.intake import operations, storage
from services.intake.handlers import Receipt
from services.intake.web import Front
from tests.intake.builders import NOW
from tests.intake.readying import CRISIS, Reader, reached
from tests.intake.webbegin import path_of, told_on
from tests.intake.webhouse import a_browser


@pytest.fixture
def engine() -> str:
    """What pages do does not depend on the engine; what is stored is tested on both."""
    return "sqlite"


@pytest.fixture
async def ana(reader: Reader) -> Receipt:
    """Somebody who read first and is ready."""
    receipt = await reader.asked()
    await reader.hear(reached(receipt, at=NOW))
    return receipt


@pytest.mark.parametrize(
    "wrong", [(), (("age", "old"), ("state", "nowhere"), ("safety.unsafe_at_home", "?"))]
)
@pytest.mark.parametrize("more", ["", " and more" * 800], ids=["short", "long"])
async def test_words_of_who_asked_for_silence_reach_the_person_on_call_whatever_else_is_wrong(
    ana: Receipt, front: Front, reader: Reader, wrong: tuple[tuple[str, str], ...], more: str
) -> None:
    path = path_of(front, ana)
    await operations.silence(reader.database, ana.reference, NOW)
    async with a_browser(front) as browser:
        answer = await told_on(browser, path, ("message", CRISIS + more), *wrong)
        quiet = await told_on(browser, path, ("message", "no more, please"))

    (waiting,) = await operations.open_items(reader.database)
    async with reader.database.reading() as tx:
        (words,) = await storage.load_words(tx, [ana.request_id], reader.vault)
    assert (waiting.kind, waiting.duty.next_action) == ("crisis", "reach_person")
    assert {each.text for each in words.later} == {CRISIS + more, "no more, please"}
    for page in (answer, quiet):
        assert page.status_code == 409
        assert "Nothing is open here" in page.text
        assert "988" in page.text
        assert CRISIS not in page.text
    assert (await reader.request(ana)).path == "readiness"

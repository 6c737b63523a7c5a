"""`practice show` and `trail` tell where somebody stands who wanted to read first."""

from collections.abc import Awaitable, Callable

import pytest

from deploy.cli.shown import print_request, request_as_json
from services.intake import operations as intake
from services.intake.handlers import Receipt
from shared.database import Database
from tests.intake.builders import the_practice
from tests.intake.readying import LATER, TOLD, Reader, reached, told


@pytest.fixture
async def reader(database_url: Callable[[str], Awaitable[str]]) -> Reader:
    return Reader(Database.open(await database_url("intake")))


async def shown(reader: Reader, receipt: Receipt) -> intake.Shown:
    found = await intake.show(reader.database, reader.vault, receipt.reference, "a look", TOLD, reader.ids)
    assert found is not None
    return found


async def test_who_is_ready_is_said_to_be_waited_for(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))

    found = await shown(reader, ana)
    print_request(found, None, the_practice())

    assert request_as_json(found, None)["ready_since"] == LATER
    assert "not yet told what is still true" in " ".join(capsys.readouterr().out.split())
    await reader.database.close()


async def test_what_was_told_then_and_now_stands_beside_each_other(
    reader: Reader, capsys: pytest.CaptureFixture[str]
) -> None:
    ana = await reader.asked(message="not yet, maybe in spring")
    await reader.tell(ana, told(message="it is spring"))

    found = await shown(reader, ana)
    print_request(found, None, the_practice())

    said, printed = request_as_json(found, None), capsys.readouterr().out
    assert (said["ready_since"], said["reopened_at"]) == (None, TOLD)
    assert said["later"] == [{"at": TOLD, "by": "person", "message": "it is spring"}]
    assert printed.index("not yet, maybe in spring") < printed.index("it is spring")
    assert "they wanted to read first" in " ".join(printed.split())
    await reader.database.close()


async def test_the_trail_tells_who_did_what_in_order(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    await reader.take_back(ana)
    await reader.tell(ana, told("coordinator:dana"))

    trail = [(each["name"], each["detail"]) for each in await intake.trail(reader.database, ana.reference)]

    owner = trail[1][1]["owner"][0]
    assert trail == [
        ("readiness.requested", {}),
        ("readiness.taken_up", {"owner": [owner]}),
        ("readiness.not_now", {"by": ["person"]}),
        ("readiness.told", {"by": ["coordinator:dana"]}),
        ("consultation.requested", {"how": ["reopened"]}),
    ]
    await reader.database.close()

"""What is seen of resources from outside: how many journeys go on, and how late their next step is."""

from datetime import timedelta

from services.resources import storage
from services.resources.metrics import GAUGES
from tests.resources.builders import NOW, a_readiness_request
from tests.resources.house import Resources
from tests.resources.journeys import due_at
from tests.seen import seen

HOUR = timedelta(hours=1)


async def test_a_journey_goes_on_and_its_next_step_is_late_when_nobody_looks(resources: Resources) -> None:
    assert await seen(resources.database, GAUGES, NOW) == going_on(0, late=0)
    await resources.hear(a_readiness_request())
    async with resources.database.reading() as tx:
        journey = await storage.load_journey(tx, await resources.journey_id())
    assert journey is not None
    due = due_at(journey)

    assert await seen(resources.database, GAUGES, due - HOUR) == going_on(1, late=0)
    assert await seen(resources.database, GAUGES, due + HOUR) == going_on(1, late=3600)

    await resources.look(due + HOUR)
    assert await seen(resources.database, GAUGES, due + HOUR) == going_on(1, late=0)


def going_on(journeys: int, *, late: float) -> dict[str, float]:
    return {"practice_journeys_going_on": journeys, "practice_series_late_seconds": late}

"""What the doctor says of what is left over: mails that failed or are late, messages that nobody handled."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from deploy.checks.mail import deliveries
from deploy.checks.running import parked
from services.notifications import storage
from services.notifications.domain.outcome import Failed, Reply
from shared.database import Database
from shared.messaging import dead_letters
from shared.messaging.dead_letters import Letter
from shared.messaging.topology import SERVICES
from tests.conftest import TestClock
from tests.deploy.round import environ, given, problems
from tests.notifications.builders import DOMAIN, NOW, CountedIds, planned

Urls = Callable[[str], Awaitable[str]]


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def test_a_mail_that_failed_or_is_late_is_a_problem(database_url: Urls) -> None:
    url = await database_url("notifications")
    said = environ(NOTIFICATIONS_DATABASE_URL=url)
    database, ids = Database.open(url), CountedIds()
    before = await deliveries(given(said, clock=TestClock(NOW)))
    async with database.transaction() as tx:
        await storage.save_planned(tx, [planned("referral")], ids, DOMAIN, NOW)
        [claimed] = await storage.claim_due(tx, "lease", 16, NOW)
        await storage.save_outcomes(tx, "lease", {claimed.id: Failed("recipient_refused", Reply(550))}, NOW)
        await storage.save_planned(tx, [planned("held")], ids, DOMAIN, NOW)
    await database.close()

    now = await deliveries(given(said, clock=TestClock(NOW)))
    later = await deliveries(given(said, clock=TestClock(NOW + timedelta(minutes=11))))

    assert [each.level for each in before] == ["ok"]
    assert problems(now) == ["mail: 1 failed, 0 late"]
    assert problems(later) == ["mail: 1 failed, 1 late"]


async def test_a_message_that_waits_for_a_person_is_a_problem(database_url: Urls) -> None:
    urls = {f"{service.upper()}_DATABASE_URL": await database_url(service) for service in SERVICES}
    before = await parked(given(environ(**urls)))
    database = Database.open(urls["MATCHING_DATABASE_URL"])
    async with database.transaction() as tx:
        letter = Letter("matching-x-v1", "intake.x.v1", "event", {}, b"{}", attempts=1)
        await dead_letters.park(tx, letter, "unreadable", NOW)
    await database.close()

    found = await parked(given(environ(**urls)))

    assert [each.level for each in before] == ["ok"]
    assert problems(found) == ["dead letters: parked: matching 1"]

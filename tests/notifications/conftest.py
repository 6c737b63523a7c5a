"""What the tests of notifications share: its database on both engines, a mail server, a postman."""

from collections.abc import AsyncIterator

import pytest

from services.notifications import storage
from services.notifications.app import call_clocks, desk_of, mail_domain, quiet_hours
from services.notifications.delivery import Postman
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.handlers import Office
from services.notifications.press import Press
from services.notifications.reconcile import Reconciler
from services.notifications.settle import Ledger
from services.notifications.smtp import Mailer, MailServer
from shared.database import Database
from tests.conftest import Opener, TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, CountedIds, catalogue, doors, practice
from tests.notifications.hearing import Hearing
from tests.notifications.mail_servers import MailServerDouble, serving
from tests.notifications.watching import Save


@pytest.fixture
async def database(open_database: Opener) -> Database:
    return await open_database("notifications")


@pytest.fixture
def ids() -> CountedIds:
    return CountedIds()


@pytest.fixture
def clock() -> TestClock:
    return TestClock(NOW)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def office() -> Office:
    return Office(desk_of(practice()), mail_domain(practice()), call_clocks(practice()))


@pytest.fixture
async def server() -> AsyncIterator[MailServerDouble]:
    async with serving() as running:
        yield running


@pytest.fixture
async def postman(
    database: Database,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
    ids: CountedIds,
    office: Office,
) -> AsyncIterator[Postman]:
    made = Postman(
        ledger=Ledger(database, office.desk, office.mail_domain, clock, ids),
        press=Press.of(practice(), catalogue(), doors()),
        quiet=quiet_hours(practice()),
        mailer=Mailer(MailServer.read(server.url), hello="mail.example.org", command_seconds=5),
        ask=answers,
    )
    yield made
    await made.close()


@pytest.fixture
def reconciler(
    database: Database, answers: Answers, clock: TestClock, ids: CountedIds, office: Office
) -> Reconciler:
    return Reconciler(database, answers, clock, ids, office)


@pytest.fixture
def save(database: Database, ids: CountedIds, clock: TestClock, office: Office) -> Save:
    async def plan(*mails: PlannedDelivery) -> None:
        async with database.transaction() as tx:
            await storage.save_planned(tx, mails, ids, office.mail_domain, clock())

    return plan


@pytest.fixture
def hear(database: Database, office: Office, ids: CountedIds) -> Hearing:
    return Hearing(database, office, ids=ids)

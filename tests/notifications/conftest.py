"""What the tests of notifications share: its database on both engines, a mail server, a postman."""

from collections.abc import AsyncIterator, Iterator

import pytest

from services.notifications import storage
from services.notifications.app import call_clocks, desk_of, mail_domain, quiet_hours
from services.notifications.delivery import Postman
from services.notifications.domain.delivery import PlannedDelivery, Template
from services.notifications.handlers import Office
from services.notifications.press import Press
from services.notifications.reconcile import Reconciler
from services.notifications.returned import Returns
from services.notifications.settle import Ledger
from services.notifications.smtp import Mailer, MailServer
from shared.database import Database
from tests.conftest import PATIENCE_SECONDS, Opener, TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import (
    NOW,
    CountedIds,
    catalogue,
    clinician,
    doors,
    planned,
    practice,
    someone,
)
from tests.notifications.dovecot import Dovecot
from tests.notifications.dovecot import serving as running_dovecot
from tests.notifications.hearing import Hearing
from tests.notifications.mail_servers import MailServerDouble, serving
from tests.notifications.postbox import Postbox
from tests.notifications.returned_mails import Original
from tests.notifications.returning import ADDRESSES, Send, original_of
from tests.notifications.watching import Save, send_all_due


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
        mailer=Mailer(
            MailServer.read(server.url), hello="mail.example.org", command_seconds=PATIENCE_SECONDS
        ),
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


@pytest.fixture
def returns(postman: Postman) -> Returns:
    """What takes mails back; from here on each leaves from an address of its own."""
    postman.returns = ADDRESSES
    return Returns(postman.ledger, ADDRESSES)


@pytest.fixture
def sent(returns: Returns, answers: Answers, postman: Postman, save: Save, server: MailServerDouble) -> Send:
    """Sends the referral's mail and one more, about somebody who is known, and gives the latter."""
    answers.people["request-1"] = someone()
    answers.clinicians |= {one: clinician(one) for one in ("c-rivera", "c-okafor")}

    async def send(template: Template = "acknowledgement") -> Original:
        await save(planned("referral"))
        await send_all_due(postman)
        await save(planned(template))
        await send_all_due(postman)
        return original_of(server.taken[-1])

    return send


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    """A real mail server of this module alone."""
    with running_dovecot() as running:
        yield running


@pytest.fixture
def postbox(dovecot: Dovecot, returns: Returns, database: Database, clock: TestClock) -> Postbox:
    """An empty mailbox of this test alone."""
    return Postbox(dovecot, dovecot.another(), returns, database, clock)

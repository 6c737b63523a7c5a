"""Only the mail server's own answers make a mail wait ever longer: not who was away, and no crash of ours."""

from datetime import timedelta

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.domain.retry import AWAY, DELAYS
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, dana, rows, send_all_due

LATER = "451 4.7.1 later"


async def wait_of(
    postman: Postman, database: Database, server: MailServerDouble, clock: TestClock
) -> timedelta:
    """How long the mail waits after the mail server has put it off."""
    server.data_answers = [LATER]
    await send_all_due(postman)
    (row,) = await rows(database)
    assert (row.state, row.reason, row.attempts) == ("planned", "content_deferred", 1)
    return row.due_at - clock()


async def test_a_mail_that_waited_for_somebody_who_was_away_is_not_made_to_wait_longer(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    answers.away = {"intake"}
    await save(planned())
    for _ in range(20):
        await send_all_due(postman)
        clock.move(AWAY)
    answers.away = set()

    assert await wait_of(postman, database, server, clock) == DELAYS[0]


async def test_a_mail_in_the_hands_of_a_process_that_ended_is_not_made_to_wait_longer(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned())
    for life in range(8):
        async with database.transaction() as tx:
            assert await storage.claim_due(tx, f"life-{life}", 1, clock())
        clock.move(storage.LEASE)
        async with database.transaction() as tx:
            assert await storage.reopen_abandoned(tx, clock()) == 1

    assert await wait_of(postman, database, server, clock) == DELAYS[0]


async def test_an_alert_waits_for_intake_once_however_often_it_was_claimed(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, clock: TestClock
) -> None:
    answers.away = {"intake"}
    await save(planned("safety_alert"))

    await send_all_due(postman)
    assert server.taken == []
    clock.move(AWAY)
    await send_all_due(postman)

    assert server.recipients == [dana()]

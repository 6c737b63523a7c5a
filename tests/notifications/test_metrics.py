"""What is seen of the mail from outside: how long it waits that should have gone, and why."""

from datetime import timedelta

from services.notifications.delivery import Postman
from services.notifications.metrics import GAUGES, MAIL_CLASSES
from shared.database import Database
from shared.gauges import Numbers
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, dana, send_due
from tests.seen import seen

MINUTE = timedelta(minutes=1)
NOBODY_WAITS = dict.fromkeys(MAIL_CLASSES, 0.0)


async def now(database: Database, clock: TestClock) -> dict[str, Numbers]:
    """Without the name's beginning, which all share."""
    found = await seen(database, GAUGES, clock.now)
    return {name.removeprefix("practice_deliver"): numbers for name, numbers in found.items()}


async def test_a_mail_waits_from_when_it_is_due_until_it_is_sent(
    database: Database, clock: TestClock, save: Save, answers: Answers, postman: Postman
) -> None:
    answers.people["request-1"] = someone()
    await save(planned(), planned("held", due_at=NOW + 90 * MINUTE))
    clock.move(30 * MINUTE)

    found = await now(database, clock)
    assert found["y_waiting_seconds"] == NOBODY_WAITS | {"transactional": 1800.0}
    assert found["ies_unsent"] == {"planned": 2, "held": 0, "sending": 0, "failed": 0}

    await send_due(postman)
    assert (await now(database, clock))["y_waiting_seconds"] == NOBODY_WAITS


async def test_a_mail_that_is_tried_again_and_again_waits_since_the_first_time(
    database: Database,
    clock: TestClock,
    save: Save,
    answers: Answers,
    postman: Postman,
    server: MailServerDouble,
) -> None:
    answers.people["request-1"] = someone()
    server.mail_answers += 60 * ["451 4.3.0 not now"]
    await save(planned())
    for _ in range(60):
        await send_due(postman)
        clock.move(MINUTE)

    found = await now(database, clock)
    assert found["ies_put_off"] == {"sender_deferred": 1}
    waiting = found["y_waiting_seconds"]
    assert isinstance(waiting, dict)
    assert 57 * 60 <= waiting["transactional"] <= 63 * 60


async def test_what_somebodys_own_mail_server_puts_off_is_no_trouble_of_ours_unless_it_is_an_alert(
    database: Database,
    clock: TestClock,
    save: Save,
    answers: Answers,
    postman: Postman,
    server: MailServerDouble,
) -> None:
    answers.people["request-1"] = someone()
    for address in ("request-1@example.org", dana()):
        server.rcpt_answers[address] = "452 4.2.2 mailbox full"
    await save(planned(), planned("safety_alert"))
    await send_due(postman)
    clock.move(30 * MINUTE)

    found = await now(database, clock)
    assert found["ies_put_off"] == {"recipient_deferred": 2}
    assert found["y_waiting_seconds"] == NOBODY_WAITS | {"safety": 1800.0}


async def test_a_failed_mail_is_seen_for_an_hour(
    database: Database,
    clock: TestClock,
    save: Save,
    answers: Answers,
    postman: Postman,
    server: MailServerDouble,
) -> None:
    answers.people["request-1"] = someone()
    server.rcpt_answers["request-1@example.org"] = "550 5.1.1 nobody here"
    await save(planned())
    await send_due(postman)

    clock.move(59 * MINUTE)
    assert (await now(database, clock))["ies_failed_lately"] == NOBODY_WAITS | {"transactional": 1}
    clock.move(2 * MINUTE)
    found = await now(database, clock)
    assert found["ies_failed_lately"] == NOBODY_WAITS
    unsent = found["ies_unsent"]
    assert isinstance(unsent, dict)
    assert unsent["failed"] == 1

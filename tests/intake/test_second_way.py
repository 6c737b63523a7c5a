"""An alert that is not known to have left goes the second way: the same mail, marked, to the same person."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from services.intake import operations
from services.intake.handlers.safety import on_alerts_sent
from shared.alerts import alert_message_id
from shared.database import Database
from tests.conftest import TestClock
from tests.intake.builders import CountedIds, the_practice
from tests.intake.crises import CRISIS, a_watch, arrive, writer_of
from tests.intake.test_safety_ladder import sent
from tests.notifications.mail_servers import MailServerDouble

IN_TIME, LATE = timedelta(seconds=29), timedelta(seconds=2)


@pytest.fixture
def engine() -> str:
    """What is stored is tested on both engines by the ladder."""
    return "sqlite"


@pytest.fixture
async def server() -> AsyncIterator[MailServerDouble]:
    double = MailServerDouble()
    await double.start()
    yield double
    await double.stop()


def first() -> str:
    return the_practice().on_call[0]


def address_of(who: str) -> str:
    coordinator = the_practice().coordinator(who)
    assert coordinator is not None
    return coordinator.email


async def test_after_thirty_seconds_intake_sends_it_itself_once_under_the_same_message_id(
    database: Database, clock: TestClock, ids: CountedIds, server: MailServerDouble
) -> None:
    receipt, watch = await arrive(database, ids), a_watch(database, clock, server.url)
    clock.move(IN_TIME)
    await watch.send_unconfirmed()
    in_time = list(server.taken)
    clock.move(LATE)
    await watch.send_unconfirmed()
    clock.move(timedelta(minutes=5))
    await watch.send_unconfirmed()

    (mail,) = server.taken
    domain = the_practice().discreet_from.rpartition("@")[2]
    assert in_time == []
    assert mail.recipients == [address_of(first())]
    assert mail.message_id == alert_message_id(receipt.request_id, 1, first(), domain)
    assert mail.message["X-Practice-Way"] == "second"
    assert mail.message["Subject"] == f"{receipt.reference}: urgent words, please look now"
    text = str(mail.message.get_payload(decode=True), "utf-8")
    assert "This mail came by the second way" in text
    assert receipt.reference in text
    assert "/safety/" in text
    assert writer_of(CRISIS).name in text
    trail = await operations.trail(database, receipt.reference)
    left_by = [each["detail"] for each in trail if each["name"] == "alert.sent"]
    assert left_by == [{"to": first(), "way": "intake"}]


async def test_what_notifications_sent_in_time_or_somebody_has_goes_no_second_way(
    database: Database, clock: TestClock, ids: CountedIds, server: MailServerDouble
) -> None:
    left, taken = await arrive(database, ids), await arrive(database, ids)
    watch = a_watch(database, clock, server.url)
    async with database.transaction() as tx:
        await on_alerts_sent([sent(left.request_id, 1, first())], tx, clock(), ids)
    await operations.acknowledge_safety(database, the_practice(), taken.reference, "lee", clock())
    clock.move(IN_TIME + LATE)
    await watch.send_unconfirmed()

    assert server.taken == []


async def test_while_its_server_refuses_it_is_tried_again_until_it_is_taken(
    database: Database, clock: TestClock, ids: CountedIds, server: MailServerDouble
) -> None:
    await arrive(database, ids)
    watch = a_watch(database, clock, server.url)
    server.mail_answers = ["451 not now", "550 not you"]
    for _ in range(5):
        clock.move(IN_TIME + LATE)
        await watch.send_unconfirmed()

    assert len(server.taken) == 1


async def test_whoever_has_left_the_practice_is_stood_in_for_by_its_owner(
    database: Database, clock: TestClock, ids: CountedIds, server: MailServerDouble
) -> None:
    await arrive(database, ids)
    stays = tuple(each for each in the_practice().coordinators if each.id != first())
    after = the_practice().model_copy(
        update={"coordinators": stays, "owner": stays[0].id, "on_call": (stays[0].id,)}
    )
    clock.move(IN_TIME + LATE)
    await a_watch(database, clock, server.url, after).send_unconfirmed()

    assert [mail.recipients for mail in server.taken] == [[stays[0].email]]


async def test_an_alert_of_what_is_tried_out_goes_to_its_maker_alone(
    database: Database, clock: TestClock, ids: CountedIds, server: MailServerDouble
) -> None:
    await arrive(database, ids, test=True)
    clock.move(IN_TIME + LATE)
    await a_watch(database, clock, server.url).send_unconfirmed()

    (mail,) = server.taken
    assert mail.recipients == [writer_of(CRISIS).email]
    assert str(mail.message["Subject"]).startswith("[test] ")

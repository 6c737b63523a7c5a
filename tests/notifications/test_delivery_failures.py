"""The delivery loop on bad days: somebody is away, slow, refuses or crashes. On both databases."""

import asyncio
from datetime import timedelta

import pytest

from services.notifications import storage, timers
from services.notifications.delivery import Postman
from services.notifications.reconcile import Reconciler
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import planned, practice, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, dana, reasons_told, rows, send_all_due, send_due, states, until


async def test_mail_waits_while_intake_does_not_answer(
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

    await send_due(postman)
    assert await states(database) == {"acknowledgement to request-1": ("planned", "intake_away")}

    answers.away = set()
    clock.move(timedelta(seconds=5))
    await send_due(postman)
    assert server.recipients == ["request-1@example.org"]


async def test_only_mail_that_names_clinicians_waits_for_matching(
    postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    answers.people["request-1"] = someone()
    answers.away = {"matching"}
    await save(planned("referral"), planned("held"))

    await send_due(postman)

    assert await states(database) == {
        "referral to dana": ("planned", "matching_away"),
        "held to dana": ("sent", None),
    }


async def test_an_alert_goes_with_the_reference_alone_when_intake_stays_away(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, clock: TestClock
) -> None:
    answers.away = {"intake"}
    await save(planned("safety_alert"))

    await send_due(postman)
    assert server.taken == []
    clock.move(timedelta(seconds=5))
    await send_due(postman)

    assert server.recipients == [dana()]
    assert b"R-7F3K2" in server.taken[0].content


async def test_a_refused_address_fails_alone_and_is_announced(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    names = [f"request-{number}" for number in range(5)]
    answers.people = {name: someone(name) for name in names}
    server.rcpt_answers["request-2@example.org"] = "550 5.1.1 nobody here"
    await save(*(planned(request_id=name) for name in names))

    await send_due(postman)

    found = await states(database)
    assert found.pop("acknowledgement to request-2") == ("failed", "recipient_refused")
    assert found.pop(f"unreachable_notice to {practice().owner}") == ("planned", None)
    assert set(found.values()) == {("sent", None)}
    assert await reasons_told(database) == [("notifications.mail.failed.v1", "recipient_refused")]


async def test_an_alert_that_is_refused_goes_to_the_next_on_call_at_once(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone(level="crisis")
    second = practice().coordinator(practice().on_call[1])
    assert second is not None
    server.rcpt_answers[dana()] = "550 5.1.1 nobody here"
    await save(planned("safety_alert", recipient_id=practice().on_call[0]))

    await send_due(postman)
    await send_due(postman)

    assert server.recipients == [second.email]


async def test_an_address_that_no_mail_can_reach_fails_with_its_reason(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone(email="josé@example.org")
    await save(planned())

    await send_due(postman)

    found = await states(database)
    assert found["acknowledgement to request-1"] == ("failed", "address_needs_smtputf8")


async def test_a_mail_that_cannot_be_written_costs_the_others_nothing(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people = {"request-1": someone("request-1"), "request-2": someone("request-2")}
    broken = planned("referral", codes={"owner": "dana"})
    await save(broken, planned(request_id="request-2"))

    await send_due(postman)

    found = await states(database)
    assert found["referral to dana"] == ("failed", "defect")
    assert server.recipients == ["request-2@example.org"]


async def test_a_busy_server_is_tried_again_ever_more_patiently(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    server.data_answers = ["451 4.7.1 later"] * 3
    await save(planned())
    waited = []
    for _ in range(3):
        await send_due(postman)
        (row,) = await rows(database)
        assert (row.state, row.reason, row.smtp_code) == ("planned", "content_deferred", 451)
        waited.append((row.due_at - clock()).total_seconds())
        clock.now = row.due_at

    await send_due(postman)

    assert waited == [5, 15, 60]
    assert [row.state for row in await rows(database)] == ["sent"]
    assert len(server.taken) == 1


async def test_a_mail_server_that_is_down_loses_nothing(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    names = [f"request-{number}" for number in range(100)]
    answers.people = {name: someone(name) for name in names}
    await save(*(planned(request_id=name) for name in names))
    await server.stop()

    await send_due(postman)
    await send_due(postman)
    found = await rows(database)
    assert {(row.state, row.uncertain) for row in found} == {("planned", False)}
    assert 0 < sum(row.reason is not None for row in found) <= 64  # the rest is not even taken up
    assert {row.attempts for row in found} == {0}  # nobody was there to be asked

    await server.start()
    await asyncio.sleep(1.05)
    clock.move(timedelta(seconds=5))
    await send_all_due(postman)

    assert sorted(server.recipients) == sorted(f"{name}@example.org" for name in names)


async def test_a_connection_lost_after_the_content_is_uncertain_and_goes_again_as_the_same_mail(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    server.drops_after_data = 1
    await save(planned())

    await send_due(postman)
    (row,) = await rows(database)
    assert (row.state, row.uncertain, row.reason) == ("planned", True, "no_answer_after_content")

    clock.move(timedelta(seconds=5))
    await send_due(postman)

    (row,) = await rows(database)
    assert (row.state, row.uncertain) == ("sent", True)
    assert [mail.message_id for mail in server.taken] == [row.message_id, row.message_id]


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_what_another_replica_was_sending_when_it_crashed_goes_again_after_its_lease(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    reconciler: Reconciler,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned())
    async with database.transaction() as tx:
        await storage.claim_due(tx, "lease of a killed process", 16, clock())
    ticks = timers.ticks(postman, reconciler, database, clock)
    (sweep,) = (tick for tick in ticks if tick.name == "reopen_abandoned")

    await sweep.run()
    await send_due(postman)
    assert server.taken == []

    clock.move(storage.LEASE + timedelta(seconds=1))
    await sweep.run()
    await send_due(postman)

    (row,) = await rows(database)
    assert (row.state, row.uncertain, row.message_id) == ("sent", True, server.taken[0].message_id)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_lone_process_takes_up_what_it_was_sending_when_it_crashed_at_once(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned())
    async with database.transaction() as tx:
        await storage.claim_due(tx, "lease of a killed process", 16, clock())

    await send_due(postman)

    (row,) = await rows(database)
    assert (row.state, row.uncertain, row.message_id) == ("sent", True, server.taken[0].message_id)


async def test_one_slow_mail_holds_up_no_other(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people = {"request-1": someone("request-1"), "request-2": someone("request-2", level="crisis")}
    server.slow["request-1@example.org"] = asyncio.Event()
    await save(planned(request_id="request-1"))
    await send_due(postman)

    await save(planned("safety_alert", "request-2"))
    await send_due(postman)
    assert server.recipients == [dana()]

    server.slow["request-1@example.org"].set()
    await until(lambda: len(server.taken) == 2)
    await postman.close()
    assert {row.state for row in await rows(database)} == {"sent"}


async def test_hundreds_of_mails_go_over_a_few_connections(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    names = [f"request-{number}" for number in range(100)]
    answers.people = {name: someone(name) for name in names}
    await save(*(planned(request_id=name) for name in names))

    await send_all_due(postman)

    assert len(server.taken) == len({mail.message_id for mail in server.taken}) == 100
    assert server.connections <= 8
    assert {row.state for row in await rows(database)} == {"sent"}


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_two_replicas_send_nothing_twice(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, engine: str, database: Database
) -> None:
    names = [f"request-{number}" for number in range(60)]
    answers.people = {name: someone(name) for name in names}
    twin = Postman(postman.ledger, postman.press, postman.quiet, postman.mailer, answers)
    await save(*(planned(request_id=name) for name in names))

    await asyncio.gather(send_all_due(postman), send_all_due(twin))

    assert sorted(server.recipients) == sorted(f"{name}@example.org" for name in names)

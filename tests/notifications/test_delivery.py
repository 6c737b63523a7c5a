"""The delivery loop against a real mail server, on both databases."""

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from services.notifications import storage, timers
from services.notifications.delivery import Postman
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.handlers import Office
from shared.contracts.base import Ask
from shared.contracts.intake import ContactsAsked, RequestsAsked
from shared.contracts.matching import CliniciansAsked
from shared.database import Database
from shared.messaging.tables import outbox
from tests.conftest import TestClock
from tests.notifications.builders import (
    NIGHT,
    NOW,
    Answers,
    CountedIds,
    clinician,
    planned,
    practice,
    someone,
)
from tests.notifications.mail_servers import MailServerDouble

Save = Callable[..., Awaitable[None]]


@pytest.fixture
def save(database: Database, ids: CountedIds, clock: TestClock, office: Office) -> Save:
    async def plan(*mails: PlannedDelivery) -> None:
        async with database.transaction() as tx:
            await storage.save_planned(tx, mails, ids, office.mail_domain, clock())

    return plan


async def send_due(postman: Postman) -> None:
    await postman.send_due()
    await postman.worked_off()


async def rows(database: Database) -> list[storage.ListedDelivery]:
    async with database.reading() as tx:
        return list(await storage.deliveries_about(tx, "R-7F3K2"))


async def states(database: Database) -> dict[str, tuple[str, str | None]]:
    return {f"{row.template} to {row.recipient_id}": (row.state, row.reason) for row in await rows(database)}


async def announced(database: Database) -> list[str]:
    async with database.reading() as tx:
        return list((await tx.execute(sa.select(outbox.c.subject).order_by(outbox.c.seq))).scalars())


async def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.01)


def dana() -> str:
    found = practice().coordinator("dana")
    assert found is not None
    return found.email


async def test_a_request_brings_a_mail_to_the_person_and_one_to_the_coordinator(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone()
    answers.clinicians["c-rivera"] = clinician()
    await save(planned("acknowledgement"), planned("referral"))

    await send_due(postman)

    assert sorted(server.recipients) == sorted(["request-1@example.org", dana()])
    assert all(len(mail.recipients) == 1 for mail in server.taken)
    for row in await rows(database):
        (mail,) = (one for one in server.taken if one.message_id == row.message_id)
        assert (row.state, row.smtp_code, row.smtp_enhanced) == ("sent", 250, "2.0.0")
        assert row.sha256 == hashlib.sha256(mail.content).hexdigest()
    referral = next(mail for mail in server.taken if mail.recipients == [dana()])
    assert b"Alex Rivera" in referral.content


async def test_a_discreet_mail_comes_from_the_discreet_address(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.people = {
        "request-1": someone("request-1", discreet=True),
        "request-2": someone("request-2", discreet=False),
    }
    await save(planned(request_id="request-1"), planned(request_id="request-2"))

    await send_due(postman)

    senders = {mail.recipients[0]: mail.sender for mail in server.taken}
    assert senders == {
        "request-1@example.org": practice().discreet_from,
        "request-2@example.org": practice().from_,
    }


async def test_one_ask_of_each_kind_serves_a_whole_claim(
    postman: Postman, save: Save, answers: Answers
) -> None:
    names = [f"request-{number}" for number in range(10)]
    answers.people = {name: someone(name) for name in names}
    answers.clinicians["c-rivera"] = clinician()
    await save(*(planned("referral", name) for name in names))

    await send_due(postman)

    assert sorted(type(one).__name__ for one in answers.asked) == [
        "CliniciansAsked",
        "ContactsAsked",
        "RequestsAsked",
    ]
    for question in answers.asked:
        match question:
            case ContactsAsked() | RequestsAsked():
                assert (question.purpose, len(question.request_ids)) == ("refer", 10)
            case CliniciansAsked():
                assert question.clinician_ids == ("c-rivera",)


async def test_each_purpose_is_asked_for_by_its_name(postman: Postman, save: Save, answers: Answers) -> None:
    answers.people["request-1"] = someone()
    await save(planned("acknowledgement"), planned("held"), planned("safety_alert"))

    await send_due(postman)

    purposes = {one.purpose for one in answers.asked if isinstance(one, ContactsAsked)}
    assert purposes == {"acknowledge", "hold_review", "safety_alert"}


async def test_a_mail_that_must_not_go_has_its_reason_and_is_announced(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone(email_ok=False)
    await save(planned())

    await send_due(postman)

    assert await states(database) == {"acknowledgement to request-1": ("not_sent", "email_not_ok")}
    assert await announced(database) == ["notifications.mail.suppressed.v1"]
    assert server.taken == []


async def test_a_mail_held_by_quiet_hours_goes_in_the_morning(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    clock.now = NIGHT
    await save(planned("waitlist", occurred_at=NIGHT, due_at=NIGHT))

    await send_due(postman)
    assert await states(database) == {"waitlist to request-1": ("held", "quiet_hours")}
    clock.move(timedelta(hours=8, minutes=59))
    await send_due(postman)
    assert server.taken == []

    clock.move(timedelta(minutes=1))
    await send_due(postman)
    assert server.recipients == ["request-1@example.org"]


async def test_words_of_crisis_hold_the_waitlist_mail_until_they_are_cleared(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone(level="crisis")
    await save(planned("waitlist"), planned("acknowledgement"))

    await send_due(postman)
    assert await states(database) == {
        "waitlist to request-1": ("held", "clinical_hold"),
        "acknowledgement to request-1": ("sent", None),
    }

    answers.people["request-1"] = someone(level="elevated")
    clock.move(timedelta(hours=1))
    await send_due(postman)
    assert len(server.taken) == 2


async def test_what_was_stopped_settles_without_asking_who_it_is(
    postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    async with database.transaction() as tx:
        await storage.close(tx, ["request-1"], "withdrawn", NOW)
    await save(planned())

    await send_due(postman)

    assert await states(database) == {"acknowledgement to request-1": ("not_sent", "withdrawn")}
    assert answers.asked == []


async def test_silence_while_the_mail_is_being_written_stops_it(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone()

    class SilencedMeanwhile(Answers):
        async def __call__(self, question: Ask, answer: type[Any]) -> Any:
            async with database.transaction() as tx:
                await storage.stop_for(tx, ["request-1"], "silenced", NOW)
            return await super().__call__(question, answer)

    postman.ask = SilencedMeanwhile(someone())
    await save(planned())

    await send_due(postman)

    assert await states(database) == {"acknowledgement to request-1": ("not_sent", "silenced")}
    assert server.taken == []


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


async def test_mail_about_a_test_request_reaches_its_maker_alone(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.people["request-1"] = someone(test=True, email="operator@example.org")
    await save(*(planned(template) for template in ("acknowledgement", "referral", "safety_alert", "held")))

    await send_due(postman)

    assert set(server.recipients) == {"operator@example.org"}
    assert len(server.taken) == 4
    assert all(str(mail.message["Subject"]).startswith("[test]") for mail in server.taken)


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
    assert set(found.values()) == {("sent", None)}
    assert await announced(database) == ["notifications.mail.failed.v1"]


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

    assert await states(database) == {"acknowledgement to request-1": ("failed", "address_needs_smtputf8")}


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
    assert sum(row.attempts for row in found) <= 64  # the rest is not even taken up

    await server.start()
    await asyncio.sleep(1.05)
    clock.move(timedelta(seconds=5))
    await send_due(postman)

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


async def test_a_crash_after_sending_sends_the_same_mail_again_and_says_so(
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
    _, sweep, _ = timers.ticks(postman, database, clock, timedelta(days=396))

    await sweep.run()
    await send_due(postman)
    assert server.taken == []

    clock.move(storage.LEASE + timedelta(seconds=1))
    await sweep.run()
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

    await send_due(postman)

    assert len(server.taken) == len({mail.message_id for mail in server.taken}) == 100
    assert server.connections <= 8
    assert {row.state for row in await rows(database)} == {"sent"}


async def test_two_replicas_send_nothing_twice(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, engine: str, database: Database
) -> None:
    names = [f"request-{number}" for number in range(60)]
    answers.people = {name: someone(name) for name in names}
    twin = Postman(postman.ledger, postman.press, postman.quiet, postman.mailer, answers)
    await save(*(planned(request_id=name) for name in names))

    await asyncio.gather(send_due(postman), send_due(twin))

    assert sorted(server.recipients) == sorted(f"{name}@example.org" for name in names)


async def test_nothing_that_was_written_is_kept(
    postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    answers.people["request-1"] = someone(name="Canary Featherstone", phone="+13235550100")
    await save(planned(), planned("referral"), planned("safety_alert"))

    await send_due(postman)

    async with database.reading() as tx:
        for table in storage.metadata.sorted_tables:
            kept = repr((await tx.execute(sa.select(table))).all())
            for canary in ("Canary", "request-1@", "5550100", dana()):
                assert canary not in kept, table.name


async def test_metrics_count_what_came_of_each_mail(postman: Postman, save: Save, answers: Answers) -> None:
    def sent() -> float:
        labels = {"template": "acknowledgement", "outcome": "sent"}
        return REGISTRY.get_sample_value("practice_deliveries_total", labels) or 0

    before = sent()
    answers.people["request-1"] = someone()
    await save(planned())
    await send_due(postman)

    assert sent() == before + 1

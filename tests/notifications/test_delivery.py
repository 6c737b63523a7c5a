"""The delivery loop against a real mail server, on both databases."""

import hashlib
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from prometheus_client import REGISTRY

from services.intake.domain.duty import quarantine_duty
from services.notifications import storage
from services.notifications.delivery import Postman
from shared.contracts.base import Ask
from shared.contracts.intake import ContactsAsked, RequestsAsked
from shared.contracts.matching import CliniciansAsked
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import (
    LOS_ANGELES,
    NIGHT,
    NOW,
    clinician,
    planned,
    practice,
    someone,
)
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, dana, reasons_told, rows, send_due, states


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
    assert await reasons_told(database) == [("notifications.mail.suppressed.v1", "email_not_ok")]
    assert server.taken == []


async def test_who_had_answers_enough_gets_no_other_and_the_coordinator_hears_as_ever(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone(acknowledged_often=True)
    answers.people["request-2"] = someone("request-2", level="crisis", acknowledged_often=True)
    answers.clinicians["c-rivera"] = clinician()
    await save(planned(), planned("referral"), planned(request_id="request-2"))

    await send_due(postman)

    found = await states(database)
    assert found["acknowledgement to request-1"] == ("not_sent", "acknowledged_often")
    assert sorted(server.recipients) == sorted([dana(), "request-2@example.org"])


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


async def test_mail_about_a_test_request_reaches_its_maker_alone(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.people["request-1"] = someone(test=True, email="operator@example.org")
    await save(*(planned(template) for template in ("acknowledgement", "referral", "safety_alert", "held")))

    await send_due(postman)

    assert set(server.recipients) == {"operator@example.org"}
    assert len(server.taken) == 4
    assert all(str(mail.message["Subject"]).startswith("[test]") for mail in server.taken)


async def test_what_looks_like_spam_is_due_in_the_mail_when_it_is_due_at_intake(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.people["request-1"] = someone()
    await save(planned("quarantine_notice"))

    await send_due(postman)

    due_at = quarantine_duty(practice(), practice().working_hours(), "en", {}, NOW).due_at
    assert due_at.astimezone(LOS_ANGELES).hour == 14
    (mail,) = server.taken
    assert b"R-7F3K2: set aside, please look by Mon 2:00 pm" in mail.content
    assert b"Please look by Monday, November 23 at 2:00 pm." in mail.content


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

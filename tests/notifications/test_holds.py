"""What stands between a person and their mail: held referrals, silence, addresses that do not exist."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import storage
from services.notifications.delivery import Postman
from shared.contracts.base import Ask, Fact
from shared.contracts.intake import ContactChanged, RequestsAsked
from shared.contracts.matching import HOLD_CODES
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.calls import Booked
from tests.notifications.facts import (
    PERSON,
    REQUEST,
    accepted,
    cancelled,
    completed,
    consultation_requested,
    contact_changed,
    failed,
    held,
    in_progress,
    offered,
    opened,
    referral_proposed,
    referral_waitlisted,
    referred_out,
    rejected,
    released,
    reopened,
    safety_cleared,
    still_waiting,
)
from tests.notifications.hearing import Hearing, named
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, rows, send_all_due, states

ANYTHING_ELSE: list[Fact] = [
    referral_proposed(version=2),
    referral_waitlisted(version=2),
    referred_out(2),
    opened(2),
    released(2),
    offered(2),
    accepted(2),
    rejected(2),
    in_progress(2, supervisor_id=None),
    reopened(2, None),
    still_waiting(2),
    completed(2),
    cancelled(2, "chose_other"),
    failed(2),
]

HOLD_MAIL = {"clinical_hold", "partner_violence", "minor"}  # of the reasons why a person looks first


async def barriers(database: Database) -> frozenset[str]:
    async with database.reading() as tx:
        return (await storage.barriers(tx, ["request-1"])).get("request-1", frozenset())


def spoke_up(*changed: str, silenced: bool = False, version: int = 2) -> ContactChanged:
    fields = {"version": version, "changed_at": NOW, "silenced": silenced, "changed": changed}
    return ContactChanged.model_validate(REQUEST | PERSON | fields)


@pytest.mark.parametrize("why", HOLD_CODES)
async def test_a_hold_is_kept_where_it_holds_mail(hear: Hearing, database: Database, why: str) -> None:
    await hear(held(why=why))

    assert await barriers(database) == (frozenset({why}) if why in HOLD_MAIL else frozenset())


@pytest.mark.parametrize("fact", ANYTHING_ELSE, ids=named)
async def test_whatever_follows_a_hold_ends_it(hear: Hearing, database: Database, fact: Fact) -> None:
    await hear(held(why="minor"))

    await hear(fact)

    assert await barriers(database) == frozenset()


async def test_a_hold_for_another_reason_takes_the_place_of_the_first(
    hear: Hearing, database: Database
) -> None:
    await hear(held(why="minor"), held(2, why="partner_violence"))

    assert await barriers(database) == {"partner_violence"}


async def test_a_release_that_comes_before_its_hold_leaves_nothing_held(
    hear: Hearing, database: Database
) -> None:
    await hear(released(2), held(1, why="minor"))

    assert await barriers(database) == frozenset()


async def test_reminders_wait_for_a_release_and_then_go_at_once(
    hear: Hearing, postman: Postman, answers: Answers, database: Database, clock: TestClock
) -> None:
    call = Booked()
    answers.people["request-1"], answers.calls["request-1"] = someone(), call.stands
    await hear(held(why="partner_violence"), call.fact)
    await send_all_due(postman)
    assert (await states(database))["call_confirmed to request-1"] == ("sent", None)  # it answers them
    clock.now = call.starts_at - timedelta(days=1)
    await send_all_due(postman)
    assert (await states(database))["call_reminder to request-1"] == ("held", "partner_violence")

    await hear(released(2))
    clock.move(timedelta(seconds=1))
    await send_all_due(postman)

    assert (await states(database))["call_reminder to request-1"] == ("sent", None)


async def test_words_that_are_cleared_while_the_mail_is_being_decided_hold_it_no_longer(
    postman: Postman, save: Save, hear: Hearing, answers: Answers, database: Database
) -> None:
    class ClearedMeanwhile(Answers):
        async def __call__(self, question: Ask, answer: type[Any]) -> Any:
            said = await super().__call__(question, answer)
            if isinstance(question, RequestsAsked) and self.people["request-1"][1].safety_level == "crisis":
                self.people["request-1"] = someone()
                await hear(safety_cleared())
            return said

    postman.ask = ClearedMeanwhile(someone(level="crisis"))
    await save(planned("waitlist"))

    await send_all_due(postman)
    assert (await states(database))["waitlist to request-1"] == ("held", "clinical_hold")
    assert database.signal(storage.SIGNAL).is_set()
    await send_all_due(postman)

    assert (await states(database))["waitlist to request-1"] == ("sent", None)


# --- silence ----------------------------------------------------------------------------------------------


async def test_what_is_planned_after_a_silence_is_born_stopped_and_settled_at_once(
    hear: Hearing, database: Database
) -> None:
    await hear(contact_changed(silenced=True), Booked().fact)

    found = {one.template: (one.due_at, one.role) for one in await rows(database)}
    assert {at for at, role in found.values() if role == "client"} == {NOW}
    stopped = {template for template, why in await hear.planned() if why == "silenced"}
    assert stopped == {template for template, (_, role) in found.items() if role == "client"}


async def test_a_silence_that_is_lifted_lets_what_is_planned_then_go(
    hear: Hearing, database: Database
) -> None:
    await hear(contact_changed(silenced=True), spoke_up("silence"), consultation_requested())

    assert await hear.planned() == [("acknowledgement", None)]


async def test_the_desk_hears_of_a_request_in_silence(hear: Hearing) -> None:
    await hear(contact_changed(silenced=True), referral_proposed())

    assert await hear.planned() == [("referral", None)]


async def test_a_withdrawal_outlives_a_silence_that_is_lifted(
    hear: Hearing, database: Database, save: Save
) -> None:
    async with database.transaction() as tx:
        await storage.close(tx, ["request-1"], "withdrawn", NOW)
    await hear(contact_changed(silenced=True), spoke_up("silence"))
    await save(planned("waitlist"))

    assert await hear.planned() == [("waitlist", "withdrawn")]


# --- addresses --------------------------------------------------------------------------------------------


async def test_a_new_address_is_told_that_it_is_used_from_now_on(hear: Hearing) -> None:
    await hear(spoke_up("email", "hours"))

    (one,) = await hear.claim()
    assert (one.plan.template, one.plan.role, one.plan.immediate) == ("contact_changed", "client", True)
    assert one.plan.codes["changed"] == ["email", "hours"]


@pytest.mark.parametrize(
    "fact",
    [spoke_up("hours", "discreet"), spoke_up(), spoke_up("email", silenced=True)],
    ids=["hours", "nothing", "silence"],
)
async def test_no_other_change_is_told(hear: Hearing, fact: Fact) -> None:
    await hear(fact)

    assert await hear.planned() == []


@pytest.mark.parametrize(
    ("answer", "kept"),
    [
        ("550 5.1.1 nobody here", {"bounced"}),
        ("550 5.1.10 no such domain", {"bounced"}),
        ("550 5.7.1 we do not like you", frozenset()),
        ("550 no", frozenset()),
        ("450 4.1.1 later", frozenset()),
    ],
)
async def test_an_address_that_does_not_exist_is_not_tried_again(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    answer: str,
    kept: set[str],
) -> None:
    answers.people["request-1"] = someone()
    server.rcpt_answers["request-1@example.org"] = answer
    await save(planned())

    await send_all_due(postman)
    await asyncio.sleep(0)

    assert await barriers(database) == kept


async def test_other_hours_count_at_once_for_what_waits(
    hear: Hearing, postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    answers.people["request-1"] = someone(safe_hours={"from": "18:00", "to": "19:00"})
    await save(planned("waitlist"))
    await send_all_due(postman)
    assert (await states(database))["waitlist to request-1"] == ("held", "safe_hours")

    answers.people["request-1"] = someone()
    await hear(spoke_up("hours"))
    await send_all_due(postman)

    assert (await states(database))["waitlist to request-1"] == ("sent", None)


async def test_another_address_is_tried(
    hear: Hearing, postman: Postman, save: Save, answers: Answers, database: Database, clock: TestClock
) -> None:
    answers.people["request-1"] = someone()
    async with database.transaction() as tx:
        await storage.bar(tx, [("request-1", "bounced")], NOW)
    await save(planned("acknowledgement"))
    await send_all_due(postman)
    assert (await states(database))["acknowledgement to request-1"] == ("not_sent", "bounced")

    await hear(spoke_up("email"))
    await send_all_due(postman)

    assert (await states(database))["contact_changed to request-1"] == ("sent", None)


async def test_old_holds_are_forgotten_with_old_deliveries(hear: Hearing, database: Database) -> None:
    await hear(held(why="minor"))
    async with database.transaction() as tx:
        await storage.purge(tx, NOW)
    assert await barriers(database) == {"minor"}
    async with database.transaction() as tx:
        await storage.purge(tx, NOW + timedelta(seconds=1))

    assert await barriers(database) == frozenset()

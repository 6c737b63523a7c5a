"""A mail that did not arrive after all: what a refusal at once would have changed changes, once."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from services.notifications import operations, storage
from services.notifications.delivery import Postman
from services.notifications.domain.delivery import Template
from services.notifications.returned import Returns
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import planned, someone
from tests.notifications.hearing import Hearing
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.returned_mails import (
    Original,
    exchange,
    gmail,
    in_spanish,
    postfix,
)
from tests.notifications.returning import (
    ADDRESSES,
    FAILED,
    OWNER_TOLD,
    SENDERS,
    Send,
    barriers,
    original_of,
    spoke_up,
    state_of,
)
from tests.notifications.watching import Save, announced, dana, reasons_told, rows, send_all_due, states

# --- a mail that did not arrive ----------------------------------------------------------------------------


@pytest.mark.parametrize("bounce", [postfix, gmail, exchange], ids=lambda one: one.__name__)
async def test_an_address_that_does_not_exist_bars_the_person_and_the_desk_is_told(
    returns: Returns,
    sent: Send,
    postman: Postman,
    server: MailServerDouble,
    database: Database,
    bounce: Callable[[Original], bytes],
) -> None:
    mail = await sent()
    taken = await returns.take_back(bounce(mail))

    assert (taken.kind, taken.done, taken.why) == ("undelivered", "acted", "bounced")
    assert (taken.reference, taken.template) == ("R-7F3K2", "acknowledgement")
    assert await state_of(database, "acknowledgement") == ("failed", "bounced")
    assert await barriers(database) == {"bounced"}
    assert await reasons_told(database) == [(FAILED, "bounced")]
    await send_all_due(postman)
    assert server.recipients[-1] == dana()
    assert "does not reach" in str(server.taken[-1].message["Subject"])


async def test_the_same_follows_as_from_a_refusal_at_once(
    returns: Returns, sent: Send, postman: Postman, server: MailServerDouble, database: Database, save: Save
) -> None:
    await returns.take_back(postfix(await sent()))
    late = await states(database), await barriers(database), await announced(database)

    async with database.transaction() as tx:
        for table in (storage.deliveries, storage.holds, storage.returns):
            await tx.execute(table.delete())
    server.rcpt_answers["request-1@example.org"] = "550 5.1.1 nobody here"
    await save(planned("referral"), planned())
    await send_all_due(postman)

    states_at_once = await states(database)
    assert states_at_once.pop("acknowledgement to request-1") == ("failed", "recipient_refused")
    assert states_at_once.pop(OWNER_TOLD)[0] in ("planned", "sent")
    assert (
        {"referral to dana"}
        == states_at_once.keys()
        == late[0].keys()
        - {
            "acknowledgement to request-1",
            OWNER_TOLD,
        }
    )
    assert (await barriers(database), await announced(database)) == (late[1], [*late[2], FAILED])


@pytest.mark.parametrize(
    ("status", "why"), [("5.7.1", "content_refused"), ("4.4.1", "gave_up"), ("5.0.0", "recipient_refused")]
)
async def test_another_refusal_bars_nobody_and_is_told(
    returns: Returns, sent: Send, database: Database, status: str, why: str
) -> None:
    taken = await returns.take_back(postfix(await sent(), status))

    assert (taken.done, taken.why, taken.status) == ("acted", why, status)
    assert await barriers(database) == frozenset()
    assert await reasons_told(database) == [(FAILED, why)]
    assert (await states(database))[OWNER_TOLD] == ("planned", None)


async def test_a_full_mailbox_is_told_once_however_many_mails_it_refuses(
    returns: Returns, sent: Send, database: Database
) -> None:
    await returns.take_back(in_spanish(await sent("readiness_practice")))
    await returns.take_back(in_spanish(await sent("readiness_reading")))

    assert await barriers(database) == frozenset()
    assert await reasons_told(database) == [(FAILED, "mailbox_full")] * 2
    assert [one.template for one in await rows(database)].count("unreachable_notice") == 1


async def test_a_late_mail_is_noted_and_nothing_else(
    returns: Returns, sent: Send, database: Database
) -> None:
    taken = await returns.take_back(postfix(await sent(), "4.2.2", "delayed"))

    assert (taken.kind, taken.done) == ("delayed", "noted")
    assert await state_of(database, "acknowledgement") == ("sent", None)
    assert (await barriers(database), await announced(database)) == (frozenset(), [])
    shown = [one["detail"] for one in await operations.trail(database, "R-7F3K2")]
    assert {"state": "returned", "why": "delayed", "smtp": "4.2.2"} in shown


@pytest.mark.parametrize("times", [1, 3])
async def test_brought_again_it_does_nothing(
    returns: Returns, sent: Send, database: Database, times: int
) -> None:
    mail = await sent()
    await returns.take_back(postfix(mail))
    before = await states(database), await announced(database)

    again = [await returns.take_back(postfix(mail)) for _ in range(times)]

    assert {each.done for each in again} == {"repeated"}
    assert (await states(database), await announced(database)) == before


async def test_word_that_it_is_late_may_come_after_word_that_it_failed(
    returns: Returns, sent: Send, database: Database
) -> None:
    mail = await sent()
    await returns.take_back(postfix(mail))

    assert (await returns.take_back(postfix(mail, "4.4.1", "delayed"))).done == "noted"
    assert await state_of(database, "acknowledgement") == ("failed", "bounced")


async def test_what_the_server_refused_at_once_is_not_told_a_second_time(
    returns: Returns,
    save: Save,
    answers: Answers,
    postman: Postman,
    server: MailServerDouble,
    database: Database,
) -> None:
    answers.people["request-1"] = someone()
    server.rcpt_answers["request-1@example.org"] = "550 5.1.1 nobody here"
    await save(planned())
    await send_all_due(postman)
    [mail] = [row for row in await rows(database) if row.template == "acknowledgement"]
    named = Original(ADDRESSES.of_mail(SENDERS[1], mail.id))

    assert (await returns.take_back(postfix(named))).done == "noted"
    assert await announced(database) == [FAILED]


async def test_a_mail_that_is_tried_again_may_come_back_again(
    returns: Returns, sent: Send, postman: Postman, database: Database, clock: TestClock
) -> None:
    mail = await sent("introduction_clinician")
    await returns.take_back(postfix(mail))
    [one] = [row for row in await rows(database) if row.template == "introduction_clinician"]

    assert await operations.retry(database, [one.id], clock()) == 1
    await send_all_due(postman)
    assert await state_of(database, "introduction_clinician") == ("sent", None)

    assert (await returns.take_back(postfix(mail))).done == "acted"


async def test_it_counts_a_year_later_and_not_once_the_delivery_is_forgotten(
    returns: Returns, sent: Send, clock: TestClock, database: Database
) -> None:
    mail = await sent()
    clock.move(timedelta(days=365))
    assert (await returns.take_back(postfix(mail, "4.4.1", "delayed"))).done == "noted"

    async with database.transaction() as tx:
        await storage.purge(tx, clock() + timedelta(seconds=1))

    assert (await returns.take_back(postfix(mail))).done == "unmatched"


async def test_another_address_lifts_it_and_a_second_failure_is_told_again(
    returns: Returns,
    sent: Send,
    hear: Hearing,
    postman: Postman,
    database: Database,
    clock: TestClock,
    server: MailServerDouble,
) -> None:
    await returns.take_back(postfix(await sent()))
    await send_all_due(postman)
    clock.move(timedelta(minutes=5))
    await hear(spoke_up("email").model_copy(update={"changed_at": clock()}))
    assert await barriers(database) == frozenset()
    await send_all_due(postman)
    assert await state_of(database, "contact_changed") == ("sent", None)

    clock.move(timedelta(minutes=5))
    await returns.take_back(postfix(original_of(server.taken[-1])))

    assert await barriers(database) == {"bounced"}
    assert [one.template for one in await rows(database)].count("unreachable_notice") == 2


async def test_of_who_asked_for_silence_nobody_is_told(
    returns: Returns, sent: Send, hear: Hearing, database: Database
) -> None:
    mail = await sent()
    await hear(spoke_up("silence", silenced=True))

    assert (await returns.take_back(postfix(mail))).done == "acted"
    assert OWNER_TOLD not in await states(database)


# --- colleagues --------------------------------------------------------------------------------------------


async def test_what_did_not_reach_a_coordinator_goes_to_a_colleague(
    returns: Returns, sent: Send, postman: Postman, server: MailServerDouble, database: Database
) -> None:
    mail = await sent("overdue")
    assert mail.recipient == dana()
    await returns.take_back(postfix(mail))
    await send_all_due(postman)

    assert server.recipients[-1] not in (dana(), "request-1@example.org")
    assert await barriers(database) == frozenset()


@pytest.mark.parametrize("template", ["offer", "introduction_clinician"])
async def test_that_a_clinician_did_not_get_their_mail_is_told_to_the_owner(
    returns: Returns, sent: Send, database: Database, template: Template
) -> None:
    await returns.take_back(postfix(await sent(template)))

    assert (await states(database))["overdue to dana"] == ("planned", None)
    assert await reasons_told(database) == [(FAILED, "bounced")]

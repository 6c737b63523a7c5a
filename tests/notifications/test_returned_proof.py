"""Complaints, answers of machines and of people, and bounces that anybody could have written."""

from dataclasses import replace

import pytest

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.returned import Returns, TakenBack
from services.notifications.returns import ReturnAddresses
from shared.database import Database
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.returned_mails import (
    Original,
    complaint,
    letter,
    postfix,
    vacation,
)
from tests.notifications.returning import (
    ADDRESSES,
    OWNER_TOLD,
    SENDERS,
    Send,
    barriers,
    state_of,
)
from tests.notifications.watching import Save, announced, send_all_due, states

# --- complaints --------------------------------------------------------------------------------------------


async def test_who_calls_our_mail_unwanted_gets_none_but_what_they_asked_for(
    returns: Returns, sent: Send, save: Save, postman: Postman, database: Database
) -> None:
    taken = await returns.take_back(complaint(await sent("readiness_practice")))

    assert (taken.kind, taken.done) == ("complaint", "acted")
    assert await barriers(database) == {"complained"}
    assert await announced(database) == []
    await save(planned("waitlist"), planned())
    await send_all_due(postman)
    found = await states(database)
    assert found["waitlist to request-1"] == ("not_sent", "complained")
    assert found["acknowledgement to request-1"] == ("sent", None)
    assert found[OWNER_TOLD] == ("sent", None)


async def test_a_colleagues_complaint_is_noted(returns: Returns, sent: Send, database: Database) -> None:
    assert (await returns.take_back(complaint(await sent("overdue")))).done == "noted"
    assert await barriers(database) == frozenset()


async def test_a_complaint_that_names_no_address_of_ours_stops_nobody(
    returns: Returns, sent: Send, database: Database
) -> None:
    taken = await returns.take_back(complaint(await sent(), named=False))

    assert (taken.done, taken.reference) == ("unproven", "R-7F3K2")
    assert await barriers(database) == frozenset()


# --- what proves nothing, and what is nobody's but a person's ----------------------------------------------


@pytest.mark.parametrize(
    "envelope",
    [
        "dana@frontdesk.example.org",
        "dana+abcdefghijklmnopqrstuvwxyz234567abcd@frontdesk.example.org",
        ReturnAddresses.of("own", ("f" * 32,), SENDERS).of_mail(
            SENDERS[1], "00000000-0000-4000-8000-000000000002"
        ),
    ],
    ids=["none", "made up", "under another key"],
)
async def test_a_bounce_that_anybody_could_have_written_changes_nothing(
    returns: Returns, sent: Send, database: Database, envelope: str
) -> None:
    mail = await sent()
    before = await states(database)

    known = await returns.take_back(postfix(replace(mail, envelope=envelope)))
    unknown = await returns.take_back(postfix(replace(mail, envelope=envelope, message_id="<a@b.example>")))

    assert (known.done, known.reference, unknown.done) == ("unproven", "R-7F3K2", "unmatched")
    assert await states(database) == before
    assert (await barriers(database), await announced(database)) == (frozenset(), [])


async def test_an_automatic_answer_to_a_return_address_changes_nothing(
    returns: Returns, sent: Send, database: Database
) -> None:
    mail = await sent()
    before = await states(database)

    assert await returns.take_back(vacation(mail.envelope)) == TakenBack("automatic", "ignored", "answer")
    assert await states(database) == before


async def test_a_persons_reply_is_left_for_a_person(returns: Returns, sent: Send, database: Database) -> None:
    mail = await sent()
    before = await states(database)
    taken = await returns.take_back(letter(mail.envelope, "Please stop writing: 5.1.1 550"))

    assert (taken.done, taken.is_for_somebody) == ("left", True)
    assert await states(database) == before


async def test_mails_leave_from_an_address_of_their_own_at_their_senders_domain(
    returns: Returns, sent: Send, server: MailServerDouble
) -> None:
    await sent()

    senders = [mail.sender for mail in server.taken]
    assert len(set(senders)) == len(senders) == 2
    for mail in server.taken:
        shown = str(mail.message["From"]).rpartition("<")[2].rstrip(">")
        local, _, domain = shown.rpartition("@")
        assert mail.sender.startswith(f"{local}+")
        assert mail.sender.endswith(f"@{domain}")


async def test_without_a_setting_they_leave_from_their_sender(
    save: Save, answers: Answers, postman: Postman, server: MailServerDouble
) -> None:
    answers.people["request-1"] = someone()
    await save(planned())
    await send_all_due(postman)

    assert server.taken[0].sender == SENDERS[1]


async def test_a_mail_that_is_being_sent_when_it_comes_back_is_told_all_the_same(
    returns: Returns, save: Save, database: Database
) -> None:
    await save(planned("referral"), planned())
    async with database.transaction() as tx:
        claimed = await storage.claim_due(tx, "lease", 16, NOW)
    one = next(each for each in claimed if each.plan.role == "client")

    taken = await returns.take_back(postfix(Original(ADDRESSES.of_mail(SENDERS[1], one.id))))

    assert taken.done == "acted"
    assert await barriers(database) == {"bounced"}
    assert (await state_of(database, "acknowledgement"))[0] == "sending"

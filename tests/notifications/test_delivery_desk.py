"""Digests, and the codes that prove a browser: mails about nobody's request. On both databases."""

import json
from datetime import timedelta
from typing import get_args

import pytest
import sqlalchemy as sa

from services.notifications import storage
from services.notifications.asking import PURPOSES
from services.notifications.delivery import Postman
from services.notifications.domain.delivery import (
    ABOUT_NO_REQUEST,
    NO_REFERENCE,
    PlannedDelivery,
    Role,
    Template,
)
from shared.contracts.intake import ContactsAsked, RequestsAsked
from shared.database import Database
from shared.tokens import Links
from tests.conftest import TestClock
from tests.notifications.answers import Answers, duty, open_referral
from tests.notifications.builders import LINK_KEY, NOW, PAGES, clinician, planned, practice
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, announced, dana, lee, send_due, states, words_of

CODE = Links((LINK_KEY,)).code("proof-1")


def digest() -> PlannedDelivery:
    return planned("digest", "digest-1", not_after=NOW + timedelta(hours=18))


def proof(role: Role = "coordinator", recipient_id: str = "dana") -> PlannedDelivery:
    return planned(
        "proof_code", "proof-1", role=role, recipient_id=recipient_id, not_after=NOW + timedelta(minutes=10)
    )


def test_intake_is_asked_with_a_purpose_about_every_request_and_about_nothing_else() -> None:
    assert set(PURPOSES) == set(get_args(Template)) - ABOUT_NO_REQUEST


# --- the morning digest ----------------------------------------------------------------------------------


async def test_a_coordinator_reads_in_the_morning_what_is_open(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.referrals["dana"] = (open_referral("referral-1"),)
    answers.duties["dana"] = (duty(),)
    await save(digest())

    await send_due(postman)

    (mail,) = server.taken
    assert mail.recipients == [dana()]
    for said in ("R-7F3K2", "R-9QRST", f"{PAGES}/referrals/case/", f"{PAGES}/roster/"):
        assert said in words_of(mail)
    assert not [one for one in answers.asked if isinstance(one, (ContactsAsked, RequestsAsked))]


@pytest.mark.parametrize("whose", ["referral", "duty"])
async def test_one_thing_is_enough_for_a_digest(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, whose: str
) -> None:
    answers.referrals["dana"] = (open_referral(),) if whose == "referral" else ()
    answers.duties["dana"] = (duty(),) if whose == "duty" else ()
    await save(digest())

    await send_due(postman)

    assert server.recipients == [dana()]


async def test_nothing_open_is_no_mail_and_has_its_reason(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.referrals["lee"] = (open_referral(),)
    await save(digest())

    await send_due(postman)

    assert await states(database, NO_REFERENCE) == {"digest to dana": ("not_sent", "nothing_open")}
    assert await announced(database) == ["notifications.mail.suppressed.v1"]
    assert server.taken == []


@pytest.mark.parametrize("away", ["intake", "matching"])
async def test_a_digest_waits_until_both_have_answered(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    away: str,
) -> None:
    answers.referrals["dana"] = (open_referral(),)
    answers.away = {away}
    await save(digest())

    await send_due(postman)
    assert await states(database, NO_REFERENCE) == {"digest to dana": ("planned", f"{away}_away")}

    answers.away = set()
    clock.move(timedelta(seconds=5))
    await send_due(postman)
    assert server.recipients == [dana()]


async def test_yesterdays_digest_is_not_read_today(
    postman: Postman, save: Save, answers: Answers, database: Database, clock: TestClock
) -> None:
    answers.referrals["dana"] = (open_referral(),)
    await save(digest())
    clock.move(timedelta(hours=18))

    await send_due(postman)

    assert await states(database, NO_REFERENCE) == {"digest to dana": ("not_sent", "expired")}
    assert answers.asked == []


async def test_a_digest_that_is_refused_reaches_the_deputy_with_the_same_things_open(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.referrals["dana"] = (open_referral(),)
    server.rcpt_answers[dana()] = "550 5.1.1 nobody here"
    await save(digest())

    await send_due(postman)
    await send_due(postman)

    assert server.recipients == [lee()]
    assert "R-7F3K2" in words_of(server.taken[0])


# --- codes -----------------------------------------------------------------------------------------------


async def test_a_code_reaches_the_coordinator_whose_link_it_was_and_asks_nobody(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    await save(proof())

    await send_due(postman)

    (mail,) = server.taken
    assert (mail.recipients, mail.sender) == ([dana()], practice().discreet_from)
    assert CODE in words_of(mail)
    assert answers.asked == []


async def test_a_code_reaches_the_clinician_whose_link_it_was(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.clinicians["c-rivera"] = clinician()
    await save(proof("clinician", "c-rivera"))

    await send_due(postman)

    assert server.recipients == ["c-rivera@example.org"]
    assert CODE in words_of(server.taken[0])
    assert [one.subject() for one in answers.asked] == ["ask.matching.clinicians"]


async def test_a_code_comes_from_the_front_desk_for_a_locked_screen_shows_who_writes(
    postman: Postman, save: Save, server: MailServerDouble
) -> None:
    await save(proof())

    await send_due(postman)

    (mail,) = server.taken
    assert mail.sender == practice().discreet_from
    assert practice().name not in f"{mail.message['From']} {mail.message['Subject']}"


async def test_a_code_is_kept_and_logged_nowhere(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    capsys: pytest.CaptureFixture[str],
) -> None:
    server.data_answers = ["451 4.7.1 later"]
    await save(proof())

    await send_due(postman)

    async with database.reading() as tx:
        for table in storage.metadata.sorted_tables:
            kept = json.dumps([[str(cell) for cell in row] for row in await tx.execute(sa.select(table))])
            assert CODE not in kept, table.name
    printed = capsys.readouterr()
    assert CODE not in printed.out + printed.err


async def test_a_code_that_is_refused_or_whose_reader_has_left_reaches_nobody_else(
    postman: Postman, save: Save, server: MailServerDouble, database: Database
) -> None:
    server.rcpt_answers[dana()] = "550 5.1.1 nobody here"
    await save(proof(), proof(recipient_id="left-last-week"))

    await send_due(postman)
    await send_due(postman)

    assert await states(database, NO_REFERENCE) == {
        "proof_code to dana": ("failed", "recipient_refused"),
        "proof_code to left-last-week": ("not_sent", "no_email"),
    }
    assert server.taken == []


async def test_a_code_that_has_expired_is_not_sent(
    postman: Postman, save: Save, server: MailServerDouble, database: Database, clock: TestClock
) -> None:
    await save(proof())
    clock.move(timedelta(minutes=10))

    await send_due(postman)

    assert await states(database, NO_REFERENCE) == {"proof_code to dana": ("not_sent", "expired")}
    assert server.taken == []

"""Several of the service at one database: whoever is told is told once, whoever of them heard of it."""

import asyncio
from dataclasses import replace

import pytest

from services.notifications.returned import Returns
from shared.database import Database
from tests.notifications.postbox import Postbox, many_gone, taken
from tests.notifications.returned_mails import in_spanish, postfix
from tests.notifications.returning import FAILED, Send
from tests.notifications.watching import reasons_told, rows

pytestmark = pytest.mark.parametrize("engine", ["postgresql"])

MAILS = 30


@pytest.mark.parametrize("round_", range(3))
async def test_of_an_address_that_refuses_two_mails_at_once_the_desk_is_told_once(
    returns: Returns, sent: Send, database: Database, round_: int
) -> None:
    mails = [await sent("readiness_practice"), await sent("readiness_reading"), await sent()]

    await asyncio.gather(*(returns.take_back(in_spanish(mail)) for mail in mails))

    assert await reasons_told(database) == [(FAILED, "mailbox_full")] * 3
    assert [one.template for one in await rows(database)].count("unreachable_notice") == 1


@pytest.mark.dovecot
async def test_of_replicas_that_look_into_one_mailbox_at_once_each_mail_acts_once(postbox: Postbox) -> None:
    gone = await many_gone(postbox.database, MAILS)
    postbox.bring(*(postfix(mail) for mail in gone))
    acted = taken("undelivered", "acted")
    first = postbox.mailbox()
    replicas = [first, *(replace(first) for _ in range(2))]

    await asyncio.gather(*(each.look() for each in replicas))

    assert taken("undelivered", "acted") - acted == MAILS
    assert await postbox.noted() == MAILS
    assert all(r"\Seen" in flags for flags in postbox.flags)
    progress = await postbox.progress()
    assert progress is not None
    assert progress.last_uid >= MAILS

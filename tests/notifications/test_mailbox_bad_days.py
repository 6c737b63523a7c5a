"""The mailbox on a bad day: what breaks off is begun again, and nothing is lost or done twice."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from urllib.parse import quote

import pytest

from services.notifications.imap import MailboxServer
from services.notifications.mailbox import LEFT_ALONE
from shared.database import Database
from tests.conftest import PATIENCE_SECONDS, TestClock
from tests.notifications.dovecot import serving as running_dovecot
from tests.notifications.imap_servers import Way, standing
from tests.notifications.postbox import DONE, UNTOUCHED, Postbox, many_gone, taken, warned
from tests.notifications.returned_mails import letter, postfix
from tests.notifications.returning import FAILED, Send, barriers
from tests.notifications.watching import announced

pytestmark = pytest.mark.dovecot

Failed = Callable[[MailboxServer], Awaitable[Sequence[Mapping[str, object]]]]


@pytest.fixture
def failed(postbox: Postbox) -> Failed:
    """Looks, and gives the lines that say why nothing could be read."""
    return lambda server: warned(postbox.look(server))


# --- what breaks off in the middle -------------------------------------------------------------------------


async def test_cut_off_between_taking_a_mail_back_and_marking_it_nothing_is_lost_or_done_twice(
    postbox: Postbox, database: Database, clock: TestClock, failed: Failed
) -> None:
    mails = await many_gone(database, 3)
    postbox.bring(*map(postfix, mails))
    async with standing(Way(postbox.dovecot.plain, ends_at=b"UID STORE 2 ")) as way:
        [line] = await failed(way.to(postbox.server("imap")))
        assert line["why"] == "connection_lost"
        assert await announced(database) == [FAILED] * 2
        assert postbox.flags == [DONE, UNTOUCHED, UNTOUCHED]

        way.ends_at = None
        clock.move(LEFT_ALONE[0])
        repeated = taken("undelivered", "repeated")
        await postbox.look(way.to(postbox.server("imap")))

    assert taken("undelivered", "repeated") == repeated + 1
    assert await announced(database) == [FAILED] * 3
    assert postbox.flags == [DONE] * 3


@pytest.mark.parametrize("moment", [b"UID FETCH 3 ", b"UID STORE 3 ", b"LOGOUT"])
async def test_killed_in_the_middle_and_started_again_nothing_is_lost_or_done_twice(
    postbox: Postbox, database: Database, moment: bytes
) -> None:
    mails = await many_gone(database, 5)
    postbox.bring(*map(postfix, mails), letter("care@example.org"))
    async with standing(Way(postbox.dovecot.plain, holds_at=moment)) as way:
        server = way.to(postbox.server("imap"))
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.notifications.looking",
            database._writer.url.render_as_string(hide_password=False),
            f"imap://{quote(postbox.user)}@127.0.0.1:{way.port}",
        )
        async with asyncio.timeout(PATIENCE_SECONDS):
            await way.held.wait()
        os.kill(child.pid, signal.SIGKILL)
        await child.wait()
        way.holds_at = None
        way.held.clear()

        await postbox.look(server)

    assert await postbox.noted() == 5
    assert await announced(database) == [FAILED] * 5
    assert postbox.flags == [DONE] * 5 + [UNTOUCHED]


async def test_a_server_that_is_killed_in_the_middle_is_met_again(
    postbox: Postbox, database: Database, clock: TestClock, failed: Failed
) -> None:
    with running_dovecot() as dovecot:
        postbox.dovecot = dovecot
        mails = await many_gone(database, 4)
        postbox.bring(*map(postfix, mails))
        async with standing(Way(dovecot.plain, holds_at=b"UID FETCH 3 ")) as way:
            server = way.to(postbox.server("imap"))
            looking = asyncio.create_task(failed(server))
            async with asyncio.timeout(PATIENCE_SECONDS):
                await way.held.wait()
            dovecot.kill()
            [line] = await looking
            assert line["why"] == "connection_lost"
            way.holds_at = None
            way.held.clear()

            clock.move(LEFT_ALONE[0])
            assert [one["why"] for one in await failed(server)] == ["unreachable"]
            dovecot.start()
            await postbox.look(server)
            assert await postbox.noted() == 2  # left alone for a while
            clock.move(LEFT_ALONE[1])
            await postbox.look(server)

        assert await postbox.noted() == 4
        assert await announced(database) == [FAILED] * 4
        assert postbox.flags == [DONE] * 4


async def test_a_mail_at_which_it_always_breaks_off_is_passed_over_and_stays(
    postbox: Postbox, database: Database, clock: TestClock, failed: Failed
) -> None:
    mails = await many_gone(database, 3)
    postbox.bring(*map(postfix, mails))
    async with standing(Way(postbox.dovecot.plain, ends_at=b"UID FETCH 2 ")) as way:
        server = way.to(postbox.server("imap"))
        for _ in range(4):
            lines = await failed(server)
            clock.move(LEFT_ALONE[-1])

    assert lines == []
    assert await postbox.noted() == 2
    assert postbox.flags == [DONE, UNTOUCHED, DONE]


# --- who is not let in -------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
async def test_a_certificate_that_is_not_trusted_ends_it_before_the_password_is_said(
    postbox: Postbox, failed: Failed, scheme: str
) -> None:
    stranger = replace(postbox.server(scheme), authorities=None)

    assert [one["why"] for one in await failed(stranger)] == ["certificate_refused"]


async def test_a_certificate_for_another_name_is_not_trusted(postbox: Postbox, failed: Failed) -> None:
    other = replace(postbox.server(), host="localhost")

    assert [one["why"] for one in await failed(other)] == ["certificate_refused"]


@pytest.mark.parametrize("password", ["wrong", "falsch für alle"])
async def test_a_wrong_password_is_said_as_that_and_nowhere_shown(
    postbox: Postbox, failed: Failed, password: str
) -> None:
    [line] = await failed(replace(postbox.server(), password=password))

    assert line["why"] == "login_refused"
    assert [one for one in (password, postbox.user, "desk", "AUTH") if one in repr(line)] == []


async def test_a_folder_that_is_not_there_is_said_as_that_and_found_once_it_is(
    postbox: Postbox, failed: Failed, sent: Send, database: Database, clock: TestClock
) -> None:
    postbox.folder = "Returned"
    assert [one["why"] for one in await failed(postbox.server())] == ["folder_missing"]

    postbox.bring(postfix(await sent()))
    clock.move(LEFT_ALONE[0])
    await postbox.look()

    assert await barriers(database) == {"bounced"}


async def test_what_somebody_on_the_way_said_before_tls_is_not_believed(
    postbox: Postbox, failed: Failed, sent: Send, database: Database
) -> None:
    """Else their lines, sent along with the server's consent to TLS, would be heard as the server's."""
    postbox.bring(postfix(await sent()))
    said = b"* BYE said by somebody else\r\n"
    async with standing(Way(postbox.dovecot.plain, adds_to=(b"Begin TLS", said))) as way:
        assert await failed(way.to(postbox.server("imap+starttls"))) == []

    assert await barriers(database) == {"bounced"}

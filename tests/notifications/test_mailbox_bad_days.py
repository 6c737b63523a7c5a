"""The mailbox on a bad day: what breaks off is begun again, and nothing is lost or done twice."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest
import structlog

from services.notifications.imap import MailboxServer
from services.notifications.mailbox import LEFT_ALONE, Mailbox
from services.notifications.metrics import unread_seconds
from services.notifications.returned import Returns
from shared.database import Database
from shared.tasks import ended
from tests.conftest import PATIENCE_SECONDS, TestClock
from tests.notifications.dovecot import serving as running_dovecot
from tests.notifications.imap_servers import Talker, Way, sane, standing
from tests.notifications.postbox import DONE, KEPT_FOR, UNTOUCHED, Postbox, many_gone, taken
from tests.notifications.returned_mails import letter, postfix, vacation
from tests.notifications.returning import FAILED, Send, barriers
from tests.notifications.watching import announced

Line = dict[str, object]


@pytest.fixture
def failed(postbox: Postbox) -> Callable[[MailboxServer], Awaitable[Sequence[Line]]]:
    """Looks, and gives the lines that say why nothing could be read."""

    async def look(server: MailboxServer) -> Sequence[Line]:
        with structlog.testing.capture_logs() as lines:
            await postbox.look(server)
        return [one for one in lines if one["log_level"] != "info"]

    return look


Failed = Callable[[MailboxServer], Awaitable[Sequence[Line]]]


class Looker:
    """Looks at what a server of a test's says, and gives the lines that say why nothing could be read."""

    def __init__(self, returns: Returns, database: Database, clock: TestClock) -> None:
        self.returns, self.database, self.clock = returns, database, clock
        self.looking: dict[int, Mailbox] = {}

    async def __call__(
        self, server: Talker, seconds: float = 5.0, mailbox: MailboxServer | None = None
    ) -> Sequence[Line]:
        made = Mailbox(
            mailbox or server.mailbox(), self.returns, self.database, self.clock, KEPT_FOR, seconds
        )
        with structlog.testing.capture_logs() as lines:
            await self.looking.setdefault(server.port, made).look()
        return [one for one in lines if one["log_level"] != "info"]


@pytest.fixture
def looker(returns: Returns, database: Database, clock: TestClock) -> Looker:
    return Looker(returns, database, clock)


# --- what breaks off in the middle -------------------------------------------------------------------------


@pytest.mark.dovecot
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


@pytest.mark.dovecot
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


@pytest.mark.dovecot
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


@pytest.mark.dovecot
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


@pytest.mark.dovecot
@pytest.mark.parametrize("scheme", ["imaps", "imap+starttls"])
async def test_a_certificate_that_is_not_trusted_ends_it_before_the_password_is_said(
    postbox: Postbox, failed: Failed, scheme: str
) -> None:
    stranger = replace(postbox.server(scheme), authorities=None)

    assert [one["why"] for one in await failed(stranger)] == ["certificate_refused"]


@pytest.mark.dovecot
async def test_a_certificate_for_another_name_is_not_trusted(postbox: Postbox, failed: Failed) -> None:
    other = replace(postbox.server(), host="localhost")

    assert [one["why"] for one in await failed(other)] == ["certificate_refused"]


@pytest.mark.dovecot
@pytest.mark.parametrize("password", ["wrong", "falsch für alle"])
async def test_a_wrong_password_is_said_as_that_and_nowhere_shown(
    postbox: Postbox, failed: Failed, password: str
) -> None:
    [line] = await failed(replace(postbox.server(), password=password))

    assert line["why"] == "login_refused"
    assert [one for one in (password, postbox.user, "desk", "AUTH") if one in repr(line)] == []


@pytest.mark.dovecot
async def test_a_folder_that_is_not_there_is_said_as_that_and_found_once_it_is(
    postbox: Postbox, failed: Failed, sent: Send, database: Database, clock: TestClock
) -> None:
    postbox.folder = "Returned"
    assert [one["why"] for one in await failed(postbox.server())] == ["folder_missing"]

    postbox.bring(postfix(await sent()))
    clock.move(LEFT_ALONE[0])
    await postbox.look()

    assert await barriers(database) == {"bounced"}


# --- servers that hang, and servers that talk nonsense -----------------------------------------------------

BODY = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n"
RUBBISH = {
    "no greeting that we know": Talker(sane(), greeting=b"220 mail.example.org ESMTP\r\n"),
    "a farewell for a greeting": Talker(sane(), greeting=b"* BYE too busy\r\n"),
    "bytes": Talker(sane(), greeting=bytes(range(256)) * 40 + b"\r\n"),
    "another protocol": Talker(sane(CAPABILITY=b"* CAPABILITY IMAP2\r\nTAG OK .\r\n")),
    "a folder without numbers": Talker(sane(SELECT=b"* 1 EXISTS\r\nTAG OK .\r\n")),
    "numbers that are none": Talker(sane(UID_SEARCH=b"* SEARCH one two\r\nTAG OK .\r\n")),
    "a search refused": Talker(sane(UID_SEARCH=b"TAG BAD what?\r\n")),
    "the answer to something else": Talker(sane(UID_SEARCH=b"XXXX1 OK .\r\n")),
    "a mail that it does not show": Talker(sane(UID_FETCH=b"TAG NO [SERVERBUG] .\r\n")),
    "a farewell in the middle": Talker(sane(UID_FETCH=b"* BYE .\r\n")),
    "a mail without an end": Talker(sane(UID_FETCH=BODY % 9_999_999_999 + b"y" * 9_000_000)),
    "a line without an end": Talker(sane(UID_SEARCH=b"* SEARCH " + b"1 " * 5_000_000)),
    "lines without an end": Talker(sane(UID_SEARCH=b"* OK %s\r\n" % (b"y" * 900) * 10_000)),
    "a folder that may not be changed": Talker(sane(SELECT=b"TAG OK [READ-ONLY] .\r\n")),
}


@pytest.mark.parametrize("talk", RUBBISH)
async def test_rubbish_is_one_line_with_a_reason_and_tried_again(
    looker: Looker, talk: str, clock: TestClock
) -> None:
    async with standing(replace(RUBBISH[talk])) as server:
        for attempt in (1, 2):
            [line] = await looker(server)
            assert line["event"] == "mailbox.unreadable"
            assert line["attempt"] == attempt
            assert line["why"] in ("nonsense", "connection_lost", "unreachable", "read_only")
            clock.move(LEFT_ALONE[-1])
        assert server.met == 2


@pytest.mark.parametrize(
    "said",
    [
        b"TAG OK nothing\r\n",
        b"* 1 FETCH (FLAGS (\\Seen))\r\nTAG OK .\r\n",
        b"* 9 FETCH (UID 9 BODY[]<0> {3}\r\nabc)\r\nTAG OK .\r\n",
    ],
    ids=["gone", "another's flags", "another mail"],
)
async def test_a_mail_that_has_gone_meanwhile_is_let_go(looker: Looker, said: bytes) -> None:
    before = taken("from_a_person", "left")
    async with standing(Talker(sane(UID_FETCH=said))) as server:
        assert await looker(server) == []

    assert taken("from_a_person", "left") == before


@pytest.mark.parametrize(
    "said",
    [b'* 1 FETCH (UID 1 BODY[]<0> "hello")\r\n', b"* 1 FETCH (BODY[]<0> {2}\r\nhi UID 1)\r\n"],
    ids=["in quotes", "its number behind it"],
)
async def test_a_mail_is_found_however_a_server_shows_it(looker: Looker, said: bytes) -> None:
    before = taken("from_a_person", "left")
    async with standing(Talker(sane(UID_FETCH=said + b"TAG OK .\r\n"))) as server:
        assert await looker(server) == []

    assert taken("from_a_person", "left") == before + 1


async def test_what_a_server_does_not_mark_counts_all_the_same(looker: Looker) -> None:
    mail = vacation("care@example.org").replace(b"\n", b"\r\n")
    shown = BODY % len(mail) + mail + b")\r\nTAG OK .\r\n"
    flags = b"* OK [PERMANENTFLAGS (\\Seen \\*)] .\r\n"
    selected = b"* 1 EXISTS\r\n" + flags + b"* OK [UIDVALIDITY 7] .\r\n* OK [UIDNEXT 2] .\r\nTAG OK .\r\n"
    answer = sane(UID_FETCH=shown, SELECT=selected, UID_STORE=b"TAG NO [LIMIT] .\r\n")
    before = taken("automatic", "ignored")
    async with standing(Talker(answer)) as server:
        assert [one["event"] for one in await looker(server)] == ["mailbox.not_marked"]
        assert await looker(server) == []

    assert taken("automatic", "ignored") == before + 1


@pytest.mark.parametrize("pause", [0.02, 60.0], ids=["a byte now and then", "nothing"])
async def test_a_server_that_hangs_is_given_up_and_nobody_waits_for_it(looker: Looker, pause: float) -> None:
    """A byte now and then is no sign of life: imaplib alone would listen for ever."""
    async with standing(Talker(sane(UID_SEARCH=b"* SEARCH" + b" 1" * 10_000), pause=pause)) as server:
        looking = asyncio.create_task(looker(server, seconds=0.4))
        breaths = 0
        while not looking.done():
            breaths += 1
            await asyncio.sleep(0.001)

        [line] = await looking
    assert line["why"] == "timed_out"
    assert breaths > 50


async def test_the_end_of_the_service_ends_a_look_at_a_server_that_hangs(looker: Looker) -> None:
    asked = asyncio.Event()

    def answer(tag: bytes, words: bytes) -> Sequence[bytes]:
        if words.startswith(b"UID SEARCH"):
            asked.set()
            return []
        return sane()(tag, words)

    async with standing(Talker(answer)) as server:
        looking = asyncio.create_task(looker(server, seconds=600.0))
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asked.wait()
            await ended(looking)
            await asyncio.get_running_loop().shutdown_default_executor()


async def test_a_server_that_offers_no_tls_hears_no_password(looker: Looker) -> None:
    heard: list[bytes] = []

    def answer(tag: bytes, words: bytes) -> Sequence[bytes]:
        heard.append(words)
        return sane()(tag, words)

    async with standing(Talker(answer)) as server:
        starttls = replace(server.mailbox(), security="starttls")
        [line] = await looker(server, mailbox=starttls)

    assert line["why"] == "tls_refused"
    assert b"secret" not in b"".join(heard)


@pytest.mark.dovecot
async def test_what_somebody_on_the_way_said_before_tls_is_not_believed(
    postbox: Postbox, failed: Failed, sent: Send, database: Database
) -> None:
    """Else their lines, sent along with the server's consent to TLS, would be heard as the server's."""
    postbox.bring(postfix(await sent()))
    said = b"* BYE said by somebody else\r\n"
    async with standing(Way(postbox.dovecot.plain, adds_to=(b"Begin TLS", said))) as way:
        assert await failed(way.to(postbox.server("imap+starttls"))) == []

    assert await barriers(database) == {"bounced"}


async def test_nobody_there_is_said_as_that_and_looked_for_less_and_less_often(
    looker: Looker, clock: TestClock
) -> None:
    server = Talker(sane())
    async with standing(server):
        pass
    seconds = []
    for _ in range(7):
        [line] = await looker(server)
        assert line["why"] == "unreachable"
        seconds.append(line["seconds"])
        assert await looker(server) == []  # left alone for now
        clock.move(timedelta(seconds=float(str(line["seconds"]))))

    assert seconds == [60, 120, 300, 900, 1800, 1800, 1800]


async def test_for_how_long_nothing_could_be_read_can_be_seen_from_outside(
    looker: Looker, clock: TestClock
) -> None:
    async with standing(Talker(sane())) as server:
        await looker(server)
        assert unread_seconds._value.get() == 0
    for minutes in (1, 1, 1):
        clock.move(timedelta(minutes=minutes))
        await looker(server)
    assert unread_seconds._value.get() == 180

    again = Talker(sane(), port=server.port)
    clock.move(LEFT_ALONE[-1])
    async with standing(again):
        await looker(again)
    assert unread_seconds._value.get() == 0

"""Servers of mailboxes that hang, talk nonsense or are not there: a line with a reason, and tried again."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.imap import MailboxServer
from services.notifications.mailbox import LEFT_ALONE, Mailbox
from services.notifications.metrics import unread_seconds
from services.notifications.returned import Returns
from shared.database import Database
from shared.tasks import ended
from tests.conftest import PATIENCE_SECONDS, TestClock
from tests.notifications.imap_servers import Talker, sane, standing
from tests.notifications.postbox import KEPT_FOR, taken, warned
from tests.notifications.returned_mails import vacation
from tests.notifications.watching import until


class Looker:
    """Looks at what a server of a test's says, and gives the lines that say why nothing could be read."""

    def __init__(self, returns: Returns, database: Database, clock: TestClock) -> None:
        self.returns, self.database, self.clock = returns, database, clock
        self.looking: dict[int, Mailbox] = {}

    async def __call__(
        self, server: Talker, seconds: float = 5.0, mailbox: MailboxServer | None = None
    ) -> Sequence[Mapping[str, object]]:
        made = Mailbox(
            mailbox or server.mailbox(), self.returns, self.database, self.clock, KEPT_FOR, seconds
        )
        return await warned(self.looking.setdefault(server.port, made).look())


@pytest.fixture
def looker(returns: Returns, database: Database, clock: TestClock) -> Looker:
    return Looker(returns, database, clock)


BODY = b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n"
RUBBISH = {
    "no greeting that we know": Talker(sane(), greeting=b"220 mail.example.org ESMTP\r\n"),
    "a farewell for a greeting": Talker(sane(), greeting=b"* BYE too busy\r\n"),
    "bytes": Talker(sane(), greeting=bytes(range(256)) * 40 + b"\r\n"),
    "another protocol": Talker(sane(CAPABILITY=b"* CAPABILITY IMAP2\r\nTAG OK .\r\n")),
    "a folder without numbers": Talker(sane(SELECT=b"* 1 EXISTS\r\nTAG OK .\r\n")),
    "numbers that are none": Talker(sane(UID_SEARCH=b"* SEARCH one two\r\nTAG OK .\r\n")),
    "a search refused": Talker(sane(UID_SEARCH=b"TAG BAD what?\r\n")),
    "the answer to something else": Talker(sane(UID_SEARCH=b"A9999 OK .\r\n")),
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


async def test_the_oldest_is_taken_first_in_whatever_order_a_server_names_them(looker: Looker) -> None:
    asked: list[bytes] = []

    def answer(tag: bytes, words: bytes) -> Sequence[bytes]:
        asked.append(words)
        return sane(UID_SEARCH=b"* SEARCH 12 3 101\r\n* SEARCH 7\r\nTAG OK .\r\n")(tag, words)

    async with standing(Talker(answer)) as server:
        await looker(server)

    fetched = [words.split()[2] for words in asked if words.startswith(b"UID FETCH")]
    assert fetched == [b"3", b"12", b"101"]


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


@pytest.mark.parametrize("silent_at", [b"", b"CAPABILITY", b"UID SEARCH"], ids=["greeting", "first", "later"])
async def test_the_end_of_the_service_ends_a_look_at_a_server_that_hangs(
    looker: Looker, silent_at: bytes
) -> None:
    heard: list[bytes] = []

    def answer(tag: bytes, words: bytes) -> Sequence[bytes]:
        heard.append(words)
        return [] if any(one.startswith(silent_at) for one in heard) else sane()(tag, words)

    async with standing(Talker(answer, greeting=b"* OK ready\r\n" if silent_at else b"")) as server:
        looking = asyncio.create_task(looker(server, seconds=45.0))
        if silent_at:
            await until(lambda: bool(heard) and heard[-1].startswith(silent_at))
        else:
            await until(lambda: server.met == 1)
        async with asyncio.timeout(PATIENCE_SECONDS):
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
    looker.looking.clear()  # started anew
    await looker(server)
    assert unread_seconds._value.get() == 180

    again = Talker(sane(), port=server.port)
    clock.move(LEFT_ALONE[-1])
    async with standing(again):
        await looker(again)
    assert unread_seconds._value.get() == 0

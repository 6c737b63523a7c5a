"""A round of the doctor: all checks at once, none in another's way, over in time whatever is away."""

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest
from dns.asyncresolver import Resolver

from deploy.checks.finding import Check, Finding, Level, Look, Round, doubtful, well, wrong
from deploy.checks.looking import LIMIT_SECONDS, examined
from deploy.checks.threads import Unwaited
from deploy.cli.doctor import CHECKS, summed_up, tell
from shared.errors import Misconfigured, Retryable
from tests.conftest import PATIENCE_SECONDS
from tests.deploy.round import environ, given, problems, warnings

MOST_SECONDS = 10.0


def check(name: str, look: Look) -> Check:
    return Check(name, look, "it matters", f"mend {name}")


async def fine(_given: Round) -> Sequence[Finding]:
    return [well("fine", "it is")]


async def broken(_given: Round) -> Sequence[Finding]:
    raise ZeroDivisionError


async def silent(_given: Round) -> Sequence[Finding]:
    await asyncio.sleep(MOST_SECONDS * 10)
    return []


async def away(_given: Round) -> Sequence[Finding]:
    raise Retryable("the broker is away")


async def test_a_check_that_breaks_says_so_and_the_others_go_on() -> None:
    found = await examined([check("broken", broken), check("fine", fine)], given())

    assert [(each.check, each.level) for each in found] == [("broken", "problem"), ("fine", "ok")]
    assert "ZeroDivisionError" in found[0].what
    assert (found[0].why, found[0].do) == ("it matters", "mend broken")


async def test_a_check_that_does_not_end_is_left_behind() -> None:
    found = await examined([check("silent", silent), check("fine", fine)], given(), limit=0.05)

    assert [(each.check, each.level) for each in found] == [("silent", "problem"), ("fine", "ok")]


async def test_what_keeps_several_from_looking_is_told_once() -> None:
    found = await examined([check(name, away) for name in ("nats", "streams", "clock")], given())

    assert problems(found) == ["nats: the broker is away"]
    assert [each.check for each in found if each.level is Level.WARNING] == ["streams", "clock"]
    assert all("nats" in each.what and "put nats right first" in each.do for each in found[1:])


async def test_what_a_check_found_itself_is_not_told_again_by_one_that_it_keeps_from_looking() -> None:
    async def found_it(_given: Round) -> Sequence[Finding]:
        return [wrong("nats", "the broker is away", "why", "do")]

    found = await examined([check("nats", found_it), check("streams", away)], given())

    assert problems(found) == ["nats: the broker is away"]


async def test_a_check_that_comes_to_no_end_names_the_one_that_it_needs() -> None:
    needy = Check("roster", silent, "why", "do", needs=("databases",))
    alone = Check("smtp", silent, "why", "do")

    async def down(_given: Round) -> Sequence[Finding]:
        return [wrong("databases", "they are away", "why", "do")]

    found = await examined([check("databases", down), needy, alone], given(), limit=0.05)

    assert [each.split(":")[0] for each in problems(found)] == ["databases", "smtp"]
    assert [each.split(":")[0] for each in warnings(found)] == ["roster"]


async def test_checks_look_at_the_same_time() -> None:
    both = asyncio.Barrier(2)

    async def meets(_given: Round) -> Sequence[Finding]:
        await both.wait()
        return [well("meets", "the other")]

    found = await examined([check("one", meets), check("two", meets)], given(), limit=5)

    assert [each.level for each in found] == ["ok", "ok"]


BUSY = """
import asyncio, time
from deploy.checks.finding import Check, Round
from deploy.checks.looking import examined
from shared.clock import utc_now

async def busy(given):
    await asyncio.to_thread(time.sleep, 600)

found = asyncio.run(examined([Check("names", busy, "", "")], Round({}, utc_now), limit=0.05))
print(found[0].what)
"""


def test_the_command_ends_however_long_a_thread_is_still_busy() -> None:
    command = [sys.executable, "-c", BUSY]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=PATIENCE_SECONDS)

    assert "no answer within" in ended.stdout


def test_what_breaks_in_a_thread_is_heard_of() -> None:
    async def break_it() -> None:
        asyncio.get_running_loop().set_default_executor(Unwaited())
        with pytest.raises(ZeroDivisionError):
            await asyncio.to_thread(lambda: 1 // 0)

    asyncio.run(break_it())


@asynccontextmanager
async def mute() -> AsyncIterator[int]:
    """A server that takes connections and says nothing; its port. Also what no resolver answers on."""
    held: list[asyncio.StreamWriter] = []

    async def hold(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        held.append(writer)

    server = await asyncio.start_server(hold, "127.0.0.1", 0)
    loop = asyncio.get_running_loop()
    port = server.sockets[0].getsockname()[1]
    deaf, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, ("127.0.0.1", port))
    try:
        yield port
    finally:
        deaf.close()
        for writer in held:
            writer.transport.abort()
        server.close()


async def test_the_round_is_over_within_ten_seconds_when_nothing_answers() -> None:
    async with mute() as port:
        said = environ(
            PRACTICE_NATS_URL=f"nats://127.0.0.1:{port}",
            NOTIFICATIONS_SMTP_URL=f"smtp://127.0.0.1:{port}",
            NOTIFICATIONS_IMAP_URL=f"imap://care@127.0.0.1:{port}",
            NOTIFICATIONS_IMAP_PASSWORD="a password",
            **{
                f"{service}_DATABASE_URL": f"postgresql+asyncpg://u:p@127.0.0.1:{port}/x"
                for service in ("INTAKE", "MATCHING", "NOTIFICATIONS", "RESOURCES")
            },
        )
        resolver = Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], port
        begun = time.monotonic()

        found = await examined(CHECKS, given(said, resolver=resolver))

        took = time.monotonic() - begun
    assert took < MOST_SECONDS
    assert LIMIT_SECONDS < MOST_SECONDS
    assert {"databases", "nats", "smtp", "mailbox"} <= {each.split(":")[0] for each in problems(found)}
    [away] = [each for each in problems(found) if each.startswith("databases: ")]
    assert "intake, matching, notifications, resources: the database does not answer within" in away
    quiet = {"services", "folder"}  # there is neither a data folder nor an operator's
    assert {each.name for each in CHECKS} - {each.check for each in found} <= quiet


async def test_one_setting_that_is_missing_is_one_problem_and_not_twenty() -> None:
    found = await examined(
        CHECKS, given(environ(NOTIFICATIONS_SMTP_URL="", PRACTICE_NATS_URL="nats://127.0.0.1:1"))
    )

    named = [each for each in problems(found) if "NOTIFICATIONS_SMTP_URL" in each]
    assert named == ["configuration: NOTIFICATIONS_SMTP_URL is not set"]
    assert any("what is wrong with configuration" in each for each in warnings(found))


def test_what_could_not_be_looked_at_is_told_in_a_line_and_is_no_warning_of_its_own(
    capsys: pytest.CaptureFixture[str],
) -> None:
    blocked = [
        Finding(name, Level.WARNING, "not looked at", "why", "do", after="nats") for name in ("a", "b")
    ]

    tell([*blocked, wrong("nats", "it is away", "why", "start it"), well("smtp", "it takes us")])

    printed = capsys.readouterr().out
    assert "not looked at   a, b\n" in printed
    assert printed.count("nats right first") == 1
    assert printed.endswith("\n1 problem. Begin with nats: start it.\n")
    assert printed.index("it takes us") < printed.index("a, b") < printed.index("it is away")


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ([well("a", "b")], "All is well."),
        (
            [well("a", "b"), doubtful("a", "b", "c", "d")],
            "No problem, and 1 warning that can wait for the day.",
        ),
        (
            [
                doubtful("x", "b", "c", "d"),
                wrong("nats", "b", "c", "start it"),
                wrong("clock", "b", "c", "d"),
            ],
            "2 problems, and 1 warning that can wait for the day. Begin with nats: start it.",
        ),
        ([wrong("nats", "b", "c", "start it")], "1 problem. Begin with nats: start it."),
    ],
)
def test_the_last_line_says_how_it_stands_and_what_to_begin_with(found: list[Finding], said: str) -> None:
    assert summed_up(found) == said


async def test_a_setting_that_is_wrong_is_a_sentence() -> None:
    async def misread(_given: Round) -> Sequence[Finding]:
        raise Misconfigured("PRACTICE_CA names nothing")

    [found] = await examined([check("certificates", misread)], given())

    assert found.what == "PRACTICE_CA names nothing"

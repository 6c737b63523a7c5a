"""What the doctor says of certificates, by servers on this machine that show them."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from deploy.checks.certificates import certificates, shown_by, to_look_at
from deploy.checks.finding import Finding
from deploy.checks.places import Place
from tests.deploy.authority import DAY, Authority
from tests.deploy.round import environ, given
from tests.notifications.mail_servers import serving

HERE = "127.0.0.1"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


async def of_the_mail_server(port: int, authority: Authority, scheme: str = "smtps") -> Finding:
    said = environ(
        NOTIFICATIONS_SMTP_URL=f"{scheme}://{HERE}:{port}", NOTIFICATIONS_SMTP_CA=str(authority.file)
    )
    [found] = await certificates(given(said))
    return found


@pytest.mark.parametrize(
    ("lasts", "level"),
    [(90 * DAY, "ok"), (29 * DAY, "warning"), (6 * DAY, "problem"), (timedelta(hours=-1), "problem")],
)
async def test_a_certificate_is_told_of_before_it_ends(
    authority: Authority, lasts: timedelta, level: str
) -> None:
    async with serving(implicit_tls=authority.server(lasts=lasts)) as server:
        found = await of_the_mail_server(server.port, authority)

    assert found.level == level
    assert f"{HERE}:{server.port}: it is " in found.what or "not believed" in found.what


async def test_a_certificate_for_another_name_is_a_problem_that_tells_for_whom_it_is(
    authority: Authority,
) -> None:
    async with serving(implicit_tls=authority.server(name="other.example.org")) as server:
        found = await of_the_mail_server(server.port, authority)

    assert found.level == "problem"
    assert "for other.example.org and is not believed" in found.what


async def test_a_certificate_that_nobody_vouches_for_is_a_problem(
    authority: Authority, tmp_path: Path
) -> None:
    async with serving(implicit_tls=Authority(tmp_path).server()) as server:
        found = await of_the_mail_server(server.port, authority)

    assert found.level == "problem"
    assert "not believed" in found.what


async def test_a_mail_server_with_starttls_is_gone_to_by_starttls(authority: Authority) -> None:
    async with serving(tls_context=authority.server(lasts=29 * DAY)) as server:
        found = await of_the_mail_server(server.port, authority, "smtp+starttls")

    assert found.level == "warning"
    assert "days left" in found.what


async def test_a_mail_server_that_offers_no_tls_is_a_problem(authority: Authority) -> None:
    async with serving() as server:
        found = await of_the_mail_server(server.port, authority, "smtp+starttls")

    assert found.level == "problem"
    assert "the server does not begin TLS" in found.what


async def test_a_server_that_speaks_plain_text_where_tls_was_meant_is_a_problem(authority: Authority) -> None:
    async with serving() as server:
        found = await of_the_mail_server(server.port, authority)

    assert found.level == "problem"
    assert "the server does not begin TLS" in found.what


async def test_a_server_that_is_away_leaves_its_certificate_unknown(authority: Authority) -> None:
    found = await of_the_mail_server(1, authority)

    assert found.level == "warning"


@asynccontextmanager
async def after(greeting: Sequence[tuple[bytes, bytes]], context: ssl.SSLContext) -> AsyncIterator[int]:
    """A server that says, for each of these, the second after it has read the first; then begins TLS."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for heard, said in greeting:
            await reader.readexactly(len(heard))
            writer.write(said)
        await writer.drain()
        try:
            await writer.start_tls(context)
            await reader.read()
        except OSError:
            pass  # the client has seen enough
        finally:
            writer.close()

    server = await asyncio.start_server(talk, HERE, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


REQUEST = b"\x00\x00\x00\x08\x04\xd2\x16\x2f"
GREETINGS = {
    "postgresql": [(REQUEST, b"S")],
    "imap+starttls": [(b"", b"* OK ready\r\n"), (b"a STARTTLS\r\n", b"* noise\r\na OK go on\r\n")],
    "nats": [],
}


@pytest.mark.parametrize("scheme", GREETINGS)
async def test_each_server_is_gone_to_as_its_clients_go(authority: Authority, scheme: str) -> None:
    trusted = ssl.create_default_context(cafile=str(authority.file))
    async with after(GREETINGS[scheme], authority.server(lasts=12 * DAY)) as port:
        shown = await shown_by(Place("X", scheme, HERE, port), trusted)

    assert (shown.names, shown.refused) == ((HERE,), None)
    assert shown.version in ("TLSv1.2", "TLSv1.3")


async def test_inside_the_practices_own_authority_is_believed_and_looked_at_itself(
    authority: Authority, tmp_path: Path
) -> None:
    stranger = Authority(tmp_path)
    async with after([], authority.server()) as good, after([], stranger.server()) as bad:
        urls = f"nats://{HERE}:{good},nats://{HERE}:{bad}"
        found = await certificates(given(environ(PRACTICE_NATS_URL=urls, PRACTICE_CA=str(authority.file))))

    levels = {each.what.partition(": ")[0]: each.level for each in found}
    assert levels == {
        "the authority inside": "ok",
        f"{HERE}:{good}": "ok",
        f"{HERE}:{bad}": "problem",
    }


@pytest.mark.parametrize(
    ("page", "looked_at"), [("https://localhost", []), ("https://care.example.org", ["care.example.org:443"])]
)
def test_the_public_page_is_looked_at_once_and_that_of_a_trial_is_not(
    page: str, looked_at: list[str]
) -> None:
    names = ("INTAKE_PUBLIC_URL", "MATCHING_PUBLIC_URL", "RESOURCES_PUBLIC_URL")

    assert [each.shown for each in to_look_at(environ(**dict.fromkeys(names, page)))] == looked_at

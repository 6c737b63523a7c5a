"""The way to the mail server, against real servers on good days and bad."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.notifications.domain.outcome import Reply
from services.notifications.settings import NotificationsSettings
from services.notifications.smtp import (
    Accepted,
    Away,
    Deferred,
    Envelope,
    Mailer,
    MailServer,
    Refused,
    Unknown,
)
from shared.errors import Misconfigured
from tests.notifications.mail_servers import MailServerDouble, certificate, only, serving

CONTENT = b"Subject: hello\r\nMessage-ID: <1@example.org>\r\n\r\n.a line with a dot\r\n"


def to(recipient: str = "sam@example.org") -> Envelope:
    return Envelope("desk@example.org", recipient, CONTENT)


def mailer_for(url: str, authorities: Path | None = None, seconds: float = 5.0) -> Mailer:
    return Mailer(MailServer.read(url, authorities), hello="mail.example.org", command_seconds=seconds)


@pytest.fixture
async def server() -> AsyncIterator[MailServerDouble]:
    async with serving() as running:
        yield running


@pytest.fixture
async def mailer(server: MailServerDouble) -> AsyncIterator[Mailer]:
    made = mailer_for(server.url)
    yield made
    await made.close()


async def test_a_mail_arrives_as_it_was_written(server: MailServerDouble, mailer: Mailer) -> None:
    result = await mailer.send(to())

    assert result == Accepted(Reply(250, "2.0.0"))
    assert [(one.sender, one.recipients, one.content) for one in server.taken] == [
        ("desk@example.org", ["sam@example.org"], CONTENT)
    ]


async def test_connections_are_kept_and_few(server: MailServerDouble, mailer: Mailer) -> None:
    for _ in range(3):
        await mailer.send(to())
    assert server.connections == 1

    await asyncio.gather(*(mailer.send(to()) for _ in range(20)))
    assert server.connections <= 4
    assert len(server.taken) == 23


async def test_a_connection_is_not_kept_for_ever(server: MailServerDouble, mailer: Mailer) -> None:
    for _ in range(101):
        await mailer.send(to())

    assert server.connections == 2


async def test_a_connection_that_the_server_closed_is_replaced_at_once(
    server: MailServerDouble, mailer: Mailer
) -> None:
    await mailer.send(to())
    server.drop_connections()
    await asyncio.sleep(0.05)

    assert isinstance(await mailer.send(to()), Accepted)
    assert server.connections == 2


async def test_a_server_that_closes_with_421_is_met_again_at_once(
    server: MailServerDouble, mailer: Mailer
) -> None:
    await mailer.send(to())
    server.mail_answers = ["421 4.3.2 closing"]

    assert isinstance(await mailer.send(to()), Accepted)
    assert server.connections == 2


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("450 4.2.1 busy", Deferred("recipient_deferred", Reply(450, "4.2.1"))),
        ("452 no space", Deferred("recipient_deferred", Reply(452, None))),
        ("550 5.1.1 nobody here", Refused("recipient_refused", Reply(550, "5.1.1"))),
    ],
)
async def test_an_answer_about_the_recipient_is_about_this_mail_alone(
    server: MailServerDouble, mailer: Mailer, answer: str, result: object
) -> None:
    server.rcpt_answers["sam@example.org"] = answer

    assert await mailer.send(to()) == result
    assert isinstance(await mailer.send(to("ana@example.org")), Accepted)
    assert server.connections == 1
    assert server.recipients == ["ana@example.org"]


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        ("451 4.7.1 come back later", Deferred("content_deferred", Reply(451, "4.7.1"))),
        ("554 5.6.0 we do not like it", Refused("content_refused", Reply(554, "5.6.0"))),
    ],
)
async def test_an_answer_about_the_content_is_about_this_mail_alone(
    server: MailServerDouble, mailer: Mailer, answer: str, result: object
) -> None:
    server.data_answers = [answer]

    assert await mailer.send(to()) == result
    assert isinstance(await mailer.send(to()), Accepted)


async def test_a_server_that_refuses_the_sender_is_the_operators_to_mend(
    server: MailServerDouble, mailer: Mailer
) -> None:
    server.mail_answers = ["550 5.7.1 not you"]

    assert await mailer.send(to()) == Deferred("sender_refused", Reply(550, "5.7.1"))


async def test_no_answer_after_the_content_means_nobody_knows(
    server: MailServerDouble, mailer: Mailer
) -> None:
    server.drops_after_data = 1

    assert await mailer.send(to()) == Unknown("no_answer_after_content")
    assert len(server.taken) == 1
    assert isinstance(await mailer.send(to()), Accepted)


async def test_a_server_that_never_answers_for_the_content_is_given_up() -> None:
    async with serving() as server:
        server.slow["sam@example.org"] = asyncio.Event()
        mailer = mailer_for(server.url, seconds=0.2)

        assert await mailer.send(to()) == Unknown("no_answer_after_content")
        server.slow["sam@example.org"].set()
        await mailer.close()


async def test_a_server_that_is_away_is_told_apart_and_found_again(
    server: MailServerDouble, mailer: Mailer
) -> None:
    await server.stop()

    assert await mailer.send(to()) == Away("unreachable")
    assert await mailer.reachable() is False

    await server.start()
    assert await mailer.reachable() is False  # left alone for a second
    await asyncio.sleep(1.05)
    assert await mailer.reachable() is True
    assert isinstance(await mailer.send(to()), Accepted)


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("sam@example.org>\r\nRCPT TO:<evil@example.org", "address_invalid"),
        ("sam@example.org, eve@example.org", "address_invalid"),
        ("", "address_invalid"),
        ("josé@example.org", "address_needs_smtputf8"),
    ],
)
async def test_an_address_that_cannot_be_used_reaches_no_server(
    server: MailServerDouble, mailer: Mailer, address: str, why: str
) -> None:
    assert await mailer.send(to(address)) == Refused(why)
    assert server.connections == 0


async def test_an_international_domain_travels_in_ascii(server: MailServerDouble, mailer: Mailer) -> None:
    await mailer.send(to("sam@bücher.example.org"))

    assert server.recipients == ["sam@xn--bcher-kva.example.org"]


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
async def test_mail_travels_encrypted_to_a_server_that_is_trusted(scheme: str, tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    options = {"implicit_tls": context} if scheme == "smtps" else {"tls_context": context}
    async with serving(**options) as server:
        mailer = mailer_for(f"{scheme}://127.0.0.1:{server.port}", trusted)

        assert isinstance(await mailer.send(to()), Accepted)
        assert [one.encrypted for one in server.taken] == [True]
        await mailer.close()

        stranger = mailer_for(f"{scheme}://127.0.0.1:{server.port}")
        assert await stranger.send(to()) == Away("certificate_refused")


async def test_nothing_is_said_to_a_server_without_starttls(server: MailServerDouble) -> None:
    mailer = mailer_for(f"smtp+starttls://127.0.0.1:{server.port}")

    assert isinstance(await mailer.send(to()), Away)
    assert server.taken == []


async def test_a_login_is_used_and_a_wrong_one_makes_mail_wait(tmp_path: Path) -> None:
    context, trusted = certificate(tmp_path)
    async with serving(tls_context=context, authenticator=only("desk", "p@ss"), auth_required=True) as server:
        right = mailer_for(f"smtp+starttls://desk:p%40ss@127.0.0.1:{server.port}", trusted)
        wrong = mailer_for(f"smtp+starttls://desk:nope@127.0.0.1:{server.port}", trusted)

        assert isinstance(await right.send(to()), Accepted)
        assert await wrong.send(to()) == Away("login_refused", Reply(535, "5.7.8"))
        assert await wrong.check() == "login_refused"
        await right.close()


@pytest.mark.parametrize(
    "url",
    ["smtp://127.0.0.1:1025", "smtp://localhost", "smtp://[::1]:25", "smtps://mail.example.org"],
)
def test_a_safe_way_is_accepted(url: str) -> None:
    assert MailServer.read(url).port > 0


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.org:25",
        "smtp://10.0.0.7:25",
        "smtp://localhost.example.org",
        "http://localhost",
        "localhost:25",
        "",
        "smtps://mail.example.org:none",
        "smtps://user@mail.example.org",
    ],
)
def test_plain_text_to_another_machine_and_nonsense_are_refused_at_start(url: str) -> None:
    with pytest.raises(Misconfigured):
        MailServer.read(url)


def test_plain_text_goes_to_the_one_sink_that_is_named_and_to_no_other() -> None:
    assert MailServer.read("smtp://mailpit:1025", plain_host="mailpit").security == "none"
    for url in ("smtp://mailpit.example.org:1025", "smtp://10.0.0.7:1025", "smtp://pit:25"):
        with pytest.raises(Misconfigured, match="only for this machine"):
            MailServer.read(url, plain_host="mailpit")


def test_the_sink_is_named_by_the_settings() -> None:
    told = {f"{service}_LINK_KEYS": "k" * 40 for service in ("INTAKE", "MATCHING", "RESOURCES")}
    told["NOTIFICATIONS_SMTP_URL"] = "smtp://mailpit:1025"
    with pytest.raises(Misconfigured):
        MailServer.of(NotificationsSettings.read(told))

    sink = {"NOTIFICATIONS_SMTP_PLAIN_HOST": "mailpit"}
    assert MailServer.of(NotificationsSettings.read(told | sink)).port == 1025


def test_a_password_is_neither_shown_nor_quoted() -> None:
    server = MailServer.read("smtps://user:open-sesame@mail.example.org:465")
    assert "open-sesame" not in repr(server) + server.shown

    with pytest.raises(Misconfigured) as refused:
        MailServer.read("smtp://user:open-sesame@mail.example.org")
    assert "open-sesame" not in str(refused.value)

"""Which mailbox is looked into, by whom, and what an operator is told of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import certifi
import httpx
import pytest

from deploy.checks.finding import Finding, Round
from deploy.checks.mail import mailbox
from services.notifications import operations, storage, timers
from services.notifications.app import create_app
from services.notifications.delivery import Postman
from services.notifications.imap import MailboxServer
from services.notifications.mailbox import Mailbox
from services.notifications.reconcile import Reconciler
from services.notifications.returned import Returns
from services.notifications.settings import NotificationsSettings
from shared.clock import Clock, utc_now
from shared.database import Database
from shared.errors import Misconfigured
from tests.conftest import PATIENCE_SECONDS, TestClock
from tests.notifications.builders import FOLDER, INTAKE_LINK_KEY, LINK_KEY, RESOURCES_LINK_KEY
from tests.notifications.dovecot import PASSWORD
from tests.notifications.imap_servers import Talker, sane, standing
from tests.notifications.postbox import DONE, KEPT_FOR, UNTOUCHED, Postbox, many_gone
from tests.notifications.returned_mails import letter, postfix
from tests.notifications.returning import KEY

URL, SECRET = "imaps://care%40example.org@imap.example.org", "open-sesame"


def environ(**more: str) -> Mapping[str, str]:
    return {
        "NOTIFICATIONS_DATABASE_URL": "sqlite+aiosqlite://",
        "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1",
        "NOTIFICATIONS_LINK_KEYS": KEY,
        "NOTIFICATIONS_RETURN_ADDRESS": "own",
        "MATCHING_LINK_KEYS": LINK_KEY,
        "INTAKE_LINK_KEYS": INTAKE_LINK_KEY,
        "RESOURCES_LINK_KEYS": RESOURCES_LINK_KEY,
        "PRACTICE_CONFIG_DIR": str(FOLDER),
    } | more


# --- the address -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "port", "folder"),
    [
        (URL, 993, "INBOX"),
        (f"{URL}/Returned%20mail/2026", 993, "Returned mail/2026"),
        ("imap+starttls://care@imap.example.org", 143, "INBOX"),
        ("imap://care@localhost:1143/", 1143, "INBOX"),
    ],
)
def test_a_safe_way_is_accepted(url: str, port: int, folder: str) -> None:
    server = MailboxServer.read(url, SECRET)

    assert (server.port, server.folder, server.password) == (port, folder, SECRET)


def test_the_user_of_an_address_may_be_an_address() -> None:
    assert MailboxServer.read(URL, SECRET).username == "care@example.org"
    assert MailboxServer.read("imaps://care@example.org@localhost", SECRET).username == "care@example.org"


@pytest.mark.parametrize(
    ("url", "password"),
    [
        ("imap://care@imap.example.org", SECRET),
        ("imap://care@10.0.0.7", SECRET),
        ("https://care@imap.example.org", SECRET),
        ("imaps://care@imap.example.org:none", SECRET),
        ("imaps://care@[imap", SECRET),
        ("imaps://imap.example.org", SECRET),
        (URL, ""),
        ("imaps://care:open-sesame@imap.example.org", SECRET),
        ("imaps://care:open-sesame@imap.example.org", ""),
        (f"{URL}/Returned?open-sesame", SECRET),
        (f"{URL}/Returned%0d%0aA1 DELETE INBOX", SECRET),
        ("imaps://care%0a@imap.example.org", SECRET),
        (URL, f"{SECRET}\r\nA1 DELETE INBOX"),
    ],
)
def test_an_unsafe_way_and_nonsense_are_refused_at_start_without_a_word_of_the_password(
    url: str, password: str
) -> None:
    said = environ(NOTIFICATIONS_IMAP_URL=url, NOTIFICATIONS_IMAP_PASSWORD=password)

    with pytest.raises(Misconfigured, match="NOTIFICATIONS_IMAP") as refused:
        create_app(NotificationsSettings.read(said))

    assert SECRET not in str(refused.value)


def test_certificates_of_ones_own_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="NOTIFICATIONS_IMAP_CA names no file"):
        MailboxServer.read(URL, SECRET, tmp_path / "none.pem")


def test_the_password_is_shown_nowhere_and_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n", "utf-8")
    (tmp_path / "password").chmod(0o600)
    file = {"NOTIFICATIONS_IMAP_PASSWORD_FILE": str(tmp_path / "password")}
    settings = NotificationsSettings.read(environ(NOTIFICATIONS_IMAP_URL=URL, **file))

    server = MailboxServer.read(settings.imap_url, settings.imap_password)

    assert server.password == SECRET
    assert SECRET not in repr(settings) + repr(server) + server.shown + server.key


def test_what_a_mailbox_is_remembered_by_names_neither_user_nor_host() -> None:
    server = MailboxServer.read(f"{URL}/Returned", SECRET)

    assert [one for one in ("care", "example", "Returned") if one in server.key] == []
    others = (replace(server, folder="INBOX"), replace(server, username="x"), replace(server, host="y"))
    assert server.key not in {one.key for one in others}
    assert replace(server, port=1, password="new", security="none").key == server.key


# --- who looks ---------------------------------------------------------------------------------------------


async def test_a_mailbox_that_is_named_is_looked_into_and_none_otherwise(
    postman: Postman, reconciler: Reconciler, returns: Returns, database: Database, clock: TestClock
) -> None:
    mailbox = Mailbox(MailboxServer.read(URL, SECRET), returns, database, clock, KEPT_FOR)

    with_one = {one.name: one for one in timers.ticks(postman, reconciler, database, clock, mailbox)}
    without = {one.name for one in timers.ticks(postman, reconciler, database, clock)}

    assert with_one.keys() - without == {"look_into_mailbox"}
    assert with_one["look_into_mailbox"].every == timedelta(minutes=1)
    assert with_one["look_into_mailbox"].wakes_on == storage.MAIL_WAITS


@pytest.mark.dovecot
async def test_the_service_takes_back_what_waits_there_while_it_runs(
    postbox: Postbox, database: Database
) -> None:
    """Fifty at a time, and the next fifty at once, not a minute later."""
    mails = await many_gone(database, 60)
    postbox.bring(*map(postfix, mails), letter("care@example.org"), at=utc_now())
    app = create_app(NotificationsSettings.read(of(postbox)))

    async with app.router.lifespan_context(app), asyncio.timeout(PATIENCE_SECONDS):
        while await postbox.noted() < 60 or UNTOUCHED in postbox.flags[:-1]:
            await asyncio.sleep(0.05)
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://notifications") as client:
            metrics = (await client.get("/metrics")).text

    assert postbox.flags == [DONE] * 60 + [UNTOUCHED]
    assert "practice_mailbox_unread_seconds 0.0" in metrics


# --- what the doctor says ----------------------------------------------------------------------------------


async def looked_at(said: Mapping[str, str], clock: Clock = utc_now) -> Finding:
    [found] = await mailbox(Round(said, clock))
    return found


def of(postbox: Postbox, **more: str) -> Mapping[str, str]:
    """The settings of a service that looks into this mailbox."""
    server = postbox.server()
    user = postbox.user.replace("@", "%40")
    return environ(
        NOTIFICATIONS_DATABASE_URL=postbox.database._writer.url.render_as_string(hide_password=False),
        NOTIFICATIONS_IMAP_URL=f"imaps://{user}@{server.host}:{server.port}/{postbox.folder}",
        NOTIFICATIONS_IMAP_PASSWORD=PASSWORD,
        NOTIFICATIONS_IMAP_CA=str(postbox.dovecot.authorities),
    ) | dict(more)


async def test_the_doctor_finds_it_well_that_no_mailbox_is_looked_into() -> None:
    found = await looked_at(environ())

    assert found.ok
    assert "NOTIFICATIONS_IMAP_URL" in found.what


@pytest.mark.dovecot
async def test_the_doctor_finds_a_mailbox_that_lets_us_in_and_changes_nothing_there(
    postbox: Postbox, clock: TestClock
) -> None:
    postbox.bring(letter("care@example.org"))

    assert (await looked_at(of(postbox), clock)).ok
    await postbox.look()
    assert (await looked_at(of(postbox), clock)).ok
    assert postbox.flags == [UNTOUCHED]


@pytest.mark.dovecot
async def test_the_doctor_says_when_a_mailbox_that_lets_us_in_has_not_been_read_for_long(
    postbox: Postbox, clock: TestClock
) -> None:
    await postbox.look()
    clock.move(timedelta(hours=2))

    found = await looked_at(of(postbox), clock)

    assert not found.ok
    assert "was read last" in found.what
    assert "mailbox.unreadable" in found.do


@pytest.mark.dovecot
@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"NOTIFICATIONS_IMAP_PASSWORD": "wrong"}, "NOTIFICATIONS_IMAP_PASSWORD"),
        ({"NOTIFICATIONS_IMAP_CA": certifi.where()}, "not trusted; set NOTIFICATIONS_IMAP_CA"),
        ({"NOTIFICATIONS_IMAP_CA": __file__}, "is NOTIFICATIONS_IMAP_CA a file of certificates?"),
        ({"NOTIFICATIONS_IMAP_URL": "imap://care@127.0.0.1:1"}, "does not answer"),
    ],
    ids=["password", "another's certificates", "no certificates", "nobody there"],
)
async def test_the_doctor_says_what_keeps_us_out(
    postbox: Postbox, clock: TestClock, changed: dict[str, str], said: str
) -> None:
    found = await looked_at(of(postbox, **changed), clock)

    assert not found.ok
    assert said in found.what
    assert found.why
    assert found.do


@pytest.mark.dovecot
async def test_the_doctor_says_that_the_folder_is_not_there(postbox: Postbox, clock: TestClock) -> None:
    postbox.folder = "Returned"

    found = await looked_at(of(postbox), clock)

    assert "no such folder" in found.what


async def test_the_doctor_is_told_of_rubbish_by_its_code() -> None:
    async with standing(Talker(sane(), greeting=b"220 hello\r\n")) as server:
        url = f"imap://care@127.0.0.1:{server.port}"
        said = environ(NOTIFICATIONS_IMAP_URL=url, NOTIFICATIONS_IMAP_PASSWORD=SECRET)
        refusal = await operations.check_mailbox(NotificationsSettings.read(said))

    assert refusal == f"the mailbox at 127.0.0.1:{server.port} cannot be read (nonsense)"

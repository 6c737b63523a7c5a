"""The embedded mail server keeps every mail it accepted, and says what is on the disk and nothing else."""

import asyncio
import os
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from deploy.local.mail.folder import MailFolder, arrived_at
from deploy.local.mail.inbox import create_inbox
from deploy.local.mail.reading import read_mail
from deploy.local.mail.server import serve_smtp
from services.notifications.gallery import Gallery
from shared.practice import load_practice

PRACTICE = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
NOON = datetime(2026, 11, 22, 20, 0, 0, 123456, tzinfo=UTC)
MAIL = b"From: dana@example.org\r\nTo: sam@example.org\r\nSubject: Your note arrived\r\n\r\nHello Sam,\r\n"


class CountingIds:
    def __init__(self) -> None:
        self._numbers = iter(range(1, 1_000_000))

    def new(self) -> str:
        return f"{next(self._numbers):08x}-0000-4000-8000-000000000000"

    def reference(self) -> str:
        return "R-00000"


@pytest.fixture
def folder(tmp_path: Path) -> MailFolder:
    return MailFolder(tmp_path, lambda: NOON, CountingIds())


def letter(**headers: str) -> EmailMessage:
    mail = EmailMessage()
    for name, value in {
        "From": "dana@example.org",
        "To": "sam@example.org",
        "Subject": "Hello",
        **headers,
    }.items():
        mail[name] = value
    mail.set_content("Thích Nhất Hạnh, in plain text")
    mail.add_alternative("<p>Thích Nhất Hạnh</p><script>document.title='ran'</script>", subtype="html")
    return mail


def test_a_mail_keeps_its_bytes_under_the_envelope_that_brought_it(
    folder: MailFolder, tmp_path: Path
) -> None:
    name = folder.keep("bounce@example.org", ["sam@example.org"], MAIL)

    kept = (tmp_path / name).read_bytes()
    assert kept == b"Return-Path: <bounce@example.org>\r\nDelivered-To: sam@example.org\r\n" + MAIL
    assert arrived_at(name) == NOON


def test_a_mail_is_synced_before_it_has_its_name(tmp_path: Path) -> None:
    seen: list[list[str]] = []

    def watch(handle: int) -> None:
        seen.append(sorted(file.name for file in tmp_path.iterdir()))
        os.fsync(handle)

    name = MailFolder(tmp_path, lambda: NOON, CountingIds(), watch).keep(
        "a@example.org", ["b@example.org"], MAIL
    )

    assert seen == [[f"{name}.part"], [name]]  # the file under its unfinished name, then the folder


def test_what_a_crash_left_unfinished_is_no_mail(folder: MailFolder, tmp_path: Path) -> None:
    (tmp_path / "20261122T200000.000000Z-00000009.eml.part").write_bytes(b"half")

    assert folder.names() == []
    folder.clear_unfinished()
    assert list(tmp_path.iterdir()) == []


def test_a_mail_that_cannot_be_synced_leaves_nothing(tmp_path: Path) -> None:
    def full(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        MailFolder(tmp_path, lambda: NOON, CountingIds(), full).keep("a@example.org", ["b@example.org"], MAIL)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../keys.json", "..%2fkeys.json", "/etc/passwd", "x.eml", ""])
def test_a_name_that_is_no_mails_opens_nothing(folder: MailFolder, tmp_path: Path, name: str) -> None:
    (tmp_path.parent / "keys.json").write_text("secret")

    assert folder.read(name) is None


async def test_smtp_says_250_only_for_what_is_in_the_folder(tmp_path: Path, unused_tcp_port: int) -> None:
    folder = MailFolder(tmp_path, lambda: NOON, CountingIds())
    server = await serve_smtp(folder, unused_tcp_port)

    def send() -> tuple[int, bytes]:
        with smtplib.SMTP("127.0.0.1", unused_tcp_port) as smtp:
            smtp.ehlo()
            smtp.mail("dana@example.org")
            smtp.rcpt("sam@example.org")
            return smtp.data(MAIL)

    code, said = await asyncio.to_thread(send)
    server.close()

    [name] = folder.names()
    assert (code, said.decode()) == (250, f"2.0.0 kept as {name}")


async def test_a_mail_that_cannot_be_written_is_refused_for_now(tmp_path: Path, unused_tcp_port: int) -> None:
    folder = MailFolder(tmp_path / "gone", lambda: NOON, CountingIds())
    server = await serve_smtp(folder, unused_tcp_port)

    def send() -> tuple[int, bytes]:
        with smtplib.SMTP("127.0.0.1", unused_tcp_port) as smtp:
            smtp.ehlo()
            smtp.mail("dana@example.org")
            smtp.rcpt("sam@example.org")
            return smtp.data(MAIL)

    code, _ = await asyncio.to_thread(send)
    server.close()

    assert code == 452


def sampled() -> Gallery:
    return Gallery(load_practice(PRACTICE))


@pytest.fixture
def inbox(folder: MailFolder) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app=create_inbox(folder, sampled))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8025")


async def test_the_inbox_lists_the_newest_mail_first(folder: MailFolder, inbox: httpx.AsyncClient) -> None:
    folder.keep("a@example.org", ["first@example.org"], letter(Subject="The first").as_bytes())
    folder.keep("a@example.org", ["second@example.org"], letter(Subject="<b>The second</b>").as_bytes())

    page = (await inbox.get("/")).text
    assert page.index("second@example.org") < page.index("first@example.org")
    assert "&lt;b&gt;The second&lt;/b&gt;" in page


async def test_more_than_a_page_of_mails_is_reached_by_older(
    folder: MailFolder, inbox: httpx.AsyncClient
) -> None:
    for number in range(51):
        folder.keep("a@example.org", [f"n{number}@example.org"], MAIL)

    first = await inbox.get("/")
    older = first.text.split('href="/?before=')[1].split('"')[0]
    second = await inbox.get(f"/?before={older}")

    assert "n0@example.org" not in first.text
    assert "n0@example.org" in second.text
    assert "Older mails" not in second.text


async def test_html_runs_nothing_and_loads_nothing(folder: MailFolder, inbox: httpx.AsyncClient) -> None:
    name = folder.keep("a@example.org", ["b@example.org"], letter().as_bytes())

    page = await inbox.get(f"/mails/{name}")
    body = await inbox.get(f"/mails/{name}/html")
    raw = await inbox.get(f"/mails/{name}/raw")

    assert f'<iframe sandbox src="/mails/{name}/html"' in page.text
    assert "Thích Nhất Hạnh, in plain text" in page.text
    assert body.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert raw.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert raw.headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in page.text


async def test_another_name_for_this_machine_is_refused(inbox: httpx.AsyncClient) -> None:
    answer = await inbox.get("/", headers={"Host": "rebound.example"})

    assert answer.status_code == 400


async def test_a_mail_that_is_not_there_is_not_found(inbox: httpx.AsyncClient) -> None:
    answers = [(await inbox.get(f"/mails/nothing{part}")).status_code for part in ("", "/html", "/raw")]

    assert answers == [404, 404, 404]


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff\xfe\x00", b"Subject: =?x?q?=ff?=\r\nContent-Type: text/plain; charset=no\r\n\r\n\xe9"],
)
def test_a_broken_mail_is_still_shown(content: bytes) -> None:
    mail = read_mail("20261122T200000.000000Z-00000001.eml", content)

    assert mail.arrived_at == datetime(2026, 11, 22, 20, 0, tzinfo=UTC)


async def test_a_mail_that_the_parser_breaks_on_hides_no_other(
    folder: MailFolder, inbox: httpx.AsyncClient
) -> None:
    folder.keep("bounce@example.org", ["sam@example.org"], MAIL)
    name = folder.keep("bounce@example.org", ["lee@example.org"], b"Message-ID: <\r\n\r\nall that it says")

    page = await inbox.get("/")
    shown = await inbox.get(f"/mails/{name}")

    assert "Your note arrived" in page.text
    assert "lee@example.org" in shown.text
    assert "all that it says" in shown.text

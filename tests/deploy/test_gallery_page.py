"""The inbox page shows every mail that can be sent, on this machine only, and nothing of it can run."""

from pathlib import Path

import httpx
import pytest

from deploy.local.mail.folder import MailFolder
from deploy.local.mail.inbox import create_inbox
from deploy.local.parts import mail_server
from deploy.local.places import DEFAULT_CONFIG_DIR, Places
from deploy.local.ports import ports_from
from services.notifications.gallery import Gallery
from shared.clock import utc_now
from shared.ids import RandomIds
from shared.practice import load_practice

PRACTICE = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
ELSEWHERE = PRACTICE.with_name("new_york")


def inbox(folder: Path, practice: Path, host: str = "127.0.0.1:8025") -> httpx.AsyncClient:
    app = create_inbox(MailFolder(folder, utc_now, RandomIds()), lambda: Gallery(load_practice(practice)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url=f"http://{host}")


@pytest.fixture
def shown(tmp_path: Path) -> httpx.AsyncClient:
    return inbox(tmp_path, PRACTICE)


async def test_the_inbox_leads_to_the_gallery(shown: httpx.AsyncClient) -> None:
    assert 'href="/gallery/"' in (await shown.get("/")).text

    first = await shown.get("/gallery", follow_redirects=True)
    assert first.status_code == 200
    assert 'href="acknowledgement.html"' in first.text


async def test_a_mail_is_shown_as_it_would_be_drawn_now(shown: httpx.AsyncClient) -> None:
    assert (await shown.get("/gallery/acknowledgement.html")).text.count("<iframe") >= 8
    mail = await shown.get("/gallery/mails/acknowledgement.es.plain.dark.html")
    text = await shown.get("/gallery/mails/acknowledgement.es.plain.txt")

    assert "Gracias por escribir" in mail.text
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert "Gracias por escribir" in text.text


async def test_no_mail_of_the_gallery_can_run_anything(shown: httpx.AsyncClient) -> None:
    page = await shown.get("/gallery/acknowledgement.html")
    mail = await shown.get("/gallery/mails/acknowledgement.en.plain.light.html")

    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert "script" not in page.headers["content-security-policy"]
    assert mail.headers["content-security-policy"].startswith("sandbox;")


@pytest.mark.parametrize(
    "path", ["nothing.html", "mails/nothing.html", "mails/..%2finbox.html", "..%2f..%2fkeys.json"]
)
async def test_what_is_not_there_is_not_found(path: str, shown: httpx.AsyncClient) -> None:
    assert (await shown.get(f"/gallery/{path}")).status_code == 404


async def test_a_page_elsewhere_that_names_this_machine_otherwise_sees_no_gallery(tmp_path: Path) -> None:
    assert (await inbox(tmp_path, PRACTICE, "gallery.example.org").get("/gallery/")).status_code == 400


async def test_files_that_cannot_be_read_take_the_gallery_away_and_not_the_inbox(tmp_path: Path) -> None:
    broken = inbox(tmp_path, tmp_path)

    assert (await broken.get("/gallery/")).status_code == 503
    assert (await broken.get("/")).status_code == 200


@pytest.mark.parametrize(
    ("around", "wanted"), [({}, DEFAULT_CONFIG_DIR), ({"PRACTICE_CONFIG_DIR": str(ELSEWHERE)}, ELSEWHERE)]
)
def test_it_shows_the_practice_that_the_services_serve(
    around: dict[str, str], wanted: Path, tmp_path: Path
) -> None:
    assert mail_server(Places(tmp_path), ports_from({}), around).command[-1] == str(wanted.resolve())

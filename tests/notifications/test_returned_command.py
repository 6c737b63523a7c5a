"""`practice returned`: from files, a mail server's folder or a pipe; what is a person's stays there."""

import asyncio
import json
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from services.notifications import storage
from services.notifications.domain.outcome import Reply, Sent
from services.notifications.returns.opening import MOST_BYTES
from shared.clock import utc_now
from shared.database import Database
from shared.ids import RandomIds
from shared.migrations import upgrade
from tests.notifications.builders import planned
from tests.notifications.returned_mails import Original, letter, postfix, vacation
from tests.notifications.returning import ADDRESSES, KEY, SENDERS

SENTENCES = "sam@example.org", "Thank you", "rejected"


@dataclass
class Desk:
    """A practice whose one mail to a person has gone."""

    environ: dict[str, str]
    mail: Original

    def __call__(self, *arguments: str | Path, typed: bytes | None = None) -> Result:
        said = ["returned", *(str(one) for one in arguments)]
        return CliRunner().invoke(app, said, env=self.environ, input=typed)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    url = f"sqlite+aiosqlite:///{tmp_path}/notifications.db"
    environ = {
        "NOTIFICATIONS_DATABASE_URL": url,
        "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1",
        "NOTIFICATIONS_RETURN_ADDRESS": "own",
        "NOTIFICATIONS_LINK_KEYS": KEY,
        "PRACTICE_CONFIG_DIR": "deploy/practice/los_angeles",
    } | {f"{service}_LINK_KEYS": KEY for service in ("MATCHING", "INTAKE", "RESOURCES")}
    return Desk(environ, asyncio.run(_one_mail_gone(url)))


async def _one_mail_gone(url: str) -> Original:
    await upgrade("notifications", url)
    database = Database.open(url)
    now = utc_now()
    plan = planned(occurred_at=now, due_at=now, not_after=now + timedelta(days=3))
    async with database.transaction() as tx:
        await storage.save_planned(tx, [plan], RandomIds(), "frontdesk.example.org", now)
        [one] = await storage.claim_due(tx, "lease", 1, now)
        await storage.save_outcomes(tx, "lease", {one.id: Sent(Reply(250), "a" * 64)}, now)
    await database.close()
    return Original(ADDRESSES.of_mail(SENDERS[1], one.id), message_id=one.message_id)


def file(folder: Path, raw: bytes, name: str = "1763920811.M1P1.mx") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    return path


def told(result: Result) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(result.stdout)
    return found


def test_a_bounce_is_taken_back_once_and_said_in_words(desk: Desk, tmp_path: Path) -> None:
    bounce = file(tmp_path, postfix(desk.mail))

    first, again = desk(bounce), desk(bounce)

    assert (first.exit_code, again.exit_code) == (0, 0), first.stderr
    assert "a mail did not arrive (R-7F3K2, acknowledgement): 5.1.1, bounced" in first.stdout
    assert "It was taken back before" in again.stdout


def test_a_program_reads_codes(desk: Desk, tmp_path: Path) -> None:
    [said] = told(desk("--json", file(tmp_path, postfix(desk.mail))))

    assert said == {
        "mail": "1763920811.M1P1.mx",
        "kind": "undelivered",
        "done": "acted",
        "why": "bounced",
        "status": "5.1.1",
        "reference": "R-7F3K2",
        "template": "acknowledgement",
    }


def test_a_pipe_is_read_to_its_end_however_much_comes(desk: Desk) -> None:
    taken = desk("-", typed=postfix(desk.mail) + b"\n" * MOST_BYTES)

    assert taken.exit_code == 0
    assert taken.stdout.startswith("standard input: a mail did not arrive")


def test_a_reply_ends_with_one_so_that_a_pipe_lets_it_through(desk: Desk) -> None:
    taken = desk("-", typed=letter(desk.mail.envelope))

    assert taken.exit_code == 1
    assert "Left where it is" in taken.stdout


def test_of_a_folder_what_is_done_is_put_aside_and_a_reply_stays_new(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "Maildir"
    file(folder / "new", postfix(desk.mail), "1.bounce")
    file(folder / "new", letter(desk.mail.envelope), "2.reply")
    file(folder / "new", vacation(desk.mail.envelope), "3.away")
    file(folder / "new", postfix(Original("dana@frontdesk.example.org")), "4.own")

    taken = desk("--json", folder)

    assert taken.exit_code == 1
    assert [one["done"] for one in told(taken)] == ["acted", "left", "ignored", "unmatched"]
    assert sorted(one.name for one in (folder / "new").iterdir()) == ["2.reply", "4.own"]
    assert sorted(one.name for one in (folder / "cur").iterdir()) == ["1.bounce:2,S", "3.away:2,"]


def test_an_empty_folder_is_all_right(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "Maildir" / "new").mkdir(parents=True)

    assert (taken := desk(tmp_path / "Maildir")).exit_code == 0
    assert taken.stdout == "nothing came back\n"


@pytest.mark.parametrize("given", ["no-such-file", "."], ids=["nothing", "another folder"])
def test_what_cannot_be_read_is_wrong_usage(desk: Desk, given: str) -> None:
    assert desk(given).exit_code == 2


def test_a_setting_that_cannot_work_is_wrong_usage(desk: Desk, tmp_path: Path) -> None:
    desk.environ["NOTIFICATIONS_LINK_KEYS"] = "short"

    assert desk(file(tmp_path, b"")).exit_code == 2


def test_nothing_that_a_mail_says_is_shown(desk: Desk, tmp_path: Path) -> None:
    raws = (postfix(desk.mail), letter(desk.mail.envelope), b"Thank you <sam@example.org>")
    files = [file(tmp_path, raw, f"{number}.mail") for number, raw in enumerate(raws)]

    shown = desk(*files).output + desk("--json", *files).output

    assert [one for one in SENTENCES if one in shown] == []

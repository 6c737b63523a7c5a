"""The machine burns down in the middle of the day; a backup of minutes ago comes back on another one."""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import httpx
import pyrage
import pytest
import sqlalchemy as sa

from deploy.backup.folder import backups_in
from deploy.house import SETTINGS, opened
from deploy.local.environment import read_env
from services.notifications.storage import deliveries
from shared.clock import utc_now
from shared.ids import new_id
from shared.tasks import ended
from tests.deploy.backups import PG_BIN, unmigrated
from tests.faults.drill import (
    Command,
    Posting,
    book_a_call,
    coordinator_mails,
    kept_back,
    lose_everything,
    words_of,
)
from tests.faults.test_accepted_means_kept import request
from tests.stack import Mail, Stack, post_until_accepted

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]

BOOKER = "robin@example.org"


async def new_databases(engine: str, request: pytest.FixtureRequest) -> Mapping[str, str]:
    """Where a machine's databases are; in its own data folder unless on PostgreSQL."""
    if engine == "sqlite":
        return {}
    server = request.getfixturevalue("postgres_url")
    return {f"{each.upper()}_DATABASE_URL": await unmigrated(server, f"d_{new_id()}") for each in SETTINGS}


def keys_in(folder: Path) -> Mapping[str, str]:
    """A pair of keys for backups, and what the command is told of them."""
    folder.mkdir()
    identity = pyrage.x25519.Identity.generate()
    (folder / "identity").write_text(f"{identity}\n")
    (folder / "recipient").write_text(f"{identity.to_public()}\n")
    return {"PRACTICE_BACKUP_RECIPIENT": str(folder / "recipient"), "PRACTICE_PG_BIN": str(PG_BIN)}


async def a_day_passes_for(folder: Path, template: str) -> str:
    """The time of a planned mail has come; gives its Message-ID."""
    environ = {**os.environ, **read_env(folder / "env")}
    async with opened("notifications", environ) as database, database.transaction() as tx:
        moved = await tx.execute(
            sa.update(deliveries)
            .where(deliveries.c.template == template, deliveries.c.state == "planned")
            .values(due_at=utc_now())
            .returning(deliveries.c.message_id)
        )
        return str(moved.scalar_one())


async def write_and_book(stack: Stack) -> None:
    url = f"{stack.url('intake')}/v1/consultation-requests"
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {stack.site_key}"}) as client:
        accepted = await post_until_accepted(client, url, {**request(0), "email": BOOKER}, key="key-0")
    await asyncio.to_thread(book_a_call, stack, accepted, BOOKER)


async def test_a_machine_that_is_lost_loses_nothing_of_the_backup_and_sends_nothing_twice(
    tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    away, new = tmp_path / "away", tmp_path / "new"
    told = keys_in(away)
    first = Stack(tmp_path / "burnt", **await new_databases(engine, request))
    first.start()
    await write_and_book(first)
    posting = Posting(first)
    before = await backed_up_meanwhile(first, posting, Command(told), away)
    sent_before = await asyncio.to_thread(lose_everything, first, tmp_path / "burnt-mail")
    lost_at = utc_now()

    databases = await new_databases(engine, request)
    await asyncio.to_thread(brought_back, Command({**told, **databases}), away, new, lost_at)
    second = Stack(new, **databases)
    second.start()
    try:
        await goes_on(second, Command(told), before, sent_before)
    finally:
        second.stop()
    print(f"{len(before)} requests before the backup, {len(posting.accepted)} before the end")


async def backed_up_meanwhile(
    first: Stack, posting: Posting, practice: Command, away: Path
) -> Sequence[Mapping[str, str]]:
    """A backup is made while people write; gives what was answered before it began."""
    writing = asyncio.create_task(posting.run())
    of = ["--data-dir", str(first.folder)]
    await asyncio.to_thread(practice, "backup", "--keys", *of, "--to", str(away / "secrets"))
    await asyncio.to_thread(first.until_mails, lambda mails: len(mails) > 20)
    before = list(posting.accepted)
    await asyncio.to_thread(while_mail_stands_still, first, practice, *of, "--to", str(away / "data"))
    arrived = len(first.mails())
    await asyncio.to_thread(first.until_mails, lambda mails: len(mails) > arrived + 2)
    await ended(writing)
    return before


def while_mail_stands_still(stack: Stack, practice: Command, *arguments: str) -> None:
    """The backup knows mails as unsent that go right after it."""
    server = stack.pid("mail")
    assert server is not None
    os.kill(server, signal.SIGSTOP)
    try:
        practice.alone("backup", *arguments)
    finally:
        os.kill(server, signal.SIGCONT)


def brought_back(practice: Command, away: Path, new: Path, lost_at: datetime) -> None:
    """The secrets, and then the data, in a folder that nobody has used."""
    [backup], [secrets] = backups_in(away / "data"), list((away / "secrets").glob("*.age"))
    identity = ["--identity", str(away / "identity")]
    practice("restore", str(secrets), *identity, "--to", str(new))
    print(practice("verify", str(backup.file), *identity))
    until = ["--until", lost_at.isoformat()]
    practice.alone("restore", str(backup.file), *identity, "--data-dir", str(new), *until)


async def goes_on(
    second: Stack, practice: Command, before: Sequence[Mapping[str, str]], sent_before: Sequence[Mail]
) -> None:
    """Nothing that went goes again; what did not go is let go; what is due later goes by itself."""
    of, went = ["--data-dir", str(second.folder)], {mail.message_id for mail in sent_before}
    listed = kept_back(await asyncio.to_thread(practice, "restored", "list", "--json", *of))
    assert went & listed.keys(), "the old system sent what its backup did not know as sent"
    unsent = {message_id: each["id"] for message_id, each in listed.items() if message_id not in went}
    if unsent:
        await asyncio.to_thread(practice, "restored", "release", *unsent.values(), *of)
    wanted = {*unsent, await a_day_passes_for(second.folder, "call_soon")}
    mails = await asyncio.to_thread(
        second.until_mails, lambda found: wanted <= {mail.message_id for mail in found}
    )

    told = coordinator_mails([*sent_before, *mails])
    for each in before:
        assert len({mail.message_id for mail in told[each["reference"]]}) == 1, each
    assert not went & {mail.message_id for mail in mails}
    for each in before:
        words = "I would like to talk to somebody about my mother."
        assert await words_of(second.folder, each["reference"]) == f"{each['name']}: {words}"

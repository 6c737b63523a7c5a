"""`practice retention`: an operator sees what went and what would go, and lets it go."""

import asyncio
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from deploy.cli.app import app
from services.matching.storage.tables import known_requests
from shared.clock import utc_now
from shared.database import Database
from shared.messaging.retention import hold
from tests.deploy.backups import Kit, NewUrl, kit_in, urls_of

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
OLD, HELD, NEW = "q-old", "q-held", "q-new"


@pytest.fixture
async def kit(database_url: NewUrl, tmp_path: Path) -> Kit:
    """Two requests of over a year ago, one of them under a legal hold, and one of a day less."""
    kit = kit_in(tmp_path / "kept", await urls_of(database_url), os.environ["PATH"])
    database = Database.open(kit.url("matching"))
    ages = {OLD: 367, HELD: 367, NEW: 365}
    rows = [{"request_id": each, "known_at": utc_now() - timedelta(days=days)} for each, days in ages.items()]
    async with database.transaction() as tx:
        await tx.execute(sa.insert(known_requests), rows)
    await hold(database, [HELD], utc_now())
    await database.close()
    return kit


def retention(kit: Kit, *arguments: str) -> Mapping[str, Any]:
    usual = {"PRACTICE_DATA_DIR": None, "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1"}
    links = {f"{each}_LINK_KEYS": "k" * 40 for each in ("INTAKE", "MATCHING", "RESOURCES")}
    keys = {f"INTAKE_{each}": "A" * 43 + "=" for each in ("VAULT_KEYS", "ADDRESS_KEY")}
    done = CliRunner().invoke(
        app, ["retention", "--json", *arguments], env={**usual, **links, **keys, **kit.environ}
    )
    assert done.exit_code == 0, done.output
    said: Mapping[str, Any] = json.loads(done.stdout)
    return said


def due(said: Mapping[str, Any]) -> dict[str, int]:
    return {f"{each['service']}.{each['what']}": each["due"] for each in said["tables"] if each["due"]}


async def known(kit: Kit) -> set[str]:
    database = Database.open(kit.url("matching"))
    async with database.reading() as tx:
        found = set(await tx.scalars(sa.select(known_requests.c.request_id)))
    await database.close()
    return found


def test_looking_says_what_would_go_and_takes_nothing(kit: Kit) -> None:
    seen = retention(kit)

    assert (seen["taken"], due(seen)) == (None, {"matching.known_requests": 1})
    assert asyncio.run(known(kit)) == {OLD, HELD, NEW}


def test_a_run_takes_what_is_due_and_says_so_and_nothing_that_is_held(kit: Kit) -> None:
    done = retention(kit, "--run")

    assert done["taken"]["matching"] == {"known_requests": 1}
    assert due(done) == {}
    assert asyncio.run(known(kit)) == {HELD, NEW}
    [ran] = [each for each in done["tables"] if each["what"] == "known_requests"]
    assert ran["last_taken"] == 1

"""`practice hold`: the clocks of every other service spare a request too, until it is lifted."""

import asyncio
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from services.intake.vault import Vault
from services.matching.storage.tables import known_requests
from services.notifications.storage.tables import holds
from services.resources.storage.tables import request_news
from shared.clock import utc_now
from shared.database import Database
from tests.deploy.backups import Kit, NewUrl, kit_in, urls_of
from tests.deploy.test_backup_erased import KEYS
from tests.intake.builders import CountedIds, a_vault
from tests.intake.test_erasing import asked

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
OLD = utc_now() - timedelta(days=4000)
ROWS: Mapping[str, tuple[sa.Table, Mapping[str, Any]]] = {
    "matching": (known_requests, {"known_at": OLD}),
    "notifications": (holds, {"why": "x", "since": OLD}),
    "resources": (request_news, {"silenced": False, "heard_at": OLD}),
}


@dataclass(frozen=True)
class Kept:
    """A request, of which every service has something that is far over its time."""

    kit: Kit
    reference: str
    request_id: str

    def practice(self, *arguments: str, **told: str) -> Result:
        usual = {"PRACTICE_DATA_DIR": None, "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:1"}
        links = {f"{each}_LINK_KEYS": "k" * 40 for each in ("INTAKE", "MATCHING", "RESOURCES")}
        return CliRunner().invoke(app, arguments, env={**usual, **links, **self.kit.environ, **told})

    def spared_by(self) -> set[str]:
        """Who has it still, after every clock has run."""
        assert self.practice("retention", "--run").exit_code == 0
        return asyncio.run(self.there())

    async def there(self) -> set[str]:
        found = set()
        tables = {service: table.c.request_id for service, (table, _) in ROWS.items()}
        for service, column in tables.items():
            database = Database.open(self.kit.url(service))
            async with database.reading() as tx:
                if (await tx.execute(sa.select(column).where(column == self.request_id))).first():
                    found.add(service)
            await database.close()
        return found


@pytest.fixture
async def kept(database_url: NewUrl, tmp_path: Path) -> Kept:
    urls = await urls_of(database_url)
    kit = kit_in(tmp_path / "kept", urls, os.environ["PATH"]).told(**KEYS)
    vault: Vault = a_vault()
    intake = Database.open(kit.url("intake"))
    receipt = await asked(intake, vault, CountedIds())
    await intake.close()
    for service, (table, values) in ROWS.items():
        database = Database.open(kit.url(service))
        async with database.transaction() as tx:
            await tx.execute(sa.insert(table).values(request_id=receipt.request_id, **values))
        await database.close()
    return Kept(kit, receipt.reference, receipt.request_id)


def test_every_service_spares_what_is_held_and_none_once_it_is_lifted(kept: Kept) -> None:
    assert kept.practice("hold", kept.reference, "--because", "a subpoena").exit_code == 0
    assert kept.spared_by() == {"matching", "notifications", "resources"}
    assert kept.practice("hold", kept.reference, "--because", "again").exit_code == 0

    assert kept.practice("hold", kept.reference, "--lift").exit_code == 0

    assert kept.spared_by() == set()
    assert "nothing is held" in kept.practice("hold", "--list").stdout


def test_a_service_that_is_away_is_named_and_nothing_is_lifted_by_halves(kept: Kept) -> None:
    away = {"MATCHING_DATABASE_URL": "postgresql+asyncpg://x:x@127.0.0.1:1/x"}

    placed = kept.practice("hold", kept.reference, "--because", "a subpoena", **away)
    assert (placed.exit_code, "matching is away" in placed.stderr) == (1, True), placed.output
    assert kept.practice("hold", kept.reference, "--because", "a subpoena").exit_code == 0
    lifted = kept.practice("hold", kept.reference, "--lift", **away)

    assert (lifted.exit_code, "matching is away" in lifted.stderr) == (1, True)
    assert kept.reference in kept.practice("hold", "--list").stdout

"""With the house's own roles: who runs the services makes backups, who owns the tables puts them back."""

import os
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy.exc import ProgrammingError

from deploy.house import SETTINGS, migrate
from deploy.setup.roles import ROLES, roles_sql
from services.notifications import operations, storage
from services.notifications.domain.delivery import Template
from shared.database import Database
from shared.ids import RandomIds
from tests.conftest import TestClock
from tests.deploy.backups import Kit, count, kit_in
from tests.deploy.test_doctor_databases import as_role, run_as_psql
from tests.notifications.builders import DOMAIN, NOW, planned


async def a_new_server(url: str) -> None:
    """Empty databases of the house, with its roles."""
    await run_as_psql(url, roles_sql(dict.fromkeys(ROLES, "a password")))


async def without_the_house(url: str) -> None:
    connection = await asyncpg.connect(url)
    for service in SETTINGS:
        await connection.execute(f"DROP DATABASE {service} WITH (FORCE)")
    for role in ROLES:
        await connection.execute(f"DROP ROLE {role}")
    await connection.close()


def of_the_house(folder: Path, url: str) -> Kit:
    told = {}
    for service in SETTINGS:
        told[f"{service.upper()}_DATABASE_URL"] = as_role(url, service, service)
        told[f"{service.upper()}_OWNER_DATABASE_URL"] = as_role(url, f"{service}_owner", service)
    return kit_in(folder, told, os.environ["PATH"])


async def test_after_a_restore_everybody_may_what_they_might_before(
    postgres_url: str, tmp_path: Path
) -> None:
    kit, clock = of_the_house(tmp_path / "kept", postgres_url), TestClock(NOW)
    await a_new_server(postgres_url)
    try:
        for service in SETTINGS:
            await migrate(service, kit.environ)
        await plan(kit, "referral")
        made = await kit.make(clock)
        await without_the_house(postgres_url)
        await a_new_server(postgres_url)

        await kit.put_back(made.file, clock)

        await plan(kit, "nobody_fits")
        assert await count(kit.url("notifications"), "deliveries") == 2
        with pytest.raises(ProgrammingError, match="must be owner"):
            await drop_a_table(kit)
        database = Database.open(kit.url("notifications"))
        kept, _ = await operations.kept_back(database)
        assert await operations.let_go(database, [each.id for each in kept], NOW) == 1
        await database.close()
    finally:
        await without_the_house(postgres_url)


async def plan(kit: Kit, template: Template) -> None:
    """As the run-time role."""
    database = Database.open(kit.url("notifications"))
    async with database.transaction() as tx:
        await storage.save_planned(tx, [planned(template)], RandomIds(), DOMAIN, NOW)
    await database.close()


async def drop_a_table(kit: Kit) -> None:
    database = Database.open(kit.url("notifications"))
    try:
        async with database.transaction() as tx:
            await tx.exec_driver_sql("DROP TABLE deliveries")
    finally:
        await database.close()

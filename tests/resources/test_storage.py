"""The database of resources is what its code says it is, on both engines."""

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.resources.storage import metadata
from tests.conftest import Opener


async def test_the_migrations_make_exactly_the_tables_that_the_code_uses(open_database: Opener) -> None:
    database = await open_database("resources")

    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.reading() as tx:
        found = await tx.run_sync(differences)

    assert [each for each in found if "alembic_version" not in str(each)] == []

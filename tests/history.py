"""What the tests of every service's history have in common."""

import sqlalchemy as sa

from shared.database import Database


async def checks_made(database: Database, metadata: sa.MetaData) -> dict[str, set[str]]:
    """The names of the checks that the migrated tables have, by table."""

    def found(sync: sa.Connection) -> dict[str, set[str]]:
        inspector = sa.inspect(sync)
        return {
            name: {str(each["name"]) for each in inspector.get_check_constraints(name)}
            for name in metadata.tables
        }

    async with database.reading() as tx:
        return await tx.run_sync(found)


def checks_promised(metadata: sa.MetaData) -> dict[str, set[str]]:
    """The names of the checks that the code relies on, by table."""
    return {
        name: {str(each.name) for each in table.constraints if isinstance(each, sa.CheckConstraint)}
        for name, table in metadata.tables.items()
    }

"""Lists for operators, and the tables beneath, on both databases."""

from datetime import timedelta

import sqlalchemy as sa

from services.notifications import storage
from services.notifications.storage import Cursor
from shared.database import Database
from tests.notifications.builders import DOMAIN, NOW, CountedIds, planned


async def test_lists_come_in_pages(database: Database, ids: CountedIds) -> None:
    mails = [
        planned(request_id=f"request-{number:03}", occurred_at=NOW + timedelta(seconds=number // 2))
        for number in range(120)
    ]
    async with database.transaction() as tx:
        await storage.save_planned(tx, mails, ids, DOMAIN, NOW)
    seen: list[str] = []
    cursor: Cursor | None = None
    pages = 0
    while pages == 0 or cursor is not None:
        async with database.reading() as tx:
            page, cursor = await storage.deliveries_in(tx, ("planned",), cursor)
        seen += [one.id for one in page]
        pages += 1

    assert pages == 3
    assert len(seen) == len(set(seen)) == 120


async def test_the_history_makes_the_tables_that_the_code_describes(database: Database) -> None:
    def difference(connection: sa.Connection) -> list[str]:
        inspector = sa.inspect(connection)
        return [
            f"{table.name}.{column.name}"
            for table in storage.metadata.sorted_tables
            for column in table.columns
            if column.name not in {found["name"] for found in inspector.get_columns(table.name)}
        ] + [
            str(index.name)
            for table in storage.metadata.sorted_tables
            for index in table.indexes
            if index.name not in {found["name"] for found in inspector.get_indexes(table.name)}
        ]

    async with database.reading() as tx:
        assert await tx.run_sync(difference) == []

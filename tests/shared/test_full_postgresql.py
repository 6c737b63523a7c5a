"""A PostgreSQL with no connection left, as with one replica too many, is a reason to wait and no defect."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest
import sqlalchemy as sa

from shared.database import Database
from shared.errors import Retryable

pytestmark = pytest.mark.parametrize("engine", ["postgresql"])


async def test_who_finds_no_connection_left_tries_again_and_goes_on_once_there_is_one(
    database_url: Callable[[str], Awaitable[str]], engine: str
) -> None:
    url = sa.make_url(await database_url("messaging"))
    operator = await asyncpg.connect(url.set(drivername="postgresql").render_as_string(hide_password=False))
    await operator.execute("CREATE ROLE crowded LOGIN PASSWORD 'crowded' CONNECTION LIMIT 1")
    mine = url.set(username="crowded", password="crowded").render_as_string(hide_password=False)
    first, second = Database.open(mine), Database.open(mine)
    try:
        async with first.transaction():
            with pytest.raises(Retryable):
                async with second.transaction():
                    pass
        await first.close()
        async with second.transaction() as tx:
            assert await tx.scalar(sa.text("SELECT current_user")) == "crowded"
    finally:
        await second.close()
        await operator.execute("DROP ROLE crowded")
        await operator.close()

"""What a service's gauges say of its database, as `/metrics` would."""

from collections.abc import Sequence
from datetime import datetime

from shared.database import Database
from shared.gauges import Gauge, Numbers


async def seen(database: Database, gauges: Sequence[Gauge], now: datetime) -> dict[str, Numbers]:
    """Each number by the name of its gauge."""
    async with database.reading() as tx:
        return {gauge.name: await gauge.look(tx, now) for gauge in gauges}

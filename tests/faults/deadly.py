"""A service whose handler ends its process on one message: run by `test_deadly_message`, never imported."""

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any

from shared.clock import utc_now
from shared.contracts.resources import ReadingListPrepared
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.bus import Bus, BusSettings
from shared.messaging.listen import listen

DEADLY = "R-BAD00"


@listen(ReadingListPrepared)
async def on_lists_prepared(events: Sequence[Any], tx: Any, now: Any, ids: Any) -> None:
    if any(event.reference == DEADLY for event in events):
        os.kill(os.getpid(), signal.SIGKILL)


async def main(nats_url: str, database_url: str) -> None:
    bus = Bus("notifications", BusSettings(nats_url), Database.open(database_url), utc_now, RandomIds())
    bus.register([on_lists_prepared], (), {})
    await bus.start()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))

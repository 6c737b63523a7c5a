"""What time brings to journeys: the next mail, the end of a rest, the end."""

from datetime import datetime

from services.resources import storage
from services.resources.domain.going import go_on, renewed
from services.resources.domain.journey import Course
from services.resources.handlers.desk import keep
from shared.database import Database

AT_ONCE = 32  # so few that the loop stands still for no longer than a page can wait


async def go_on_due(database: Database, course: Course, now: datetime) -> bool:
    """Of the journeys for which something is due a few go on, in one commit with what is announced of them.

    `True` says that there may be more. A second replica takes others meanwhile.
    """
    async with database.transaction() as tx:
        due = await storage.take_due(tx, now, AT_ONCE)
        moved = [go_on(renewed(each, course), course, now) for each in due]
        await keep(tx, moved, now)
    return len(due) == AT_ONCE

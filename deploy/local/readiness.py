"""Whether a part answers yet."""

import asyncio
from http.client import HTTPConnection, HTTPException

from deploy.local.parts import Part
from deploy.local.ports import LOOPBACK

LOOK_EVERY = 0.05  # seconds
PATIENCE = 2.0  # seconds for one answer


async def until_ready(part: Part) -> None:
    """Returns once the part says that it is ready; waits for ever otherwise."""
    while True:
        if await is_ready(part):
            return
        await asyncio.sleep(LOOK_EVERY)


async def is_ready(part: Part) -> bool:
    """Whether the part is ready at this moment."""
    return await asyncio.to_thread(_answers, part)


def _answers(part: Part) -> bool:
    connection = HTTPConnection(LOOPBACK, part.port, timeout=PATIENCE)
    try:
        connection.connect()
        if part.health is None:
            return True
        connection.request("GET", part.health, headers={"Connection": "close"})
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()

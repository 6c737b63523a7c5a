"""The way of who is ready to the page of intake where they tell what is still true."""

import asyncio
from typing import Literal

from services.resources.domain.seen import Seen
from services.resources.web.front import Front
from shared import logs
from shared.contracts.intake import ReopeningAnswered, ReopeningAsked
from shared.errors import Defect, Retryable

log = logs.get_logger(__name__)


async def page_of_intake(front: Front, seen: Seen) -> str | Literal["away", "nobody"]:
    """Where they go on; `away` while intake cannot tell, `nobody` when it does not know them any more.

    Somebody who is ready is sent on to intake itself or nowhere.
    """
    question = ReopeningAsked(
        request_id=seen.request_id, person_id=seen.person_id, asked_by=f"person:{seen.person_id}"
    )
    try:
        async with asyncio.timeout(front.patience_seconds):
            answer = await front.ask(question, ReopeningAnswered)
    except (Retryable, Defect, TimeoutError):
        return "away"
    if answer.url is None:
        return "nobody"
    if not answer.url.startswith(f"{front.intake_url}/"):
        log.error("reopening.elsewhere", why="the answer is no page below INTAKE_PUBLIC_URL")
        return "away"
    return answer.url

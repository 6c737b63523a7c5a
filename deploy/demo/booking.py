"""Somebody opens the link of their acknowledgement and books the free call."""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

import httpx

from deploy.demo.forms import form_to
from deploy.demo.posting import Posted
from shared.clock import Clock
from shared.errors import Rejected, Retryable

LINK = re.compile(r"https?://[^\s<>\"]+/book/[\w.-]+")
TIME = "time"
AHEAD = timedelta(days=5)  # so that every reminder is still to come, whichever day it is


async def book(client: httpx.AsyncClient, posted: Posted, mail: str, clock: Clock) -> datetime:
    """Books a free time through the page to which the mail leads; gives when they will be called.

    Raises Rejected when there is no link, no free time, or the page refuses.
    """
    try:
        return await _booked(client, mail, posted.sample.books or {}, clock())
    except httpx.TransportError as error:
        raise Retryable(f"{posted.sample.title}: the booking page does not answer") from error
    except Rejected as error:
        raise Rejected(f"{posted.sample.title}: {error}") from None


async def _booked(client: httpx.AsyncClient, mail: str, typed: Mapping[str, str], now: datetime) -> datetime:
    if (link := LINK.search(mail)) is None:
        raise Rejected("the acknowledgement has no link to book a call")
    form = form_to(_page(await client.get(link[0])), "/book")
    times = {datetime.fromisoformat(each): each for each in form.choices.get(TIME, ())} if form else {}
    if form is None or not times:
        raise Rejected("the booking page offers no time")
    chosen = min((at for at in times if at >= now + AHEAD), default=max(times))
    sent = form.sent(**{TIME: times[chosen]}, **typed)
    _page(await client.post(form.action, data=dict(sent), follow_redirects=True))
    return chosen


def _page(answer: httpx.Response) -> str:
    if answer.status_code != 200:
        raise Rejected(f"the booking page answered {answer.status_code}: {answer.text}")
    return answer.text

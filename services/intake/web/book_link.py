"""The person's link to their call: given where a call is offered, the same however often it is asked for."""

from datetime import datetime, timedelta

from services.intake.domain.booking import why_not_offered_at_first
from services.intake.domain.call import NotOffered
from services.intake.domain.decision import Admitted, Decision, Refused
from services.intake.domain.request import Request as Kept
from services.intake.handlers import Receipt, contact
from services.intake.web.front import Front
from shared.pages.knock import No

PURPOSE, PATH = "book", "/book"
LIFETIME = timedelta(days=60)

# Somebody may look on, or a machine try us out: these are not told to them. Their link leads to a page that
# says how else to get a call. What others said at the same address counts nowhere here: it may be typed.
UNTOLD: frozenset[NotOffered] = frozenset({"quarantined", "silenced"})


def link_at_first(front: Front, decision: Decision | No, receipt: Receipt) -> str | None:
    """The path of their page, by what the request said itself."""
    if isinstance(decision, No | Refused):
        return None
    if why_not_offered_at_first(Admitted(decision.request), front.practice):
        return None
    return _path(front, receipt.person_id, receipt.request_id, receipt.received_at)


async def link_of(front: Front, kept: Kept, now: datetime) -> str | None:
    """The path of their page as their request stands now; None once the link has ended."""
    why = await front.calls.barred(kept.id)
    told = why is not None and why not in UNTOLD
    if told or now >= kept.came_at + LIFETIME:
        return None
    if await is_left(front, kept.person_id, kept.came_at, now):
        return None
    return _path(front, kept.person_id, kept.id, kept.came_at)


def shown_link(front: Front, token: str, now: datetime) -> str | None:
    """The path of the page that this token opens, if it opens one."""
    return f"{PATH}/{token}" if front.links.read(token, PURPOSE, now) else None


async def is_left(front: Front, person_id: str, made_at: datetime, now: datetime) -> bool:
    """Whether a link made then lies in an inbox, or a browser, of before the person gave another address."""
    async with front.database.reading() as tx:
        return await contact.is_of_an_address_left(tx, person_id, made_at, now)


def _path(front: Front, person_id: str, request_id: str, since: datetime) -> str:
    return f"{PATH}/{front.links.sign(PURPOSE, f'person:{person_id}', request_id, since, LIFETIME)}"

"""Who comes by a link of ours: the person of whose journey it speaks, and nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from fastapi import Request

from services.resources.domain.seen import Seen
from services.resources.web.front import Front
from shared.language import house_languages
from shared.pages.days import day_of
from shared.pages.knock import NOBODYS_LINK, No
from shared.pages.words import preferred_language
from shared.tokens import Link

PATH, PURPOSE = "/readiness", "readiness"
LINK_LASTS = timedelta(days=400)  # as notifications writes them
CLOCKS_APART = timedelta(seconds=5)  # a link's end is in whole seconds, and clocks of two machines differ

NOTHING_TYPED: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody with a good link to this journey."""

    home: str  # the path of the journey's page; others lie below it
    seen: Seen
    at: datetime
    language: str
    typed: Mapping[str, str] = field(default_factory=lambda: NOTHING_TYPED)

    def day(self, at: datetime) -> str:
        """The day, on their wall clock and in their language."""
        return day_of(at, ZoneInfo(self.seen.time_zone), self.language)


async def visit_of(request: Request, front: Front) -> Visit | No:
    """The visit of whoever holds this link.

    A link that is not good is turned away like the link of somebody who was erased, who asked to hear nothing
    more, or whom a person looks at first, and like one that went to an address they have left: nothing can
    be told from it.
    """
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, PURPOSE, now)
    seen = await seen_by(front, link, now)
    if link is None or seen is None or seen.silenced or seen.state == "waiting" or _was_left(link, seen):
        return NOBODYS_LINK
    return Visit(f"{PATH}/{token}", seen, now, _language(request, seen))


async def seen_by(front: Front, link: Link | None, now: datetime) -> Seen | None:
    """The journey that this link opens. A link that opens none takes as long."""
    seen = await front.acts.view(link.subject if link else "", now)
    return seen if link and seen and link.recipient == f"person:{seen.person_id}" else None


def _was_left(link: Link, seen: Seen) -> bool:
    """Whether the link lies in the inbox of an address that the person has left, where others may read it."""
    return seen.moved_at is not None and link.expires_at - LINK_LASTS < seen.moved_at - CLOCKS_APART


def _language(request: Request, seen: Seen) -> str:
    """The one asked for on the page, else the one in which they wrote."""
    asked = request.query_params.get("lang", "")
    return asked if asked in house_languages() else preferred_language(seen.language, None)

"""What a press does: once, however often it is sent; and it ends on a page that can be opened again."""

from dataclasses import replace
from typing import get_args

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from services.resources.domain.seen import Pace, Seen
from services.resources.web.begin import page_of_intake
from services.resources.web.front import Front
from services.resources.web.noes import turned_away
from services.resources.web.view import noted_page, pace_page
from services.resources.web.visit import Visit
from shared.pages import API_HEADERS
from shared.pages.knock import NOBODYS_LINK


async def stop(request: Request, front: Front, visit: Visit) -> Response:
    """Nothing more comes, however often it is sent."""
    seen = await front.acts.stop(visit.seen.journey_id, "person", visit.at)
    return _on_to_the_journey(request, front, visit, seen)


async def pause(request: Request, front: Front, visit: Visit) -> Response:
    """Nothing comes for a while; then it goes on by itself."""
    seen = await front.acts.pause(visit.seen.journey_id, visit.at)
    return _on_to_the_journey(request, front, visit, seen)


async def resume(request: Request, front: Front, visit: Visit) -> Response:
    """Their rest is over."""
    seen = await front.acts.resume(visit.seen.journey_id, visit.at)
    return _on_to_the_journey(request, front, visit, seen)


async def change_pace(request: Request, front: Front, visit: Visit) -> Response:
    """Mails come as planned, or half as often."""
    wanted = visit.typed.get("pace", "")
    pace: Pace | None = next((each for each in get_args(Pace) if each == wanted), None)
    if pace is None and visit.seen.state in ("running", "paused"):
        return await pace_page(front, visit, 422)
    if pace is None:
        return _on_to_the_journey(request, front, visit, visit.seen)
    seen = await front.acts.change_pace(visit.seen.journey_id, pace, visit.at)
    return _on_to_the_journey(request, front, visit, seen)


async def keep(request: Request, front: Front, visit: Visit) -> Response:
    """Short readings follow."""
    seen = await front.acts.keep(visit.seen.journey_id, visit.at)
    return _on_to_the_journey(request, front, visit, seen)


async def ready(request: Request, front: Front, visit: Visit) -> Response:
    """They are ready: noted at once, then on to intake's page where they tell what is still true."""
    seen = await front.acts.ready(visit.seen.journey_id, visit.at)
    if seen is None or seen.state != "reached":
        return _on_to_the_journey(request, front, visit, seen)
    page = await page_of_intake(front, seen)
    if page == "away":
        if visit.seen.state == "reached":
            await front.acts.ready_anew(seen.journey_id, visit.at)
        return noted_page(front, replace(visit, seen=seen))
    if page == "nobody":
        return turned_away(request, front, NOBODYS_LINK, visit.language)
    return RedirectResponse(f"{page}?lang={visit.language}", 303, headers=API_HEADERS)


def _on_to_the_journey(request: Request, front: Front, visit: Visit, seen: Seen | None) -> Response:
    """The page that shows how it stands; erased meanwhile, they are turned away like anybody."""
    if seen is None:
        return turned_away(request, front, NOBODYS_LINK, visit.language)
    return RedirectResponse(f"{visit.home}?lang={visit.language}", 303, headers=API_HEADERS)

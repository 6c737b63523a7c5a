"""The doors of the call, behind the person's link: look, book or move, cancel, and where they will be.

A GET shows times and codes and changes nothing, whoever opens it. Each POST is done once however often it is
sent, and ends on a page that can be opened again.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.intake.domain.call import Offer
from services.intake.domain.decision import FieldError
from services.intake.web import described
from services.intake.web.book_inputs import state_in, version_in, wish_of
from services.intake.web.book_link import LIFETIME, PATH, PURPOSE, is_left
from services.intake.web.book_noes import asked_again, said_no, told_to_wait
from services.intake.web.book_view import (
    call_ahead,
    call_page,
    cancel_page,
    times_page,
    where_page,
    zone_of,
)
from services.intake.web.front import Front
from services.intake.web.holder import (
    UNKEPT,
    Holder,
    form_of,
    holder_of,
    knocks_too_often,
    turned_away,
)
from shared.errors import Retryable
from shared.pages import API_HEADERS
from shared.pages.knock import AWAY, NOBODYS_LINK, No

Room = Callable[[Front, Holder, Offer], Awaitable[Response]]


def add_booking(router: APIRouter, front: Front) -> None:
    """Every door of the call."""
    _looked_at(router, front, "", _look)
    _looked_at(router, front, "/book", _look_at_times)
    _looked_at(router, front, "/cancel", _ask_to_cancel)
    _looked_at(router, front, "/where", _ask_where)
    _sent(router, front, "/book", _book, "version", "zone", "time", "phone", "voicemail", "remind")
    _sent(router, front, "/cancel", _cancel, "version")
    _sent(router, front, "/where", _say_where, "state")


def _looked_at(router: APIRouter, front: Front, below: str, room: Room) -> None:
    async def door(request: Request) -> Response:
        return await _enter(request, front, room)

    door.__doc__ = room.__doc__
    path = f"{PATH}/{{token}}{below}"
    router.add_api_route(
        path,
        door,
        methods=["GET"],
        response_class=HTMLResponse,
        responses=described.link_answers(),
        openapi_extra=described.link_inputs("lang", "zone"),
        name=room.__name__.strip("_"),
    )
    router.add_api_route(path, door, methods=["HEAD"], include_in_schema=False)


def _sent(router: APIRouter, front: Front, below: str, room: Room, *fields: str) -> None:
    async def door(request: Request) -> Response:
        return await _enter(request, front, room, with_form=True)

    door.__doc__ = room.__doc__
    router.add_api_route(
        f"{PATH}/{{token}}{below}",
        door,
        methods=["POST"],
        status_code=303,
        response_class=HTMLResponse,
        responses=described.link_form_answers(),
        openapi_extra=described.link_form(*fields),
        name=room.__name__.strip("_"),
    )


async def _enter(request: Request, front: Front, room: Room, *, with_form: bool = False) -> Response:
    """Whoever holds a good link comes in with what their form said; anybody else is turned away alike."""
    holder = await holder_of(request, front, PURPOSE, PATH)
    typed = await form_of(request, front) if with_form and isinstance(holder, Holder) else None
    if isinstance(holder, No):
        return turned_away(request, front, holder)
    if isinstance(typed, No):
        return turned_away(request, front, typed, holder.language)
    holder = replace(holder, typed=typed or holder.typed)
    wait = knocks_too_often(request, front) if with_form else None
    try:
        left = await _is_left(front, holder)
        offer = None if left else await _offer(front, holder, with_times=not with_form or wait is not None)
        if offer is None:
            return turned_away(request, front, NOBODYS_LINK, holder.language)
        return told_to_wait(front, holder, offer, wait) if wait else await room(front, holder, offer)
    except Retryable:
        return turned_away(request, front, UNKEPT if with_form else AWAY, holder.language)


async def _offer(front: Front, holder: Holder, *, with_times: bool) -> Offer | None:
    """How their call stands. Who sends a form has the times before them, and sees fresh ones with a no."""
    calls, id_ = front.calls, holder.kept.id
    return await calls.offer(id_, holder.at) if with_times else await calls.standing(id_)


async def _asked_again(
    front: Front, holder: Holder, seen: Offer, reasons: tuple[FieldError, ...]
) -> Response:
    fresh = await front.calls.offer(holder.kept.id, holder.at)
    return asked_again(front, holder, fresh or seen, reasons)


async def _is_left(front: Front, holder: Holder) -> bool:
    return await is_left(front, holder.kept.person_id, holder.link.expires_at - LIFETIME, holder.at)


async def _look(front: Front, holder: Holder, offer: Offer) -> Response:
    """The call that is booked, else times to choose from, else why there are none."""
    return call_page(front, holder, offer)


async def _look_at_times(front: Front, holder: Holder, offer: Offer) -> Response:
    """Times to choose from, also while a call is booked."""
    return times_page(front, holder, offer)


async def _ask_to_cancel(front: Front, holder: Holder, offer: Offer) -> Response:
    """Whether the call is to be cancelled; asking changes nothing."""
    call = call_ahead(holder, offer)
    return cancel_page(front, holder, call) if call else call_page(front, holder, offer)


async def _ask_where(front: Front, holder: Holder, offer: Offer) -> Response:
    """In which state they will be during the call."""
    call = call_ahead(holder, offer)
    return where_page(front, holder, call) if call else call_page(front, holder, offer)


async def _book(front: Front, holder: Holder, offer: Offer) -> Response:
    """The chosen time is theirs, for a first call or instead of the time before."""
    wish = wish_of(holder.typed, zone_of(front, holder, offer), offer)
    if isinstance(wish, tuple):
        return await _asked_again(front, holder, offer, wish)
    outcome = await front.calls.book(holder.kept.id, wish, holder.at)
    return said_no(front, holder, outcome) or _on_to(holder)


async def _cancel(front: Front, holder: Holder, offer: Offer) -> Response:
    """The call does not take place, and its time is free at once."""
    outcome = await front.calls.cancel(holder.kept.id, version_in(holder.typed), holder.at)
    return said_no(front, holder, outcome) or _on_to(holder)


async def _say_where(front: Front, holder: Holder, offer: Offer) -> Response:
    """Where they will be is kept, and what that means is told."""
    state = state_in(holder.typed)
    if isinstance(state, tuple):
        return await _asked_again(front, holder, offer, state)
    outcome = await front.calls.locate(holder.kept.id, state, holder.at)
    return said_no(front, holder, outcome) or _on_to(holder, "/where")


def _on_to(holder: Holder, below: str = "") -> Response:
    """A page of ours that can be opened again without sending anything again."""
    return RedirectResponse(f"{holder.home}{below}?lang={holder.language}", 303, headers=API_HEADERS)

"""The doors of *how we reach you* and *please stop*, behind a link that is in the person's own mails alone.

A GET shows an empty form and changes nothing, whoever opens it. What a POST did stands on its own answer and
nowhere else, so that no address of a page tells it; sent again, it does nothing more.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.intake.domain.contact_change import LINK_LASTS
from services.intake.handlers import contact
from services.intake.handlers.contact import Mailed
from services.intake.web import described
from services.intake.web.contact_inputs import LABELS, ContactChangeIn, change_of
from services.intake.web.contact_view import (
    allowed_page,
    changed_page,
    form_page,
    not_done,
    stop_page,
    stopped_page,
)
from services.intake.web.contact_withdraw import withdraw, withdraw_page
from services.intake.web.front import Front
from services.intake.web.holder import (
    Holder,
    form_of,
    holder_of,
    knocks_too_often,
    turned_away,
)
from services.intake.web.mistakes import mistakes_in
from services.intake.web.view import FormState, problem_page
from services.intake.web.words import words_of
from shared.errors import Retryable
from shared.pages.knock import AWAY, NOBODYS_LINK, TRY_AGAIN_SECONDS, No

PATH, PURPOSE = "/contact", "contact"
FIELDS = tuple(field.alias or name for name, field in ContactChangeIn.model_fields.items())
NOT_SAID = (303, 409)  # of what forms behind links answer elsewhere

Act = Callable[[Front, Holder, Mailed], Awaitable[Response]]
Page = Callable[[Front, Holder, FormState, int], HTMLResponse]


def add_contact(router: APIRouter, front: Front) -> None:
    """Every door of how somebody is reached."""
    _looked_at(router, front, "", form_page)
    _looked_at(router, front, "/stop", stop_page)
    _looked_at(router, front, "/allow", stop_page)
    _looked_at(router, front, "/withdraw", withdraw_page)
    _sent(router, front, "", _change, form_page, *FIELDS)
    _sent(router, front, "/stop", _stop, stop_page)
    _sent(router, front, "/allow", _allow, stop_page)
    _sent(router, front, "/withdraw", withdraw, withdraw_page)


def _looked_at(router: APIRouter, front: Front, below: str, page: Page) -> None:
    async def door(request: Request) -> Response:
        entered = await _enter(request, front)
        return entered if isinstance(entered, Response) else page(front, entered[0], FormState(), 200)

    door.__doc__ = page.__doc__
    path = f"{PATH}/{{token}}{below}"
    router.add_api_route(
        path,
        door,
        methods=["GET"],
        response_class=HTMLResponse,
        responses=described.link_answers(),
        openapi_extra=described.link_inputs("lang"),
        name=f"see_contact{below.replace('/', '_')}",
    )
    router.add_api_route(path, door, methods=["HEAD"], include_in_schema=False)


def _sent(router: APIRouter, front: Front, below: str, act: Act, page: Page, *fields: str) -> None:
    async def door(request: Request) -> Response:
        return await _done(request, front, act, page)

    door.__doc__ = act.__doc__
    answers = described.link_form_answers()
    router.add_api_route(
        f"{PATH}/{{token}}{below}",
        door,
        methods=["POST"],
        response_class=HTMLResponse,
        responses={status: each for status, each in answers.items() if status not in NOT_SAID},
        openapi_extra=described.link_form(*fields),
        name=f"send_contact{below.replace('/', '_')}",
    )


async def _enter(request: Request, front: Front) -> tuple[Holder, Mailed] | Response:
    """Whoever holds a link that still stands; everybody else is turned away alike."""
    holder = await holder_of(request, front, PURPOSE, PATH)
    if isinstance(holder, No):
        return turned_away(request, front, holder)
    mailed = Mailed(holder.kept.person_id, holder.kept.id, holder.link.expires_at - LINK_LASTS)
    if mailed.at > holder.at or holder.kept.status != "announced":
        return turned_away(request, front, NOBODYS_LINK, holder.language)
    try:
        async with front.database.reading() as tx:
            good = await contact.is_good(tx, mailed, holder.at)
    except Retryable:
        return turned_away(request, front, AWAY, holder.language)
    return (holder, mailed) if good else turned_away(request, front, NOBODYS_LINK, holder.language)


async def _done(request: Request, front: Front, act: Act, page: Page) -> Response:
    """What a form asks for, or the page again, with what was typed and why nothing was done."""
    entered = await _enter(request, front)
    if isinstance(entered, Response):
        return entered
    holder, mailed = entered
    typed = await form_of(request, front)
    if isinstance(typed, No):
        return turned_away(request, front, typed, holder.language)
    holder = replace(holder, typed=typed)
    wait = knocks_too_often(request, front)
    if wait:
        return _again(front, holder, page, "wait", wait)
    try:
        return await act(front, holder, mailed)
    except Retryable:
        return _again(front, holder, page, "unkept", No(503, "unkept", TRY_AGAIN_SECONDS))


async def _change(front: Front, holder: Holder, mailed: Mailed) -> Response:
    """What was filled in counts at once; everything else stays as it is."""
    change = change_of(holder.typed)
    if isinstance(change, tuple):
        mistakes = mistakes_in(change, words_of(holder.language), LABELS)
        return form_page(front, holder, FormState(holder.typed, mistakes), 422)
    if not change.codes:
        return form_page(front, holder, not_done(holder, "nothing"), 422)
    if _told_enough(front, change.email, holder.at):
        return _too_often(front, holder)
    async with front.database.transaction() as tx:
        done = await contact.change(tx, mailed, change, front.vault, holder.at)
    if done == "too_often":
        return _too_often(front, holder)
    return changed_page(front, holder, change, silent=done.silent) if done else _gone(front, holder)


def _told_enough(front: Front, email: str | None, now: datetime) -> bool:
    """Whether this inbox, which may be a stranger's, was named often enough for a day."""
    key = front.vault.address_key("email", email)
    return key is not None and front.turnstile.wait_for_inbox(key, now) is not None


def _too_often(front: Front, holder: Holder) -> Response:
    return form_page(front, holder, not_done(holder, "too_often", phone=front.practice.phone), 429)


async def _stop(front: Front, holder: Holder, mailed: Mailed) -> Response:
    """Nothing more goes to them; a call that is booked is cancelled."""
    async with front.database.transaction() as tx:
        done = await contact.stop(tx, mailed, holder.at)
    return stopped_page(front, holder) if done else _gone(front, holder)


async def _allow(front: Front, holder: Holder, mailed: Mailed) -> Response:
    """What they silenced is silent no more."""
    async with front.database.transaction() as tx:
        done = await contact.allow_again(tx, mailed, holder.at)
    return allowed_page(front, holder) if done else _gone(front, holder)


def _again(front: Front, holder: Holder, page: Page, why: str, no: No) -> Response:
    """The page as it was sent, under a word about why nothing was done."""
    form = not_done(holder, why, seconds=no.retry_after, phone=front.practice.phone)
    answer = page(front, holder, form, no.status)
    answer.headers["Retry-After"] = str(no.retry_after)
    return answer


def _gone(front: Front, holder: Holder) -> Response:
    return problem_page(NOBODYS_LINK, holder.language, front)

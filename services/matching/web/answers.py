"""A person's doors: whom they are introduced to, and whether they still wait.

Their link is theirs alone, so no code is asked for; but a GET shows nothing about them, and each press is one
answer. The paths say nothing that a discreet mail may not say.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from services.matching import storage
from services.matching.domain.referral import Referral, Refused
from services.matching.web.answers_view import (
    ANSWERS,
    changed_page,
    closed_page,
    confirm_page,
    ended_page,
    introduction_page,
    thanks_page,
    waiting_page,
)
from services.matching.web.front import Front
from services.matching.web.noes import turned_away
from services.matching.web.visit import Visit, typed_in, visit_of
from shared.contracts.intake import RequestsAnswered, RequestsAsked
from shared.errors import Retryable
from shared.language import house_languages
from shared.pages.knock import NOBODYS_LINK, No

INTRODUCED, WAITING = "/answers/introduction", "/answers/waiting"

Door = Callable[[Request], Awaitable[Response]]
Room = Callable[[Front, Visit, Referral], Awaitable[Response]]


def add_answers(router: APIRouter, front: Front) -> None:
    """Every door of a person."""
    _looked_through(router, front, INTRODUCED, "introduced", _closed)
    _pressed(router, front, f"{INTRODUCED}/{{token}}/open", "introduced", _open)
    _pressed(router, front, f"{INTRODUCED}/{{token}}/else", "introduced", _confirm)
    _pressed(router, front, f"{INTRODUCED}/{{token}}/else/yes", "introduced", _someone_else)
    _looked_through(router, front, WAITING, "waiting", _waiting)
    _pressed(router, front, f"{WAITING}/{{token}}", "waiting", _answer)


def _looked_through(router: APIRouter, front: Front, path: str, purpose: str, room: Room) -> None:
    async def door(request: Request) -> Response:
        return await _enter(request, front, path, purpose, room)

    door.__doc__ = room.__doc__
    router.add_api_route(
        f"{path}/{{token}}", door, methods=["GET"], response_class=HTMLResponse, name=room.__name__
    )
    router.add_api_route(f"{path}/{{token}}", door, methods=["HEAD"], include_in_schema=False)


def _pressed(router: APIRouter, front: Front, path: str, purpose: str, room: Room) -> None:
    async def door(request: Request) -> Response:
        return await _enter(request, front, path.partition("/{token}")[0], purpose, room, with_form=True)

    door.__doc__ = room.__doc__
    router.add_api_route(path, door, methods=["POST"], response_class=HTMLResponse, name=room.__name__)


async def _enter(
    request: Request, front: Front, path: str, purpose: str, room: Room, *, with_form: bool = False
) -> Response:
    visit = visit_of(request, front, path, purpose)
    found = None if isinstance(visit, No) else await _theirs(front, visit)
    if isinstance(visit, No) or found is None:
        return turned_away(request, front, NOBODYS_LINK)
    if with_form:
        typed = await typed_in(request, front)
        if isinstance(typed, No):
            return turned_away(request, front, typed)
        visit = replace(visit, typed=typed)
    return await room(front, replace(visit, language=_language(request, found)), found)


async def _theirs(front: Front, visit: Visit) -> Referral | None:
    """The referral of the person whom the link is for."""
    async with front.database.reading() as tx:
        return await storage.load_referral_of_request(tx, visit.who)


def _language(request: Request, found: Referral) -> str:
    """The one asked for on the page, else the one in which they wrote."""
    asked = request.query_params.get("lang", "")
    return asked if asked in house_languages() else found.request.language


async def _closed(front: Front, visit: Visit, found: Referral) -> Response:
    """A page with two buttons, or that the link has ended; nothing about anybody."""
    return closed_page(front, visit) if _stands(visit, found) else ended_page(front, visit, found)


async def _open(front: Front, visit: Visit, found: Referral) -> Response:
    """Who the clinician is, in their own words."""
    if not _stands(visit, found):
        return changed_page(front, visit, found)
    for_another = await _is_for_another(front, visit, found)
    return await introduction_page(front, visit, found, for_another=for_another)


async def _confirm(front: Front, visit: Visit, found: Referral) -> Response:
    """Asks once more; nothing has changed yet."""
    return (
        await confirm_page(front, visit, found)
        if _stands(visit, found)
        else changed_page(front, visit, found)
    )


async def _someone_else(front: Front, visit: Visit, found: Referral) -> Response:
    """Somebody else is looked for, kindly and without a reason."""
    done = await front.acts.ask_for_someone_else(visit.link.subject) if _stands(visit, found) else None
    if done is None or isinstance(done, Refused):
        return changed_page(front, visit, done.referral if done else found)
    return thanks_page(front, visit, "someone_else")


async def _waiting(front: Front, visit: Visit, found: Referral) -> Response:
    """Three answers, each of them fine."""
    return waiting_page(front, visit, found)


async def _answer(front: Front, visit: Visit, found: Referral) -> Response:
    """What they said is kept; they are thanked for each."""
    answer = visit.typed.get("answer", "")
    if answer not in ANSWERS:
        return waiting_page(front, visit, found, choose_one=True, status=422)
    if _has_said(found, answer):
        return waiting_page(front, visit, found, told=True)
    done = await front.acts.answer_waiting(visit.link.subject, answer)
    if done is None or isinstance(done, Refused):
        return waiting_page(front, visit, done.referral if done else found, told=True)
    return thanks_page(front, visit, answer)


def _stands(visit: Visit, found: Referral) -> bool:
    """Whether they are still introduced to the clinician of whom this link speaks."""
    choice = found.choice
    return choice is not None and choice.offer_id == visit.link.subject and choice.place == "taken"


def _has_said(found: Referral, answer: str) -> bool:
    """Whether they said just this, and were not asked again since."""
    return found.latest is not None and found.latest.act == answer and not found.checked_in


async def _is_for_another(front: Front, visit: Visit, found: Referral) -> bool:
    """Whether somebody else than the writer will come; said so too while intake cannot tell."""
    if found.request.age < front.terms.policy.adult_age:
        return True
    question = RequestsAsked(
        request_ids=(found.request.request_id,), purpose="introduction", asked_by=visit.by
    )
    try:
        answer = await front.ask(question, RequestsAnswered)
    except Retryable:
        return True
    return any(each.for_ in {"child", "other"} for each in answer.requests)

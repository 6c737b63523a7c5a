"""The doors of *what is still true*: told by a person who read first and is ready, or by a coordinator.

A GET shows codes and changes nothing, whoever opens it. Each POST is done once however often it is sent, and
ends on a page that can be opened again.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from services.intake.domain.admission import assess
from services.intake.domain.booking import PERSON
from services.intake.domain.checks import state_code
from services.intake.domain.reopening import COORDINATOR, Retold, unchanged_zone
from services.intake.domain.request import Request as Kept
from services.intake.handlers import reopening
from services.intake.handlers.reopening import PATH, PURPOSE, Told
from services.intake.web import described
from services.intake.web.begin_inputs import LABELS, retold_of, words_alone
from services.intake.web.begin_proof import is_proven, looked_at, proof_page, prove, send_code
from services.intake.web.begin_view import (
    Guest,
    begin_page,
    closed_page,
    form_page,
    not_now_page,
    put_off,
)
from services.intake.web.book_link import is_left
from services.intake.web.front import Front
from services.intake.web.holder import UNKEPT, form_of, knocks_too_often, turned_away
from services.intake.web.mistakes import mistakes_in
from services.intake.web.view import FormState
from services.intake.web.words import preferred_language, words_of
from shared.errors import Defect, Retryable
from shared.language import house_languages
from shared.pages import API_HEADERS
from shared.pages.knock import AWAY, NOBODYS_LINK, No
from shared.tokens import Link

NOT_NOW = "/not-now"
GONE = 409  # it was open when the form was made, and is not any more
FIELDS = (
    *("for", "client.name", "client.age", "client.relation", "partners.0.name", "partners.0.email", "age"),
    *("state", "concerns", "message", "preferences.format", "preferences.sites", "preferences.times"),
    *("preferences.languages", "preferences.language_required", "preferences.fee_max"),
    *("preferences.clinician", "preferences.modalities", "safety.unsafe_at_home", "safety.partner_violence"),
)

Door = Callable[[Request], Awaitable[Response]]
Step = Callable[[Front, Guest], Awaitable[Response]]
Act = Callable[[Front, Guest, Kept], Awaitable[Response]]
Again = Callable[[Front, Guest, FormState, int], Awaitable[HTMLResponse]]


def add_begin(router: APIRouter, front: Front) -> None:
    """Every door of what is still true."""
    looked_at(router, front, f"{PATH}/{{token}}", _enter, begin_page)
    looked_at(router, front, f"{PATH}/{{token}}{NOT_NOW}", _enter, not_now_page)
    _sent(router, front, "", _tell, _form_again, *FIELDS)
    _sent(router, front, NOT_NOW, _wait, not_now_page)
    _proves(router, front, "/code", send_code)
    _proves(router, front, "/prove", prove, "digits")


def _sent(router: APIRouter, front: Front, below: str, act: Act, again: Again, *fields: str) -> None:
    async def door(request: Request) -> Response:
        return await _done(request, front, act, again)

    _posted(router, below, door, act, fields)


def _proves(router: APIRouter, front: Front, below: str, step: Step, *fields: str) -> None:
    """A door by which a coordinator's browser proves itself; who has proved it goes on."""

    async def door(request: Request) -> Response:
        guest = await _with_form(request, front)
        wait = knocks_too_often(request, front)
        if isinstance(guest, Response):
            return guest
        if wait:
            return turned_away(request, front, wait, guest.language)
        try:
            return _on_to(guest) if is_proven(request, front, guest) else await step(front, guest)
        except (Retryable, Defect):
            return turned_away(request, front, AWAY, guest.language)

    _posted(router, below, door, step, fields)


def _posted(router: APIRouter, below: str, door: Door, what: Act | Step, fields: Sequence[str]) -> None:
    """A door for a form with these fields, described as what it does."""
    door.__doc__ = what.__doc__
    router.add_api_route(
        f"{PATH}/{{token}}{below}",
        door,
        methods=["POST"],
        status_code=303,
        response_class=Response,
        responses=described.link_form_answers(),
        openapi_extra=described.link_form(*fields),
        name=what.__name__.strip("_"),
    )


async def _enter(request: Request, front: Front) -> Guest | Response:
    """Whoever holds a good link. Of a request that nobody knows any more, a page says so kindly."""
    token, now = request.path_params["token"], front.clock()
    link = front.links.read(token, PURPOSE, now)
    by = _who(front, link) if link else None
    if link is None or by is None:
        return turned_away(request, front, NOBODYS_LINK)
    async with front.database.reading() as tx:
        seen = await reopening.see(tx, link.subject)
    kept = seen.request
    if kept is not None and by == PERSON and not await _is_theirs(front, link, kept, now):
        return turned_away(request, front, NOBODYS_LINK)
    return Guest(by, f"{PATH}/{token}", kept, seen.stage, now, _language(request, front, by, kept))


async def _with_form(request: Request, front: Front) -> Guest | Response:
    """Whoever holds a good link and sent a form of ours."""
    try:
        guest = await _enter(request, front)
    except Retryable:
        return turned_away(request, front, AWAY)
    if isinstance(guest, Response):
        return guest
    typed = await form_of(request, front)
    if isinstance(typed, No):
        return turned_away(request, front, typed, guest.language)
    return replace(guest, typed=typed)


async def _opened(request: Request, front: Front) -> tuple[Guest, Kept] | Response:
    """Whoever sent a form of ours about a request that is still open, or may still be written to."""
    guest = await _with_form(request, front)
    if isinstance(guest, Response):
        return guest
    if not is_proven(request, front, guest):
        return proof_page(front, guest, wrong="begin.not_done", status=403)
    if guest.kept is None or guest.stage == "closed":
        return closed_page(front, guest, GONE)
    return guest, guest.kept


async def _done(request: Request, front: Front, act: Act, again: Again) -> Response:
    """What a form asks for, or the page again, with what was typed and why nothing was done."""
    opened = await _opened(request, front)
    wait = knocks_too_often(request, front)
    if isinstance(opened, Response):
        return opened
    guest, kept = opened
    try:
        return await _put_off(front, guest, again, "wait", wait) if wait else await act(front, guest, kept)
    except Retryable:
        return await _put_off(front, guest, again, "unkept", UNKEPT)


async def _tell(front: Front, guest: Guest, kept: Kept) -> Response:
    """What is true now: their request is one of somebody who would like to talk, as if it came now."""
    silenced = guest.stage == "silenced"
    retold = words_alone(guest.typed) if silenced else retold_of(guest.typed, front.facts, guest.at)
    if not isinstance(retold, Retold):
        mistakes = mistakes_in(retold, words_of(guest.language), LABELS)
        return form_page(front, guest, FormState(guest.typed, mistakes), 422)
    zone = unchanged_zone(kept, state_code(retold.state))
    submission = replace(retold.submission(kept.language), time_zone=zone)
    assessed = assess(submission, front.rules, front.facts, guest.at, test=kept.test)
    told = Told(assessed, submission, guest.by)
    async with front.database.transaction() as tx:
        done = await reopening.confirm(tx, kept.id, told, front.desk, guest.at, front.ids)
    return _on_to(guest) if done else closed_page(front, guest, GONE)


async def _wait(front: Front, guest: Guest, kept: Kept) -> Response:
    """*Not now after all*: nobody takes it up any more, and nothing else changes."""
    async with front.database.transaction() as tx:
        done = await reopening.take_back(tx, kept.id, guest.by, guest.at)
    return _on_to(guest, NOT_NOW) if done else closed_page(front, guest, GONE)


async def _form_again(front: Front, guest: Guest, form: FormState, status: int) -> HTMLResponse:
    return form_page(front, guest, form, status)


async def _put_off(front: Front, guest: Guest, again: Again, name: str, no: No) -> Response:
    """The page as it was sent, under a word about why nothing was done."""
    answer = await again(front, guest, put_off(guest, front, name, no), no.status)
    answer.headers["Retry-After"] = str(no.retry_after)
    return answer


def _who(front: Front, link: Link) -> str | None:
    """The person, or a coordinator who is still there."""
    kind, _, id_ = link.recipient.partition(":")
    if kind == COORDINATOR and front.practice.coordinator(id_) is not None:
        return link.recipient
    return PERSON if kind == PERSON else None


async def _is_theirs(front: Front, link: Link, kept: Kept, now: datetime) -> bool:
    """Whether the link is for the person of the request, not for whoever reads an inbox they have left."""
    if link.recipient != f"{PERSON}:{kept.person_id}":
        return False
    made_at = link.expires_at - reopening.LIFETIME
    return not await is_left(front, kept.person_id, made_at, now)


def _language(request: Request, front: Front, by: str, kept: Kept | None) -> str:
    """The one asked for on the page, else the coordinator's own, or the one in which the person wrote."""
    asked = request.query_params.get("lang", "")
    if asked in house_languages():
        return asked
    coordinator = front.practice.coordinator(by.partition(":")[2])
    own = coordinator.languages[0] if coordinator is not None else kept.language if kept else None
    return preferred_language(own, request.headers.get("accept-language"))


def _on_to(guest: Guest, below: str = "") -> Response:
    """A page of ours that can be opened again without sending anything again."""
    return RedirectResponse(f"{guest.home}{below}?lang={guest.language}", 303, headers=API_HEADERS)

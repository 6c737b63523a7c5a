"""What a post is answered with: JSON or problem+json to a program, a page to a person."""

from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import JSONResponse, RedirectResponse, Response

from services.intake.domain.decision import Decision, FieldError, Refused
from services.intake.domain.request import Request
from services.intake.handlers import Conflict, Outcome, Receipt
from services.intake.web.book_link import link_at_first
from services.intake.web.front import Front
from services.intake.web.mistakes import mistakes_in, problems_in
from services.intake.web.view import (
    PAGE_OF_PATH,
    Banner,
    FormState,
    form_page,
    hours_to_contact,
    problem_page,
    public_status,
    status_sentence,
)
from services.intake.web.visit import Visit
from services.intake.web.words import words_of
from shared.pages import API_HEADERS, problem
from shared.pages.crisis import lines_of
from shared.pages.knock import No

STATUS_PURPOSE = "status"
STATUS_LIFETIME = timedelta(days=90)
KEEPING_FORM = (429, 503)  # the person did nothing wrong; what they typed must not be lost


def answer(visit: Visit, decision: Decision | No, outcome: Outcome | No, front: Front) -> Response:
    """The answer to a post, readable by the script that sent it."""
    match outcome:
        case Receipt():
            said = accepted(visit, decision, outcome, front)
        case Conflict():
            said = turned_away(visit, No(409, "conflict"), front)
        case Refused(reasons=reasons):
            said = refused(visit, reasons, front)
        case No():
            said = turned_away(visit, outcome, front)
    said.headers.update(readable_by(visit.reads_answer))
    return said


def accepted(visit: Visit, decision: Decision | No, receipt: Receipt, front: Front) -> Response:
    """202 with everything a website needs, or a 303 to a page that says thank you."""
    if visit.is_form:
        return RedirectResponse(_after_form(visit, decision, receipt, front), 303, headers=API_HEADERS)
    key = "thanks.crisis" if _is_urgent(decision) else f"thanks.{PAGE_OF_PATH[visit.path]}"
    body = {
        "id": receipt.request_id,
        "reference": receipt.reference,
        "received_at": in_json(receipt.received_at),
        "status_url": status_url(front, receipt),
        "booking_url": on_our_site(front, link_at_first(front, decision, receipt)),
        "message": words_of(visit.language)(key, hours=hours_to_contact(front)),
        "crisis_lines": lines_in_json(front, visit.language),
    }
    return JSONResponse(body, 202, headers=API_HEADERS)


def refused(visit: Visit, reasons: tuple[FieldError, ...], front: Front) -> Response:
    """What to put right, field by field; a form comes back with everything that was typed."""
    say = words_of(visit.language)
    if visit.is_form:
        state = FormState(visit.typed, mistakes_in(reasons, say), for_whom=visit.typed.last("for", "self"))
        return form_page(front, PAGE_OF_PATH[visit.path], visit.language, state, front.clock(), status=422)
    return problem(
        422,
        "invalid",
        say("refused.invalid"),
        errors=problems_in([replace(each, pointer=visit.inside + each.pointer) for each in reasons], say),
        crisis_lines=lines_in_json(front, visit.language),
    )


def turned_away(visit: Visit, no: No, front: Front) -> Response:
    """Why the post was not looked at or not kept."""
    retry = {"Retry-After": str(no.retry_after)} if no.retry_after else {}
    if visit.is_form and no.status in KEEPING_FORM:
        said = _form_again(visit, no, front)
    elif visit.wants_page:
        said = problem_page(no, visit.language, front)
    else:
        said = no_in_json(no, visit.language, front)
    said.headers.update(retry)
    return said


def no_in_json(no: No, language: str, front: Front) -> Response:
    """A no to a program."""
    say = words_of(language)
    return problem(
        no.status,
        no.slug.replace("_", "-"),
        say(f"refused.{no.slug}"),
        detail=say(f"refused.{no.slug}_detail"),
        crisis_lines=lines_in_json(front, language),
    )


def status_in_json(front: Front, kept: Request, booking: str | None) -> Response:
    """Where a request stands, for a program that holds the person's link."""
    body = {
        "reference": kept.reference,
        "status": public_status(kept),
        "received_at": in_json(kept.received_at),
        "message": status_sentence(front, kept),
        "booking_url": on_our_site(front, booking),
        "crisis_lines": lines_in_json(front, kept.language),
    }
    return JSONResponse(body, headers=API_HEADERS)


def readable_by(origin: str | None) -> dict[str, str]:
    """The headers by which a browser lets a listed website's script read the answer."""
    if origin is None:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "Retry-After",
        "Vary": "Origin",
    }


def preflight(origin: str | None) -> Response:
    """The answer to a browser that asks whether a script may post."""
    allowed = {
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "Content-Type, Idempotency-Key",
        "Access-Control-Max-Age": "3600",
    }
    return Response(status_code=204, headers={**readable_by(origin), **(allowed if origin else {})})


def lines_in_json(front: Front, language: str) -> list[dict[str, Any]]:
    """The crisis lines as every answer carries them."""
    return [asdict(line) for line in lines_of(front.practice, language)]


def status_url(front: Front, receipt: Receipt) -> str:
    """The person's own link to where their request stands; the same for a repeated post."""
    token = front.links.sign(
        STATUS_PURPOSE, receipt.person_id, receipt.request_id, receipt.received_at, STATUS_LIFETIME
    )
    return f"{front.public_url}/v1/consultation-requests/{receipt.request_id}?token={token}"


def on_our_site(front: Front, path: str | None) -> str | None:
    """The whole address of a page of ours."""
    return f"{front.public_url}{path}" if path else None


def in_json(at: datetime) -> str:
    """An instant as answers write it, to the second."""
    return at.astimezone(UTC).replace(microsecond=0).isoformat().replace("+00:00", "Z")


def _is_urgent(decision: Decision | No) -> bool:
    return not isinstance(decision, Refused | No) and decision.request.safety.level == "crisis"


def _after_form(visit: Visit, decision: Decision | No, receipt: Receipt, front: Front) -> str:
    """The website's own page when it named one; never in a crisis, when the lines must be seen."""
    return_to, urgent = visit.typed.last("_return"), _is_urgent(decision)
    if front.admits_return(return_to) and not urgent:
        return return_to
    booking = link_at_first(front, decision, receipt)
    shown = {
        "path": PAGE_OF_PATH[visit.path],
        "lang": visit.language,
        "reference": receipt.reference,
        **({"first": "lines"} if urgent else {}),
        **({"book": booking.rpartition("/")[2]} if booking else {}),
    }
    return f"/v1/thank-you?{urlencode(shown)}"


def _form_again(visit: Visit, no: No, front: Front) -> Response:
    say = words_of(visit.language)
    name = "wait" if no.status == 429 else "unkept"
    text = say(f"{name}.text", seconds=no.retry_after, phone=front.practice.phone)
    state = FormState(
        visit.typed,
        banner=Banner(say(f"{name}.heading"), text),
        for_whom=visit.typed.last("for", "self"),
    )
    page = PAGE_OF_PATH[visit.path]
    return form_page(front, page, visit.language, state, front.clock(), status=no.status)

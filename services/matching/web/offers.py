"""A clinician's doors: would you see somebody new? Codes alone, and a yes and a no are equally welcome."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from services.matching import storage
from services.matching.domain.life import ALLOWED
from services.matching.domain.referral import Referral, Refused
from services.matching.web import words
from services.matching.web.asked import the_least
from services.matching.web.front import Front
from services.matching.web.proof import (
    Closed,
    Guard,
    Over,
    Room,
    add_proof,
    behind,
    done_behind,
    over_page,
    posted,
    shown,
)
from services.matching.web.says import clock_time, day_and_time, lately
from services.matching.web.visit import Visit
from shared.contracts.matching import DECLINE_CODES
from shared.pages import API_HEADERS

NO_LONGER = Over(
    "This is settled already",
    "The time to answer has passed, or somebody at the desk took the question back. Nothing is asked of you "
    "any more, and nobody holds anything against you.",
)
ANSWERS: Mapping[str, str] = {"yes": "accept", "no": "decline", "seen": "receive", "undo": "undo"}
SAID: Mapping[str, str] = {
    "accept": "Thank you.",
    "decline": "Thank you for saying so. Nobody holds it against you.",
    "receive": "Thank you. We know that you have seen it.",
    "undo": "It is as if you had not answered.",
}
CHOOSE_A_REASON = "Please choose a reason. It stays with us."
NOT_YET = "Somebody at the desk has to look at something first. Your answer could not be kept yet."
AT_THE_DESK = "Somebody at the desk is changing this right now. Nothing is asked of you."


async def look_at_offer(front: Front, visit: Visit) -> Closed | Over:
    """What anybody with the link may see: the reference, and by when it is to be answered."""
    found = await _offered(front, visit)
    if found is None or found.choice is None:
        return NO_LONGER
    by = day_and_time(found.choice.answer_by, front.terms.zone)
    return Closed(found.request.reference, [("We ask you", "Would you see somebody new?"), ("Answer by", by)])


OFFER = Guard("/referrals/offer", "offer", look_at_offer, for_whom="clinician")


def add_offers(router: APIRouter, front: Front) -> None:
    """The doors of an offer."""
    add_proof(router, front, OFFER)

    @shown(router, OFFER)
    async def offer(request: Request) -> Response:
        """What somebody asks for, in codes, and the answers that can be given."""
        return await behind(request, front, OFFER, _looking(front))

    for below, answer in ANSWERS.items():
        _add_answer(router, front, below, answer)


def _add_answer(router: APIRouter, front: Front, below: str, answer: str) -> None:
    @posted(router, OFFER, f"/{below}")
    async def answered(request: Request) -> Response:
        """The clinician's answer, which can be undone for a while."""
        return await done_behind(request, front, OFFER, lambda visit: _answer(front, visit, answer))


def _looking(front: Front) -> Room:
    async def room(visit: Visit) -> Response:
        found = await _offered(front, visit)
        return await offer_page(front, visit, found) if found else over_page(front, NO_LONGER)

    return room


async def _answer(front: Front, visit: Visit, answer: str) -> Response:
    why = visit.typed.get("why", "")
    found = await _offered(front, visit)
    if found and answer == "decline" and why not in DECLINE_CODES:
        return await offer_page(front, visit, found, CHOOSE_A_REASON, status=422)
    done = await front.acts.answer_offer(visit.link.subject, visit.by, answer, why)
    if done is None:
        return over_page(front, NO_LONGER)
    if isinstance(done, Refused):
        return await _refused(front, visit, done, answer)
    return RedirectResponse(f"{visit.home}?{urlencode({'said': answer})}", 303, headers=API_HEADERS)


async def _refused(front: Front, visit: Visit, refused: Refused, answer: str) -> Response:
    """Who has answered the same already is told so, and that is no conflict."""
    referral = refused.referral
    latest = referral.latest
    if latest is not None and (latest.act, latest.by) == (answer, visit.by):
        at = lately(latest.at, visit.at, front.terms.zone)
        return await offer_page(front, visit, referral, f"Already done by you at {at}.")
    wrong = NOT_YET if refused.code == "crisis" else ""
    return await offer_page(front, visit, referral, wrong or _where_it_is(front, visit, referral), status=409)


async def offer_page(
    front: Front, visit: Visit, referral: Referral, wrong: str = "", *, status: int = 200
) -> Response:
    """The offer, and the answers that can be given now."""
    choice = referral.choice
    if choice is None:
        return over_page(front, NO_LONGER)
    can_answer = referral.pending is None and referral.stage in ALLOWED["accept"]
    values = {
        "practice_name": front.practice.name,
        "home": visit.home,
        "reference": referral.request.reference,
        "wrong": wrong,
        "said": "" if wrong else SAID.get(visit.said, ""),
        "wanted": await the_least(front, referral.request, choice.clinician_id),
        "answer_by": day_and_time(choice.answer_by, front.terms.zone),
        "can_answer": can_answer,
        "can_say_seen": can_answer and referral.stage in ALLOWED["receive"],
        "reasons_why": [(code, words.DECLINES[code]) for code in DECLINE_CODES],
        "why": visit.typed.get("why", ""),
        "answered": _answered(front, visit, referral),
        "where": "" if can_answer else _where_it_is(front, visit, referral),
    }
    return front.pages.page("offer.html", values, language="en", status=status, has_form=True)


def _answered(front: Front, visit: Visit, referral: Referral) -> dict[str, Any] | None:
    """The clinician's own answer, while it can be undone."""
    pending = referral.pending
    if pending is None or pending.by != visit.by:
        return None
    return {
        "what": "yes" if pending.act == "accept" else "no",
        "at": clock_time(pending.since, front.terms.zone),
        "until": clock_time(pending.settles_at, front.terms.zone),
        "may_undo": visit.at < pending.settles_at,
    }


def _where_it_is(front: Front, visit: Visit, referral: Referral) -> str:
    """How it stands, for a clinician who has nothing to answer now."""
    if referral.pending is not None:
        return "" if referral.pending.by == visit.by else AT_THE_DESK
    if referral.choice is not None and referral.choice.place == "taken":
        return (
            "You said yes, and are introduced. Who they are is behind the link in the mail that we sent you."
        )
    return ""


async def _offered(front: Front, visit: Visit) -> Referral | None:
    """The referral that is offered to this clinician by this very offer."""
    async with front.database.reading() as tx:
        found = await storage.load_referral_of_offer(tx, visit.link.subject)
    theirs = found is not None and found.choice is not None and found.choice.clinician_id == visit.who
    return found if theirs else None

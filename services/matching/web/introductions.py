"""A clinician's doors after the yes: who it is, how to reach them, what they wrote, each after a press."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response

from services.matching import storage
from services.matching.domain.referral import Referral
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
from services.matching.web.reading import (
    NOTHING_THERE,
    Written,
    ask_contact,
    ask_words,
    contact_facts,
    contact_rules,
)
from services.matching.web.visit import Visit
from shared.errors import Retryable

NO_LONGER = Over(
    "This introduction does not stand any more",
    "Something has changed since we wrote to you, so there is nothing to show here. If you have a question, "
    "answer our mail. Nobody holds anything against you.",
)
AWAY = "This cannot be reached at the moment. Please try again in a minute."


async def look_at_introduction(front: Front, visit: Visit) -> Closed | Over:
    """What anybody with the link may see: the reference."""
    found = await _introduced(front, visit)
    return Closed(found.request.reference) if found else NO_LONGER


INTRODUCTION = Guard("/referrals/introduction", "introduction", look_at_introduction, for_whom="clinician")


def add_introductions(router: APIRouter, front: Front) -> None:
    """The doors of an introduction."""
    add_proof(router, front, INTRODUCTION)

    @shown(router, INTRODUCTION)
    async def introduction(request: Request) -> Response:
        """What they asked for in codes; no name."""
        return await behind(request, front, INTRODUCTION, _room(front, _closed))

    @posted(router, INTRODUCTION, "/who")
    async def who(request: Request) -> Response:
        """Who they are and how to reach them; who asks is recorded first."""
        return await done_behind(request, front, INTRODUCTION, _room(front, _who))

    @posted(router, INTRODUCTION, "/words")
    async def words(request: Request) -> Response:
        """What they wrote, with who they are; who reads it is recorded first."""
        return await done_behind(request, front, INTRODUCTION, _room(front, _words))


Show = Callable[[Front, Visit, Referral], Awaitable[Response]]


def _room(front: Front, show: Show) -> Room:
    async def room(visit: Visit) -> Response:
        found = await _introduced(front, visit)
        return await show(front, visit, found) if found else over_page(front, NO_LONGER)

    return room


async def _closed(front: Front, visit: Visit, found: Referral) -> Response:
    return await _page(front, visit, found)


async def _who(front: Front, visit: Visit, found: Referral) -> Response:
    return await _opened(front, visit, found, with_words=False)


async def _words(front: Front, visit: Visit, found: Referral) -> Response:
    """Their words, beside who they are."""
    return await _opened(front, visit, found, with_words=True)


async def _opened(front: Front, visit: Visit, found: Referral, *, with_words: bool) -> Response:
    """The practice's inside notes stay with its coordinators."""
    request_id, written = found.request.request_id, None
    try:
        contact = await ask_contact(front, visit, request_id, "clinician_reads")
        if with_words:
            written = await ask_words(front, visit, request_id, "clinician_reads", with_notes=False)
    except Retryable:
        return await _page(front, visit, found, wrong=AWAY, status=503)
    if contact is None or (with_words and written is None):
        return await _page(front, visit, found, wrong=NOTHING_THERE, status=410)
    who, rules = contact_facts(front, contact), contact_rules(contact)
    return await _page(front, visit, found, who=who, rules=rules, written=written)


async def _page(
    front: Front,
    visit: Visit,
    found: Referral,
    *,
    who: Sequence[tuple[str, str]] = (),
    rules: Sequence[str] = (),
    written: Written | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    values = {
        "practice_name": front.practice.name,
        "home": visit.home,
        "reference": found.request.reference,
        "wanted": await the_least(front, found.request, visit.who),
        "who": who,
        "rules": rules,
        "written": written,
        "wrong": wrong,
    }
    return front.pages.page("introduction.html", values, language="en", status=status, has_form=True)


async def _introduced(front: Front, visit: Visit) -> Referral | None:
    """The referral whose place this clinician has taken, by this very offer."""
    async with front.database.reading() as tx:
        found = await storage.load_referral_of_offer(tx, visit.link.subject)
    choice = found.choice if found else None
    theirs = choice is not None and choice.clinician_id == visit.who and choice.place == "taken"
    return found if theirs else None

"""Every no to what a page of the call sent: which page comes back, with which words and what was typed."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from fastapi.responses import HTMLResponse, Response

from services.intake.domain.call import Done, NotDone, Offer, Outcome, Refused
from services.intake.domain.decision import FieldError
from services.intake.web.book_view import booked_page, call_ahead, times_page, where_page
from services.intake.web.front import Front
from services.intake.web.holder import Holder
from services.intake.web.mistakes import LABELS_OF_A_CALL, mistakes_in
from services.intake.web.view import Banner, FormState, problem_page
from services.intake.web.words import words_of
from shared.pages.knock import NOBODYS_LINK, No

FIELDS: Mapping[NotDone, FieldError] = MappingProxyType(
    {
        "phone_missing": FieldError("/phone", "required"),
        "unknown_state": FieldError("/state", "unknown_code"),
    }
)
BANNERS: Mapping[NotDone, tuple[str, str]] = MappingProxyType(
    {
        "taken": ("book.taken_heading", "book.taken"),
        "passed": ("book.passed_heading", "book.passed"),
        "changed": ("book.changed_heading", "book.changed"),
        "not_now": ("book.not_now_heading", "book.not_now"),
        "too_often": ("book.too_often_heading", "book.too_often"),
        "too_many": ("book.too_many_heading", "book.too_many"),
    }
)
CHOOSE_AGAIN = frozenset({"taken", "passed"})


def said_no(front: Front, holder: Holder, outcome: Outcome | None) -> Response | None:
    """The page that says why it was not done; None when it is done."""
    if isinstance(outcome, Done):
        return None
    if outcome is None:
        return problem_page(NOBODYS_LINK, holder.language, front)
    if outcome.why in FIELDS:
        return asked_again(front, holder, outcome.offer, [FIELDS[outcome.why]])
    return _refused(front, holder, outcome)


def asked_again(front: Front, holder: Holder, offer: Offer, reasons: Sequence[FieldError]) -> HTMLResponse:
    """The form with what was typed, and what is to be put right field by field."""
    say = words_of(holder.language)
    state = FormState(holder.typed, mistakes_in(reasons, say, LABELS_OF_A_CALL))
    call = call_ahead(holder, offer)
    if not any(each.pointer == "/state" for each in reasons):
        return times_page(front, holder, offer, state, 422)
    if call:
        return where_page(front, holder, call, state, 422)
    return _told(front, holder, offer, _banner(front, holder, "not_now"), 409)


def told_to_wait(front: Front, holder: Holder, offer: Offer, no: No) -> Response:
    """Too much came from their address; nothing that they typed is lost."""
    say = words_of(holder.language)
    banner = Banner(say("book.wait_heading"), say("book.wait", seconds=no.retry_after))
    said = _told(front, holder, offer, banner, no.status, choosing="time" in holder.typed.names())
    said.headers["Retry-After"] = str(no.retry_after)
    return said


def _refused(front: Front, holder: Holder, outcome: Refused) -> HTMLResponse:
    if outcome.why == "not_offered":
        return times_page(front, holder, outcome.offer, status=409)
    status = 429 if outcome.why == "too_often" else 409
    banner = _banner(front, holder, outcome.why)
    choosing = outcome.why in CHOOSE_AGAIN
    return _told(front, holder, outcome.offer, banner, status, choosing=choosing)


def _told(
    front: Front, holder: Holder, offer: Offer, banner: Banner, status: int, *, choosing: bool = False
) -> HTMLResponse:
    """How it stands now, under a word about what was sent; the times when they were choosing one."""
    call = call_ahead(holder, offer)
    if call and not choosing:
        return booked_page(front, holder, offer, call, banner, status)
    return times_page(front, holder, offer, FormState(holder.typed, banner=banner), status)


def _banner(front: Front, holder: Holder, why: NotDone) -> Banner:
    say, (heading, text) = words_of(holder.language), BANNERS[why]
    return Banner(say(heading), say(text, phone=front.practice.phone))

"""What the pages of a call show: times and codes, nothing that the person wrote and no number of theirs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from fastapi.responses import HTMLResponse

from services.intake.domain.call import Call, NotOffered, Offer
from services.intake.domain.checks import UNKNOWN_STATE
from services.intake.web.book_inputs import time_in
from services.intake.web.book_times import begun_large, day_and_time, days_of, zone_name, zones
from services.intake.web.choices import Choice, states
from services.intake.web.forms import Typed
from services.intake.web.front import Front
from services.intake.web.holder import Holder
from services.intake.web.mistakes import Marked, Mistake
from services.intake.web.view import Banner, FormState, frame, home, minutes_of_call
from services.intake.web.words import words_of
from shared.contracts.intake import CallStatus
from shared.language import listed_in, message
from shared.names import first_name
from shared.pages.person import in_other_languages


@dataclass(frozen=True, slots=True)
class Kind:
    """Why no time is offered, as a page says it."""

    heading: str
    texts: tuple[str, ...]
    lines_first: bool = False
    with_letter: bool = False  # a link to write to us


# Somebody may look on, or a machine try us out: that a person asked for silence, that home is not safe or
# that a note is looked at first must not be read off this page. So three reasons have one page between them.
BY_PHONE = Kind(message("book.by_phone_heading"), (message("book.by_phone"), message("book.by_phone_reach")))
KINDS: Mapping[NotOffered, Kind] = MappingProxyType(
    {
        "no_calls": Kind(message("book.no_calls_heading"), (message("book.no_calls"),)),
        "crisis": Kind(message("book.crisis_heading"), (message("book.crisis"),), lines_first=True),
        "unsafe_at_home": BY_PHONE,
        "minor": Kind(message("book.minor_heading"), (message("book.minor"),)),
        "quarantined": BY_PHONE,
        "silenced": BY_PHONE,
        "closed": Kind(message("book.closed_heading"), (message("book.closed"),), with_letter=True),
        "not_a_consultation": Kind(
            message("book.not_a_consultation_heading"),
            (message("book.not_a_consultation"),),
            with_letter=True,
        ),
    }
)

UNDER_WAY = Kind(message("book.under_way_heading"), (message("book.under_way"),))
BECAME: Mapping[CallStatus, str] = MappingProxyType(
    {
        "booked": message("book.begun"),
        "attended": message("book.attended"),
        "missed": message("book.missed"),
        "cancelled": message("book.cancelled"),
    }
)


@dataclass(frozen=True, slots=True)
class WhereForm(Marked):
    """The states to choose from, and what is wrong with the choice."""

    typed: Typed
    mistakes: Sequence[Mistake]
    banner: Banner | None
    our_states: Sequence[Choice]
    other_states: Sequence[Choice]


def call_page(front: Front, holder: Holder, offer: Offer) -> HTMLResponse:
    """The call that is booked, else times to choose from, else why there are none."""
    call = call_ahead(holder, offer)
    if call:
        return booked_page(front, holder, offer, call)
    return times_page(front, holder, offer)


def times_page(
    front: Front, holder: Holder, offer: Offer, state: FormState | None = None, status: int = 200
) -> HTMLResponse:
    """The free times by day, for a first call or another time; with what was typed when it comes back."""
    if offer.not_offered or _is_under_way(holder, offer):
        return _without_times(front, holder, offer, state, status)
    form, own = state or FormState(), zone_of(front, holder, offer)
    zone, language = ZoneInfo(own), holder.language
    latest, moves = offer.call, call_ahead(holder, offer)
    values = {
        "form": form,
        "note": "" if moves or latest is None else _note(front, holder, latest, zone),
        "stands": day_and_time(moves.starts_at, zone, language) if moves else "",
        "zone": own,
        "zone_name": zone_name(own, language),
        "zones": zones(front.practice, _own_zone(offer), language, holder.at),
        "days": days_of(offer.slots, zone, language, time_in(form.typed)),
        "version": latest.version if latest else 0,
        "phone_known": offer.phone_known,
        "remind": moves is not None and moves.remind_shortly,
    }
    return _page(front, holder, "book.html", values, status=status, below="/book" if moves else "", zone=own)


def booked_page(
    front: Front,
    holder: Holder,
    offer: Offer,
    call: Call,
    banner: Banner | None = None,
    status: int = 200,
) -> HTMLResponse:
    """When it is, who calls, what to expect, and what can be changed."""
    caller = _caller(front, holder, call)
    languages = [front.practice.label(each, holder.language, "language") for each in call.interpreter]
    values = {
        **_when(holder, call),
        "form": FormState(banner=banner),
        "caller": caller,
        "minutes": (call.ends_at - call.starts_at) // timedelta(minutes=1),
        "interpreters": listed_in(languages, holder.language),
        "may_move": offer.not_offered is None,
        "where": _where(front, holder, call),
    }
    return _page(front, holder, "book_booked.html", values, status=status)


def cancel_page(front: Front, holder: Holder, call: Call) -> HTMLResponse:
    """Asks; nothing has changed yet."""
    values = {**_when(holder, call), "version": call.version}
    return _page(front, holder, "book_cancel.html", values, below="/cancel")


def where_page(
    front: Front, holder: Holder, call: Call, state: FormState | None = None, status: int = 200
) -> HTMLResponse:
    """Asks in which state they will be; answers when they have said so."""
    form = state or FormState()
    ours, others = states(front.practice, holder.language)
    values = {
        **_when(holder, call),
        "form": WhereForm(form.typed, form.mistakes, form.banner, ours, others),
        "where": _where(front, holder, call),
    }
    return _page(front, holder, "book_where.html", values, status=status, below="/where")


def call_ahead(holder: Holder, offer: Offer) -> Call | None:
    """The call that is booked and has not begun."""
    return offer.call if offer.call and offer.call.is_ahead(holder.at) else None


def zone_of(front: Front, holder: Holder, offer: Offer) -> str:
    """The zone that was asked for when it is one we offer, else the person's."""
    own, asked = _own_zone(offer), holder.typed.last("zone") or holder.asked.get("zone", "")
    offered = {state.time_zone for state in front.practice.rules.states.values()} | {own}
    return asked if asked in offered else own


def _own_zone(offer: Offer) -> str:
    return offer.call.time_zone if offer.call else offer.request.time_zone


def _without_times(
    front: Front, holder: Holder, offer: Offer, state: FormState | None, status: int
) -> HTMLResponse:
    """Why there is nothing to choose; a call that is booked all the same is shown."""
    call = call_ahead(holder, offer)
    if call:
        return booked_page(front, holder, offer, call, state.banner if state else None, status)
    kind = KINDS[offer.not_offered] if offer.not_offered else UNDER_WAY
    values = {"kind": kind, "write_url": home("talk", holder.language)}
    return _page(front, holder, "book_nothing.html", values, status=status)


def _is_under_way(holder: Holder, offer: Offer) -> bool:
    """Whether the call has begun and is not over: nobody books another meanwhile."""
    call = offer.call
    return call is not None and call.is_booked and call.starts_at <= holder.at < call.ends_at


def _note(front: Front, holder: Holder, call: Call, zone: ZoneInfo) -> str:
    """What became of the latest call."""
    say = words_of(holder.language)
    when = day_and_time(call.starts_at, zone, holder.language)
    return say(
        BECAME[call.status], when=when, caller=_caller(front, holder, call), phone=front.practice.phone
    )


def _when(holder: Holder, call: Call) -> dict[str, str]:
    return {
        "when": begun_large(day_and_time(call.starts_at, ZoneInfo(call.time_zone), holder.language)),
        "zone_name": zone_name(call.time_zone, holder.language),
    }


def _caller(front: Front, holder: Holder, call: Call) -> str:
    known = front.practice.coordinator(call.coordinator_id)
    return first_name(known.name) if known else words_of(holder.language)(message("book.somebody"))


def _where(front: Front, holder: Holder, call: Call) -> str:
    """What their answer means; nothing while there is none."""
    say = words_of(holder.language)
    if call.state is None:
        return ""
    if call.state == UNKNOWN_STATE:
        return say("book.where_unknown")
    key = (
        message("book.where_here") if call.state in front.practice.states else message("book.where_elsewhere")
    )
    state = front.practice.label(call.state, holder.language, "state")
    return say(key, state=state, caller=_caller(front, holder, call))


def _page(
    front: Front,
    holder: Holder,
    template: str,
    values: Mapping[str, Any],
    *,
    status: int = 200,
    below: str = "",
    zone: str = "",
) -> HTMLResponse:
    asked = {"zone": zone} if zone else {}
    others = in_other_languages(f"{holder.home}{below}", holder.language, **asked)
    common = {
        **frame(front, holder.language),
        "home": holder.home,
        "lang": f"?lang={holder.language}",
        "minutes": minutes_of_call(front),
        "other_languages": others if status == 200 else (),
    }
    return front.pages.page(
        template, {**common, **values}, language=holder.language, status=status, has_form=True
    )

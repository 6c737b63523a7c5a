"""What the pages of *what is still true* show: codes, and what was typed into them a moment ago."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from fastapi.responses import HTMLResponse

from services.intake.domain.booking import PERSON
from services.intake.domain.reopening import Stage
from services.intake.domain.request import Request as Kept
from services.intake.handlers.reopening import SHUT
from services.intake.web.begin_inputs import codes_of
from services.intake.web.book_link import link_of
from services.intake.web.choices import FOR_ORDER
from services.intake.web.forms import Typed
from services.intake.web.front import Front
from services.intake.web.view import (
    Banner,
    FormState,
    form_view,
    frame,
    steps_after,
    thanks_page,
)
from services.intake.web.words import words_of
from shared.pages.crisis import numbers_of
from shared.pages.knock import No
from shared.pages.person import in_other_languages

EMPTY = FormState()


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody with a good link: the person, or a coordinator on their behalf."""

    by: str  # person or coordinator:<id>
    home: str  # the path of the link's page
    kept: Kept | None  # None: nobody knows it any more
    stage: Stage
    at: datetime
    language: str
    typed: Typed = field(default_factory=Typed)

    @property
    def on_behalf(self) -> bool:
        """Whether a coordinator tells it."""
        return self.by != PERSON

    @property
    def reference(self) -> str:
        """What the request is called."""
        return self.kept.reference if self.kept else ""


async def begin_page(front: Front, guest: Guest) -> HTMLResponse:
    """What is still true, asked with what is known in codes; what follows, once it was told."""
    if guest.kept is None or guest.stage in SHUT:
        return closed_page(front, guest)
    if guest.stage == "told":
        return await told_page(front, guest, guest.kept)
    return form_page(front, guest, FormState(codes_of(guest.kept, _offered(front))))


async def not_now_page(
    front: Front, guest: Guest, form: FormState = EMPTY, status: int = 200
) -> HTMLResponse:
    """Whether we shall leave it for now; that we do, once it was said."""
    if guest.kept is None or guest.stage != "waiting":
        return await begin_page(front, guest)
    said = guest.kept.not_now_at is not None and guest.kept.ready_since is None
    return page_of(front, guest, "begin_not_now.html", status, below="/not-now", said=said, form=form)


def form_page(front: Front, guest: Guest, state: FormState, status: int = 200) -> HTMLResponse:
    """The form: with what is known, or with everything that was typed and what is wrong with it."""
    chosen = state.typed.last("for")
    state = replace(state, for_whom=chosen if chosen in FOR_ORDER else "self")
    return page_of(
        front,
        guest,
        "begin.html",
        status,
        form=form_view(front, guest.language, state, guest.at),
        steps=steps_after(front, "talk", guest.language),
        now=numbers_of(front.practice),
    )


async def told_page(front: Front, guest: Guest, kept: Kept) -> HTMLResponse:
    """What happens now, and the way to a call where one is offered."""
    if guest.on_behalf:
        return page_of(front, guest, "begin_told.html", 200)
    booking = await link_of(front, kept, guest.at)
    urgent = kept.safety_level == "crisis"
    return thanks_page(front, "talk", guest.language, kept.reference, booking, lines_first=urgent)


def closed_page(front: Front, guest: Guest, status: int = 200) -> HTMLResponse:
    """That nothing is open here, whatever the reason: somebody may look on."""
    return page_of(front, guest, "begin_closed.html", status)


def put_off(guest: Guest, front: Front, name: str, no: No) -> FormState:
    """The form under a word about why nothing was done; nothing that was typed is lost."""
    say = words_of(guest.language)
    text = say(f"{name}.text", seconds=no.retry_after, phone=front.practice.phone)
    return FormState(guest.typed, banner=Banner(say(f"{name}.heading"), text))


def page_of(
    front: Front, guest: Guest, template: str, status: int, *, below: str = "", **values: Any
) -> HTMLResponse:
    """One of these pages, with what each of them is given."""
    others = in_other_languages(f"{guest.home}{below}", guest.language)
    shown = frame(front, guest.language) | {
        "home": guest.home,
        "lang": f"?lang={guest.language}",
        "on_behalf": guest.on_behalf,
        "reference": guest.reference,
        "other_languages": others if status == 200 else (),
        **values,
    }
    return front.pages.page(template, shown, language=guest.language, status=status, has_form=True)


def _offered(front: Front) -> dict[str, Collection[str]]:
    """The codes among which the page lets people choose."""
    practice, words = front.practice, front.practice.rules.vocabulary
    return {
        "for": FOR_ORDER,
        "state": (*practice.rules.states, "unknown"),
        "concerns": (*practice.concern_phrases, *practice.specialties),
        "preferences.format": practice.formats,
        "preferences.sites": [site.code for site in practice.sites],
        "preferences.times": words.times,
        "preferences.languages": practice.languages,
        "preferences.clinician": words.identities,
        "preferences.modalities": words.modalities,
    }

"""What the pages of *how we reach you* show: an empty form, and what was typed into it a moment ago.

None of them says how anybody is reached now, or whether they asked for silence: somebody else may look on.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import phonenumbers
from fastapi.responses import HTMLResponse

from services.intake.domain.contact_change import TICKED as WAYS
from services.intake.domain.contact_change import Change
from services.intake.domain.request import can_be_withdrawn
from services.intake.domain.submission import SafeHours
from services.intake.web.book_times import clock_said
from services.intake.web.front import Front
from services.intake.web.holder import Holder
from services.intake.web.view import Banner, FormState, frame
from services.intake.web.words import words_of
from shared.language import message, said_at
from shared.pages.person import in_other_languages

EMPTY = FormState()
TICKED: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        ("email_ok", True): message("contact.new_email_ok"),
        ("email_ok", False): message("contact.new_email_not_ok"),
        ("text_ok", True): message("contact.new_text_ok"),
        ("text_ok", False): message("contact.new_text_not_ok"),
        ("voicemail_ok", True): message("contact.new_voicemail_ok"),
        ("voicemail_ok", False): message("contact.new_voicemail_not_ok"),
        ("discreet", True): message("contact.new_discreet"),
        ("discreet", False): message("contact.new_not_discreet"),
    }
)
BANNERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nothing": (message("contact.nothing_heading"), message("contact.nothing")),
        "too_often": (message("contact.too_often_heading"), message("contact.too_often")),
        "wait": (message("contact.wait_heading"), message("contact.wait")),
        "unkept": (message("contact.unkept_heading"), message("contact.unkept")),
    }
)


def form_page(front: Front, holder: Holder, form: FormState = EMPTY, status: int = 200) -> HTMLResponse:
    """The form: empty, or with everything that was typed and what is wrong with it."""
    ways_open = any(form.typed.every(name) for name in WAYS)
    can = can_be_withdrawn(holder.kept) and holder.kept.withdrawn_at is None
    shown = {"form": form, "ways_open": ways_open, "can_be_withdrawn": can}
    return page_of(front, holder, "contact.html", status, below="", **shown)


def stop_page(front: Front, holder: Holder, form: FormState = EMPTY, status: int = 200) -> HTMLResponse:
    """Whether we shall stop, or may write again; it asks the same of everybody."""
    return page_of(front, holder, "contact_stop.html", status, form=form, below="/stop")


def changed_page(front: Front, holder: Holder, change: Change, *, silent: bool) -> HTMLResponse:
    """What is new, so that a slip of the finger is seen at once."""
    news = list(news_of(change, holder.language))
    moved = change.email is not None
    return page_of(front, holder, "contact_changed.html", 200, news=news, moved=moved, silent=silent)


def stopped_page(front: Front, holder: Holder) -> HTMLResponse:
    """What happens now: nothing; and how it can be undone."""
    until = said_at("date.day_of_month", holder.link.expires_at, front.practice.zone, holder.language)
    return page_of(front, holder, "contact_stopped.html", 200, until=until)


def allowed_page(front: Front, holder: Holder) -> HTMLResponse:
    """What happens now that they want to hear from us again."""
    return page_of(front, holder, "contact_allowed.html", 200)


def not_done(holder: Holder, why: str, **values: object) -> FormState:
    """The form under a word about why nothing was done; nothing that was typed is lost."""
    say, (heading, text) = words_of(holder.language), BANNERS[why]
    return FormState(holder.typed, banner=Banner(say(heading), say(text, **values)))


def news_of(change: Change, language: str) -> Iterator[str]:
    """What was asked for, each as a sentence."""
    say = words_of(language)
    if change.email is not None:
        yield say("contact.new_email", email=change.email)
    if change.phone is not None:
        number = phonenumbers.parse(change.phone)
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        yield say("contact.new_phone", phone=written)
    if isinstance(change.hours, SafeHours):
        begin, end = (
            clock_said(each.hour, each.minute, language) for each in (change.hours.from_, change.hours.to)
        )
        yield say("contact.new_hours", begin=begin, end=end)
    elif change.hours is not None:
        yield say("contact.new_any_hour")
    for (field, wanted), key in TICKED.items():
        if getattr(change, field) is wanted:
            yield say(key)


def page_of(
    front: Front, holder: Holder, template: str, status: int, *, below: str | None = None, **values: Any
) -> HTMLResponse:
    """A page behind their link; `below`: where it lies, if it can be read in other languages too."""
    others = in_other_languages(f"{holder.home}{below}", holder.language) if below is not None else ()
    shown = frame(front, holder.language) | {
        "home": holder.home,
        "lang": f"?lang={holder.language}",
        "other_languages": others if status == 200 else (),
        **values,
    }
    return front.pages.page(template, shown, language=holder.language, status=status, has_form=True)

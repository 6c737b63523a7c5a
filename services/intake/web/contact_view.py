"""What the pages of *how we reach you* show: an empty form, and what was typed into it a moment ago.

None of them says how anybody is reached now, or whether they asked for silence: somebody else may look on.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import phonenumbers
from babel.dates import format_date
from fastapi.responses import HTMLResponse

from services.intake.domain.contact_change import TICKED as WAYS
from services.intake.domain.contact_change import Change
from services.intake.domain.submission import SafeHours
from services.intake.web.book_times import clock_said
from services.intake.web.front import Front
from services.intake.web.holder import Holder
from services.intake.web.view import Banner, FormState, frame, other_than
from services.intake.web.words import words_of

EMPTY = FormState()
DAY = MappingProxyType({"en": "MMMM d", "es": "d 'de' MMMM"})
TICKED: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        ("email_ok", True): "contact.new_email_ok",
        ("email_ok", False): "contact.new_email_not_ok",
        ("text_ok", True): "contact.new_text_ok",
        ("text_ok", False): "contact.new_text_not_ok",
        ("voicemail_ok", True): "contact.new_voicemail_ok",
        ("voicemail_ok", False): "contact.new_voicemail_not_ok",
        ("discreet", True): "contact.new_discreet",
        ("discreet", False): "contact.new_not_discreet",
    }
)
BANNERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "nothing": ("contact.nothing_heading", "contact.nothing"),
        "too_often": ("contact.too_often_heading", "contact.too_often"),
        "wait": ("contact.wait_heading", "contact.wait"),
        "unkept": ("contact.unkept_heading", "contact.unkept"),
    }
)


def form_page(front: Front, holder: Holder, form: FormState = EMPTY, status: int = 200) -> HTMLResponse:
    """The form: empty, or with everything that was typed and what is wrong with it."""
    ways_open = any(form.typed.every(name) for name in WAYS)
    return _page(front, holder, "contact.html", status, form=form, ways_open=ways_open, below="")


def stop_page(front: Front, holder: Holder, form: FormState = EMPTY, status: int = 200) -> HTMLResponse:
    """Whether we shall stop, or may write again; it asks the same of everybody."""
    return _page(front, holder, "contact_stop.html", status, form=form, below="/stop")


def changed_page(front: Front, holder: Holder, change: Change, *, silent: bool) -> HTMLResponse:
    """What is new, so that a slip of the finger is seen at once."""
    news = list(news_of(change, holder.language))
    moved = change.email is not None
    return _page(front, holder, "contact_changed.html", 200, news=news, moved=moved, silent=silent)


def stopped_page(front: Front, holder: Holder) -> HTMLResponse:
    """What happens now: nothing; and how it can be undone."""
    ends = holder.link.expires_at.astimezone(front.practice.zone)
    until = format_date(ends, DAY[holder.language], locale=holder.language)
    return _page(front, holder, "contact_stopped.html", 200, until=until)


def allowed_page(front: Front, holder: Holder) -> HTMLResponse:
    """What happens now that they want to hear from us again."""
    return _page(front, holder, "contact_allowed.html", 200)


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


def _page(
    front: Front, holder: Holder, template: str, status: int, *, below: str | None = None, **values: Any
) -> HTMLResponse:
    other = f"{holder.home}{below}?lang={other_than(holder.language)}" if below is not None else None
    shown = frame(front, holder.language) | {
        "home": holder.home,
        "lang": f"?lang={holder.language}",
        "other_language_url": other if status == 200 else None,
        **values,
    }
    return front.pages.page(template, shown, language=holder.language, status=status, has_form=True)

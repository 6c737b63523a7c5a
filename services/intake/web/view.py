"""What the pages show: the values that templates are given, and nothing they could look up themselves."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from services.intake.domain.request import Request as Kept
from services.intake.web.choices import (
    Choice,
    choices,
    contexts,
    roles,
    states,
    topics,
)
from services.intake.web.decide import start_token
from services.intake.web.forms import Typed
from services.intake.web.front import Front
from services.intake.web.mistakes import Marked, Mistake
from services.intake.web.words import words_of
from shared.contracts.intake import Entry
from shared.language import name_of, other_languages, said_at
from shared.pages.crisis import lines_of, numbers_of
from shared.pages.knock import No
from shared.pages.person import OtherLanguage
from shared.practice import Practice
from shared.practice.notices import Notice

PageName = Literal["talk", "not_yet", "colleague"]
PAGE_OF_PATH: dict[Entry, PageName] = {
    "consultation": "talk",
    "readiness": "not_yet",
    "professional": "colleague",
}
SHOWN = frozenset(
    {
        *("for", "client.name", "client.age", "client.relation", "partners.0.name", "partners.0.email"),
        *("name", "pronouns", "email", "phone", "age", "state", "message", "concerns", "context", "opt_in"),
        *("preferences.format", "preferences.sites", "preferences.times", "preferences.languages"),
        *("preferences.language_required", "preferences.fee_max", "preferences.clinician"),
        *("preferences.modalities", "contact.email_ok", "contact.text_ok", "contact.voicemail_ok"),
        *("contact.discreet", "contact.safe_hours.from", "contact.safe_hours.to", "language", "website"),
        *("safety.unsafe_at_home", "safety.partner_violence", "topic", "role", "email_warning"),
    }
)  # the fields that the pages themselves have


@dataclass(frozen=True, slots=True)
class Banner:
    """Why a page came back although nothing on it is wrong."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class FormView(Marked):
    """A form as it stands: what it offers, what was typed, what is wrong with it."""

    language: str
    started: str
    email_warning: Notice
    return_to: str
    for_whom: str
    typed: Typed
    mistakes: Sequence[Mistake]
    banner: Banner | None
    our_states: Sequence[Choice]
    other_states: Sequence[Choice]
    phrases: Sequence[Choice]
    topics: Sequence[Choice]
    contexts: Sequence[Choice]
    formats: Sequence[Choice]
    sites: Sequence[Choice]
    times: Sequence[Choice]
    languages: Sequence[Choice]
    identities: Sequence[Choice]
    modalities: Sequence[Choice]
    matters: Sequence[Choice]  # between colleagues
    roles: Sequence[Choice]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What another website's form sent and this page has no field for; it is not lost."""
        return [
            (name, value)
            for name in self.typed.names()
            if name not in SHOWN and not name.startswith("_")
            for value in self.typed.every(name)
        ]

    @property
    def topics_open(self) -> bool:
        """Whether one of the named topics is ticked, so that it must not hide."""
        return bool({each.code for each in self.topics} & set(self.typed.every("concerns")))

    @property
    def wishes_open(self) -> bool:
        """Whether something was typed among the wishes, so that they must not hide."""
        names = (name for name in self.typed.names() if name.startswith("preferences."))
        return any(self.typed.every(name) not in ([], ["no"]) for name in names)


@dataclass(frozen=True, slots=True)
class FormState(Marked):
    """How a form comes back, or begins."""

    typed: Typed = field(default_factory=Typed)
    mistakes: Sequence[Mistake] = ()
    banner: Banner | None = None
    for_whom: str = "self"


def form_page(
    front: Front, page: PageName, language: str, state: FormState, now: datetime, *, status: int = 200
) -> HTMLResponse:
    """The request page: empty, or with everything that was typed and what is wrong with it."""
    say = words_of(language)
    form = form_view(front, language, state, now)
    values = frame(front, language) | {
        "practice_name": front.practice.name,
        "path": page,
        "form": form,
        "steps": steps_after(front, page, language),
        "now": numbers_of(front.practice),
        "talk_url": home("talk", language),
        "not_yet_url": home("not_yet", language),
        "colleague_url": home("colleague", language),
        "canonical": f"{front.public_url}/",
        "other_languages": _in_others(page, language, state.for_whom) if status == 200 else (),
    }
    return front.pages.page(
        f"{page}.html",
        values,
        language=say.language,
        status=status,
        framed_by=front.practice.origins,
        has_form=True,
        sends_on_to=front.practice.origins if form.return_to else (),
        indexed=status == 200,
    )


def thanks_page(
    front: Front,
    page: PageName,
    language: str,
    reference: str | None,
    booking: str | None,
    *,
    lines_first: bool,
) -> HTMLResponse:
    """The page after a form; it shows a code, the way to a call, and nothing that was written."""
    say = words_of(language)
    key = "thanks.crisis" if lines_first else f"thanks.{page}"
    values = frame(front, language) | {
        "sentence": say(key, hours=hours_to_contact(front)),
        "reference": reference,
        "lines_first": lines_first,
        "booking": booking,
        "minutes": minutes_of_call(front),
        "home_url": home("talk", language),
    }
    return front.pages.page("thanks.html", values, language=language, framed_by=front.practice.origins)


def status_page(front: Front, kept: Kept, booking: str | None) -> HTMLResponse:
    """Where a request stands, for the person who sent it."""
    values = frame(front, kept.language) | {
        "sentence": status_sentence(front, kept),
        "reference": kept.reference,
        "booking": booking,
        "minutes": minutes_of_call(front),
    }
    return front.pages.page("status.html", values, language=kept.language)


def problem_page(no: No, language: str, front: Front) -> HTMLResponse:
    """A page that says no to a person; it repeats nothing that was sent."""
    say = words_of(language)
    values = frame(front, language) | {
        "sentence": say(f"refused.{no.slug}"),
        "detail": say(f"refused.{no.slug}_detail"),
        "home_url": home("talk", language),
    }
    return front.pages.page(
        "problem.html", values, language=language, status=no.status, framed_by=front.practice.origins
    )


def status_sentence(front: Front, kept: Kept) -> str:
    """What the person may know about their request: that it is here, or that it is over."""
    day = said_at("date.short_day", kept.received_at, front.practice.zone, kept.language)
    return words_of(kept.language)(f"status.{public_status(kept)}", date=day)


def public_status(kept: Kept) -> Literal["received", "closed"]:
    """Quarantine looks like any other note from outside."""
    return "closed" if kept.status == "discarded" or kept.withdrawn_at else "received"


def minutes_of_call(front: Front) -> int:
    """How long the call is."""
    return front.practice.calls.length // timedelta(minutes=1)


def hours_to_contact(front: Front) -> int:
    """The working hours in which somebody answers, rounded up to whole ones."""
    return -(-front.practice.clocks.human_contact_nudge // timedelta(hours=1))


def home(page: PageName, language: str, for_whom: str = "self") -> str:
    """The request page as a link."""
    asked = {"path": page, "lang": language} | ({} if for_whom == "self" else {"for": for_whom})
    return f"/?{urlencode(asked)}"


def frame(front: Front, language: str) -> dict[str, Any]:
    """What every page has."""
    return {
        "say": words_of(language),
        "practice_name": front.practice.discreet_name.text(language),
        "phone": front.practice.phone,
        "lines": lines_of(front.practice, language),
        "other_languages": (),
    }


def form_view(front: Front, language: str, state: FormState, now: datetime) -> FormView:
    """What the fields of a form offer, and how they stand."""
    practice, words = front.practice, front.practice.rules.vocabulary
    ours, others = states(practice, language)
    return_to = state.typed.last("_return")
    return FormView(
        language=language,
        started=state.typed.last("_started") or start_token(front, now),
        email_warning=practice.rules.notices.email_warning,
        return_to=return_to if front.admits_return(return_to) else "",
        for_whom=state.for_whom,
        typed=state.typed,
        mistakes=state.mistakes,
        banner=state.banner,
        our_states=ours,
        other_states=others,
        phrases=choices(practice, practice.concern_phrases, "concern", language),
        topics=choices(practice, _topics(practice), "concern", language),
        contexts=contexts(language),
        formats=choices(practice, practice.formats, "format", language),
        sites=choices(practice, [site.code for site in practice.sites], "site", language),
        times=choices(practice, words.times, "time", language),
        languages=choices(practice, practice.languages, "language", language),
        identities=choices(practice, words.identities, "identity", language),
        modalities=choices(practice, words.modalities, "modality", language),
        matters=topics(language),
        roles=roles(language),
    )


def _topics(practice: Practice) -> list[str]:
    """The specialties that are not already among the phrases."""
    return [code for code in practice.specialties if code not in practice.concern_phrases]


def steps_after(front: Front, page: PageName, language: str) -> list[str]:
    """What happens next, in sentences."""
    say = words_of(language)
    if page == "not_yet":
        return [say(f"next.{key}") for key in ("list", "quiet", "person", "ready", "stop")]
    if page == "colleague":
        return [say("next.reads", hours=hours_to_contact(front)), say("next.colleague"), say("next.stop")]
    call = [say("next.call")] if front.practice.first_step == "call" else []
    return [say("next.reads", hours=hours_to_contact(front)), *call, say("next.suggests"), say("next.stop")]


def _in_others(page: PageName, language: str, for_whom: str) -> list[OtherLanguage]:
    """The request page in each other language."""
    return [
        OtherLanguage(each, name_of(each), home(page, each, for_whom)) for each in other_languages(language)
    ]

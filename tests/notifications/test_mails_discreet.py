"""What a stranger reads of any discreet mail as it leaves: nothing of care, wherever it could be shown."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import urlsplit

import pytest
import vobject

from services.notifications.asking import Known
from services.notifications.discretion import gives_away
from services.notifications.domain.decide import Send
from services.notifications.domain.delivery import Template
from services.notifications.links import Doors
from services.notifications.mails import ClientMail, Mail
from services.notifications.press import Press
from services.notifications.samples import PERSONAS, Persona, contact_of, request_of
from shared.practice import MAIL_LANGUAGES, Practice, load_practice
from tests.notifications.builders import (
    CALM,
    CODES,
    INTAKE_LINK_KEY,
    LINK_KEY,
    NOW,
    catalogue,
    clinician,
    delivery,
    doors,
)
from tests.notifications.mail_lint import CARE, Page

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
LOS_ANGELES = PRACTICES / "los_angeles"
CALL: Mapping[str, Any] = {
    "consultation_id": "call-1",
    "sequence": 1,
    "coordinator_id": "dana",
    "starts_at": (NOW + timedelta(days=2)).isoformat(),
    "ends_at": (NOW + timedelta(days=2, minutes=20)).isoformat(),
    "previous_starts_at": (NOW + timedelta(days=1)).isoformat(),
    "previous_coordinator_id": "lee",
    "time_zone": "America/Los_Angeles",
    "by": "person",
    "why": "coordinator",
    "interpreter": ["es"],
    "offset": "1d",
    "last": True,
}
TO_THE_PERSON = tuple(
    cast(Template, kind.template) for kind in get_args(Mail) if issubclass(kind, ClientMail)
)


def printed(
    template: Template,
    persona: Persona,
    language: str,
    practice: Practice,
    links: Doors | None = None,
) -> EmailMessage:
    """The mail to one persona as it leaves, hiding the practice."""
    codes = {**CALL, **CODES.get(template, {}), "coordinator_id": practice.coordinators[0].id}
    plan = replace(
        delivery().plan, template=template, codes=codes, recipient_id="gallery", request_id="gallery"
    )
    known = Known(
        contact_of(persona, language, practice).model_copy(update={"discreet": True}),
        request_of(persona, practice, "consultation"),
        {one: clinician(one) for one in ("c-rivera", "c-okafor")},
    )
    press = Press.of(practice, catalogue(), links or doors())
    row, hidden = replace(delivery(), plan=plan), Send(discreet=True, neutral=False)
    to = press.address_of(row, known)
    assert to is not None
    content = press.print(row, known, hidden, to, NOW, CALM).content
    return cast(EmailMessage, message_from_bytes(content, policy=default))


def told(message: EmailMessage) -> set[str]:
    """Where a stranger could tell what it is about."""
    page = Page(_part(message, "text/html"))
    calendars = [part.get_content() for part in message.walk() if part.get_content_type() == "text/calendar"]
    entries = [vobject.readOne(one) for one in calendars]
    links = [urlsplit(a["href"]) for _, a in page.elements if "href" in a]
    shown = {
        "from": str(message["From"]),
        "subject": str(message["Subject"]),
        "title": " ".join(page.inside("title")),
        "preheader": page.preheader,
        "text": re.sub(r"https://\S+", "", _part(message, "text/plain")),
        "body": page.shown,
        "host": " ".join(link.netloc for link in links),
        "path": " ".join(_named(link.path) for link in links),
        "file": " ".join(part.get_filename() or "" for part in message.iter_attachments()),
        "invite": " ".join(each.vevent.summary.value for each in entries),
        "organizer": " ".join(
            f"{one.vevent.organizer.value}{one.vevent.organizer.params}" for one in entries
        ),
        "entry": " ".join(calendars),
    }
    return {where for where, said in shown.items() if CARE.search(said) or gives_away(said)}


def _part(message: EmailMessage, kind: str) -> str:
    (found,) = [part for part in message.walk() if part.get_content_type() == kind]
    return str(cast(EmailMessage, found).get_content())


def _named(path: str) -> str:
    """A path without the token in it, whose letters are chance."""
    return "/".join(part for part in path.split("/") if len(part) < 40)


@pytest.mark.parametrize("folder", ["los_angeles", "new_york"])
@pytest.mark.parametrize("language", MAIL_LANGUAGES)
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_a_stranger_learns_nothing_from_any_mail_to_a_person(
    persona: Persona, language: str, folder: str
) -> None:
    practice = load_practice(PRACTICES / folder)

    found = {
        template: seen
        for template in TO_THE_PERSON
        if (seen := told(printed(template, persona, language, practice)))
    }

    assert found == {}


Breach = Callable[[Practice], tuple[Practice, Doors | None, Callable[[EmailMessage], None]]]


def _practice(**changes: Any) -> Breach:
    return lambda practice: (practice.model_copy(update=changes), None, lambda _: None)


def _pages(url: str) -> Breach:
    pages = Doors.of(
        matching=((LINK_KEY,), url), intake=((INTAKE_LINK_KEY,), url), resources=((LINK_KEY,), url)
    )
    return lambda practice: (practice, pages, lambda _: None)


def _changed(change: Callable[[EmailMessage], None]) -> Breach:
    return lambda practice: (practice, None, change)


def _rename_file(message: EmailMessage) -> None:
    (file,) = message.iter_attachments()
    file.replace_header("Content-Disposition", 'attachment; filename="therapy-call.ics"')
    file.replace_header("Content-Type", 'application/ics; name="therapy-call.ics"')


def _rewrite(kind: str, old: str, new: str) -> Callable[[EmailMessage], None]:
    def change(message: EmailMessage) -> None:
        for part in message.walk():
            if part.get_content_type() == kind:
                said = str(cast(EmailMessage, part).get_content())
                assert old in said
                cast(EmailMessage, part).set_content(
                    said.replace(old, new, 1), subtype=kind.partition("/")[2]
                )

    return change


def _subject(message: EmailMessage) -> None:
    message.replace_header("Subject", "Phone call about your grief")


@pytest.mark.parametrize(
    ("breach", "where"),
    [
        (_practice(discreet_name="Dana, Arroyo Therapy"), {"from", "organizer", "entry"}),
        (_practice(discreet_from="dana@counseling.example.org"), {"from", "organizer", "entry"}),
        (_pages("https://clinic.example.org"), {"host"}),
        (_pages("https://hello.example.org/patients"), {"path"}),
        (_changed(_subject), {"subject"}),
        (_changed(_rename_file), {"file"}),
        (_changed(_rewrite("text/calendar", "SUMMARY:Phone call", "SUMMARY:Therapy")), {"invite", "entry"}),
        (_changed(_rewrite("text/plain", "Our call", "Our counseling call")), {"text"}),
        (_changed(_rewrite("text/html", "I will call you.", "About therapy.")), {"preheader", "body"}),
        (_changed(_rewrite("text/html", "<title>", "<title>Depression: ")), {"title"}),
    ],
)
def test_a_word_that_tells_is_seen_wherever_it_is_planted(breach: Breach, where: set[str]) -> None:
    ours = load_practice(LOS_ANGELES)
    assert told(printed("call_confirmed", PERSONAS[0], "en", ours)) == set()

    practice, pages, change = breach(ours)
    message = printed("call_confirmed", PERSONAS[0], "en", practice, pages)
    change(message)

    assert told(message) == where

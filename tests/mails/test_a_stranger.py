"""What a stranger learns of a discreet mail is seen wherever it is planted."""

from collections.abc import Callable
from typing import Any

import pytest

from services.notifications.links import Doors
from services.notifications.press import Press
from services.notifications.samples import PERSONAS
from shared.practice import Practice, Translated
from tests.mails.printed import planned, practice_in, press_in
from tests.mails.rules.discretion import discreet_mail_gives_nothing_away
from tests.mails.specimen import Specimen
from tests.mails.test_planted_breaches import Breach, html, part, raw, text
from tests.notifications.builders import INTAKE_LINK_KEY, LINK_KEY, catalogue, doors

CALENDAR = "text/calendar"


def a_call(press: Press) -> Specimen:
    """The mail that shows most: it brings an entry, and a file."""
    return planned(press, PERSONAS[0], "en", "call_confirmed")


def learned(specimen: Specimen) -> set[str]:
    """Where a stranger could tell what it is about."""
    return set(discreet_mail_gives_nothing_away(specimen))


TELLING = Translated.of(en="Dana, Arroyo Therapy")


def changed(**changes: Any) -> Press:
    ours: Practice = practice_in("los_angeles").model_copy(update=changes)
    return Press.of(ours, catalogue(), doors())


def pages_at(url: str) -> Press:
    pages = Doors.of(
        matching=((LINK_KEY,), url), intake=((INTAKE_LINK_KEY,), url), resources=((LINK_KEY,), url)
    )
    return Press.of(practice_in("los_angeles"), catalogue(), pages)


@pytest.mark.parametrize(
    ("press", "where"),
    [
        (
            lambda: changed(discreet_name=TELLING),
            {"from", "organizer", "entry"},
        ),
        (lambda: changed(discreet_from="dana@counseling.example.org"), {"from", "organizer", "entry"}),
        (lambda: pages_at("https://clinic.example.org"), {"host"}),
        (lambda: pages_at("https://hello.example.org/patients"), {"path"}),
    ],
)
def test_an_address_or_a_name_that_tells_is_seen(press: Callable[[], Press], where: set[str]) -> None:
    assert learned(a_call(press_in("los_angeles"))) == set()

    assert learned(a_call(press())) == where


@pytest.mark.parametrize(
    ("breach", "where"),
    [
        (raw(b"Subject: Phone call", b"Subject: Grief call"), {"subject"}),
        (raw(b"Subject: Phone call", b"Reply-To: therapy@example.org\r\nSubject: Phone call"), {"answer"}),
        (raw(b'filename="phone-call.ics"', b'filename="therapy-call.ics"'), {"file"}),
        (part(CALENDAR, "SUMMARY:Phone call", "SUMMARY:Therapy"), {"invite", "entry"}),
        (text("Our call", "Our counseling call"), {"text"}),
        (html("I will call you.", "About therapy."), {"preheader", "body", "markup"}),
        (html("<title>", "<title>Depression: "), {"title", "markup"}),
        (html('role="article"', 'role="article" aria-label="grief"'), {"markup"}),
        (html("https://welcome.example.org/book", "https://welcome.example.org/clinic"), {"path"}),
    ],
)
def test_a_word_that_tells_is_seen_wherever_it_is_planted(breach: Breach, where: set[str]) -> None:
    sound = a_call(press_in("los_angeles"))
    assert learned(sound) == set()

    assert learned(sound.with_letter(breach(sound.letter))) == where


@pytest.mark.parametrize(
    ("breach", "where"),
    [
        (raw(b"List-Unsubscribe: <https://read.", b"List-Unsubscribe: <https://clinic."), {"header"}),
        (raw(b"/readiness/", b"/therapy/"), {"header"}),
    ],
)
def test_a_header_that_tells_is_seen(breach: Breach, where: set[str]) -> None:
    sound = planned(press_in("los_angeles"), PERSONAS[0], "en", "readiness_practice")
    assert learned(sound) == set()

    assert learned(sound.with_letter(breach(sound.letter))) == where


def test_a_mail_to_somebody_who_need_not_be_discreet_may_say_what_it_is() -> None:
    open_mail = changed(discreet_name=TELLING)
    said = a_call(open_mail)

    assert learned(said)
    assert not list(discreet_mail_gives_nothing_away(said.openly()))

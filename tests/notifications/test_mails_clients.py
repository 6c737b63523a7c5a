"""What a person hears while they wait, what a colleague hears, and what a stranger never sees."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.samples import CONTACT, DUE_AT
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request
from tests.notifications.reading import letter, own_links

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
LINK = "https://desk.example.org/answers/waiting/a1b2c3"
CLOSES_AT = datetime(2026, 12, 22, 5, 30, tzinfo=UTC)  # still Monday evening in Los Angeles
OPEN: dict[str, Any] = {"discreet": False}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


@pytest.mark.parametrize(
    ("language", "zone", "said"),
    [
        ("en", "America/Los_Angeles", "before Monday, December 21, I will take your name off"),
        ("en", "America/New_York", "before Tuesday, December 22, I will take your name off"),
        ("es", "America/Los_Angeles", "antes del lunes 21 de diciembre, quitaré su nombre"),
    ],
)
def test_who_waits_is_told_the_day_on_their_own_calendar(
    language: str, zone: str, said: str, practice: Practice
) -> None:
    mail = drafts.waitlist_check_in(
        contact(practice, language, time_zone=zone),
        practice,
        owner="lee",
        closes_at=CLOSES_AT,
        answer_url=LINK,
        contact_url=CONTACT,
    )

    rendered = letter(mail, practice)

    assert said in rendered.text
    assert own_links(rendered) == [LINK]
    assert rendered.text.endswith("\n\nLee\n")


def test_a_kind_close_names_the_places_that_a_refusal_would_name(practice: Practice) -> None:
    cases: tuple[dict[str, Any], ...] = (
        {"discreet": True},
        {"discreet": False},
        {"discreet": False, "unsafe_at_home": True},
    )
    for changes in cases:
        someone, asked = contact(practice, **changes), request(practice)

        closed = drafts.waitlist_close(someone, asked, practice, owner="dana", contact_url=CONTACT)

        assert closed.places
        assert (
            closed.places
            == drafts.referred_out(someone, asked, practice, owner="dana", contact_url=CONTACT).places
        )


@pytest.mark.parametrize(
    ("language", "open_door", "nowhere"),
    [
        ("en", "Our door stays open.", "answer this mail and I will look with you"),
        ("es", "Nuestra puerta sigue abierta.", "responda a este correo y buscaré con usted"),
    ],
)
def test_a_kind_close_leaves_the_door_open(
    language: str, open_door: str, nowhere: str, practice: Practice
) -> None:
    bare = practice.model_copy(update={"refer_out": ()})
    named, unnamed = (
        letter(
            drafts.waitlist_close(
                contact(ours, language), request(ours), ours, owner="dana", contact_url=CONTACT
            ),
            practice,
        ).text
        for ours in (practice, bare)
    )

    assert named.index("Open Path Collective") < named.index(open_door)
    assert nowhere not in named
    assert f"{open_door} " in unnamed
    assert nowhere in unnamed


@pytest.mark.parametrize(
    ("language", "about", "by_when", "impatient"),
    [
        ("en", "about consultation or supervision", "answer by Tuesday at 1:00 pm", "can't wait"),
        ("es", "sobre consulta profesional o supervisión", "el martes a las 13:00", "no puede esperar"),
    ],
)
def test_a_colleague_hears_by_when_and_is_not_sent_to_a_crisis_line_to_wait(
    language: str, about: str, by_when: str, impatient: str, practice: Practice
) -> None:
    def said(answer_by: datetime | None = DUE_AT, **changes: Any) -> str:
        someone = contact(practice, language, **changes)
        return letter(
            drafts.professional_acknowledgement(someone, practice, answer_by=answer_by, contact_url=CONTACT),
            practice,
        ).text

    assert about in said(**OPEN)
    assert about not in said()
    assert by_when in said()
    assert by_when not in said(None)
    assert impatient not in said()
    assert "988" in said()


def test_a_coordinator_signs_with_a_first_name(practice: Practice) -> None:
    dana, *others = practice.coordinators
    full = practice.model_copy(
        update={"coordinators": (dana.model_copy(update={"name": "Dana Whitfield"}), *others)}
    )

    assert drafts.waitlist(contact(full), full, owner="dana", contact_url=CONTACT).signed == "Dana"

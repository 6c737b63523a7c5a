"""Words become mails: times on the reader's clock, whatever a name holds, the structure stays."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from jinja2 import UndefinedError

from services.notifications.mails import Acknowledgement, ClientMail, Mail, Referral
from services.notifications.rendering import Letterhead, Rendered, environment, render
from services.notifications.samples import CONTACT, PERSONAS, Persona, samples
from shared.practice import Practice, load_practice
from tests.mails.page import Page

LOS_ANGELES = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
INJECTIONS = (
    "{{7*7}}",
    "{% for x in y %}",
    "<script>alert(1)</script>",
    "</p></div><img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    "Sam\r\nBcc: evil@example.org",
    "Sam\n\nWho fits\n1. Nobody",
    "${7*7} #{7*7} %(x)s {0}",
    "https://evil.example.org/win",
    "A" * 4000,
    "\u202eSam\u0000\u2028Rivera",
)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


@pytest.fixture(scope="module")
def letterhead(practice: Practice) -> Letterhead:
    return Letterhead.of(practice)


def acknowledgement(**changes: Any) -> Acknowledgement:
    plain = Acknowledgement(
        language="en",
        zone="America/Los_Angeles",
        greeting="Sam",
        signed="Dana",
        discreet=True,
        test=False,
        answer_by=datetime(2026, 11, 24, 21, 0, tzinfo=UTC),
        answer_through="email_only",
        contact_url=CONTACT,
        book_url=None,
        minutes=20,
    )
    return replace(plain, **changes)


@pytest.mark.parametrize(
    ("language", "zone", "hour", "said"),
    [
        ("en", "America/Los_Angeles", 21, "Tuesday at 1:00 pm"),
        ("en", "America/New_York", 21, "Tuesday at 4:00 pm"),
        ("es", "America/Los_Angeles", 21, "el martes a las 13:00"),
        ("es", "America/Los_Angeles", 9, "el martes a la 1:00"),
        ("en", "America/Los_Angeles", 5, "Monday at 9:00 pm"),
    ],
)
def test_a_time_is_on_the_readers_clock_in_the_readers_words(
    language: str, zone: str, hour: int, said: str, letterhead: Letterhead
) -> None:
    at = datetime(2026, 11, 24, hour, 0, tzinfo=UTC)

    rendered = render(acknowledgement(language=language, zone=zone, answer_by=at), letterhead)

    assert said in rendered.text
    assert said in rendered.html


def test_without_a_time_none_is_promised(letterhead: Letterhead) -> None:
    rendered = render(acknowledgement(answer_by=None), letterhead)

    assert "A person will read your note.\n\nThere is nothing you need to do.\n" in rendered.text


def test_the_acknowledgement_reads_like_a_letter(letterhead: Letterhead) -> None:
    rendered = render(acknowledgement(), letterhead)

    assert rendered.subject == "Your note arrived"
    assert rendered.text.startswith(
        "Hello Sam,\n\nThank you for writing. A person will read your note and answer by "
    )
    assert rendered.text.endswith("In danger, call 911.\n\nDana\n")


def test_an_unknown_language_is_answered_in_english(letterhead: Letterhead) -> None:
    assert render(acknowledgement(language="fr"), letterhead).subject == "Your note arrived"


def test_a_test_mail_says_so_in_its_subject(letterhead: Letterhead) -> None:
    assert render(acknowledgement(test=True), letterhead).subject == "[test] Your note arrived"


def test_only_a_mail_that_need_not_be_discreet_names_the_practice(letterhead: Letterhead) -> None:
    discreet = render(acknowledgement(), letterhead)
    open_ = render(acknowledgement(discreet=False), letterhead)

    assert letterhead.name not in discreet.text + discreet.html
    assert letterhead.name in open_.text
    assert letterhead.name in open_.html


def test_a_template_that_names_what_is_not_there_fails_loudly() -> None:
    with pytest.raises(UndefinedError):
        environment().from_string("{{ nobody.knows }}").render()


def test_the_style_sheet_is_inlined_when_the_template_is_loaded(letterhead: Letterhead) -> None:
    page = Page(render(acknowledgement(), letterhead).html)

    paragraphs = [attributes for tag, attributes in page.elements if tag == "p"]
    assert paragraphs
    assert all(attributes.get("style") for attributes in paragraphs)


def _named(words: str) -> Persona:
    contact = {"name": words, "pronouns": words, "client_name": words, "client_relation": words}
    return Persona("injection", contact)


def _shape(mail: Mail, letterhead: Letterhead) -> list[tuple[str, tuple[str, ...]]]:
    rendered = render(mail, letterhead)
    return [(tag, tuple(sorted(attributes))) for tag, attributes in Page(rendered.html).elements]


def _sums(rendered: Rendered) -> int:
    """How often the mail holds what 7*7 would give."""
    return (rendered.text + Page(rendered.html).shown).count("49")


@pytest.mark.parametrize("words", INJECTIONS, ids=range(len(INJECTIONS)))
def test_whatever_a_person_is_called_every_mail_keeps_its_structure(
    words: str, practice: Practice, letterhead: Letterhead
) -> None:
    harmless = samples(practice, _named("Sam"), "en")
    harmful = samples(practice, _named(words), "en")

    for expected, mail in zip(harmless, harmful, strict=True):
        rendered, plain = render(mail, letterhead), render(expected, letterhead)
        assert _shape(mail, letterhead) == _shape(expected, letterhead)
        assert rendered.subject == plain.subject
        assert rendered.text.count("\n") == plain.text.count("\n")
        assert _sums(rendered) == _sums(plain)
        assert "<script" not in rendered.html
        assert len(rendered.html) < len(plain.html) + 5 * 100


def test_a_name_that_is_a_link_goes_to_no_stranger(practice: Practice, letterhead: Letterhead) -> None:
    mails = samples(practice, _named("https://evil.example.org/win"), "en")
    to_them = [mail for mail in mails if isinstance(mail, ClientMail)]

    assert to_them
    for mail in to_them:
        rendered = render(mail, letterhead)
        assert "evil" not in rendered.text + rendered.html


def test_an_address_cannot_add_recipients_to_an_answer(practice: Practice, letterhead: Letterhead) -> None:
    sly = Persona("sly", {"email": "sam?cc=evil&x@example.org"})

    referral = next(mail for mail in samples(practice, sly, "en") if isinstance(mail, Referral))
    html = render(referral, letterhead).html

    assert 'href="mailto:sam%3Fcc%3Devil%26x@example.org"' in html


def test_every_persona_has_a_mail_of_every_kind(practice: Practice) -> None:
    kinds = {persona.name: len({type(m) for m in samples(practice, persona, "en")}) for persona in PERSONAS}

    assert set(kinds.values()) == {len(get_args(Mail))}

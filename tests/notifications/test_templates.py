"""Every template, in every language it has, for every persona, keeps the rules of a mail."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import pytest

from services.notifications import mails
from services.notifications.letter import compose
from services.notifications.mails import ClientMail, Mail
from services.notifications.rendering import TEMPLATES, Letterhead, Rendered, render
from services.notifications.samples import CONTACT, PERSONAS, Persona, contact_of, samples
from shared.practice import MAIL_LANGUAGES, Practice, load_practice
from tests.notifications.mail_lint import CHECKS, Specimen, is_discreet, problems

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
DATE = datetime(2026, 11, 23, 18, 20, tzinfo=UTC)


@pytest.fixture(scope="module", params=["los_angeles", "new_york"])
def practice(request: pytest.FixtureRequest) -> Practice:
    return load_practice(PRACTICES / request.param)


def specimen(mail: Mail, practice: Practice) -> Specimen:
    rendered = render(mail, Letterhead.of(practice))
    return Specimen(mail, rendered, sealed(rendered, practice, discreet=is_discreet(mail)))


def sealed(rendered: Rendered, practice: Practice, *, discreet: bool) -> bytes:
    discreetly = (practice.discreet_name, practice.discreet_from)
    return compose(
        rendered,
        sender=discreetly if discreet else (practice.name, practice.from_),
        recipient=("Thích Nhất Hạnh", "sam@example.org"),
        message_id="<a1b2c3@example.org>",
        date=DATE,
    )


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_every_mail_keeps_every_rule(persona: Persona, language: str, practice: Practice) -> None:
    found = [
        (mail.template, problems(specimen(mail, practice))) for mail in samples(practice, persona, language)
    ]

    assert [(template, seen) for template, seen in found if seen] == []


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_a_practice_that_wants_no_names_in_its_mail_gets_none(persona: Persona, practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})
    someone = contact_of(persona, "en", minimal)
    secrets = {someone.name, someone.email, someone.phone, someone.client_name, "(323) 555-0100"} - {"", None}
    inside = [mail for mail in samples(minimal, persona, "en") if not isinstance(mail, ClientMail)]

    for mail in inside:
        found = specimen(mail, minimal)
        assert problems(found) == []
        said = f"{found.rendered.subject}\n{found.rendered.text}\n{found.rendered.html}"
        assert [secret for secret in secrets if secret in said] == []


def test_every_mail_has_its_three_templates_in_every_language_of_its_reader() -> None:
    wanted = {
        f"{kind.template}/{language}/{part}"
        for kind in get_args(Mail)
        for language in (MAIL_LANGUAGES if issubclass(kind, ClientMail) else ("en",))
        for part in ("subject.txt", "body.txt", "body.html")
    }

    there = {str(path.relative_to(TEMPLATES / "mail")) for path in (TEMPLATES / "mail").rglob("*.*")}

    assert there == wanted


def test_every_mail_is_among_the_samples(practice: Practice) -> None:
    shown = {type(mail) for mail in samples(practice, PERSONAS[0], "en")}

    assert shown == set(get_args(mails.Mail))


Breach = Callable[[Specimen], Specimen]


def _html(old: str, new: str) -> Breach:
    return lambda s: replace(s, rendered=replace(s.rendered, html=_changed(s.rendered.html, old, new)))


def _text(old: str, new: str) -> Breach:
    return lambda s: replace(s, rendered=replace(s.rendered, text=_changed(s.rendered.text, old, new)))


def _letter(old: bytes, new: bytes) -> Breach:
    return lambda s: replace(s, letter=s.letter.replace(old, new, 1))


def _changed(whole: str, old: str, new: str) -> str:
    assert old in whole
    return whole.replace(old, new)


BREACHES: tuple[tuple[str, Breach], ...] = (
    ("text_says_what_html_says", _text("Tuesday", "soon")),
    ("text_says_what_html_says", _text("1:00", "")),
    ("text_says_what_html_says", _html("</div>", '<a href="https://example.org/x">here</a></div>')),
    ("html_says_what_text_says", _html("Thank you for writing", "Thanks")),
    ("headers_are_sound", _letter(b"To: ", b"To: x@example.org\r\nTo: ")),
    ("headers_are_sound", _letter(b"Auto-Submitted: auto-generated\r\n", b"")),
    ("headers_are_sound", _letter(b"Message-ID: <", b"Message-ID: =?utf-8?q?x?= <")),
    ("lines_are_short", _letter(b"Hello Sam", b"x" * 999)),
    ("lines_are_short", _letter(b"Hello Sam", b"Hello\nSam")),
    ("html_names_itself", _html('lang="en"', 'lang="de"')),
    ("html_names_itself", _html("<title>Your note arrived</title>", "<title></title>")),
    ("links_look_like_links", _html("</div>", '<a href="https://example.org/x">here</a></div>')),
    ("nothing_is_remote", _html("</body>", '<img src="https://example.org/p.gif"></body>')),
    ("nothing_is_remote", _html("</style>", "@import 'https://example.org/x.css';</style>")),
    ("nothing_is_remote", _html('class="frame"', 'class="frame" onclick="x()"')),
    ("contrast_is_strong", _html("color: #26302c", "color: #d8d4cc")),
    ("contrast_is_strong", _html("color: #e4e8e3 !important", "color: #3a3f3c !important")),
    ("contrast_is_strong", _html("color: #e4e8e3 !important", "color: #e4e8e3")),
    ("discreet_mail_gives_nothing_away", _text("your note", "your therapy note")),
    ("discreet_mail_gives_nothing_away", _html("Thank you for writing.</div>", "About grief.</div>")),
    ("discreet_mail_gives_nothing_away", _letter(b"From: ", b"From: The Clinic ")),
    ("crisis_lines_are_there", _text("988", "our number")),
    ("crisis_lines_are_there", _html("741741", "us")),
    ("crisis_lines_are_there", _text("911", "911 or 1-800-799-7233")),
    ("tone_is_calm", _text("Thank you for writing.", "Thank you for writing!")),
    ("tone_is_calm", _text("Dana at the front desk", "The team")),
    ("tone_is_calm", _text("tell us here", "tell us at once")),
    ("tone_is_calm", _text(CONTACT, "us")),
    ("tone_is_calm", _html(f"{CONTACT}/stop", CONTACT)),
)


@pytest.mark.parametrize(("check", "breach"), BREACHES)
def test_every_rule_is_seen_to_fail(check: str, breach: Breach) -> None:
    practice = load_practice(PRACTICES / "los_angeles")
    sound = specimen(samples(practice, PERSONAS[0], "en")[0], practice)
    look = next(each for each in CHECKS if each.__name__ == check)
    assert list(look(sound)) == []

    assert list(look(breach(sound)))


def test_the_tu_of_a_careless_hand_is_seen(practice: Practice) -> None:
    sound = specimen(samples(practice, PERSONAS[0], "es")[0], practice)
    careless = _text("su nota", "tu nota")(sound)

    assert [p for p in problems(careless) if "says tú" in p]


def test_every_rule_has_been_seen_to_fail() -> None:
    assert {check for check, _ in BREACHES} == {check.__name__ for check in CHECKS}

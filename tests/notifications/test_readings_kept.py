"""Every mail of a series as it leaves keeps the rules of one, and each rule is seen to fail.

One-click headers exactly where they belong (RFC 2369, RFC 8058), a text part with every link, and of what a
discreet reader reads no word in the mail.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from pathlib import Path
from typing import cast

import pytest

from services.notifications import drafts
from services.notifications.asking import Known
from services.notifications.domain.decide import Send
from services.notifications.domain.delivery import READINGS, Template
from services.notifications.press import Press
from services.notifications.samples import CONTACT, NEXT_AT, PERSONAS, SERIES, Persona, contact_of, request_of
from shared.practice import MAIL_LANGUAGES, Practice, load_catalogue, load_practice
from shared.practice.catalogue import Catalogue, ReadinessPractice, Reading
from tests.mails.page import Page
from tests.mails.printed import sample
from tests.mails.rules import breaches
from tests.notifications.builders import CALM, CLIENT_TEMPLATES, NOW, clinician, delivery, doors
from tests.notifications.codes import CODES

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
Item = ReadinessPractice | Reading
Letter = tuple[Template, bytes, Item | None]  # the item where the mail is a discreet one of it
Check = Callable[[Letter], Iterator[str]]
Breach = Callable[[Letter], Letter]
LINK = re.compile(r"[^\s<>()]+[^\s<>().,]")


@cache
def practice_and_catalogue(folder: str = "los_angeles") -> tuple[Practice, Catalogue]:
    practice = load_practice(PRACTICES / folder)
    return practice, load_catalogue(PRACTICES / folder, practice)


def item_for(template: Template, catalogue: Catalogue) -> Item | None:
    match template:
        case "readiness_practice":
            return catalogue.practices[-1]
        case "readiness_reading":
            return catalogue.readings[0]
        case _:
            return None


def written(
    template: Template,
    persona: Persona = PERSONAS[0],
    language: str = "en",
    *,
    discreet: bool = True,
    folder: str = "los_angeles",
) -> Letter:
    """The mail as it leaves, with an item of the practice's own catalogue."""
    practice, catalogue = practice_and_catalogue(folder)
    item = item_for(template, catalogue)
    codes = dict(CODES[template]) | ({"item": item.code} if item is not None else {})
    plan = replace(delivery(template).plan, codes=codes, subject_id="list-1")
    person = contact_of(persona, language, practice).model_copy(update={"discreet": discreet})
    people = {one: clinician(one) for one in ("c-rivera", "c-okafor")}
    known = Known(person, request_of(persona, practice, "readiness"), people)
    press, row = Press.of(practice, catalogue, doors()), replace(delivery(template), plan=plan)
    decision = Send(discreet=discreet or person.unsafe_at_home, neutral=False)
    content = press.print(row, known, decision, (person.name, "sam@example.org"), NOW, CALM).content
    return template, content, item if decision.discreet else None


def head_of(content: bytes) -> list[str]:
    """The header lines as they travel, folded where they are."""
    return content.partition(b"\r\n\r\n")[0].decode("ascii").split("\r\n")


def parts_of(content: bytes) -> tuple[str, str]:
    message = cast(EmailMessage, message_from_bytes(content, policy=default))
    found = {part.get_content_type(): part for part in message.walk()}
    text, html = (cast(EmailMessage, found[kind]).get_content() for kind in ("text/plain", "text/html"))
    return str(text), str(html)


def one_click_is_exactly_where_it_belongs(letter: Letter) -> Iterator[str]:
    template, content, _ = letter
    lines = head_of(content)
    named = [line for line in lines if line.lower().startswith("list-")]
    if template not in READINGS:
        yield from (f"{line.partition(':')[0]} on {template}" for line in named)
        return
    if "List-Unsubscribe-Post: List-Unsubscribe=One-Click" not in named:
        yield "a mail program is not told that one click is enough"
    urls = [
        m.group(1) for line in named if (m := re.fullmatch(r"List-Unsubscribe: <(https://[!-;=?-~]+)>", line))
    ]
    if len(named) != 2 or len(urls) != 1:
        yield "List-Unsubscribe is not one https link, once, on a line of its own"
    if any(not re.fullmatch(r"https://[\w.]+/readiness/[\w-]+/stop", url) for url in urls):
        yield "List-Unsubscribe leads elsewhere"


def text_has_every_link(letter: Letter) -> Iterator[str]:
    text, html = parts_of(letter[1])
    links = {a["href"] for tag, a in Page(html).elements if tag == "a" and a["href"].startswith("https://")}
    yield from sorted(links - set(LINK.findall(text)))


def a_discreet_mail_says_nothing_of_what_is_read(letter: Letter) -> Iterator[str]:
    _, content, item = letter
    if item is None:
        return
    text, html = parts_of(content)
    subject = str(message_from_bytes(content, policy=default)["Subject"])
    for told in [item.title] if isinstance(item, Reading) else [item.title, item.what, item.why]:
        for said in (told.en, told.es):
            if said in (item.discreet_title.en, item.discreet_title.es):
                continue
            places = {"subject": subject, "text": " ".join(text.split()), "HTML": Page(html).shown}
            yield from (f"{place}: {said[:30]}" for place, words in places.items() if said in words)


CHECKS: tuple[Check, ...] = (
    one_click_is_exactly_where_it_belongs,
    text_has_every_link,
    a_discreet_mail_says_nothing_of_what_is_read,
)


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize("language", MAIL_LANGUAGES)
@pytest.mark.parametrize("folder", ["los_angeles", "new_york"])
@pytest.mark.parametrize("template", CLIENT_TEMPLATES)
def test_every_mail_to_a_person_keeps_the_rules_of_a_series(
    template: Template, folder: str, language: str, discreet: bool
) -> None:
    for persona in PERSONAS:
        ours = written(template, persona, language, discreet=discreet, folder=folder)
        assert [problem for check in CHECKS for problem in check(ours)] == []


@pytest.mark.parametrize("language", MAIL_LANGUAGES)
@pytest.mark.parametrize("folder", ["los_angeles", "new_york"])
def test_every_page_of_the_practices_own_catalogue_makes_a_sound_mail(folder: str, language: str) -> None:
    practice, catalogue = practice_and_catalogue(folder)
    press = Press.of(practice, catalogue, doors())
    someone = contact_of(PERSONAS[0], language, practice)
    for discreet in (True, False):
        series = drafts.TheirSeries(
            contact=someone.model_copy(update={"discreet": discreet}),
            series_url=SERIES,
            contact_url=CONTACT,
            next_at=NEXT_AT,
        )
        practices = [
            drafts.readiness_practice(practice, item, series, number=1, left=2)
            for item in catalogue.practices
        ]
        readings = [
            drafts.readiness_reading(practice, item, series, number=8, left=0) for item in catalogue.readings
        ]
        assert practices
        assert readings
        for mail in (*practices, *readings):
            assert breaches(sample(mail, press, series.contact, PERSONAS[0])) == []


def _head(old: str, new: str) -> Breach:
    return lambda ours: (ours[0], _changed(ours[1], old.encode(), new.encode()), ours[2])


def _changed(content: bytes, old: bytes, new: bytes) -> bytes:
    assert old in content
    return content.replace(old, new, 1)


def _said(kind: str, old: str, new: str) -> Breach:
    def change(ours: Letter) -> Letter:
        message = cast(EmailMessage, message_from_bytes(ours[1], policy=default))
        (part,) = [each for each in message.walk() if each.get_content_type() == kind]
        said = str(cast(EmailMessage, part).get_content())
        found = re.search(old, said)
        assert found is not None
        cast(EmailMessage, part).set_content(said.replace(found.group(), new), subtype=kind.partition("/")[2])
        return ours[0], message.as_bytes(policy=default.clone(linesep="\r\n")), ours[2]

    return change


BREACHES: tuple[tuple[Check, Template, Breach], ...] = (
    (
        one_click_is_exactly_where_it_belongs,
        "readiness_practice",
        _head("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", ""),
    ),
    (one_click_is_exactly_where_it_belongs, "reading_list", _head("List-Unsubscribe: <", "X-Old: <")),
    (
        one_click_is_exactly_where_it_belongs,
        "reading_list",
        _head("e: <https", "e: <http"),
    ),
    (
        one_click_is_exactly_where_it_belongs,
        "readiness_reading",
        _head("e: <https", "e:\r\n <https"),
    ),
    (
        one_click_is_exactly_where_it_belongs,
        "readiness_check_in",
        _head("List-Unsubscribe: <", "List-Unsubscribe: =?utf-8?q?x?= <"),
    ),
    (one_click_is_exactly_where_it_belongs, "readiness_check_in", _head("/stop>", "/ready>")),
    (
        one_click_is_exactly_where_it_belongs,
        "acknowledgement",
        _head(
            "MIME-Version: ",
            "List-Unsubscribe: <https://read.example.org/readiness/x/stop>\r\nMIME-Version: ",
        ),
    ),
    (text_has_every_link, "readiness_practice", _said("text/plain", r"https://\S+/pause", "our page")),
    (text_has_every_link, "readiness_reading", _said("text/plain", r"https://\S+/reading/\d", "our page")),
    (
        a_discreet_mail_says_nothing_of_what_is_read,
        "readiness_practice",
        _said("text/plain", "A|Something", "A kinder look at yourself"),
    ),
    (
        a_discreet_mail_says_nothing_of_what_is_read,
        "readiness_reading",
        _said("text/html", "Hello", "When somebody is missing. Hello"),
    ),
    (
        a_discreet_mail_says_nothing_of_what_is_read,
        "readiness_reading",
        _head("Subject: ", "Subject: When somebody is missing. "),
    ),
)


@pytest.mark.parametrize(("check", "template", "breach"), BREACHES)
def test_every_rule_of_a_series_is_seen_to_fail(check: Check, template: Template, breach: Breach) -> None:
    sound = written(template)
    assert list(check(sound)) == []

    assert list(check(breach(sound)))


def test_every_rule_of_a_series_has_been_seen_to_fail() -> None:
    assert {check for check, _, _ in BREACHES} == set(CHECKS)

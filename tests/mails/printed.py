"""Every mail, written by the real press: every template and case, in every language, to every persona.

`sampled` prints the mails that the gallery shows, every case of each. `planned` prints each template from a
delivery as the queue holds it, so that the press itself makes the mail and signs its links. `series` prints
the practice's own practices and readings, as an operator wrote them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, cast, get_args
from urllib.parse import urlsplit

from services.notifications.asking import Known
from services.notifications.describe import is_discreet
from services.notifications.domain.decide import Send
from services.notifications.domain.delivery import Delivery, Role, Template
from services.notifications.mails import ClientMail, ClinicianMail, Mail, ProofCode, SafetyAlert
from services.notifications.press import Press
from services.notifications.press.calls import METHODS
from services.notifications.press.job import Job
from services.notifications.samples import CATALOGUE, PERSONAS, Persona, contact_of, request_of, samples
from shared.contracts.intake import Contact
from shared.practice import Catalogue, Practice, Translated, load_catalogue, load_practice
from tests.mails.specimen import Specimen
from tests.notifications.builders import CALM, catalogue, clinician, delivery, doors
from tests.notifications.codes import CODES, NOW

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
FOLDERS = ("los_angeles", "new_york")
HARDER = (  # what nobody thinks of who tries with their own name
    Persona("open_but_hidden", {"text_ok": True, "voicemail_ok": True}),
    Persona("rtl", {"name": "ليلى بنت محمد \u202eنور", "discreet": False, "pronouns": None}),
    Persona("emoji", {"name": "🌻 Sol 👩🏽‍🦽 Ñandú", "discreet": False}),
    Persona(
        "many_names",
        {"name": "Thích Nhất Hạnh Nguyễn-Phước Bảo-Quốc van der Straaten y Etxeberria", "discreet": False},
    ),
)
EVERYBODY = (*PERSONAS, *HARDER)
CALL: Mapping[str, Any] = {
    "consultation_id": "call-1",
    "sequence": 1,
    "starts_at": (NOW + timedelta(days=2)).isoformat(),
    "ends_at": (NOW + timedelta(days=2, minutes=20)).isoformat(),
    "previous_starts_at": (NOW + timedelta(days=1)).isoformat(),
    "previous_coordinator_id": "lee",
    "time_zone": "America/Los_Angeles",
    "by": "person",
    "why": "coordinator",
    "interpreter": ["es"],
    "state": "NV",
    "offset": "1d",
    "last": True,
}
ADDRESS = re.compile(r"https?://[^\s)]+")
SAMPLED_HOSTS = ("desk.example.org", "hello.example.org", "welcome.example.org", "read.example.org")
CLINICIANS = ("c-rivera", "c-haddad", "c-okafor")
TO_THE_PERSON = tuple(
    cast(Template, kind.template) for kind in get_args(Mail) if issubclass(kind, ClientMail)
)


@dataclass(frozen=True, slots=True)
class PressOf(Press):
    """The press with the mail given: all that it does but choosing the words."""

    mail: Mail

    def _draft(self, job: Job) -> Mail:
        return self.mail


@cache
def practice_in(folder: str) -> Practice:
    return load_practice(PRACTICES / folder)


@cache
def catalogue_in(folder: str) -> Catalogue:
    return load_catalogue(PRACTICES / folder, practice_in(folder))


@cache
def press_in(folder: str) -> Press:
    return Press.of(practice_in(folder), catalogue(), doors())


def sampled(press: Press, persona: Persona, language: str) -> Iterator[Specimen]:
    """Every case of every mail about one persona."""
    practice = press.practice
    contact = contact_of(persona, language, practice)
    for number, mail in enumerate(samples(practice, persona, language)):
        case = f"{mail.template} {number} of {persona.name} in {language}"
        yield sample(mail, press, contact, persona, case)


def sample(mail: Mail, press: Press, contact: Contact, persona: Persona, case: str = "") -> Specimen:
    """One mail, printed."""
    press = PressOf(press.stock, press.letterhead, mail)
    template, role = cast(Template, mail.template), _role_of(mail)
    row = _row(template, role, press.practice, {**CALL, **CODES.get(template, {})})
    hidden = mail.discreet if isinstance(mail, ClientMail) else isinstance(mail, ProofCode)
    return _specimen(case, press, row, contact, persona, hidden=hidden)


def planned(
    press: Press, persona: Persona, language: str, template: Template, *, discreet: bool = True
) -> Specimen:
    """A mail to one persona as the press makes it of what the queue holds."""
    contact = contact_of(persona, language, press.practice).model_copy(update={"discreet": discreet})
    row = _row(template, "client", press.practice, {**CALL, **CODES.get(template, {})})
    case = f"{template} from the queue of {persona.name} in {language}"
    return _specimen(case, press, row, contact, persona, hidden=is_discreet(contact))


def series(folder: str, language: str, *, discreet: bool) -> Iterator[Specimen]:
    """Every practice and reading that the practice's own file has, as a mail."""
    practice, own = practice_in(folder), catalogue_in(folder)
    press = Press.of(practice, own, doors())
    persona = Persona("reader", {"discreet": discreet})
    contact = contact_of(persona, language, practice)
    items: list[tuple[Template, str]] = [("readiness_practice", each.code) for each in own.practices]
    items += [("readiness_reading", each.code) for each in own.readings]
    for template, item in items:
        row = _row(template, "client", practice, {**CODES[template], "item": item})
        case = f"{template} {item} in {language}"
        yield _specimen(case, press, row, contact, persona, hidden=discreet)


def lists(folder: str, language: str, *, discreet: bool) -> Iterator[Specimen]:
    """Every book that the practice's own file has, alone in a list, and all of them together."""
    practice, own = practice_in(folder), catalogue_in(folder)
    press = Press.of(practice, own, doors())
    persona = Persona("reader", {"discreet": discreet})
    contact = contact_of(persona, language, practice)
    codes = [each.code for each in own.books]
    for items in (*([one] for one in codes), codes):
        row = _row("reading_list", "client", practice, {**CODES["reading_list"], "items": items})
        case = f"reading_list of {', '.join(items)} in {language}"
        yield _specimen(case, press, row, contact, persona, hidden=discreet)


def _row(template: Template, role: Role, practice: Practice, codes: Mapping[str, Any]) -> Delivery:
    """The delivery that the press is given."""
    desk = practice.coordinators[0].id
    readers: Mapping[Role, str] = {"client": "gallery", "clinician": "c-rivera"}
    plan = replace(
        delivery().plan,
        template=template,
        role=role,
        recipient_id=readers.get(role, desk),
        request_id="gallery",
        codes={**codes, "coordinator_id": desk, "owner": desk},
    )
    return replace(delivery(), plan=plan)


def _specimen(
    case: str, press: Press, row: Delivery, contact: Contact, persona: Persona, *, hidden: bool
) -> Specimen:
    request = request_of(persona, press.practice, "consultation")
    known = Known(contact, request, {one: clinician(one) for one in CLINICIANS})
    decision = Send(discreet=is_discreet(contact), neutral=contact.unsafe_at_home)
    to = press.address_of(row, known)
    assert to is not None, case
    client = row.plan.role == "client"
    return Specimen(
        case=case,
        template=row.plan.template,
        language=contact.language if client else "en",
        to_the_person=client,
        discreet=hidden,
        invited=METHODS.get(row.plan.template),
        names=(contact.name, *_names(press)),
        unsaid=_unsaid(press),
        hosts=_hosts(press),
        read_by_us=_read_by_us(press.practice),
        signers=_signers(press.practice, contact.language),
        letter=press.print(row, known, decision, to, NOW, CALM).content,
    )


def _role_of(mail: Mail) -> Role:
    if isinstance(mail, ClientMail):
        return "client"
    if isinstance(mail, SafetyAlert):
        return "on_call"
    return "clinician" if isinstance(mail, ClinicianMail) else "coordinator"


def _names(press: Press) -> tuple[str, ...]:
    """Of everybody and everything that a mail may name."""
    practice, own = press.practice, press.stock.catalogue
    books = [(book.title, *book.authors, *book.titles.values()) for book in (*own.books, *CATALOGUE.books)]
    places = [(place.name.en, place.name.es) for place in practice.refer_out]
    people = [
        (
            practice.name,
            *practice.discreet_name.by_language.values(),
            *(each.name for each in practice.coordinators),
        )
    ]
    found = {name for group in (*books, *places, *people) for name in group}
    return (*sorted(found, key=len, reverse=True), "Alex Rivera", "Noor Haddad", "Jo Okafor")


def _signers(practice: Practice, language: str) -> frozenset[str]:
    """Who may end a mail to somebody who reads this language."""
    return frozenset({practice.discreet_name.text(language), *(each.name for each in practice.coordinators)})


def _unsaid(press: Press) -> tuple[str, ...]:
    """Whose mail it is, and what is read: titles that are not for every eye, and what each item is about."""
    own = press.stock.catalogue
    titles = [
        told
        for title, discreet_title in (
            *((one.title, one.discreet_title) for one in own.practices),
            *((one.title, one.discreet_title) for one in own.readings),
        )
        for told, discreet in zip(_both(title), _both(discreet_title), strict=True)
        if told != discreet
    ]
    words = [said for one in own.practices for both in (one.what, one.why) for said in _both(both)]
    words += [said.split(". ")[0] for one in own.readings for said in _both(one.text)]
    return (press.practice.name, *titles, *words)


def _read_by_us(practice: Practice) -> frozenset[str]:
    own = (practice.from_, practice.discreet_from)
    return frozenset({*own, *(each.email for each in practice.coordinators)})


def _both(words: Translated) -> tuple[str, str]:
    return " ".join(words.en.split()), " ".join(words.es.split())


def _hosts(press: Press) -> frozenset[str]:
    """Our own pages, where the practice refers people to, and what its readings lead to."""
    pages = (press.stock.doors.matching.base, press.stock.doors.intake.base, press.stock.doors.resources.base)
    places = [place.url for place in press.practice.refer_out if place.url]
    own = press.stock.catalogue
    texts = [t for one in own.practices for both in (one.how, one.when_not) for t in (both.en, both.es)]
    texts += [t for one in own.readings for t in (one.text.en, one.text.es)]
    read = [address for text in texts for address in ADDRESS.findall(text)]
    return frozenset({*SAMPLED_HOSTS, *(urlsplit(url).netloc for url in (*pages, *places, *read))})

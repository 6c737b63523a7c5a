"""Invented people and every mail about them: what the gallery shows and what the mail lint reads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from services.notifications import drafts
from services.notifications.mails import Mail, Outcome
from shared.contracts.intake import Contact, Preferences, RequestDetail, SafeHours
from shared.contracts.matching import Candidate, ClinicianDetail, NearMiss
from shared.practice import Bilingual, Book, Catalogue, Practice

WRITTEN_AT = datetime(2026, 11, 23, 18, 20, tzinfo=UTC)
DUE_AT = datetime(2026, 11, 24, 21, 0, tzinfo=UTC)
REFERENCE = "R-7F3K2"
LONG_NAME = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh de la Concepción Ibarrondo"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody invented, told apart from the plain case by what they gave at the door."""

    name: str
    contact: Mapping[str, Any] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)


PERSONAS = (
    Persona("plain"),
    Persona("open", {"discreet": False, "text_ok": True, "voicemail_ok": True}),
    Persona("long_name", {"name": LONG_NAME, "email": "w.featherstonehaugh.de.la.concepcion@example.org"}),
    Persona("no_phone", {"name": "Thích Nhất Hạnh", "phone": None, "pronouns": None}),
    Persona(
        "careful",
        {"safe_hours": SafeHours(from_="09:00", to="11:00"), "unsafe_at_home": True},
        {"flags": ("danger_at_home",), "safety_level": "elevated"},
    ),
    Persona(
        "minor",
        {"name": "Ana Solís", "client_name": "Leo", "client_relation": "son", "pronouns": None},
        {"for_": "child", "age": 13},
    ),
    Persona("crisis", {}, {"safety_level": "crisis"}),
    Persona("bare", {"name": "", "pronouns": None, "phone": None}, {"bare": True}),
    Persona("silenced", {"silenced": True}),
    Persona("silenced_crisis", {"silenced": True}, {"safety_level": "crisis"}),
    Persona("test", {"test": True}),
)

CLINICIANS = {
    "c-rivera": ClinicianDetail(
        clinician_id="c-rivera",
        name="Alex Rivera",
        pronouns="he/him",
        credential="LMFT",
        supervisor_name=None,
        supervisor_credential=None,
        free_places=3,
        fee_min=120,
        fee_max=220,
        languages=("en", "es"),
    ),
    "c-haddad": ClinicianDetail(
        clinician_id="c-haddad",
        name="Noor Haddad",
        pronouns=None,
        credential="AMFT",
        supervisor_name="Jo Okafor",
        supervisor_credential="LMFT",
        free_places=1,
        fee_min=90,
        fee_max=130,
        languages=("en",),
    ),
}
OUTCOMES: tuple[Outcome, ...] = ("waitlist", "referred_out")
NEAREST = (
    NearMiss(clinician_id="c-rivera", gaps=("capacity",)),
    NearMiss(clinician_id="c-haddad", gaps=("schedule", "fee")),
)
BOOKS = Catalogue(
    version="gallery",
    general=("connection",),
    books=(
        Book(
            code="connection",
            title="The Dance of Connection: A Subtitle",
            authors=("Harriet Lerner",),
            for_=("relational",),
            about=Bilingual(
                en="How to say what is true and stay close, even when it is hard.",
                es="Cómo decir lo que es verdad sin perder la cercanía, aunque cueste.",
            ),
        ),
        Book(
            code="communicating",
            title="The Art of Communicating",
            authors=("Thích Nhất Hạnh",),
            for_=("relational",),
            titles={"es": "El arte de comunicar"},
            about=Bilingual(
                en="Short chapters on listening first, to others and to oneself.",
                es="Capítulos breves sobre escuchar primero, a los demás y a uno mismo.",
            ),
        ),
    ),
)


def contact_of(persona: Persona, language: str, practice: Practice) -> Contact:
    """The persona as intake would describe them."""
    plain: dict[str, Any] = {
        "request_id": "gallery",
        "person_id": "gallery",
        "reference": REFERENCE,
        "name": "Sam Rivera",
        "pronouns": "they/them",
        "email": "sam@example.org",
        "phone": "+13235550100",
        "language": language,
        "time_zone": practice.time_zone,
        "email_ok": True,
        "text_ok": False,
        "voicemail_ok": False,
        "discreet": True,
        "safe_hours": None,
        "unsafe_at_home": False,
        "silenced": False,
        "client_name": None,
        "client_relation": None,
        "test": False,
        "version": 1,
    }
    return Contact(**{**plain, **persona.contact})


def request_of(persona: Persona, practice: Practice, path: str) -> RequestDetail:
    """What the persona asked for, in the practice's own codes."""
    changes = dict(persona.request)
    bare = changes.pop("bare", False)
    asked, guessed = _concerns(practice)
    wishes = Preferences(
        format="online",
        languages=("es", "en"),
        modalities=("emdr",),
        clinician=("lgbtqia_identified",),
        times=("weekday_evening",),
        fee_max=180,
    )
    plain: dict[str, Any] = {
        "request_id": "gallery",
        "reference": REFERENCE,
        "path": path,
        "received_at": WRITTEN_AT,
        "for_": "self",
        "age": None if path == "readiness" else 34,
        "unit": "individual",
        "state": practice.states[0],
        "safety_level": "none",
        "flags": (),
        "concerns": () if bare else (asked,),
        "suggested_concerns": () if bare else (guessed,),
        "preferences": Preferences() if bare or path == "readiness" else wishes,
        "context": ("bereaved",) if path == "readiness" and not bare else (),
        "quarantined": False,
    }
    return RequestDetail(**{**plain, **changes})


def samples(practice: Practice, persona: Persona, language: str) -> tuple[Mail, ...]:
    """Every mail about one persona; coordinators read English, whatever the person's language."""
    contact = contact_of(persona, language, practice)
    return (*_to_the_person(contact, persona, practice), *_to_the_desk(contact, persona, practice))


def _to_the_person(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    owner = practice.coordinators[0].id
    request = request_of(persona, practice, "consultation")
    promised = None if request.safety_level == "crisis" or contact.unsafe_at_home else DUE_AT
    yield drafts.acknowledgement(contact, practice, answer_by=promised)
    yield drafts.waitlist(contact, practice, owner=owner)
    yield drafts.referred_out(contact, request, practice, owner=owner)
    yield drafts.reading_list(contact, practice, BOOKS, items=("connection", "communicating"))


def _to_the_desk(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    request = request_of(persona, practice, "consultation")
    reading = request_of(persona, practice, "readiness")
    yield from _referrals(contact, request, practice)
    for outcome in OUTCOMES:
        yield drafts.nobody_fits(
            contact, request, practice, due_at=DUE_AT, outcome=outcome, nearest=NEAREST, clinicians=CLINICIANS
        )
    yield drafts.held(contact, request, practice, due_at=DUE_AT, why="minor")
    yield drafts.safety_alert(
        contact,
        practice,
        reference=contact.reference,
        path="consultation",
        level="crisis",
        rules=("en.direct.die", "en.plan.goodbye", "es.direct.morir:denied", "tick.unsafe_at_home"),
        flagged_at=WRITTEN_AT,
    )
    yield drafts.quarantine_notice(
        contact,
        practice,
        path="consultation",
        why=("honeypot", "many_links"),
        quarantined_at=WRITTEN_AT,
        due_at=DUE_AT,
    )
    yield drafts.readiness_notice(contact, reading, practice)


def _referrals(contact: Contact, request: RequestDetail, practice: Practice) -> Iterator[Mail]:
    """A choice of two, and one who leaves no choice."""
    fits = _candidates(practice)
    fields: dict[str, Any] = {"due_at": DUE_AT, "clinicians": CLINICIANS}
    yield drafts.referral(contact, request, practice, candidates=fits, **fields)
    yield drafts.referral(
        contact, request, practice, candidates=fits[:1], others=9, nearest=NEAREST[1:], **fields
    )


def _concerns(practice: Practice) -> tuple[str, str]:
    """Two of the practice's own specialties; the same one twice when it has no other."""
    liked = [code for code in ("grief_loss", "couples") if code in practice.specialties]
    first, second, *_ = (*liked, *practice.specialties, *practice.specialties)
    return first, second


def _candidates(practice: Practice) -> tuple[Candidate, ...]:
    first, second = _concerns(practice)
    strong = (f"specialty:{first}:3", "modality:emdr", "language:es", "times:weekday_evening", "fee:full")
    some = (f"specialty:{first}:1", f"suggested:{second}:2", "fee:reduced", "start:2026-12-07")
    return (
        Candidate(clinician_id="c-rivera", score=0.82, reasons=strong),
        Candidate(clinician_id="c-haddad", score=0.61, reasons=some),
    )

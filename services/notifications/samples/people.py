"""Invented people, what they asked for, and invented clinicians."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shared.contracts.intake import Contact, Preferences, RequestDetail, SafeHours
from shared.contracts.matching import ClinicianDetail
from shared.practice import Practice

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
    asked, guessed = concerns_of(practice)
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
    asked_for = plain | changes
    offered = asked_for["path"] == "consultation" and asked_for["safety_level"] != "crisis"
    return RequestDetail(**{"call_offered": offered, **asked_for})


def concerns_of(practice: Practice) -> tuple[str, str]:
    """Two of the practice's own specialties; the same one twice when it has no other."""
    liked = [code for code in ("grief_loss", "couples") if code in practice.specialties]
    first, second, *_ = (*liked, *practice.specialties, *practice.specialties)
    return first, second

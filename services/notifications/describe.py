"""People and requests in the words of a mail: names made fit for one line, contact rules as sentences."""

import re
from typing import TypedDict

from services.notifications import words
from services.notifications.mails import Asked, Person
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import ClinicianDetail
from shared.names import first_name
from shared.practice import Practice
from shared.reached import (
    LONGEST_NAME,
    LONGEST_RELATION,
    NO_NAME,
    cautions_of,
    one_line,
    phone,
    rules_of,
    writes_for,
)

__all__ = [
    "NO_NAME",
    "ClientFields",
    "CoordinatorFields",
    "asked_of",
    "called",
    "client_fields",
    "coordinator_fields",
    "from_the_front_desk",
    "greeting",
    "is_discreet",
    "on_the_telephone",
    "one_line",
    "person_of",
    "phone",
    "supervisor_of",
    "unit_and_band",
]

NOT_A_NAME = re.compile(r"[<>{}@\\]|://|\bwww\.|\w\.\w{2}|\d(?:\W*\d){2}", re.IGNORECASE)

UNITS = {"couple": "A couple", "family": "A family", "group": "Somebody for a group"}
ASKED_BY = {"child": "a parent or guardian asks", "other": "somebody close to them asks"}


class ClientFields(TypedDict):
    """What every client mail has."""

    language: str
    zone: str
    greeting: str
    signed: str
    discreet: bool
    test: bool
    contact_url: str


class CoordinatorFields(TypedDict):
    """What every coordinator mail has."""

    zone: str
    reference: str
    person: Person | None
    silenced: bool
    test: bool


def client_fields(contact: Contact, signed: str, contact_url: str) -> ClientFields:
    """Who they are to a client mail, how it speaks to them, and where they say how they are reached."""
    return ClientFields(
        language=contact.language,
        zone=contact.time_zone,
        greeting=greeting(contact.name),
        signed=signed,
        discreet=is_discreet(contact),
        test=contact.test,
        contact_url=contact_url,
    )


def from_the_front_desk(contact: Contact, practice: Practice, contact_url: str) -> ClientFields:
    """The same, signed by the front desk in their language."""
    return client_fields(contact, practice.discreet_name.text(contact.language), contact_url)


def is_discreet(contact: Contact) -> bool:
    """Whether their mails must give nothing away; danger at home makes it so, whatever was ticked."""
    return contact.discreet or contact.unsafe_at_home


def coordinator_fields(contact: Contact, practice: Practice) -> CoordinatorFields:
    """The person is named only where the practice wants that in its mail; silence is told in any."""
    return CoordinatorFields(
        zone=practice.time_zone,
        reference=contact.reference,
        person=person_of(contact, practice) if practice.coordinator_mail == "full" else None,
        silenced=contact.silenced,
        test=contact.test,
    )


def greeting(name: str) -> str:
    """What a mail calls somebody; empty when it is no name, holds a link or a number to call, or is long.

    A name of two plain words is cut to the first, any other is used whole.
    """
    line = one_line(name, longest=len(name) + 1)
    if not line or len(line) > LONGEST_NAME or NOT_A_NAME.search(line):
        return ""
    return first_name(line)


def called(name: str) -> str:
    """What colleagues call a coordinator, who stands in the practice's own file."""
    return greeting(name) or one_line(name)


def supervisor_of(clinician: ClinicianDetail) -> str | None:
    """`Jo Okafor, LMFT`, for an associate."""
    named = (clinician.supervisor_name, clinician.supervisor_credential)
    return ", ".join(filter(None, named)) or None


def person_of(contact: Contact, practice: Practice) -> Person:
    """Who wrote, and every rule about reaching them."""
    return Person(
        name=one_line(contact.name) or NO_NAME,
        pronouns=one_line(contact.pronouns, LONGEST_RELATION) if contact.pronouns else None,
        writes_for=writes_for(contact),
        email=contact.email,
        phone=phone(contact.phone) if contact.phone else None,
        cautions=cautions_of(contact),
        rules=rules_of(contact),
        language=practice.label(contact.language, "en", "language"),
    )


def on_the_telephone(contact: Contact) -> str:
    """What may be left on their telephone, for whoever calls them at an hour that they chose."""
    allowed = contact.voicemail_ok and not contact.unsafe_at_home
    return words.voicemail(allowed=allowed, discreet=is_discreet(contact))


def asked_of(request: RequestDetail, practice: Practice, person: Person | None) -> Asked:
    """What was asked for, in codes put into words; what `person` says already is not said twice."""
    said = person.cautions if person else ()
    return Asked(
        line=_line(request, practice),
        concerns=words.label_all(request.concerns, practice),
        guesses=words.label_all(request.suggested_concerns, practice),
        wishes=tuple(_wishes(request, practice)),
        notes=tuple(note for note in _notes(request) if note not in said),
        safety=words.SAFETY[request.safety_level],
        calm=request.safety_level == "none" and not request.flags,
        crisis=request.safety_level == "crisis",
    )


def _line(request: RequestDetail, practice: Practice) -> str:
    """One line: who, where, how, when, for how much."""
    wish = request.preferences
    parts = [_who(request), _state(request, practice)]
    if wish.format:
        parts.append(practice.label(wish.format, "en", "format"))
    parts += [practice.label(code, "en", "site") for code in wish.sites]
    parts.append(words.listed((practice.label(code, "en", "time") for code in wish.times), last="or"))
    if wish.fee_max is not None:
        parts.append(f"up to ${wish.fee_max}")
    return ", ".join(filter(None, parts)) + "."


def unit_and_band(request: RequestDetail) -> str:
    """`One adult`, `One teen`, `A couple`: no exact age."""
    if request.unit in UNITS:
        return UNITS[request.unit]
    if request.age is None:
        return "One person"
    return "One adult" if request.age >= 18 else "One teen" if request.age >= 12 else "One child"


def _who(request: RequestDetail) -> str:
    """`One adult`, `One teen (14), a parent or guardian asks`, `A couple`."""
    who = unit_and_band(request)
    if request.age is not None and request.age < 18:
        who += f" ({request.age})"
    return f"{who}, {ASKED_BY[request.for_]}" if request.for_ in ASKED_BY else who


def _state(request: RequestDetail, practice: Practice) -> str:
    if request.state is None:
        return ""
    if request.state == "unknown":
        return "state not known"
    return practice.label(request.state, "en", "state")


def _wishes(request: RequestDetail, practice: Practice) -> list[str]:
    wish = request.preferences
    wishes = []
    if wish.languages and wish.languages != ("en",):
        spoken = words.listed((practice.label(code, "en", "language") for code in wish.languages), last="or")
        wishes.append(f"{spoken}, as a must" if wish.language_required else spoken)
    wishes += [practice.label(code, "en", "modality") for code in wish.modalities]
    wishes += [practice.label(code, "en", "identity") for code in wish.clinician]
    return wishes


def _notes(request: RequestDetail) -> list[str]:
    """What a person must know before they act, then what the writer told about their life."""
    notes = [words.FLAGS.get(flag, words.spelled(flag) + ".") for flag in request.flags]
    told = [words.CONTEXTS.get(code, words.spelled(code)) for code in request.context]
    return [*notes, f"They told us: {words.listed(told)}."] if told else notes

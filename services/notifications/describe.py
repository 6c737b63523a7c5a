"""People and requests in the words of a mail: names made fit for one line, contact rules as sentences."""

import re
import unicodedata
from typing import TypedDict

import phonenumbers

from services.notifications import words
from services.notifications.mails import Asked, Person
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import ClinicianDetail
from shared.names import first_name
from shared.practice import Practice

LONGEST_NAME = 80
NO_NAME = "No name"
LONGEST_RELATION = 40
JOINERS = "\u200c\u200d"  # inside Persian and Indic words, and inside emoji
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


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """On one line, without control or direction characters, at most `longest` characters."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"} or c in JOINERS
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


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
    writes_for = None
    if contact.client_name or contact.client_relation:
        relation = one_line(contact.client_relation or "", LONGEST_RELATION)
        writes_for = ", ".join(filter(None, (one_line(contact.client_name or ""), relation)))
    return Person(
        name=one_line(contact.name) or NO_NAME,
        pronouns=one_line(contact.pronouns, LONGEST_RELATION) if contact.pronouns else None,
        writes_for=writes_for,
        email=contact.email,
        phone=phone(contact.phone) if contact.phone else None,
        cautions=tuple(_cautions(contact)),
        rules=tuple(_rules(contact)),
        language=practice.label(contact.language, "en", "language"),
    )


def on_the_telephone(contact: Contact) -> str:
    """What may be left on their telephone, for whoever calls them at an hour that they chose."""
    allowed = contact.voicemail_ok and not contact.unsafe_at_home
    return words.voicemail(allowed=allowed, discreet=is_discreet(contact))


def phone(number: str) -> str:
    """As it is dialled from the United States."""
    try:
        parsed = phonenumbers.parse(number, "US")
    except phonenumbers.NumberParseException:
        return one_line(number)
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(
        parsed, form.NATIONAL if parsed.country_code == 1 else form.INTERNATIONAL
    )


def _cautions(contact: Contact) -> list[str]:
    cautions = []
    if contact.silenced:
        cautions.append("They asked to hear nothing more.")
    if contact.unsafe_at_home:
        cautions.append(words.FLAGS["danger_at_home"])
    if contact.safe_hours is not None:
        hours, zone = contact.safe_hours, contact.time_zone.replace("_", " ")
        cautions.append(f"Reach them only from {hours.from_} to {hours.to}, their time ({zone}).")
    if contact.email and not contact.email_ok:
        cautions.append("Do not write to them by e-mail.")
    return [one_line(each, len(each)) for each in cautions]


def _rules(contact: Contact) -> list[str]:
    rules = [_phone_rule(contact)]
    if contact.discreet:
        rules.append("Discreet: no word of care in a subject line or on an answering machine.")
    return rules


def _phone_rule(contact: Contact) -> str:
    if contact.text_ok and contact.voicemail_ok:
        return "Texts and voicemail are fine."
    if contact.text_ok:
        return "Texts are fine; no voicemail."
    if contact.voicemail_ok:
        return "Voicemail is fine; no texts."
    only = contact.email and contact.email_ok
    return "E-mail only, as they asked: no voicemail, no texts." if only else "No voicemail, no texts."


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

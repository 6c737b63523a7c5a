"""Invented people and every mail about them: what the gallery shows and what the mail lint reads."""

from services.notifications.mails import Mail
from services.notifications.samples.calls import CALL_AT, calls_to_the_desk, calls_to_the_person
from services.notifications.samples.client import BOOK, CONTACT, to_the_person
from services.notifications.samples.clinician import to_the_clinician
from services.notifications.samples.desk import BEGIN, CALENDAR, CASE, NEAREST, ROSTER, to_the_desk
from services.notifications.samples.people import (
    CLINICIANS,
    DUE_AT,
    PERSONAS,
    REFERENCE,
    WRITTEN_AT,
    Persona,
    contact_of,
    request_of,
)
from services.notifications.samples.readings import (
    CATALOGUE,
    LETTER,
    LONG,
    NAMING,
    NEXT_AT,
    SERIES,
    readings_to_the_person,
    ready_to_the_desk,
)
from services.notifications.samples.returned import unreachable_to_the_desk
from shared.practice import Practice

__all__ = [
    "BEGIN",
    "BOOK",
    "CALENDAR",
    "CALL_AT",
    "CASE",
    "CATALOGUE",
    "CLINICIANS",
    "CONTACT",
    "DUE_AT",
    "LETTER",
    "LONG",
    "NAMING",
    "NEAREST",
    "NEXT_AT",
    "PERSONAS",
    "REFERENCE",
    "ROSTER",
    "SERIES",
    "WRITTEN_AT",
    "Persona",
    "contact_of",
    "request_of",
    "samples",
]


def samples(practice: Practice, persona: Persona, language: str) -> tuple[Mail, ...]:
    """Every mail about one persona; the practice reads English, whatever the person's language."""
    contact = contact_of(persona, language, practice)
    return (
        *to_the_person(contact, persona, practice),
        *readings_to_the_person(contact, practice),
        *calls_to_the_person(contact, persona, practice),
        *to_the_desk(contact, persona, practice),
        *ready_to_the_desk(contact, persona, practice),
        *calls_to_the_desk(contact, persona, practice),
        *unreachable_to_the_desk(contact, practice),
        *to_the_clinician(persona, practice),
    )

"""What a person wrote and how to reach them, as intake tells whoever asks; it is recorded there first."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.matching.web.front import Front
from services.matching.web.says import day_and_time, day_of
from services.matching.web.visit import Visit
from shared.contracts.intake import (
    Contact,
    ContactsAnswered,
    ContactsAsked,
    LaterWords,
    WordsAnswered,
    WordsAsked,
)
from shared.contracts.intake.asks import Purpose

NOTHING_THERE = "There is nothing to show any more: they were erased, or took their request back."

PERSON = "person"


@dataclass(frozen=True, slots=True)
class Noted:
    """One inside note, or something that was added later."""

    by: str
    at: str
    text: str


@dataclass(frozen=True, slots=True)
class Written:
    """What somebody wrote, what was added when they were ready, and what the practice noted about it."""

    message: str
    notes: Sequence[Noted]
    at: str = ""  # where something was added: when they wrote at first
    later: Sequence[Noted] = ()


async def ask_contact(front: Front, visit: Visit, request_id: str, purpose: Purpose) -> Contact | None:
    """Who they are and how to reach them; None when nobody knows. Raises Retryable when intake is away."""
    question = ContactsAsked(request_ids=(request_id,), purpose=purpose, asked_by=visit.by)
    answer = await front.ask(question, ContactsAnswered)
    return answer.contacts[0] if answer.contacts else None


async def ask_words(
    front: Front, visit: Visit, request_id: str, purpose: Purpose, *, with_notes: bool
) -> Written | None:
    """What they wrote; None when nobody knows. Raises Retryable when intake is away."""
    question = WordsAsked(request_ids=(request_id,), purpose=purpose, asked_by=visit.by)
    answer = await front.ask(question, WordsAnswered)
    if not answer.words:
        return None
    said = answer.words[0]
    notes = [
        Noted(_author(front, each.written_by), day_and_time(each.written_at, front.terms.zone), each.text)
        for each in (said.notes if with_notes else ())
    ]
    later = [_added(front, each) for each in said.later]
    at = day_of(said.written_at, front.terms.zone) if later and said.written_at else ""
    return Written(said.message, notes, at, later)


def contact_facts(front: Front, contact: Contact) -> list[tuple[str, str]]:
    """Who they are and where they can be reached."""
    name = f"{contact.name} ({contact.pronouns})" if contact.pronouns else contact.name
    writes_for = ", ".join(filter(None, (contact.client_name, contact.client_relation)))
    facts = [
        ("Name", name),
        ("Writes for", writes_for),
        ("E-mail", contact.email or ""),
        ("Phone", contact.phone or ""),
        ("Language", front.label(contact.language, "language")),
        ("Their time zone", contact.time_zone.replace("_", " ")),
    ]
    return [(what, said) for what, said in facts if said]


def contact_rules(contact: Contact) -> list[str]:
    """Every rule about reaching them, the gravest first."""
    rules = []
    if contact.silenced:
        rules.append("They asked to hear nothing more.")
    if contact.unsafe_at_home:
        rules.append("Home is not safe. Reach them only in the way and at the hours they named.")
    if contact.safe_hours is not None:
        hours = contact.safe_hours
        rules.append(f"Reach them only from {hours.from_} to {hours.to}, their time.")
    if contact.email:
        rules.append("E-mail is fine." if contact.email_ok else "Do not write to them by e-mail.")
    rules.append(_by_phone(contact))
    if contact.discreet:
        rules.append("Discreet: no word of care in a subject line or on an answering machine.")
    return rules


def _by_phone(contact: Contact) -> str:
    texts = "Texts are fine" if contact.text_ok else "No texts"
    return f"{texts}; {'voicemail is fine' if contact.voicemail_ok else 'no voicemail'}."


def _added(front: Front, said: LaterWords) -> Noted:
    by = "They themselves" if said.written_by == PERSON else f"{_author(front, said.written_by)}, for them"
    return Noted(by, day_of(said.written_at, front.terms.zone), said.message)


def _author(front: Front, by: str) -> str:
    known = front.practice.coordinator(by.partition(":")[2] or by)
    return known.name if known else "Somebody of the practice"

"""Who wrote, and how they asked to be reached, as the practice's own people read it, in English.

Names are made fit for one line; what must be known before anything else comes before the ways that are open.
"""

import unicodedata

import phonenumbers

from shared.contracts.intake import Contact
from shared.language import ENGLISH
from shared.practice import Practice

LONGEST_NAME = 80
NO_NAME = "No name"
LONGEST_RELATION = 40
JOINERS = "\u200c\u200d"  # inside Persian and Indic words, and inside emoji
DANGER_AT_HOME = "Home is not safe. Somebody else may read or hear what we send."


def lines_about(contact: Contact, practice: Practice) -> tuple[str, ...]:
    """The person in a few lines: name, ways, for whom they wrote, cautions, rules."""
    called = f"{one_line(contact.name) or NO_NAME}"
    if contact.pronouns:
        called += f" ({one_line(contact.pronouns, LONGEST_RELATION)})"
    ways = [f"E-mail {contact.email}."] if contact.email else []
    ways += [f"Phone {phone(contact.phone)}."] if contact.phone else []
    first = " ".join([f"{called}.", *ways, f"{practice.label(contact.language, ENGLISH, 'language')}."])
    other = writes_for(contact)
    return (
        first,
        *((f"Writes for {other}.",) if other else ()),
        *cautions_of(contact),
        " ".join(rules_of(contact)),
    )


def writes_for(contact: Contact) -> str | None:
    """For whom they wrote, when not for themselves."""
    if not contact.client_name and not contact.client_relation:
        return None
    relation = one_line(contact.client_relation or "", LONGEST_RELATION)
    return ", ".join(filter(None, (one_line(contact.client_name or ""), relation)))


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """On one line, without control or direction characters, at most `longest` characters."""
    kept = (
        " " if unicodedata.category(c) in {"Cc", "Zl", "Zp"} else c
        for c in text
        if unicodedata.category(c) not in {"Cf", "Cs", "Co", "Cn"} or c in JOINERS
    )
    line = " ".join("".join(kept).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


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


def cautions_of(contact: Contact) -> tuple[str, ...]:
    """What must be known before anything else."""
    cautions = []
    if contact.silenced:
        cautions.append("They asked to hear nothing more.")
    if contact.unsafe_at_home:
        cautions.append(DANGER_AT_HOME)
    if contact.safe_hours is not None:
        hours, zone = contact.safe_hours, contact.time_zone.replace("_", " ")
        cautions.append(f"Reach them only from {hours.from_} to {hours.to}, their time ({zone}).")
    if contact.email and not contact.email_ok:
        cautions.append("Do not write to them by e-mail.")
    return tuple(one_line(each, len(each)) for each in cautions)


def rules_of(contact: Contact) -> tuple[str, ...]:
    """Which ways they opened."""
    rules = [_phone_rule(contact)]
    if contact.discreet:
        rules.append("Discreet: no word of care in a subject line or on an answering machine.")
    return tuple(rules)


def _phone_rule(contact: Contact) -> str:
    if contact.text_ok and contact.voicemail_ok:
        return "Texts and voicemail are fine."
    if contact.text_ok:
        return "Texts are fine; no voicemail."
    if contact.voicemail_ok:
        return "Voicemail is fine; no texts."
    only = contact.email and contact.email_ok
    return "E-mail only, as they asked: no voicemail, no texts." if only else "No voicemail, no texts."

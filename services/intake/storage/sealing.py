"""What storage needs of the vault, and how a person and their words are written down before sealing."""

from collections.abc import Sequence
from datetime import time
from typing import Any, Protocol

from services.intake.domain.submission import (
    Client,
    ConsultationSubmission,
    ContactRules,
    Partner,
    ProfessionalSubmission,
    SafeHours,
    SafetyTicks,
    Submission,
    Writer,
)

Document = dict[str, Any]

PEOPLE = ("people", "sealed")
OTHERS = ("requests", "others")
WORDS = ("words", "sealed")
LATER = ("later_words", "sealed")
NOTES = ("notes", "sealed")
ACCESS = ("access_log", "sealed")
HOLDS = ("legal_holds", "sealed")


class OwnSealer(Protocol):
    """Seals a document of one person for one table, column and row; it opens nowhere else."""

    def seal(self, place: tuple[str, str], row_id: str, document: Document) -> bytes:
        """The document as bytes that only the vault can read, and only for this place and row."""

    def open(self, place: tuple[str, str], row_id: str, sealed: bytes) -> Document:
        """What was sealed for this place and row."""

    def address_key(self, kind: str, address: str | None) -> str | None:
        """The same for the same normalised address, and nothing else; None for no address."""


class Sealer(OwnSealer, Protocol):
    """Gives each person a key of their own, and what seals and opens with it.

    Itself it opens what was sealed before people had keys.
    """

    @property
    def current(self) -> str:
        """The id of what wraps new keys."""

    def new_key(self, person_id: str) -> bytes:
        """A key for this person, wrapped."""

    def own(self, person_id: str, wrapped: bytes | None) -> OwnSealer:
        """What seals and opens for this person; without a key, as it was before people had one."""

    def erased_print(self, address_key: str) -> str:
        """By which an erased address is known again, and by nothing else."""


def person_document(writer: Writer, rules: ContactRules) -> Document:
    return {
        "name": writer.name,
        "pronouns": writer.pronouns,
        "email": writer.email,
        "phone": writer.phone,
        "safe_hours": _hours_document(rules.safe_hours),
    }


def writer_of(document: Document) -> Writer:
    return Writer(document["name"], document["email"], document["phone"], document["pronouns"])


def safe_hours_of(document: Document) -> SafeHours | None:
    hours = document["safe_hours"]
    return SafeHours(time.fromisoformat(hours[0]), time.fromisoformat(hours[1])) if hours else None


def words_document(submission: Submission) -> Document:
    return {
        "message": submission.message,
        "privacy_notice": submission.privacy_notice,
        "email_warning": submission.email_warning,
    }


def others_document(submission: Submission) -> Document | None:
    """Client and partners; None when the person wrote for themselves alone."""
    if not isinstance(submission, ConsultationSubmission):
        return None
    return others_of(submission.client, submission.partners)


def others_of(client: Client | None, partners: Sequence[Partner]) -> Document | None:
    """The same of whom is left; None when nobody is."""
    if not (client or partners):
        return None
    return {
        "client": client and {"name": client.name, "age": client.age, "relation": client.relation},
        "partners": [_partner_document(each) for each in partners],
    }


def ticks_of(submission: Submission) -> SafetyTicks:
    """What was ticked about safety; a colleague is not asked."""
    return SafetyTicks() if isinstance(submission, ProfessionalSubmission) else submission.safety


def client_of(document: Document) -> Client | None:
    client = document["client"]
    return Client(client["name"], client["age"], client["relation"]) if client else None


def partners_of(document: Document) -> tuple[Partner, ...]:
    return tuple(_partner(each) for each in document["partners"])


def _partner_document(partner: Partner) -> Document:
    rules = partner.contact
    return {
        "name": partner.name,
        "email": partner.email,
        "contact": [rules.email_ok, rules.text_ok, rules.voicemail_ok, rules.discreet],
        "safe_hours": _hours_document(rules.safe_hours),
    }


def _partner(document: Document) -> Partner:
    email_ok, text_ok, voicemail_ok, discreet = document["contact"]
    rules = ContactRules(email_ok, text_ok, voicemail_ok, discreet, safe_hours_of(document))
    return Partner(document["name"], document["email"], rules)


def _hours_document(hours: SafeHours | None) -> list[str] | None:
    return [hours.from_.strftime("%H:%M"), hours.to.strftime("%H:%M")] if hours else None

"""What matching answers."""

from typing import ClassVar, Self

from shared.contracts.base import Ask, Code, Id, Ids, Instant, Plain


class CliniciansAsked(Ask):
    """Who are these clinicians?"""

    service: ClassVar[str] = "matching"
    noun: ClassVar[str] = "clinicians"

    clinician_ids: Ids
    asked_by: Code


class OwnWords(Plain):
    """How a clinician introduces themselves, in each language of the practice; `more`: in further ones."""

    en: str = ""
    es: str = ""
    more: dict[Code, str] | None = None

    @classmethod
    def of(cls, by_language: dict[str, str]) -> Self:
        """From the words by language code."""
        more = {code: said for code, said in by_language.items() if code not in ("en", "es")}
        return cls(en=by_language.get("en", ""), es=by_language.get("es", ""), more=more or None)

    @property
    def by_language(self) -> dict[str, str]:
        """The same by language code."""
        return {"en": self.en, "es": self.es, **(self.more or {})}


class ClinicianDetail(Plain):
    """A clinician as mails show them."""

    clinician_id: Id
    name: str
    pronouns: str | None
    credential: Code
    supervisor_name: str | None
    supervisor_credential: Code | None
    free_places: int
    fee_min: int
    fee_max: int
    languages: tuple[Code, ...]
    email: str | None = None
    introduction: OwnWords | None = None


class CliniciansAnswered(Plain):
    """Those found, in the order asked."""

    clinicians: tuple[ClinicianDetail, ...]


class CodeAsked(Ask):
    """Please mail six digits to the recipient of this link, so that their browser proves itself.

    `recipient`: coordinator:<id>. `matter`: what the link is about; codes and tries are counted by it.
    """

    service: ClassVar[str] = "matching"
    noun: ClassVar[str] = "code"

    recipient: Code
    matter: Id
    asked_by: Code


class CodeMailed(Plain):
    """The digits are on their way; else none are mailed before `again_at`, because there were too many."""

    again_at: Instant | None


class DigitsTold(Ask):
    """Are these digits that were mailed of late because of this link? Every asking counts as a try."""

    service: ClassVar[str] = "matching"
    noun: ClassVar[str] = "digits"

    recipient: Code
    matter: Id
    digits: Code
    asked_by: Code


class DigitsChecked(Plain):
    """The proof that they met; else how many more tries there are."""

    proof_id: Id | None
    tries_left: int


class OpenReferralsAsked(Ask):
    """What is open and in this coordinator's hands?"""

    service: ClassVar[str] = "matching"
    noun: ClassVar[str] = "open_referrals"

    coordinator_id: Code
    asked_by: Code


class OpenReferral(Plain):
    """A referral that somebody must do something about, in codes."""

    referral_id: Id
    reference: Code
    state: Code
    stage: Code
    owner: Code
    next_action: Code
    due_at: Instant
    received_at: Instant
    overdue: bool
    new: bool  # nobody of the practice has done anything about it yet
    clinician_id: Id | None = None  # who is asked, or was given it
    call_at: Instant | None = None  # when the call is that is booked, and how it went is still to be said


class OpenReferralsAnswered(Plain):
    """The coordinator's own, and for the practice's owner also those whose coordinator has left."""

    referrals: tuple[OpenReferral, ...]

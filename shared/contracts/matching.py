"""What matching announces and answers."""

from typing import ClassVar

from shared.contracts.base import Ask, Code, Fact, Id, Ids, Instant, Plain


class ReferralFact(Fact):
    """A fact about a referral, owned by matching."""

    service: ClassVar[str] = "matching"
    about: ClassVar[str] = "referral"

    referral_id: Id
    request_id: Id
    reference: Code
    person_id: Id

    @property
    def entity_id(self) -> str:
        return self.referral_id

    @property
    def correlation(self) -> str:
        return self.request_id


class Candidate(Plain):
    """A clinician who fits, with the reasons as codes such as `specialty:grief_loss:3`."""

    clinician_id: Id
    score: float  # 0 to 1
    reasons: tuple[Code, ...]


class NearMiss(Plain):
    """A clinician who does not fit, and what would have to give, as exclusion codes."""

    clinician_id: Id
    gaps: tuple[Code, ...]


class ReferralProposed(ReferralFact):
    """Two or three clinicians fit (one, when only one does); a coordinator decides."""

    name: ClassVar[str] = "referral.proposed.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    candidates: tuple[Candidate, ...]


class ReferralWaitlisted(ReferralFact):
    """Nobody fits today, and a place could free."""

    name: ClassVar[str] = "referral.waitlisted.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    nearest: tuple[NearMiss, ...]


class ReferralHeld(ReferralFact):
    """Automation stopped; a person looks before anything is proposed."""

    name: ClassVar[str] = "referral.held.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    why: Code


class ReferralReferredOut(ReferralFact):
    """Nobody here fits and no freed place would change it; the person is told where else to turn."""

    name: ClassVar[str] = "referral.referred_out.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    nearest: tuple[NearMiss, ...]


class ReferralCancelled(ReferralFact):
    """The referral ended before anybody was introduced."""

    name: ClassVar[str] = "referral.cancelled.v1"

    cancelled_at: Instant
    why: Code


class CliniciansAsked(Ask):
    """Who are these clinicians?"""

    service: ClassVar[str] = "matching"
    noun: ClassVar[str] = "clinicians"

    clinician_ids: Ids
    asked_by: Code


class ClinicianDetail(Plain):
    """A clinician as a coordinator's mail shows them."""

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


class CliniciansAnswered(Plain):
    """Those found, in the order asked."""

    clinicians: tuple[ClinicianDetail, ...]

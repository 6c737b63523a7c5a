"""What matching announces and answers."""

from typing import ClassVar

from shared.contracts.base import Ask, Code, Fact, Id, Ids, Instant, Plain

EXCLUSION_CODES = (  # why a clinician cannot be offered, in the order in which they are given
    "licence",
    "licence_expired",
    "format",
    "site",
    "unit",
    "age",
    "language",
    "fee",
    "capacity",
    "not_accepting",
    "on_leave",
    "schedule",
    "specialty",
    "associate_without_supervisor",
    "conflict",
    "already_declined",
)
HOLD_CODES = (  # why a person looks first, the gravest first
    "danger_at_home",
    "partner_violence",
    "clinical_hold",
    "minor",
    "incomplete",
    "state_unknown",
)
REASON_FORMS = (  # why a clinician fits; a code with a form that is not here is shown as it is
    "specialty:<code>:<1-3>",  # asked for, and listed with this strength
    "suggested:<code>:<1-3>",  # suggested by the person's words, and listed
    "modality:<code>",
    "preference:<code>",  # the person's stated wish, and the clinician's own entry
    "language:<code>",
    "times:<code>",
    "format:<code>",
    "site:<code>",
    "fee:full",  # the person's limit covers the full fee
    "fee:reduced",  # the limit needs a reduced fee that is offered
    "start:now",
    "start:<date>",  # the first day on which care could begin without a break
    "load:<n>",  # proposals open for this clinician already
)


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
    excluded: int | None = None  # how many do not fit; `practice explain` names each
    nearest: tuple[NearMiss, ...] = ()  # only when fewer than two fit: who else could, if something gave


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

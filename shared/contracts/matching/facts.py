"""What matching announces."""

from typing import ClassVar, Literal

from shared.contracts.base import Code, Fact, Id, Instant, Plain

Level = Literal["nudge", "deputy", "owner"]


class MatchingFact(Fact):
    """A fact owned by matching."""

    service: ClassVar[str] = "matching"


class ReferralFact(MatchingFact):
    """A fact about a referral; those of one change carry the same version."""

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


class After(Plain):
    """What a decision follows, when it is not the first: one of AFTER_CODES, whose doing, and why."""

    what: Code
    clinician_id: Id | None = None
    why: Code | None = None


class Narrowed(Plain):
    """What of a request goes on, where a coordinator let less of it go on than was asked for."""

    unit: Code
    concerns: tuple[Code, ...]


class ReferralProposed(ReferralFact):
    """Two or three clinicians fit (one, when only one does); a coordinator decides."""

    name: ClassVar[str] = "referral.proposed.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    candidates: tuple[Candidate, ...]
    excluded: int | None = None  # how many do not fit; `practice explain` names each
    nearest: tuple[NearMiss, ...] = ()  # only when fewer than two fit: who else could, if something gave
    after: After | None = None
    narrowed: Narrowed | None = None


class ReferralWaitlisted(ReferralFact):
    """Nobody fits today, and a place could free."""

    name: ClassVar[str] = "referral.waitlisted.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    nearest: tuple[NearMiss, ...]
    after: After | None = None
    narrowed: Narrowed | None = None


class ReferralHeld(ReferralFact):
    """Automation stopped; a person looks before anything is proposed, or goes on."""

    name: ClassVar[str] = "referral.held.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    why: Code
    after: After | None = None
    clinician_id: Id | None = None  # whose offer this ended


class ReferralReferredOut(ReferralFact):
    """Nobody here fits and no freed place would change it; the person is told where else to turn."""

    name: ClassVar[str] = "referral.referred_out.v1"

    owner: Code
    due_at: Instant
    policy_version: Code
    nearest: tuple[NearMiss, ...]
    after: After | None = None
    narrowed: Narrowed | None = None


class ReferralOpened(ReferralFact):
    """A colleague asks for consultation or supervision; nothing is matched, a coordinator answers."""

    name: ClassVar[str] = "referral.opened.v1"

    owner: Code
    due_at: Instant


class ReferralReleased(ReferralFact):
    """A person released the hold, for this reason; what follows is a fact of its own."""

    name: ClassVar[str] = "referral.released.v1"

    released_by: Code
    why: Code


class ReferralRequested(ReferralFact):
    """The referral is offered to one clinician, for whom one place is held until `answer_by`."""

    name: ClassVar[str] = "referral.requested.v1"

    owner: Code
    clinician_id: Id
    offer_id: Id
    answer_by: Instant
    narrowed: Narrowed | None = None


class ReferralAccepted(ReferralFact):
    """The clinician said yes."""

    name: ClassVar[str] = "referral.accepted.v1"

    owner: Code
    clinician_id: Id
    offer_id: Id


class ReferralInProgress(ReferralFact):
    """The clinician and the person are introduced to each other; the place is taken."""

    name: ClassVar[str] = "referral.in_progress.v1"

    owner: Code
    due_at: Instant
    clinician_id: Id
    supervisor_id: Id | None
    offer_id: Id


class ReferralRejected(ReferralFact):
    """The clinician said no, for this reason; what follows is a fact of its own."""

    name: ClassVar[str] = "referral.rejected.v1"

    clinician_id: Id
    offer_id: Id
    why: Code


class ReferralReopened(ReferralFact):
    """An offer, an introduction or a closing no longer stands; what follows is a fact of its own."""

    name: ClassVar[str] = "referral.reopened.v1"

    why: Code  # one of AFTER_CODES
    clinician_id: Id | None = None  # whose offer or introduction this ended


class ReferralOverdue(ReferralFact):
    """What was due has not been done; `asked` is the coordinator who hears of it now."""

    name: ClassVar[str] = "referral.overdue.v1"
    about: ClassVar[str] = "duty"

    owner: Code
    asked: Code
    level: Level
    next_action: Code
    due_at: Instant


class ReferralStillWaiting(ReferralFact):
    """Somebody has waited for a while; they are asked whether they still do."""

    name: ClassVar[str] = "referral.still_waiting.v1"

    owner: Code
    waiting_since: Instant
    closes_at: Instant  # kindly, when nothing is heard


class ReferralCompleted(ReferralFact):
    """The loop is closed: care has begun, or a colleague has their answer."""

    name: ClassVar[str] = "referral.completed.v1"

    completed_at: Instant
    clinician_id: Id | None = None


class ReferralCancelled(ReferralFact):
    """The referral ended before care began."""

    name: ClassVar[str] = "referral.cancelled.v1"

    cancelled_at: Instant
    why: Code
    clinician_id: Id | None = None  # whose offer or introduction this ended
    owner: Code | None = None


class ReferralFailed(ReferralFact):
    """The referral could not be brought to an end here."""

    name: ClassVar[str] = "referral.failed.v1"

    failed_at: Instant
    why: Code
    clinician_id: Id | None = None


class ClinicianChanged(MatchingFact):
    """A clinician joined, left, or is listed with something else than before."""

    name: ClassVar[str] = "clinician.changed.v1"
    about: ClassVar[str] = "clinician"

    clinician_id: Id
    roster_version: int
    fields: tuple[Code, ...]  # which fields of the roster changed; `joined` or `left` alone

    @property
    def entity_id(self) -> str:
        return self.clinician_id


class DigestDue(MatchingFact):
    """A coordinator's working day begins; what is open is asked for when the mail is written."""

    name: ClassVar[str] = "digest.due.v1"
    about: ClassVar[str] = "digest"

    digest_id: Id
    coordinator_id: Code
    day: Code  # ISO date, the practice's
    due_at: Instant

    @property
    def entity_id(self) -> str:
        return self.digest_id


class ProofRequested(MatchingFact):
    """A browser is to be proven by a six-digit code, mailed to whose link it opened.

    The code is not in here: it follows from the proof's id and a link key (`shared.tokens.Links.code`).
    """

    name: ClassVar[str] = "proof.requested.v1"
    about: ClassVar[str] = "proof"

    proof_id: Id
    recipient: Code  # coordinator:<id> or clinician:<id>
    expires_at: Instant

    @property
    def entity_id(self) -> str:
        return self.proof_id

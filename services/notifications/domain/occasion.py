"""What happened elsewhere, as far as a mail follows from it: one small type a case."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from services.notifications.domain.delivery import SafetyLevel, Template

DANGER = "danger_at_home"


@dataclass(frozen=True, slots=True)
class About:
    """The request a fact belongs to, the row it speaks of, and the fact itself in codes."""

    request_id: str
    reference: str
    subject_id: str
    version: int
    occurred_at: datetime
    codes: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ConsultationCame:
    """Somebody asked for a consultation; `again` where they had asked for something to read before."""

    about: About
    again: bool = False


@dataclass(frozen=True, slots=True)
class ProfessionalCame:
    """A colleague asked for consultation or supervision."""

    about: About


@dataclass(frozen=True, slots=True)
class ReadingAskedFor:
    """Somebody not ready to begin asked for something to read."""

    about: About
    language: str
    safety_level: SafetyLevel
    flags: tuple[str, ...]

    @property
    def reading_waits(self) -> bool:
        """Whether the reading list cannot be the answer, so that a neutral one is owed."""
        return self.safety_level == "crisis" or DANGER in self.flags


@dataclass(frozen=True, slots=True)
class ReadingChosen:
    """A reading list is ready for the person who asked."""

    about: About


@dataclass(frozen=True, slots=True)
class ReadingDue:
    """It is time for the next mail of a series. `number`: which it is; `next_at`: when another follows."""

    about: About
    template: Template  # one of SERIES
    number: int
    due_at: datetime
    next_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReadyToBegin:
    """Somebody who wanted to read first is ready; `owner` sees to it that they are heard."""

    about: About
    owner: str
    reached_at: datetime


@dataclass(frozen=True, slots=True)
class AddressChanged:
    """A person wants to be written to at another address."""

    about: About
    person_id: str


@dataclass(frozen=True, slots=True)
class CliniciansFound:
    """Somebody fits; a coordinator decides."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class NobodyFound:
    """Nobody fits: the person waits for a place, or is told where else to turn.

    `by_hand`: a coordinator decided so herself, and needs no mail about it.
    """

    about: About
    owner: str
    outcome: Literal["waitlist", "referred_out"]
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class MatchingStopped:
    """A person must look before anything is proposed."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class ColleagueWaits:
    """A coordinator answers a colleague."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class ClinicianAsked:
    """A clinician is offered a referral and answers by `answer_by`."""

    about: About
    clinician_id: str
    offer_id: str
    answer_by: datetime


@dataclass(frozen=True, slots=True)
class OfferEnded:
    """A clinician's offer or introduction stands no more."""

    about: About
    clinician_id: str


@dataclass(frozen=True, slots=True)
class Introduced:
    """The clinician said yes: they and the person hear of each other."""

    about: About
    owner: str
    clinician_id: str
    supervisor_id: str | None
    offer_id: str


@dataclass(frozen=True, slots=True)
class DutyOverdue:
    """What was due has not been done; `asked` hears of it now, as the `level`'s turn has come."""

    about: About
    asked: str
    level: str


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """Somebody has waited for a while, and is asked whether they still do, until `closes_at`."""

    about: About
    closes_at: datetime


@dataclass(frozen=True, slots=True)
class GoneQuiet:
    """Nothing was heard of somebody who waits: their request ends kindly."""

    about: About


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The person took their request back."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class SafetyRaised:
    """Words or ticks ask for somebody's attention; `recipients`: whom intake names, in their order."""

    about: About
    level: SafetyLevel
    recipients: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SetAside:
    """A request looked like spam and waits for a person's eye."""

    about: About
    language: str


@dataclass(frozen=True, slots=True)
class DayBegins:
    """A coordinator's working day begins."""

    about: About
    coordinator_id: str


@dataclass(frozen=True, slots=True)
class ProofNeeded:
    """Somebody's browser is to be proven by a code, until `expires_at`."""

    about: About
    role: Literal["coordinator", "clinician"]
    recipient_id: str
    expires_at: datetime


Occasion = (
    ConsultationCame
    | ProfessionalCame
    | ReadingAskedFor
    | ReadingChosen
    | ReadingDue
    | ReadyToBegin
    | AddressChanged
    | CliniciansFound
    | NobodyFound
    | MatchingStopped
    | ColleagueWaits
    | ClinicianAsked
    | OfferEnded
    | Introduced
    | DutyOverdue
    | StillWaiting
    | GoneQuiet
    | TakenBack
    | SafetyRaised
    | SetAside
    | DayBegins
    | ProofNeeded
)

"""To clinicians, and to whoever proves a browser, in English: what each mail can say. None names a client."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True, slots=True, kw_only=True)
class ColleagueMail:
    """To somebody of the practice by name; `greeting` is what they are called, if usable."""

    template: ClassVar[str]

    language: str = "en"
    zone: str
    greeting: str
    signed: str
    test: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicianMail(ColleagueMail):
    """About one request, which only its reference names."""

    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a clinician must know to say yes or no, and nothing more: no exact age, no wish about them."""

    who: str
    how: str | None  # format, sites, times
    concerns: str | None
    languages: str | None
    fee: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer(ClinicianMail):
    """Would they see this person? One place is kept until `answer_by`; a no costs nothing."""

    template: ClassVar[str] = "offer"

    wanted: Wanted
    answer_by: datetime
    offer_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferEnded(ClinicianMail):
    """An offer or an introduction no longer stands."""

    template: ClassVar[str] = "offer_ended"

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IntroductionClinician(ClinicianMail):
    """The person is theirs to meet; who it is stands behind the link."""

    template: ClassVar[str] = "introduction_clinician"

    said_yes: bool
    told: tuple[str, ...]  # what the person hears of them
    introduction_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SupervisorNotice(ClinicianMail):
    """Their associate has taken somebody up."""

    template: ClassVar[str] = "supervisor_notice"

    associate: str
    credential: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofCode(ColleagueMail):
    """Six digits that prove a browser, to a coordinator or a clinician.

    They stand in the body alone, behind the first sentences: a subject and a preview are shown on locked
    screens, to whoever holds the telephone, and the telephone may be the browser that is to be proven.
    Nothing in it is a word of care, so that it betrays nobody's work or illness there either.
    """

    template: ClassVar[str] = "proof_code"

    code: str
    expires_at: datetime
    tell: str | None  # whom to tell if it was somebody else; nobody for the practice's owner


MailToAClinician = Offer | OfferEnded | IntroductionClinician | SupervisorNotice | ProofCode

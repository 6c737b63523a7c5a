"""Which mails follow from a fact: one planned delivery a recipient."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from services.notifications.domain.delivery import PlannedDelivery, SafetyLevel, Template

ACKNOWLEDGEMENT_STANDS_FOR = timedelta(days=3)
NEWS_STANDS_FOR = timedelta(days=14)
DANGER = "danger_at_home"


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Somebody at the desk, by id."""

    id: str
    languages: tuple[str, ...]
    deputy: str | None
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads the practice's own mail. `on_call` is in the order of asking; all are coordinators' ids."""

    coordinators: tuple[Coordinator, ...]
    owner: str
    on_call: tuple[str, ...]

    def knows(self, coordinator_id: str) -> bool:
        """Whether this id has a place at the desk."""
        return any(one.id == coordinator_id for one in self.coordinators)

    def speaker_of(self, language: str) -> str:
        """The first coordinator on duty who speaks the language, else the first on duty, else the owner."""
        on_duty = [one for one in self.coordinators if one.on_duty]
        speakers = [one.id for one in on_duty if language in one.languages]
        return (*speakers, *(one.id for one in on_duty), self.owner)[0]

    def deputy_of(self, coordinator_id: str) -> str | None:
        """Who stands in for a coordinator."""
        return next((one.deputy for one in self.coordinators if one.id == coordinator_id), None)


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
    """Somebody asked for a consultation."""

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
class CliniciansFound:
    """Somebody fits; a coordinator decides."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class NobodyFound:
    """Nobody fits: the person waits for a place, or is told where else to turn."""

    about: About
    owner: str
    outcome: Literal["waitlist", "referred_out"]


@dataclass(frozen=True, slots=True)
class MatchingStopped:
    """A person must look before anything is proposed."""

    about: About
    owner: str


@dataclass(frozen=True, slots=True)
class SafetyRaised:
    """Words or ticks ask for somebody's attention."""

    about: About
    level: SafetyLevel


@dataclass(frozen=True, slots=True)
class SetAside:
    """A request looked like spam and waits for a person's eye."""

    about: About
    language: str


Occasion = (
    ConsultationCame
    | ReadingAskedFor
    | ReadingChosen
    | CliniciansFound
    | NobodyFound
    | MatchingStopped
    | SafetyRaised
    | SetAside
)


def plan(occasion: Occasion, desk: Desk) -> tuple[PlannedDelivery, ...]:
    """The mails that this occasion calls for, each due at once; whether and when one goes, `decide` says."""
    return (*_for_the_desk(occasion, desk), *_for_the_client(occasion))


def _for_the_desk(occasion: Occasion, desk: Desk) -> tuple[PlannedDelivery, ...]:
    mails: tuple[PlannedDelivery, ...] = ()
    match occasion:
        case CliniciansFound(about=about, owner=owner):
            mails = (_to_desk("referral", about, _present(owner, desk)),)
        case NobodyFound(about=about, owner=owner):
            mails = (_to_desk("nobody_fits", about, _present(owner, desk)),)
        case MatchingStopped(about=about, owner=owner):
            mails = (_to_desk("held", about, _present(owner, desk)),)
        case ReadingAskedFor(about=about, language=language):
            mails = (_to_desk("readiness_notice", about, desk.speaker_of(language)),)
        case SetAside(about=about, language=language):
            mails = (_to_desk("quarantine_notice", about, desk.speaker_of(language)),)
        case SafetyRaised(about=about, level="crisis"):
            mails = (replace(_to_desk("safety_alert", about, desk.on_call[0]), role="on_call"),)
        case _:
            pass  # a client's matter, or a level that the referral mail mentions
    return mails


def _for_the_client(occasion: Occasion) -> tuple[PlannedDelivery, ...]:
    mails: tuple[PlannedDelivery, ...] = ()
    match occasion:
        case ConsultationCame(about=about):
            mails = (_to_client("acknowledgement", about, ACKNOWLEDGEMENT_STANDS_FOR, immediate=True),)
        case ReadingAskedFor(about=about) if occasion.reading_waits:
            mails = (_to_client("acknowledgement", about, ACKNOWLEDGEMENT_STANDS_FOR, immediate=True),)
        case ReadingChosen(about=about):
            mails = (_to_client("reading_list", about, NEWS_STANDS_FOR, immediate=True),)
        case NobodyFound(about=about, outcome=outcome):
            mails = (_to_client(outcome, about, NEWS_STANDS_FOR, immediate=False),)
        case _:
            pass  # the desk's matter
    return mails


def plan_instead(
    refused: PlannedDelivery, tried: Container[str], desk: Desk, now: datetime
) -> PlannedDelivery | None:
    """The same mail to the next at the desk who was not tried yet, when one address there refuses it.

    None when nobody is left, and for a client, who has one address.
    """
    if refused.role == "client":
        return None
    first = desk.on_call if refused.role == "on_call" else (desk.deputy_of(refused.recipient_id), desk.owner)
    in_turn = (*first, *(one.id for one in desk.coordinators))
    untried = [one for one in in_turn if one is not None and desk.knows(one) and one not in tried]
    if not untried:
        return None
    key = f"{refused.dedup_key.removesuffix(':' + refused.recipient_id)}:{untried[0]}"
    return replace(refused, recipient_id=untried[0], due_at=now, dedup_key=key)


def _present(owner: str, desk: Desk) -> str:
    return owner if desk.knows(owner) else desk.owner


def _to_client(
    template: Template, about: About, stands_for: timedelta, *, immediate: bool
) -> PlannedDelivery:
    """A mail to the writer, whomever they wrote for; the same news about a request goes once."""
    return PlannedDelivery(
        template=template,
        role="client",
        recipient_id=about.request_id,
        request_id=about.request_id,
        reference=about.reference,
        subject_id=about.subject_id,
        subject_version=about.version,
        codes=about.codes,
        occurred_at=about.occurred_at,
        due_at=about.occurred_at,
        not_after=about.occurred_at + stands_for,
        dedup_key=f"{template}:{about.request_id}",
        immediate=immediate,
    )


def _to_desk(template: Template, about: About, coordinator_id: str) -> PlannedDelivery:
    """A mail to the practice; it never grows too old to be sent."""
    return PlannedDelivery(
        template=template,
        role="coordinator",
        recipient_id=coordinator_id,
        request_id=about.request_id,
        reference=about.reference,
        subject_id=about.subject_id,
        subject_version=about.version,
        codes=about.codes,
        occurred_at=about.occurred_at,
        due_at=about.occurred_at,
        not_after=None,
        dedup_key=f"{template}:{about.subject_id}:{about.version}:{coordinator_id}",
        immediate=False,
    )

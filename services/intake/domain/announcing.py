"""What intake tells everybody else about a request: codes, never a person."""

from collections.abc import Sequence
from datetime import datetime

from services.intake.domain.contact import ContactNow
from services.intake.domain.ladder import Acknowledged, Rung, SafetyCase
from services.intake.domain.request import CLEARED_LEVEL, Cleared, Request
from services.intake.domain.submission import Wishes
from shared.contracts.intake import (
    ConsultationRequested,
    ConsultationWithdrawn,
    ContactChanged,
    Entry,
    IntakeFact,
    Path,
    Preferences,
    ProfessionalRequested,
    ReadinessRequested,
    ReadinessTakenUp,
    RequestQuarantined,
    SafetyAcknowledged,
    SafetyCleared,
    SafetyEscalated,
    SafetyFlagged,
)

UNKNOWN_STATE = "unknown"


def facts_of_arrival(
    request: Request, rung: Rung, same_address: Sequence[str] = ()
) -> tuple[IntakeFact, ...]:
    """What is announced when a request comes in; `same_address`: other open ones from where it came.

    `rung`: who is told of a crisis.

    One in quarantine is announced as that alone, but a person in crisis is never lost in quarantine.
    """
    quarantined = request.status == "quarantined"
    first = quarantine_fact(request) if quarantined else request_fact(request, same_address)
    return (first, safety_fact(request, rung)) if request.safety_level == "crisis" else (first,)


def request_fact(
    request: Request, same_address: Sequence[str] = ()
) -> ConsultationRequested | ReadinessRequested | ProfessionalRequested:
    """The request itself, as of the moment it was announced."""
    match request.path:
        case "consultation":
            return _consultation(request, tuple(same_address))
        case "readiness":
            return _readiness(request, tuple(same_address))
        case "professional":
            return _professional(request)


def withdrawn_fact(request: Request, at: datetime, why: str) -> ConsultationWithdrawn:
    """`why`: the code under which its referral ends."""
    return ConsultationWithdrawn(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        withdrawn_at=at,
        why=why,
    )


def told_path(door: Entry) -> Path:
    """The path as others know it: they learn of a colleague's request by a mark of its own."""
    return "readiness" if door == "readiness" else "consultation"


def quarantine_fact(request: Request) -> RequestQuarantined:
    return RequestQuarantined(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        path=told_path(request.path),
        professional=request.path == "professional",
        quarantined_at=request.received_at,
        why=request.quarantine_why,
        language=request.language,
    )


def safety_fact(request: Request, rung: Rung, version: int = 1, at: datetime | None = None) -> SafetyFlagged:
    """`version`: of the crisis; `at`: when these words came, where that was not with the request."""
    return SafetyFlagged(
        request_id=request.id,
        reference=request.reference,
        version=version,
        path=told_path(request.path),
        level=request.safety_level,
        rules=request.safety_rules,
        rules_version=request.rules_version,
        flagged_at=at or request.received_at,
        language=request.language,
        recipients=rung.recipients,
        escalates_at=None if request.test else rung.escalates_at,
    )


def escalated_fact(request: Request, case: SafetyCase, rung: Rung, version: int) -> SafetyEscalated:
    """`version`: of the crisis from now on."""
    return SafetyEscalated(
        request_id=request.id,
        reference=request.reference,
        version=version,
        path=told_path(request.path),
        level=request.safety_level,
        rules=request.safety_rules,
        flagged_at=case.flagged_at,
        language=request.language,
        rung=rung.number,
        recipients=rung.recipients,
        escalated_at=rung.at,
        escalates_at=rung.escalates_at,
    )


def acknowledged_fact(request: Request, taken: Acknowledged, version: int) -> SafetyAcknowledged:
    return SafetyAcknowledged(
        request_id=request.id,
        reference=request.reference,
        version=version,
        path=told_path(request.path),
        acknowledged_at=taken.at,
        acknowledged_by=taken.by,
    )


def ready_fact(request: Request) -> ReadinessTakenUp:
    """Raises ValueError when nobody has said that they are ready."""
    if request.ready_since is None or request.duty is None:
        raise ValueError("nobody is ready here")
    return ReadinessTakenUp(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        person_id=request.person_id,
        language=request.language,
        reached_at=request.ready_since,
        owner=request.duty.owner,
        due_at=request.duty.due_at,
    )


def cleared_fact(request: Request, cleared: Cleared) -> SafetyCleared:
    return SafetyCleared(
        request_id=request.id,
        reference=request.reference,
        version=cleared.version,
        path=told_path(request.path),
        level=CLEARED_LEVEL,
        cleared_at=cleared.at,
        cleared_by=cleared.by,
    )


def contact_fact(contact: ContactNow) -> ContactChanged:
    return ContactChanged(
        request_id=contact.request_id,
        reference=contact.reference,
        version=contact.version,
        person_id=contact.person_id,
        changed_at=contact.at,
        silenced=contact.silenced,
        changed=contact.changed,
    )


def preferences_of(wishes: Wishes) -> Preferences:
    """The wishes as the contract has them."""
    return Preferences(
        format=wishes.format,
        sites=wishes.sites,
        languages=wishes.languages,
        language_required=wishes.language_required,
        modalities=wishes.modalities,
        clinician=wishes.clinician,
        times=wishes.times,
        fee_max=wishes.fee_max,
    )


def _consultation(request: Request, same_address: tuple[str, ...]) -> ConsultationRequested:
    if request.age is None or request.age_band is None:
        raise ValueError("a consultation request has an age")
    return ConsultationRequested(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        person_id=request.person_id,
        received_at=_came(request),
        language=request.language,
        state=request.state or UNKNOWN_STATE,
        time_zone=request.time_zone,
        for_=request.for_,
        age=request.age,
        age_band=request.age_band,
        unit=request.unit,
        safety_level=request.safety_level,
        flags=request.flags,
        concerns=request.concerns,
        suggested_concerns=request.suggested_concerns,
        preferences=preferences_of(request.preferences),
        test=request.test,
        reopened=request.reopened_at is not None,
        first_received_at=request.received_at if request.reopened_at is not None else None,
        same_address=same_address,
    )


def _readiness(request: Request, same_address: tuple[str, ...]) -> ReadinessRequested:
    return ReadinessRequested(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        person_id=request.person_id,
        received_at=_came(request),
        language=request.language,
        state=request.state,
        time_zone=request.time_zone,
        safety_level=request.safety_level,
        flags=request.flags,
        concerns=request.concerns,
        suggested_concerns=request.suggested_concerns,
        context=request.context,
        same_address=same_address,
    )


def _professional(request: Request) -> ProfessionalRequested:
    return ProfessionalRequested(
        request_id=request.id,
        reference=request.reference,
        version=request.version,
        person_id=request.person_id,
        received_at=_came(request),
        language=request.language,
        test=request.test,
    )


def _came(request: Request) -> datetime:
    return request.announced_at or request.received_at  # one out of quarantine counts as coming now

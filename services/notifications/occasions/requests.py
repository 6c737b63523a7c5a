"""What intake announces of a request, in our words."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.notifications.domain.occasion import (
    About,
    AddressChanged,
    ConsultationCame,
    ProfessionalCame,
    ReadingAskedFor,
    ReadyToBegin,
    SafetyRaised,
    SetAside,
)
from shared.contracts.intake import (
    ConsultationRequested,
    ContactChanged,
    IntakeFact,
    ProfessionalRequested,
    ReadinessRequested,
    ReadinessTakenUp,
    RequestQuarantined,
    SafetyEscalated,
    SafetyFlagged,
)


def consultation_came(event: ConsultationRequested) -> ConsultationCame:
    """What the acknowledgement needs: when it came, and whether it is their second."""
    codes = {"path": "consultation", "received_at": event.received_at.isoformat()}
    return ConsultationCame(_about(event, event.received_at, codes), again=event.reopened)


def colleague_came(event: ProfessionalRequested) -> ProfessionalCame:
    """What a colleague's acknowledgement needs: when it came."""
    codes = {"path": "professional", "received_at": event.received_at.isoformat()}
    return ProfessionalCame(_about(event, event.received_at, codes))


def reading_asked_for(event: ReadinessRequested) -> ReadingAskedFor:
    """Who hears of it depends on how urgent and how safe it is."""
    codes = {"path": "readiness", "received_at": event.received_at.isoformat()}
    about = _about(event, event.received_at, codes)
    return ReadingAskedFor(about, event.language, event.safety_level, event.flags)


def ready_to_begin(event: ReadinessTakenUp) -> ReadyToBegin:
    """Since when they are ready, who owns it, and by when somebody is in touch."""
    codes = {
        "owner": event.owner,
        "reached_at": event.reached_at.isoformat(),
        "due_at": event.due_at.isoformat(),
    }
    return ReadyToBegin(_about(event, event.reached_at, codes), event.owner, event.reached_at)


def safety_raised(event: SafetyFlagged) -> SafetyRaised:
    """Which rules spoke, by code, and who is told."""
    codes = _of_a_crisis(event) | {"rung": 0}
    return SafetyRaised(_about(event, event.flagged_at, codes), event.level, event.recipients)


def safety_escalated(event: SafetyEscalated) -> SafetyRaised:
    """The same, for the next ones: nobody has said that they have it."""
    codes = _of_a_crisis(event) | {"rung": event.rung}
    return SafetyRaised(_about(event, event.escalated_at, codes), event.level, event.recipients)


def set_aside(event: RequestQuarantined) -> SetAside:
    """Why it looked like spam."""
    codes = {
        "path": "professional" if event.professional else event.path,
        "why": list(event.why),
        "quarantined_at": event.quarantined_at.isoformat(),
    }
    return SetAside(_about(event, event.quarantined_at, codes), event.language)


def address_changed(event: ContactChanged) -> AddressChanged:
    """What the person changed about how they are reached, an address among it."""
    codes = {"changed": list(event.changed), "changed_at": event.changed_at.isoformat()}
    return AddressChanged(_about(event, event.changed_at, codes), event.person_id)


def _of_a_crisis(event: SafetyFlagged | SafetyEscalated) -> dict[str, Any]:
    return {
        "path": event.path,
        "level": event.level,
        "rules": list(event.rules),
        "flagged_at": event.flagged_at.isoformat(),
        "escalates_at": event.escalates_at.isoformat() if event.escalates_at else None,
    }


def _about(event: IntakeFact, occurred_at: datetime, codes: Mapping[str, Any]) -> About:
    return About(event.request_id, event.reference, event.entity_id, event.version, occurred_at, codes)

"""Who answers for what waits for a person in intake, and by when."""

from collections.abc import Mapping
from datetime import datetime

from services.intake.domain.request import Duty
from shared.clock import WorkingHours
from shared.practice import Practice

REVIEW_QUARANTINE = "review_quarantine"
CONFIRM_READY = "confirm_ready"


def quarantine_duty(
    practice: Practice, hours: WorkingHours, language: str, loads: Mapping[str, int], now: datetime
) -> Duty:
    """The least-loaded coordinator on duty who speaks the language, within the time of a first contact."""
    return _first_contact(REVIEW_QUARANTINE, practice, hours, language, loads, now)


def ready_duty(
    practice: Practice, hours: WorkingHours, language: str, loads: Mapping[str, int], since: datetime
) -> Duty:
    """The same for somebody who said then that they are ready, until it is told what is still true."""
    return _first_contact(CONFIRM_READY, practice, hours, language, loads, since)


def is_answered_for_by(coordinator_id: str, duty: Duty, practice: Practice) -> bool:
    """Whether this is theirs: their own, and for the practice's owner what nobody there owns any more."""
    if duty.owner == coordinator_id:
        return True
    return coordinator_id == practice.owner and practice.coordinator(duty.owner) is None


def _first_contact(
    next_action: str,
    practice: Practice,
    hours: WorkingHours,
    language: str,
    loads: Mapping[str, int],
    since: datetime,
) -> Duty:
    on_duty = [each for each in practice.coordinators if each.on_duty]
    speaking = [each for each in on_duty if language in each.languages] or on_duty
    owner = min(speaking, key=lambda each: loads.get(each.id, 0))
    return Duty(owner.id, next_action, practice.clocks.contact_due(hours, since))

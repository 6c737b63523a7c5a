"""Mails to coordinators about one thing that somebody of the practice has to do."""

from datetime import datetime

from services.notifications import words
from services.notifications.describe import coordinator_fields, supervisor_of
from services.notifications.drafts.decisions import asked_after, reminders, steps_to
from services.notifications.mails import (
    IntroducedNotice,
    Overdue,
    OverdueLevel,
    ProfessionalNotice,
    Told,
    WithdrawnNotice,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import ClinicianDetail
from shared.practice import Practice

REVIEW_SILENCE = "review_silence"
NOBODY: tuple[str, ...] = ()


def overdue(
    contact: Contact,
    practice: Practice,
    *,
    level: OverdueLevel,
    owner: str,
    next_action: str,
    due_at: datetime,
    clinician: ClinicianDetail | None,
    case_url: str,
) -> Overdue:
    """To whoever is asked at this level.

    `mail_failed`: `clinician` could not be asked; `introduction_failed`: could not be told to whom they are
    introduced.

    Nobody is asked to reach out to somebody who wants silence, whatever was due before.
    """
    later = asked_after(practice, owner)
    known = practice.coordinator(owner)
    first = (known.name,) if known is not None else NOBODY
    asked_before, asked_next = {
        "nudge": (NOBODY, later),
        "deputy": (first, later[1:]),
        "owner": ((*first, *later[:-1]), NOBODY),
        "mail_failed": (NOBODY, NOBODY),
        "introduction_failed": (NOBODY, NOBODY),
    }[level]
    return Overdue(
        **coordinator_fields(contact, practice),
        steps=steps_to(case_url, ("open",)),
        level=level,
        owner=known.name if known is not None else None,
        asked_before=asked_before,
        asked_next=asked_next,
        next_action=words.next_action(REVIEW_SILENCE if contact.silenced else next_action),
        due_at=due_at,
        clinician=clinician.name if clinician is not None else "the clinician",
    )


def professional_notice(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    owner: str,
    due_at: datetime,
    case_url: str,
) -> ProfessionalNotice:
    """What a colleague asks for, and what they are."""
    return ProfessionalNotice(
        **coordinator_fields(contact, practice),
        steps=steps_to(case_url, ("read", "open")),
        topic=words.topic(request.topic),
        role=words.role(request.role),
        due_at=due_at,
        reminders=reminders(practice, owner, due_at),
    )


def introduced_notice(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    clinician: ClinicianDetail | None,
    supervisor: ClinicianDetail | None,
    due_at: datetime,
    case_url: str,
) -> IntroducedNotice:
    """Who is introduced, how the person hears of it, and by when somebody asks after the first session."""
    named = f"{supervisor.name}, {supervisor.credential}" if supervisor is not None else None
    return IntroducedNotice(
        **coordinator_fields(contact, practice),
        steps=steps_to(case_url, ("open",)),
        clinician=clinician.name if clinician is not None else "the clinician",
        credential=clinician.credential if clinician is not None else None,
        supervised_by=named or (supervisor_of(clinician) if clinician is not None else None),
        said_yes=practice.clinician_confirms,
        told=_told(contact, request),
        due_at=due_at,
    )


def withdrawn_notice(
    contact: Contact, request: RequestDetail, practice: Practice, *, case_url: str
) -> WithdrawnNotice:
    """That nobody is waited for any more, and what is left to do in a crisis."""
    return WithdrawnNotice(
        **coordinator_fields(contact, practice),
        steps=steps_to(case_url, ("open",)),
        in_crisis=request.safety_level == "crisis",
    )


def _told(contact: Contact, request: RequestDetail) -> Told:
    if contact.silenced:
        return "silenced"
    if request.safety_level == "crisis":
        return "when_cleared"
    reached = contact.email is not None and contact.email_ok and not contact.unsafe_at_home
    return "by_mail" if reached else "by_hand"

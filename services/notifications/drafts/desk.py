"""Mails to coordinators."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.notifications import words
from services.notifications.describe import asked_of, coordinator_fields, person_of
from services.notifications.mails import (
    Fit,
    Held,
    Near,
    NobodyFits,
    Outcome,
    QuarantineNotice,
    ReadinessNotice,
    Referral,
    SafetyAlert,
)
from shared.contracts.intake import Contact, Path, RequestDetail
from shared.contracts.matching import Candidate, ClinicianDetail, NearMiss
from shared.practice import Practice

Clinicians = Mapping[str, ClinicianDetail]


def referral(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    candidates: Sequence[Candidate],
    clinicians: Clinicians,
    others: int | None = None,
    nearest: Sequence[NearMiss] = (),
) -> Referral:
    """Who fits, best first; who comes `nearest`, where those leave no choice.

    `others`: how many do not fit, the nearest among them; None when that is not known.
    """
    fields = coordinator_fields(contact, practice)
    return Referral(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        fits=tuple(_fit(each, clinicians.get(each.clinician_id), practice) for each in candidates),
        nearest=tuple(_near(each, clinicians.get(each.clinician_id)) for each in nearest),
        others=None if others is None else max(0, others - len(nearest)),
    )


def nobody_fits(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    outcome: Outcome,
    nearest: Sequence[NearMiss],
    clinicians: Clinicians,
) -> NobodyFits:
    """Who comes nearest, and what the person is told: `outcome` is the client mail's own name."""
    fields = coordinator_fields(contact, practice)
    return NobodyFits(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        outcome=outcome,
        nearest=tuple(_near(each, clinicians.get(each.clinician_id)) for each in nearest),
    )


def held(contact: Contact, request: RequestDetail, practice: Practice, *, due_at: datetime, why: str) -> Held:
    """Why nothing was proposed, and what to do."""
    said, to_do = words.HOLDS.get(why, (f"It is held: {words.spelled(why)}.", "Read the note and decide."))
    fields = coordinator_fields(contact, practice)
    return Held(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        why=said,
        to_do=to_do,
    )


def safety_alert(
    contact: Contact | None,
    practice: Practice,
    *,
    reference: str,
    path: Path,
    level: str,
    rules: Iterable[str],
    flagged_at: datetime,
) -> SafetyAlert:
    """What was found, by kind; the words themselves stay with intake. It does not wait for a contact."""
    named = contact if practice.coordinator_mail == "full" else None
    return SafetyAlert(
        zone=practice.time_zone,
        reference=reference,
        person=person_of(named, practice) if named else None,
        silenced=contact is not None and contact.silenced,
        test=contact is not None and contact.test,
        level=level,
        flagged_at=flagged_at,
        rules=tuple(dict.fromkeys(words.sign(rule) for rule in rules)),
        readiness=path == "readiness",
    )


def quarantine_notice(
    contact: Contact,
    practice: Practice,
    *,
    path: Path,
    why: Iterable[str],
    quarantined_at: datetime,
    due_at: datetime,
) -> QuarantineNotice:
    """Without the sender's name and address: they may be the bait."""
    return QuarantineNotice(
        zone=practice.time_zone,
        reference=contact.reference,
        person=None,
        test=contact.test,
        quarantined_at=quarantined_at,
        due_at=due_at,
        path=words.PATHS[path],
        why=tuple(words.QUARANTINE.get(code, words.spelled(code).capitalize() + ".") for code in why),
    )


def readiness_notice(contact: Contact, request: RequestDetail, practice: Practice) -> ReadinessNotice:
    """Nothing is due; says whether the reading list goes, and if not, why."""
    unsafe = contact.unsafe_at_home or "danger_at_home" in request.flags
    fields = coordinator_fields(contact, practice)
    return ReadinessNotice(
        **fields,
        asked=asked_of(request, practice, fields["person"]),
        reading="crisis" if request.safety_level == "crisis" else "danger_at_home" if unsafe else "sent",
    )


def _fit(candidate: Candidate, detail: ClinicianDetail | None, practice: Practice) -> Fit:
    """A clinician who has left the roster since is named by id, so that the mail still goes."""
    if detail is None:
        return Fit(
            name=candidate.clinician_id,
            credential=None,
            supervised_by=None,
            reasons=words.reasons(candidate.reasons, None, practice),
        )
    return Fit(
        name=detail.name,
        credential=detail.credential,
        supervised_by=_supervisor(detail),
        reasons=words.reasons(candidate.reasons, detail.free_places, practice),
    )


def _supervisor(detail: ClinicianDetail) -> str | None:
    return ", ".join(filter(None, (detail.supervisor_name, detail.supervisor_credential))) or None


def _near(miss: NearMiss, detail: ClinicianDetail | None) -> Near:
    return Near(
        name=detail.name if detail else miss.clinician_id,
        credential=detail.credential if detail else None,
        gaps=words.gaps(miss.gaps),
    )

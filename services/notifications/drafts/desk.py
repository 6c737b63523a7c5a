"""Mails to coordinators about what matching decided and what intake found."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.notifications import words
from services.notifications.describe import asked_of, coordinator_fields, person_of, supervisor_of
from services.notifications.drafts.decisions import decision, reminders
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
from shared.alerts import Alert, emergency_of, signs
from shared.contracts.intake import Contact, Entry, Path, RequestDetail
from shared.contracts.matching import After, Candidate, ClinicianDetail, NearMiss
from shared.practice import Practice

Clinicians = Mapping[str, ClinicianDetail]

REFERRAL_STEPS = ("read", "choose", "none")
NOBODY_STEPS = ("read", "choose_all_the_same")
HELD_STEPS = ("read", "release")


def referral(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    owner: str,
    due_at: datetime,
    candidates: Sequence[Candidate],
    clinicians: Clinicians,
    case_url: str,
    others: int | None = None,
    nearest: Sequence[NearMiss] = (),
    after: After | None = None,
    after_clinician: ClinicianDetail | None = None,
) -> Referral:
    """Who fits, best first; who comes `nearest`, where those leave no choice.

    `others`: how many do not fit, the nearest among them; None when that is not known. `case_url`, here and
    below: the page of this referral for the mail's reader. `after`: what the decision follows, with the
    clinician it speaks of.
    """
    fields = decision(
        contact,
        request,
        practice,
        owner,
        due_at,
        case_url,
        after,
        after_clinician,
        REFERRAL_STEPS,
    )
    return Referral(
        **fields,
        fits=tuple(_fit(each, clinicians.get(each.clinician_id), practice) for each in candidates),
        nearest=_nearest(nearest, clinicians),
        others=None if others is None else max(0, others - len(nearest)),
        why_url=f"{case_url}/why",
    )


def nobody_fits(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    owner: str,
    due_at: datetime,
    outcome: Outcome,
    nearest: Sequence[NearMiss],
    clinicians: Clinicians,
    case_url: str,
    after: After | None = None,
    after_clinician: ClinicianDetail | None = None,
) -> NobodyFits:
    """Who comes nearest, and what the person is told: `outcome` is the client mail's own name.

    Somebody who waits and has been spoken with may be nobody's duty, so then no reminder is promised.
    """
    fields = decision(
        contact,
        request,
        practice,
        owner,
        due_at,
        case_url,
        after,
        after_clinician,
        NOBODY_STEPS,
    )
    if after is not None and outcome == "waitlist":
        fields["reminders"] = None
    return NobodyFits(
        **fields, outcome=outcome, nearest=_nearest(nearest, clinicians), why_url=f"{case_url}/why"
    )


def held(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    owner: str,
    due_at: datetime,
    why: str,
    case_url: str,
    after: After | None = None,
    after_clinician: ClinicianDetail | None = None,
) -> Held:
    """Why nothing was proposed, or goes on, and what to do."""
    said, to_do = words.HOLDS.get(why, (f"It is held: {words.spelled(why)}.", "Read the note and decide."))
    if why == "minor" and request.for_ == "child" and contact.others_named:
        to_do = words.ASK_BOTH_PARENTS
    fields = decision(contact, request, practice, owner, due_at, case_url, after, after_clinician, HELD_STEPS)
    fields["reminders"] = reminders(practice, owner, due_at)  # a call does not lift a hold
    return Held(**fields, why=said, to_do=to_do)


def safety_alert(
    contact: Contact | None,
    practice: Practice,
    *,
    reference: str,
    path: Path,
    level: str,
    rules: Iterable[str],
    flagged_at: datetime,
    safety_url: str,
    rung: int = 0,
    escalates_at: datetime | None = None,
) -> SafetyAlert:
    """What was found, by kind; the words themselves stay with intake. It does not wait for a contact."""
    named = contact if practice.coordinator_mail == "full" else None
    silenced = contact is not None and contact.silenced
    return SafetyAlert(
        zone=practice.time_zone,
        reference=reference,
        person=person_of(named, practice) if named else None,
        silenced=silenced,
        test=contact is not None and contact.test,
        alert=Alert(
            reference=reference,
            level=level,
            rung=rung,
            flagged_at=flagged_at,
            escalates_at=escalates_at,
            readiness=path == "readiness",
            silenced=silenced,
            emergency=emergency_of(practice),
            zone=practice.zone,
        ),
        found=signs(rules),
        safety_url=safety_url,
    )


def quarantine_notice(
    contact: Contact,
    practice: Practice,
    *,
    path: Entry,
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
        supervised_by=supervisor_of(detail),
        reasons=words.reasons(candidate.reasons, detail.free_places, practice),
    )


def _near(miss: NearMiss, detail: ClinicianDetail | None) -> Near:
    return Near(
        name=detail.name if detail else miss.clinician_id,
        credential=detail.credential if detail else None,
        gaps=words.gaps(miss.gaps),
    )


def _nearest(misses: Sequence[NearMiss], clinicians: Clinicians) -> tuple[Near, ...]:
    return tuple(_near(each, clinicians.get(each.clinician_id)) for each in misses)

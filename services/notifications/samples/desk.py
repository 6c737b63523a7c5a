"""Every mail to a coordinator about an invented person."""

from collections.abc import Iterator
from typing import Any

from services.notifications import drafts
from services.notifications.mails import Mail, Outcome
from services.notifications.samples.people import (
    CLINICIANS,
    DUE_AT,
    WRITTEN_AT,
    Persona,
    concerns_of,
    request_of,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import Candidate, NearMiss
from shared.practice import Practice

OUTCOMES: tuple[Outcome, ...] = ("waitlist", "referred_out")
NEAREST = (
    NearMiss(clinician_id="c-rivera", gaps=("capacity",)),
    NearMiss(clinician_id="c-haddad", gaps=("schedule", "fee")),
)


def to_the_desk(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Every mail to a coordinator about one persona."""
    request = request_of(persona, practice, "consultation")
    reading = request_of(persona, practice, "readiness")
    yield from _referrals(contact, request, practice)
    for outcome in OUTCOMES:
        yield drafts.nobody_fits(
            contact, request, practice, due_at=DUE_AT, outcome=outcome, nearest=NEAREST, clinicians=CLINICIANS
        )
    yield drafts.held(contact, request, practice, due_at=DUE_AT, why="minor")
    yield drafts.safety_alert(
        contact,
        practice,
        reference=contact.reference,
        path="consultation",
        level="crisis",
        rules=("en.direct.die", "en.plan.goodbye", "es.direct.morir:denied", "tick.unsafe_at_home"),
        flagged_at=WRITTEN_AT,
    )
    yield drafts.quarantine_notice(
        contact,
        practice,
        path="consultation",
        why=("honeypot", "many_links"),
        quarantined_at=WRITTEN_AT,
        due_at=DUE_AT,
    )
    yield drafts.readiness_notice(contact, reading, practice)


def _referrals(contact: Contact, request: RequestDetail, practice: Practice) -> Iterator[Mail]:
    """A choice of two, and one who leaves no choice."""
    fits = _candidates(practice)
    fields: dict[str, Any] = {"due_at": DUE_AT, "clinicians": CLINICIANS}
    yield drafts.referral(contact, request, practice, candidates=fits, **fields)
    yield drafts.referral(
        contact, request, practice, candidates=fits[:1], others=9, nearest=NEAREST[1:], **fields
    )


def _candidates(practice: Practice) -> tuple[Candidate, ...]:
    first, second = concerns_of(practice)
    strong = (f"specialty:{first}:3", "modality:emdr", "language:es", "times:weekday_evening", "fee:full")
    some = (f"specialty:{first}:1", f"suggested:{second}:2", "fee:reduced", "start:2026-12-07")
    return (
        Candidate(clinician_id="c-rivera", score=0.82, reasons=strong),
        Candidate(clinician_id="c-haddad", score=0.61, reasons=some),
    )

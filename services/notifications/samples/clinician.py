"""Every mail to an invented clinician, and the code that proves a browser."""

from collections.abc import Iterator
from datetime import timedelta

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.people import (
    CLINICIANS,
    DUE_AT,
    REFERENCE,
    WRITTEN_AT,
    Persona,
    request_of,
)
from shared.practice import Practice

OFFER = (
    "https://desk.example.org/referrals/offer/WyJjbGluaWNpYW46Yy1yaXZlcmEiLCIwMDAwMSIsMTc5ODg1MDAwMF0.mUiZ3b"
)
INTRODUCTION = "https://desk.example.org/referrals/introduction/WyJjbGluaWNpYW46Yy1yaXZlcmEiLCIwMDAwMSIsMTc5ODg1MDAwMF0.b5wF"
SUPERVISOR = CLINICIANS["c-rivera"].model_copy(update={"clinician_id": "c-okafor", "name": "Jo Okafor"})


def to_the_clinician(persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Every mail to a clinician about one persona, of whom it says no more than it must."""
    rivera, haddad = CLINICIANS["c-rivera"], CLINICIANS["c-haddad"]
    test = bool(persona.contact.get("test", False))
    yield drafts.offer(
        request_of(persona, practice, "consultation"),
        practice,
        reference=REFERENCE,
        clinician=rivera,
        answer_by=DUE_AT + timedelta(days=2),
        offer_url=OFFER,
        test=test,
    )
    for why in ("no_answer", "someone_else", "chose_other"):
        yield drafts.offer_ended(practice, reference=REFERENCE, clinician=rivera, why=why, test=test)
    yield drafts.introduction_clinician(
        practice, reference=REFERENCE, clinician=haddad, introduction_url=INTRODUCTION, test=test
    )
    yield drafts.supervisor_notice(
        practice, reference=REFERENCE, supervisor=SUPERVISOR, clinician=haddad, test=test
    )
    yield drafts.proof_code(
        practice,
        name=practice.coordinators[0].name,
        code="380215",
        expires_at=WRITTEN_AT + timedelta(minutes=10),
        recipient=f"coordinator:{practice.coordinators[0].id}",
    )

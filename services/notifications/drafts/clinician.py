"""Mails to clinicians, and the code that proves a browser. None is told who the person is."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypedDict

from services.notifications import words
from services.notifications.describe import called, greeting, one_line, supervisor_of, unit_and_band
from services.notifications.mails import (
    IntroductionClinician,
    Offer,
    OfferEnded,
    ProofCode,
    SupervisorNotice,
    Wanted,
)
from shared.contracts.intake import RequestDetail
from shared.contracts.matching import ClinicianDetail
from shared.language import ENGLISH
from shared.practice import Practice

ONLY_ENGLISH = (ENGLISH,)


class ClinicianFields(TypedDict):
    """What every mail to a clinician has."""

    zone: str
    reference: str
    greeting: str
    signed: str
    test: bool


def offer(
    request: RequestDetail,
    practice: Practice,
    *,
    reference: str,
    clinician: ClinicianDetail,
    answer_by: datetime,
    offer_url: str,
    test: bool,
) -> Offer:
    """The least that a yes or a no needs: no name, no exact age, no message, no wish about who they are."""
    return Offer(
        **_fields(practice, reference, clinician, test=test),
        wanted=_wanted(request, practice, clinician),
        answer_by=answer_by,
        offer_url=offer_url,
    )


def offer_ended(
    practice: Practice, *, reference: str, clinician: ClinicianDetail, why: str, test: bool
) -> OfferEnded:
    """`why` is a code of matching; the person's own reason stays theirs."""
    return OfferEnded(**_fields(practice, reference, clinician, test=test), why=words.no_longer(why))


def introduction_clinician(
    practice: Practice, *, reference: str, clinician: ClinicianDetail, introduction_url: str, test: bool
) -> IntroductionClinician:
    """What the person is told of them; who the person is stands behind the link."""
    return IntroductionClinician(
        **_fields(practice, reference, clinician, test=test),
        said_yes=practice.clinician_confirms,
        told=tuple(_told(clinician)),
        introduction_url=introduction_url,
    )


def supervisor_notice(
    practice: Practice, *, reference: str, supervisor: ClinicianDetail, clinician: ClinicianDetail, test: bool
) -> SupervisorNotice:
    """To `supervisor`: their associate `clinician` has taken up this referral."""
    return SupervisorNotice(
        **_fields(practice, reference, supervisor, test=test),
        associate=one_line(clinician.name),
        credential=clinician.credential,
    )


def proof_code(
    practice: Practice, *, name: str, code: str, expires_at: datetime, recipient: str
) -> ProofCode:
    """To `recipient`, `coordinator:<id>` or `clinician:<id>`, who is called `name`."""
    owner = practice.coordinator(practice.owner)
    theirs = owner is None or recipient == f"coordinator:{owner.id}"
    return ProofCode(
        zone=practice.time_zone,
        greeting=greeting(name),
        signed=practice.discreet_name.text(ENGLISH),
        test=False,
        code=code,
        expires_at=expires_at,
        tell=None if theirs or owner is None else called(owner.name),
    )


def _fields(practice: Practice, reference: str, to: ClinicianDetail, *, test: bool) -> ClinicianFields:
    return ClinicianFields(
        zone=practice.time_zone,
        reference=reference,
        greeting=greeting(to.name),
        signed=practice.discreet_name.text(ENGLISH),
        test=test,
    )


def _told(clinician: ClinicianDetail) -> Iterator[str]:
    yield "your name"
    if clinician.pronouns:
        yield "your pronouns"
    yield "your licence"
    if supervisor_of(clinician) is not None:
        yield "who supervises you"
    own = clinician.introduction.by_language if clinician.introduction else {}
    if any(text.strip() for text in own.values()):
        yield "what you wrote about yourself"
    yield "what a first session is like"


def _wanted(request: RequestDetail, practice: Practice, clinician: ClinicianDetail) -> Wanted:
    wish = request.preferences
    how = [practice.label(wish.format, "en", "format")] if wish.format else []
    how += [practice.label(code, "en", "site") for code in wish.sites]
    if wish.times:
        how.append(words.listed((practice.label(code, "en", "time") for code in wish.times), last="or"))
    spoken = words.listed((practice.label(code, "en", "language") for code in wish.languages), last="or")
    return Wanted(
        who=unit_and_band(request),
        how=", ".join(how) or None,
        concerns=words.label_all(request.concerns, practice),
        languages=spoken if wish.languages not in {(), ONLY_ENGLISH} else None,
        fee=_fee(wish.fee_max, clinician),
    )


def _fee(limit: int | None, clinician: ClinicianDetail) -> str | None:
    """Which of the clinician's own fees the person's limit covers; never the limit itself."""
    if limit is None:
        return None
    if limit >= clinician.fee_max:
        return f"your full fee, ${clinician.fee_max}"
    if limit >= clinician.fee_min:
        return f"a reduced one, within your own range from ${clinician.fee_min}"
    return f"less than your lowest, ${clinician.fee_min}"

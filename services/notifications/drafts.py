"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. Names are made fit for one line and for a
greeting here, so that no template has to.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.notifications import words
from services.notifications.mails import (
    Acknowledgement,
    Book,
    Fit,
    Held,
    Near,
    NobodyFits,
    Outcome,
    Place,
    QuarantineNotice,
    ReadinessNotice,
    ReadingList,
    ReferredOut,
    Referral,
    SafetyAlert,
    Waitlist,
)
from shared.contracts.intake import Contact, Path, RequestDetail
from shared.contracts.matching import Candidate, ClinicianDetail, NearMiss
from shared.practice import Catalogue, Practice

Clinicians = Mapping[str, ClinicianDetail]


def acknowledgement(contact: Contact, practice: Practice, *, answer_by: datetime | None) -> Acknowledgement: ...


def waitlist(contact: Contact, practice: Practice, *, owner: str) -> Waitlist: ...


def referred_out(
    contact: Contact, request: RequestDetail, practice: Practice, *, owner: str
) -> ReferredOut: ...


def reading_list(
    contact: Contact, practice: Practice, catalogue: Catalogue, *, items: Sequence[str]
) -> ReadingList: ...


def referral(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    candidates: Sequence[Candidate],
    clinicians: Clinicians,
    others: int | None = None,
) -> Referral: ...


def nobody_fits(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    outcome: Outcome,
    nearest: Sequence[NearMiss],
    clinicians: Clinicians,
) -> NobodyFits: ...


def held(
    contact: Contact, request: RequestDetail, practice: Practice, *, due_at: datetime, why: str
) -> Held: ...


def safety_alert(
    contact: Contact,
    practice: Practice,
    *,
    path: Path,
    level: str,
    rules: Iterable[str],
    flagged_at: datetime,
) -> SafetyAlert: ...


def quarantine_notice(
    contact: Contact, practice: Practice, *, path: Path, why: Iterable[str], quarantined_at: datetime
) -> QuarantineNotice: ...


def readiness_notice(contact: Contact, request: RequestDetail, practice: Practice) -> ReadinessNotice: ...

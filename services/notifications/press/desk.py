"""Mails to the coordinators and to whoever is on call."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TypedDict

from services.notifications import drafts
from services.notifications.domain.delivery import Template
from services.notifications.mails import Mail
from services.notifications.press import calls
from services.notifications.press.job import Job, Stock
from shared.contracts.matching import After, Candidate, ClinicianDetail, NearMiss
from shared.errors import Defect

READY = "ready"


class Due(TypedDict):
    """What somebody has to do about a referral: who, by when, and where."""

    owner: str
    due_at: datetime
    case_url: str


class Follows(TypedDict):
    """What a decision follows."""

    after: After | None
    after_clinician: ClinicianDetail | None


def to_the_desk(stock: Stock, job: Job) -> Mail:
    """What a coordinator should do, know or look at."""
    template = job.delivery.plan.template
    if template not in MAILS:
        raise Defect(f"{template} is not a mail to the desk")
    return MAILS[template](stock, job)


def alert(stock: Stock, job: Job) -> Mail:
    """An alert does not wait for intake to say who it is: the reference is enough to look."""
    codes = job.codes
    return drafts.safety_alert(
        job.known.contact,
        stock.practice,
        reference=job.reference,
        path=codes["path"],
        level=codes["level"],
        rules=codes["rules"],
        flagged_at=job.at("flagged_at"),
        rung=codes.get("rung", 0),
        escalates_at=job.at("escalates_at") if codes.get("escalates_at") else None,
        safety_url=stock.doors.safety(job.reader, job.delivery.plan.request_id, job.now),
    )


def _referral(stock: Stock, job: Job) -> Mail:
    return drafts.referral(
        job.contact,
        job.request,
        stock.practice,
        candidates=[Candidate.model_validate(one) for one in job.codes["candidates"]],
        clinicians=job.known.clinicians,
        others=job.codes.get("excluded"),
        nearest=_near_misses(job),
        **_due(stock, job),
        **_follows(job),
    )


def _nobody_fits(stock: Stock, job: Job) -> Mail:
    return drafts.nobody_fits(
        job.contact,
        job.request,
        stock.practice,
        outcome=job.codes["outcome"],
        nearest=_near_misses(job),
        clinicians=job.known.clinicians,
        **_due(stock, job),
        **_follows(job),
    )


def _held(stock: Stock, job: Job) -> Mail:
    return drafts.held(
        job.contact,
        job.request,
        stock.practice,
        why=job.codes["why"],
        **_due(stock, job),
        **_follows(job),
    )


def _professional_notice(stock: Stock, job: Job) -> Mail:
    return drafts.professional_notice(job.contact, job.request, stock.practice, **_due(stock, job))


def _introduced_notice(stock: Stock, job: Job) -> Mail:
    return drafts.introduced_notice(
        job.contact,
        job.request,
        stock.practice,
        clinician=job.clinician(job.codes["clinician_id"]),
        supervisor=job.clinician(job.codes["supervisor_id"]),
        due_at=job.at("due_at"),
        case_url=_case(stock, job),
    )


def _withdrawn_notice(stock: Stock, job: Job) -> Mail:
    return drafts.withdrawn_notice(job.contact, job.request, stock.practice, case_url=_case(stock, job))


def _overdue(stock: Stock, job: Job) -> Mail:
    return drafts.overdue(
        job.contact,
        stock.practice,
        level=job.codes["level"],
        next_action=job.codes["next_action"],
        clinician=job.clinician(job.codes.get("clinician_id")),
        **_due(stock, job),
    )


def _digest(stock: Stock, job: Job) -> Mail:
    return drafts.digest(
        stock.practice,
        coordinator_id=job.codes["coordinator_id"],
        day=job.codes["day"],
        referrals=job.known.referrals,
        duties=job.known.duties,
        case_urls={
            one.referral_id: stock.doors.case(job.reader, one.referral_id, job.now)
            for one in job.known.referrals
        },
        begin_urls={
            one.request_id: stock.doors.begin(job.reader, one.request_id, job.now)
            for one in job.known.duties
            if one.kind == READY
        },
        roster_url=stock.doors.roster(job.reader, job.now),
        calendar_url=stock.doors.calendar(job.reader, job.now),
    )


def _quarantine_notice(stock: Stock, job: Job) -> Mail:
    return drafts.quarantine_notice(
        job.contact,
        stock.practice,
        path=job.codes["path"],
        why=job.codes["why"],
        quarantined_at=job.at("quarantined_at"),
        due_at=stock.contact_due(job.at("quarantined_at")),
    )


def _readiness_notice(stock: Stock, job: Job) -> Mail:
    return drafts.readiness_notice(job.contact, job.request, stock.practice)


def _ready_notice(stock: Stock, job: Job) -> Mail:
    return drafts.ready_notice(
        job.contact,
        job.request,
        stock.practice,
        ready_since=job.at("reached_at"),
        due_at=job.at("due_at"),
        begin_url=stock.doors.begin(job.reader, job.delivery.plan.request_id, job.now),
    )


def _unreachable_notice(stock: Stock, job: Job) -> Mail:
    referral_id = job.codes["referral_id"]
    return drafts.unreachable_notice(
        job.contact,
        stock.practice,
        why=job.codes["why"],
        template=job.codes["template"],
        case_url=stock.doors.case(job.reader, referral_id, job.now) if referral_id is not None else None,
    )


MAILS: Mapping[Template, Callable[[Stock, Job], Mail]] = {
    "referral": _referral,
    "nobody_fits": _nobody_fits,
    "held": _held,
    "professional_notice": _professional_notice,
    "introduced_notice": _introduced_notice,
    "withdrawn_notice": _withdrawn_notice,
    "overdue": _overdue,
    "digest": _digest,
    "quarantine_notice": _quarantine_notice,
    "readiness_notice": _readiness_notice,
    "ready_notice": _ready_notice,
    "unreachable_notice": _unreachable_notice,
    **calls.TO_THE_DESK,
}


def _due(stock: Stock, job: Job) -> Due:
    return Due(owner=job.codes["owner"], due_at=job.at("due_at"), case_url=_case(stock, job))


def _follows(job: Job) -> Follows:
    return Follows(after=job.after, after_clinician=job.after_clinician)


def _case(stock: Stock, job: Job) -> str:
    return stock.doors.case(job.reader, job.delivery.plan.subject_id, job.now)


def _near_misses(job: Job) -> list[NearMiss]:
    return [NearMiss.model_validate(one) for one in job.codes.get("nearest", ())]

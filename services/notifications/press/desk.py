"""Mails to the coordinators and to whoever is on call."""

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.press.job import Job, Stock
from shared.contracts.matching import Candidate, NearMiss
from shared.errors import Defect


def to_the_desk(stock: Stock, job: Job) -> Mail:
    """What was decided about a request, and what a coordinator does about it."""
    practice, codes = stock.practice, job.codes
    match job.delivery.plan.template:
        case "referral":
            return drafts.referral(
                job.contact,
                job.request,
                practice,
                owner=codes["owner"],
                due_at=job.at("due_at"),
                candidates=[Candidate.model_validate(one) for one in codes["candidates"]],
                clinicians=job.known.clinicians,
                others=codes.get("excluded"),
                nearest=_near_misses(job),
                case_url=_case(stock, job),
                after=job.after,
                after_clinician=job.after_clinician,
            )
        case "nobody_fits":
            return drafts.nobody_fits(
                job.contact,
                job.request,
                practice,
                owner=codes["owner"],
                due_at=job.at("due_at"),
                outcome=codes["outcome"],
                nearest=_near_misses(job),
                clinicians=job.known.clinicians,
                case_url=_case(stock, job),
                after=job.after,
                after_clinician=job.after_clinician,
            )
        case _:
            return _duty(stock, job)


def _duty(stock: Stock, job: Job) -> Mail:
    """What a coordinator does, without a proposal."""
    practice, codes = stock.practice, job.codes
    match job.delivery.plan.template:
        case "held":
            return drafts.held(
                job.contact,
                job.request,
                practice,
                owner=codes["owner"],
                due_at=job.at("due_at"),
                why=codes["why"],
                case_url=_case(stock, job),
                after=job.after,
                after_clinician=job.after_clinician,
            )
        case "professional_notice":
            return drafts.professional_notice(
                job.contact,
                job.request,
                practice,
                owner=codes["owner"],
                due_at=job.at("due_at"),
                case_url=_case(stock, job),
            )
        case "introduced_notice":
            return drafts.introduced_notice(
                job.contact,
                job.request,
                practice,
                clinician=job.clinician(codes["clinician_id"]),
                supervisor=job.clinician(codes["supervisor_id"]),
                due_at=job.at("due_at"),
                case_url=_case(stock, job),
            )
        case _:
            return _reminder(stock, job)


def _reminder(stock: Stock, job: Job) -> Mail:
    """What has waited too long, and what waits this morning."""
    practice, codes = stock.practice, job.codes
    match job.delivery.plan.template:
        case "overdue":
            return drafts.overdue(
                job.contact,
                practice,
                level=codes["level"],
                owner=codes["owner"],
                next_action=codes["next_action"],
                due_at=job.at("due_at"),
                clinician=job.clinician(codes.get("clinician_id")),
                case_url=_case(stock, job),
            )
        case "digest":
            return drafts.digest(
                practice,
                coordinator_id=codes["coordinator_id"],
                day=codes["day"],
                referrals=job.known.referrals,
                duties=job.known.duties,
                case_urls={
                    one.referral_id: stock.doors.case(job.reader, one.referral_id, job.now)
                    for one in job.known.referrals
                },
                roster_url=stock.doors.roster(job.reader, job.now),
            )
        case _:
            return _notice(stock, job)


def _notice(stock: Stock, job: Job) -> Mail:
    """What a coordinator should know or look at."""
    practice, codes = stock.practice, job.codes
    match job.delivery.plan.template:
        case "quarantine_notice":
            return drafts.quarantine_notice(
                job.contact,
                practice,
                path=codes["path"],
                why=codes["why"],
                quarantined_at=job.at("quarantined_at"),
                due_at=stock.contact_due(job.at("quarantined_at")),
            )
        case "readiness_notice":
            return drafts.readiness_notice(job.contact, job.request, practice)
        case other:
            raise Defect(f"{other} is not a mail to the desk")


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
    )


def _case(stock: Stock, job: Job) -> str:
    return stock.doors.case(job.reader, job.delivery.plan.subject_id, job.now)


def _near_misses(job: Job) -> list[NearMiss]:
    return [NearMiss.model_validate(one) for one in job.codes.get("nearest", ())]

"""Mails to the person who wrote."""

from datetime import datetime

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.press.job import Job, Stock
from shared.errors import Defect


def to_the_person(stock: Stock, job: Job) -> Mail:
    """What answers them, and what their request came to."""
    contact, practice, codes = job.contact, stock.practice, job.codes
    match job.delivery.plan.template:
        case "acknowledgement":
            return drafts.acknowledgement(contact, practice, answer_by=_answer_by(stock, job))
        case "professional_acknowledgement":
            return drafts.professional_acknowledgement(contact, practice, answer_by=_answer_by(stock, job))
        case "waitlist":
            return drafts.waitlist(contact, practice, owner=codes["owner"])
        case "referred_out":
            return drafts.referred_out(contact, job.request, practice, owner=codes["owner"])
        case "reading_list":
            return drafts.reading_list(contact, practice, stock.catalogue, items=codes["items"])
        case _:
            return _of_the_referral(stock, job)


def _of_the_referral(stock: Stock, job: Job) -> Mail:
    contact, practice, codes, plan = job.contact, stock.practice, job.codes, job.delivery.plan
    owner = codes["owner"] or practice.owner
    match plan.template:
        case "introduction":
            return drafts.introduction(
                contact,
                job.request,
                practice,
                clinician=job.named(codes["clinician_id"]),
                supervisor=job.clinician(codes["supervisor_id"]),
                owner=owner,
                answer_url=stock.doors.introduced(plan.request_id, codes["offer_id"], job.now),
            )
        case "waitlist_check_in":
            return drafts.waitlist_check_in(
                contact,
                practice,
                owner=owner,
                closes_at=job.at("closes_at"),
                answer_url=stock.doors.waiting(plan.request_id, plan.subject_id, job.now),
            )
        case "waitlist_close":
            return drafts.waitlist_close(contact, job.request, practice, owner=owner)
        case other:
            raise Defect(f"{other} is not a mail to a client")


def _answer_by(stock: Stock, job: Job) -> datetime | None:
    """When a person answers who was asked for something; nothing that has passed is promised."""
    if job.decision.neutral or job.codes["path"] == "readiness":
        return None
    answer_by = stock.contact_due(job.at("received_at"))
    return answer_by if answer_by > job.now else None

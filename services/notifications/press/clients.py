"""Mails to the person who wrote."""

from datetime import datetime

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.press.calls import book_url, contact_url, of_a_call
from services.notifications.press.job import Job, Stock
from services.notifications.press.readings import of_a_series
from shared.errors import Defect


def to_the_person(stock: Stock, job: Job) -> Mail:
    """What answers them, and what their request came to."""
    contact, practice, reached = job.contact, stock.practice, contact_url(stock, job)
    match job.delivery.plan.template:
        case "acknowledgement":
            return _acknowledgement(stock, job)
        case "professional_acknowledgement":
            promised = _answer_by(stock, job)
            return drafts.professional_acknowledgement(
                contact, practice, answer_by=promised, contact_url=reached
            )
        case "reading_list" | "readiness_practice" | "readiness_reading" | "readiness_check_in":
            return of_a_series(stock, job)
        case "contact_changed":
            return drafts.contact_changed(
                contact, practice, contact_url=reached, book_url=_offered(stock, job)
            )
        case "waitlist" | "referred_out" | "introduction" | "waitlist_check_in" | "waitlist_close":
            return _of_the_referral(stock, job)
        case _:
            return of_a_call(stock, job)


def _acknowledgement(stock: Stock, job: Job) -> Mail:
    """A time for a call is offered where one can be chosen; a neutral mail offers nothing."""
    return drafts.acknowledgement(
        job.contact,
        stock.practice,
        answer_by=_answer_by(stock, job),
        contact_url=contact_url(stock, job),
        book_url=_offered(stock, job),
    )


def _offered(stock: Stock, job: Job) -> str | None:
    """The page of their call, where one is offered and the mail may say so."""
    may = not job.decision.neutral and drafts.may_book(job.contact, job.request)
    return book_url(stock, job) if may else None


def _of_the_referral(stock: Stock, job: Job) -> Mail:
    contact, practice, codes, plan = job.contact, stock.practice, job.codes, job.delivery.plan
    owner, reached = codes["owner"] or practice.owner, contact_url(stock, job)
    match plan.template:
        case "waitlist":
            return drafts.waitlist(contact, practice, owner=owner, contact_url=reached)
        case "referred_out":
            return drafts.referred_out(contact, job.request, practice, owner=owner, contact_url=reached)
        case "introduction":
            return drafts.introduction(
                contact,
                job.request,
                practice,
                clinician=job.named(codes["clinician_id"]),
                supervisor=job.clinician(codes["supervisor_id"]),
                owner=owner,
                answer_url=stock.doors.introduced(plan.request_id, codes["offer_id"], job.now),
                contact_url=reached,
            )
        case "waitlist_check_in":
            return drafts.waitlist_check_in(
                contact,
                practice,
                owner=owner,
                closes_at=job.at("closes_at"),
                answer_url=stock.doors.waiting(plan.request_id, plan.subject_id, job.now),
                contact_url=reached,
            )
        case "waitlist_close":
            return drafts.waitlist_close(contact, job.request, practice, owner=owner, contact_url=reached)
        case other:
            raise Defect(f"{other} is not a mail to a client")


def _answer_by(stock: Stock, job: Job) -> datetime | None:
    """When a person answers who was asked for something; nothing that has passed is promised."""
    if job.decision.neutral or job.codes["path"] == "readiness":
        return None
    answer_by = stock.contact_due(job.at("received_at"))
    return answer_by if answer_by > job.now else None

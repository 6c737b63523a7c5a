"""Mails to clinicians: what they need and no more; nobody's name, nobody's words."""

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.press.job import Job, Stock
from shared.errors import Defect


def to_a_clinician(stock: Stock, job: Job) -> Mail:
    """An offer, its end, an introduction, a supervisor's notice, or the code that proves a browser."""
    practice, codes, test = stock.practice, job.codes, job.contact.test
    reader = job.named(job.delivery.plan.recipient_id)
    match job.delivery.plan.template:
        case "offer":
            return drafts.offer(
                job.request,
                practice,
                reference=job.reference,
                clinician=reader,
                answer_by=job.at("answer_by"),
                offer_url=stock.doors.offer(reader.clinician_id, codes["offer_id"], job.now),
                test=test,
            )
        case "offer_ended":
            return drafts.offer_ended(
                practice, reference=job.reference, clinician=reader, why=codes["why"], test=test
            )
        case "introduction_clinician":
            return drafts.introduction_clinician(
                practice,
                reference=job.reference,
                clinician=reader,
                introduction_url=stock.doors.introduction(reader.clinician_id, codes["offer_id"], job.now),
                test=test,
            )
        case "supervisor_notice":
            return drafts.supervisor_notice(
                practice,
                reference=job.reference,
                supervisor=reader,
                clinician=job.named(codes["clinician_id"]),
                test=test,
            )
        case other:
            raise Defect(f"{other} is not a mail to a clinician")

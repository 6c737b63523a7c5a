"""Mails about the free call, and the entries for calendars that come with them."""

from collections.abc import Callable, Mapping
from datetime import datetime

from services.notifications import drafts
from services.notifications.describe import is_discreet, on_the_telephone, person_of
from services.notifications.domain.delivery import Template
from services.notifications.invite import Entry, Invite, Method, to_coordinator, to_person
from services.notifications.mails import Mail
from services.notifications.press.job import Job, Stock
from shared.errors import Defect
from shared.language import ENGLISH

METHODS: Mapping[Template, Method] = {
    "call_confirmed": "REQUEST",
    "call_moved": "REQUEST",
    "call_cancelled": "CANCEL",
    "call_booked_notice": "REQUEST",
    "call_moved_notice": "REQUEST",
    "call_cancelled_notice": "CANCEL",
}


def of_a_call(stock: Stock, job: Job) -> Mail:
    """To the person, from whoever calls. Raises Defect for a mail that tells them of no call."""
    template = job.delivery.plan.template
    if template not in TO_THE_PERSON:
        raise Defect(f"{template} is not a mail to a client")
    return TO_THE_PERSON[template](stock, job)


def invite_for(stock: Stock, job: Job) -> Invite | None:
    """What the reader's calendar takes from this mail, if anything."""
    plan = job.delivery.plan
    method = METHODS.get(plan.template)
    if method is None:
        return None
    practice, begins, ends = stock.practice, _began(job), job.at("ends_at")
    language = job.contact.language if plan.role == "client" else ENGLISH
    entry = Entry(
        method=method,
        uid=f"{plan.subject_id}@{stock.mail_domain}",
        sequence=job.codes["sequence"],
        starts_at=begins,
        ends_at=begins + (ends - job.at("starts_at")),
        stamp=plan.occurred_at,
        organizer=(practice.discreet_name.text(language), practice.discreet_from),
        attendee=job.to,
        test=job.contact.test,
    )
    if plan.role == "client":
        openly = not is_discreet(job.contact)
        number = practice.phone if openly else None
        return to_person(entry, language=job.contact.language, our_number=number)
    return _for_her(stock, job, entry)


def _for_her(stock: Stock, job: Job, entry: Entry) -> Invite:
    """A practice that wants no names in its mail has none in the calendar either."""
    practice, contact = stock.practice, job.contact
    spoken = [practice.label(code, "en", "language") for code in job.codes.get("interpreter", ())]
    url = case_url(stock, job)
    if practice.coordinator_mail != "full":
        return to_coordinator(entry, reference=job.reference, interpreter=spoken, url=url)
    person = person_of(contact, practice)
    return to_coordinator(
        entry,
        reference=job.reference,
        name=person.name if contact.name else None,
        phone=person.phone,
        language=person.language,
        interpreter=spoken,
        notes=(*person.cautions, on_the_telephone(contact)),
        url=url,
    )


def _confirmed(stock: Stock, job: Job) -> Mail:
    return drafts.call_confirmed(stock.practice, _their_call(stock, job))


def _moved(stock: Stock, job: Job) -> Mail:
    return drafts.call_moved(
        stock.practice,
        _their_call(stock, job),
        was_at=job.at("previous_starts_at"),
        was_with=job.codes["previous_coordinator_id"],
        by=job.codes["by"],
    )


def _reminder(stock: Stock, job: Job) -> Mail:
    return drafts.call_reminder(
        stock.practice,
        _their_call(stock, job),
        offset=job.codes["offset"],
        last=job.codes["last"],
        state_known=job.state_known,
    )


def _cancelled(stock: Stock, job: Job) -> Mail:
    return drafts.call_cancelled(stock.practice, _their_call(stock, job), why=job.codes["why"])


def _missed(stock: Stock, job: Job) -> Mail:
    return drafts.call_missed(stock.practice, _their_call(stock, job))


def _booked_notice(stock: Stock, job: Job) -> Mail:
    return drafts.call_booked_notice(stock.practice, _her_call(stock, job), by=job.codes["by"])


def _moved_notice(stock: Stock, job: Job) -> Mail:
    return drafts.call_moved_notice(
        stock.practice, _her_call(stock, job), by=job.codes["by"], was_at=job.at("previous_starts_at")
    )


def _cancelled_notice(stock: Stock, job: Job) -> Mail:
    """Of a call that somebody else has now, or that does not take place."""
    if _is_handed_over(job):
        return drafts.call_handed_over(stock.practice, _her_call(stock, job), to=job.codes["coordinator_id"])
    return drafts.call_cancelled_notice(
        stock.practice, _her_call(stock, job), by=job.codes["by"], why=job.codes["why"]
    )


def _soon(stock: Stock, job: Job) -> Mail:
    return drafts.call_soon(stock.practice, _her_call(stock, job))


def _outcome(stock: Stock, job: Job) -> Mail:
    return drafts.call_outcome(stock.practice, _her_call(stock, job))


def _elsewhere(stock: Stock, job: Job) -> Mail:
    return drafts.call_elsewhere(stock.practice, _her_call(stock, job), state=job.codes["state"])


TO_THE_PERSON: Mapping[Template, Callable[[Stock, Job], Mail]] = {
    "call_confirmed": _confirmed,
    "call_moved": _moved,
    "call_reminder": _reminder,
    "call_cancelled": _cancelled,
    "call_missed": _missed,
}
TO_THE_DESK: Mapping[Template, Callable[[Stock, Job], Mail]] = {
    "call_booked_notice": _booked_notice,
    "call_moved_notice": _moved_notice,
    "call_cancelled_notice": _cancelled_notice,
    "call_soon": _soon,
    "call_outcome": _outcome,
    "call_elsewhere": _elsewhere,
}


def contact_url(stock: Stock, job: Job) -> str:
    """Where the person says how they are reached."""
    return stock.doors.contact(job.contact.person_id, job.delivery.plan.request_id, job.now)


def book_url(stock: Stock, job: Job) -> str:
    """Where the person chooses a time for a call."""
    return stock.doors.book(job.contact.person_id, job.delivery.plan.request_id, job.now)


def case_url(stock: Stock, job: Job) -> str | None:
    """The referral's page for the reader; None before matching has said which referral it is."""
    referral_id = job.codes.get("referral_id")
    return stock.doors.case(job.reader, referral_id, job.now) if referral_id is not None else None


def _their_call(stock: Stock, job: Job) -> drafts.TheirCall:
    return drafts.TheirCall(
        contact=job.contact,
        request=job.request,
        coordinator_id=job.codes["coordinator_id"],
        starts_at=job.at("starts_at"),
        ends_at=job.at("ends_at"),
        zone=job.codes["time_zone"],
        book_url=book_url(stock, job),
        contact_url=contact_url(stock, job),
        interpreter=tuple(job.codes.get("interpreter", ())),
    )


def _her_call(stock: Stock, job: Job) -> drafts.HerCall:
    return drafts.HerCall(
        reader=job.reader,
        contact=job.contact,
        request=job.request,
        starts_at=_began(job),
        zone=job.codes["time_zone"],
        interpreter=tuple(job.codes.get("interpreter", ())),
        barriers=job.barriers,
        case_url=case_url(stock, job),
    )


def _is_handed_over(job: Job) -> bool:
    """A call that is off has a reason; one that is moved to somebody else has none."""
    return job.delivery.plan.template == "call_cancelled_notice" and "why" not in job.codes


def _began(job: Job) -> datetime:
    """When the call that the mail speaks of is: of one that somebody else has now, when it was hers."""
    return job.at("previous_starts_at" if _is_handed_over(job) else "starts_at")

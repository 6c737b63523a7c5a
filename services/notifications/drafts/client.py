"""Mails to the person who wrote."""

from collections.abc import Iterable
from datetime import datetime

from services.notifications.describe import (
    client_fields,
    from_the_front_desk,
    greeting,
    is_discreet,
    one_line,
)
from services.notifications.discretion import gives_away
from services.notifications.mails import (
    Acknowledgement,
    AnswerThrough,
    Introduced,
    Introduction,
    Place,
    ProfessionalAcknowledgement,
    ReferredOut,
    Supervisor,
    Waitlist,
    WaitlistCheckIn,
    WaitlistClose,
)
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import ClinicianDetail
from shared.language import house_languages, spoken
from shared.practice import Practice

WRITTEN_FOR_ANOTHER = ("child", "other")


def acknowledgement(
    contact: Contact,
    practice: Practice,
    *,
    answer_by: datetime | None,
    contact_url: str,
    book_url: str | None = None,
) -> Acknowledgement:
    """Signed by the front desk: nobody owns the request yet. Without `answer_by` no time is promised.

    `contact_url`, here and below: the page where they say how they are reached. `book_url`: the page where
    they choose a time for a call; None where none is offered.
    """
    return Acknowledgement(
        **from_the_front_desk(contact, practice, contact_url),
        answer_by=answer_by,
        answer_through=_through(contact),
        book_url=book_url,
        minutes=round(practice.calls.length.total_seconds() / 60),
    )


def professional_acknowledgement(
    contact: Contact, practice: Practice, *, answer_by: datetime | None, contact_url: str
) -> ProfessionalAcknowledgement:
    """To a colleague, signed by the front desk. Without `answer_by` no time is promised."""
    return ProfessionalAcknowledgement(
        **from_the_front_desk(contact, practice, contact_url),
        answer_by=answer_by,
        answer_through=_through(contact),
    )


def waitlist(contact: Contact, practice: Practice, *, owner: str, contact_url: str) -> Waitlist:
    """Signed by the coordinator who owns the referral."""
    return Waitlist(**client_fields(contact, _signature(practice, owner, contact), contact_url))


def waitlist_check_in(
    contact: Contact,
    practice: Practice,
    *,
    owner: str,
    closes_at: datetime,
    answer_url: str,
    contact_url: str,
) -> WaitlistCheckIn:
    """`answer_url` opens the page with the three answers."""
    return WaitlistCheckIn(
        **client_fields(contact, _signature(practice, owner, contact), contact_url),
        closes_at=closes_at,
        answer_url=answer_url,
    )


def waitlist_close(
    contact: Contact, request: RequestDetail, practice: Practice, *, owner: str, contact_url: str
) -> WaitlistClose:
    """With the places of `referred_out`."""
    return WaitlistClose(
        **client_fields(contact, _signature(practice, owner, contact), contact_url),
        places=_places(contact, request, practice),
    )


def referred_out(
    contact: Contact, request: RequestDetail, practice: Practice, *, owner: str, contact_url: str
) -> ReferredOut:
    """With the places that serve their state; a place whose very name gives them away is left out."""
    return ReferredOut(
        **client_fields(contact, _signature(practice, owner, contact), contact_url),
        places=_places(contact, request, practice),
    )


def introduction(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    clinician: ClinicianDetail,
    supervisor: ClinicianDetail | None,
    owner: str,
    answer_url: str,
    contact_url: str,
) -> Introduction:
    """Who has a place for them; in a discreet mail only that there is an answer, on the page behind the link.

    Whom the roster names as the supervisor stands in for a `supervisor` who has left it since.
    """
    discreet = is_discreet(contact)
    return Introduction(
        **client_fields(contact, _signature(practice, owner, contact), contact_url),
        clinician=None if discreet else _introduced(clinician, supervisor, practice, contact.language),
        for_another=request.for_ in WRITTEN_FOR_ANOTHER,
        reached_through=_through(contact),
        answer_url=answer_url,
    )


def _signature(practice: Practice, owner: str, contact: Contact) -> str:
    """The owner's first name; the front desk's where the owner has left."""
    known = practice.coordinator(owner)
    if known is None:
        return practice.discreet_name.text(contact.language)
    return greeting(known.name) or known.name


def _through(contact: Contact) -> AnswerThrough:
    elsewhere = contact.phone is not None and (contact.text_ok or contact.voicemail_ok)
    return "email_or_phone" if elsewhere else "email_only"


def _places(contact: Contact, request: RequestDetail, practice: Practice) -> tuple[Place, ...]:
    offered = [
        Place(
            name=each.name.text(contact.language),
            note=each.about.text(contact.language),
            phone=each.phone,
            url=each.url,
        )
        for each in practice.refer_out
        if not each.states or request.state in each.states
    ]
    told = [_discreet_place(each) for each in offered] if is_discreet(contact) else offered
    return tuple(each for each in told if each is not None)


def _discreet_place(place: Place) -> Place | None:
    if gives_away(place.name) or gives_away(place.url or ""):
        return None
    note = place.note if place.note and not gives_away(place.note) else None
    return Place(name=place.name, note=note, phone=place.phone, url=place.url)


def _introduced(
    clinician: ClinicianDetail, supervisor: ClinicianDetail | None, practice: Practice, language: str
) -> Introduced:
    read_in = spoken(language)
    own = clinician.introduction.by_language if clinician.introduction else {}
    written_in = next((each for each in (read_in, *house_languages()) if own.get(each, "").strip()), read_in)
    name = one_line(clinician.name)
    return Introduced(
        name=name,
        called=greeting(clinician.name) or name,
        pronouns=one_line(clinician.pronouns) if clinician.pronouns else None,
        credential=_credential(clinician.credential, practice, read_in),
        supervisor=_supervisor(clinician, supervisor, practice, read_in),
        words=tuple(_paragraphs(own.get(written_in, ""))),
        written_in=written_in,
    )


def _credential(code: str, practice: Practice, language: str) -> str:
    """In words; a credential that the rules no longer know is shown as it is."""
    rule = practice.rules.credentials.get(code)
    return rule.name.text(language) if rule is not None else code


def _supervisor(
    clinician: ClinicianDetail, supervisor: ClinicianDetail | None, practice: Practice, language: str
) -> Supervisor | None:
    """Who supervises an associate, which the law has them tell; None for whoever works on their own."""
    if not practice.rules.is_associate(clinician.credential):
        return None
    named = (supervisor.name, supervisor.credential) if supervisor is not None else None
    name, credential = named or (clinician.supervisor_name, clinician.supervisor_credential)
    return Supervisor(
        name=one_line(name) if name else None,
        credential=_credential(credential, practice, language) if credential else None,
    )


def _paragraphs(text: str) -> Iterable[str]:
    """A clinician's own words, a paragraph a line."""
    lines = (one_line(each, longest=len(each)) for each in text.split("\n\n"))
    return (each for each in lines if each)

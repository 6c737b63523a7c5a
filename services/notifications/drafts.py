"""How each mail is made from what was announced and what was asked for at the moment of sending.

Pure: the same facts, contact and practice give the same mail. Client mails first, then those to coordinators.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from services.notifications import words
from services.notifications.describe import (
    asked_of,
    client_fields,
    coordinator_fields,
    is_discreet,
    person_of,
)
from services.notifications.discretion import gives_away
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
    Referral,
    ReferredOut,
    SafetyAlert,
    Waitlist,
)
from shared.contracts.intake import Contact, Path, RequestDetail
from shared.contracts.matching import Candidate, ClinicianDetail, NearMiss
from shared.practice import Book as CatalogueBook
from shared.practice import Catalogue, Practice

Clinicians = Mapping[str, ClinicianDetail]


def acknowledgement(contact: Contact, practice: Practice, *, answer_by: datetime | None) -> Acknowledgement:
    """Signed by the front desk: nobody owns the request yet. Without `answer_by` no time is promised."""
    elsewhere = contact.phone is not None and (contact.text_ok or contact.voicemail_ok)
    return Acknowledgement(
        **client_fields(contact, practice.discreet_name),
        answer_by=answer_by,
        answer_through="email_or_phone" if elsewhere else "email_only",
    )


def waitlist(contact: Contact, practice: Practice, *, owner: str) -> Waitlist:
    """Signed by the coordinator who owns the referral."""
    return Waitlist(**client_fields(contact, _signature(practice, owner)))


def referred_out(contact: Contact, request: RequestDetail, practice: Practice, *, owner: str) -> ReferredOut:
    """With the places that serve their state; a place whose very name gives them away is left out."""
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
    return ReferredOut(
        **client_fields(contact, _signature(practice, owner)),
        places=tuple(each for each in told if each is not None),
    )


def reading_list(
    contact: Contact, practice: Practice, catalogue: Catalogue, *, items: Sequence[str]
) -> ReadingList:
    """With the books of these codes that the catalogue still has, in this order."""
    found = (catalogue.book(code) for code in items)
    return ReadingList(
        **client_fields(contact, practice.discreet_name),
        books=tuple(_book(each, contact) for each in found if each is not None),
    )


def referral(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    candidates: Sequence[Candidate],
    clinicians: Clinicians,
    others: int | None = None,
    nearest: Sequence[NearMiss] = (),
) -> Referral:
    """Who fits, best first; who comes `nearest`, where those leave no choice.

    `others`: how many do not fit, the nearest among them; None when that is not known.
    """
    fields = coordinator_fields(contact, practice)
    return Referral(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        fits=tuple(_fit(each, clinicians.get(each.clinician_id), practice) for each in candidates),
        nearest=tuple(_near(each, clinicians.get(each.clinician_id)) for each in nearest),
        others=None if others is None else max(0, others - len(nearest)),
    )


def nobody_fits(
    contact: Contact,
    request: RequestDetail,
    practice: Practice,
    *,
    due_at: datetime,
    outcome: Outcome,
    nearest: Sequence[NearMiss],
    clinicians: Clinicians,
) -> NobodyFits:
    """Who comes nearest, and what the person is told: `outcome` is the client mail's own name."""
    fields = coordinator_fields(contact, practice)
    return NobodyFits(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        outcome=outcome,
        nearest=tuple(_near(each, clinicians.get(each.clinician_id)) for each in nearest),
    )


def held(contact: Contact, request: RequestDetail, practice: Practice, *, due_at: datetime, why: str) -> Held:
    """Why nothing was proposed, and what to do."""
    said, to_do = words.HOLDS.get(why, (f"It is held: {words.spelled(why)}.", "Read the note and decide."))
    fields = coordinator_fields(contact, practice)
    return Held(
        **fields,
        due_at=due_at,
        asked=asked_of(request, practice, fields["person"]),
        why=said,
        to_do=to_do,
    )


def safety_alert(
    contact: Contact | None,
    practice: Practice,
    *,
    reference: str,
    path: Path,
    level: str,
    rules: Iterable[str],
    flagged_at: datetime,
) -> SafetyAlert:
    """What was found, by kind; the words themselves stay with intake. It does not wait for a contact."""
    named = contact if practice.coordinator_mail == "full" else None
    return SafetyAlert(
        zone=practice.time_zone,
        reference=reference,
        person=person_of(named, practice) if named else None,
        silenced=contact is not None and contact.silenced,
        test=contact is not None and contact.test,
        level=level,
        flagged_at=flagged_at,
        rules=tuple(dict.fromkeys(words.sign(rule) for rule in rules)),
        readiness=path == "readiness",
    )


def quarantine_notice(
    contact: Contact,
    practice: Practice,
    *,
    path: Path,
    why: Iterable[str],
    quarantined_at: datetime,
    due_at: datetime,
) -> QuarantineNotice:
    """Without the sender's name and address: they may be the bait."""
    return QuarantineNotice(
        zone=practice.time_zone,
        reference=contact.reference,
        person=None,
        test=contact.test,
        quarantined_at=quarantined_at,
        due_at=due_at,
        path=words.PATHS[path],
        why=tuple(words.QUARANTINE.get(code, words.spelled(code).capitalize() + ".") for code in why),
    )


def readiness_notice(contact: Contact, request: RequestDetail, practice: Practice) -> ReadinessNotice:
    """Nothing is due; says whether the reading list goes, and if not, why."""
    unsafe = contact.unsafe_at_home or "danger_at_home" in request.flags
    fields = coordinator_fields(contact, practice)
    return ReadinessNotice(
        **fields,
        asked=asked_of(request, practice, fields["person"]),
        reading="crisis" if request.safety_level == "crisis" else "danger_at_home" if unsafe else "sent",
    )


def _signature(practice: Practice, owner: str) -> str:
    known = practice.coordinator(owner)
    return known.name if known is not None else practice.discreet_name


def _discreet_place(place: Place) -> Place | None:
    if gives_away(place.name) or gives_away(place.url or ""):
        return None
    note = place.note if place.note and not gives_away(place.note) else None
    return Place(name=place.name, note=note, phone=place.phone, url=place.url)


def _book(book: CatalogueBook, contact: Contact) -> Book:
    """A discreet mail keeps what a shelf would show: no subtitle, and no note that gives away."""
    title, _, subtitle = book.title_in(contact.language).partition(": ")
    note = book.about.text(contact.language)
    discreet = is_discreet(contact)
    return Book(
        title=title,
        authors=_authors(book.authors, contact.language),
        subtitle=None if discreet else subtitle or None,
        note=None if discreet and gives_away(note) else note,
        only_in_english=not book.has_edition(contact.language),
    )


def _authors(names: Sequence[str], language: str) -> str:
    return words.listed(names, last="y" if language.startswith("es") else "and")


def _fit(candidate: Candidate, detail: ClinicianDetail | None, practice: Practice) -> Fit:
    """A clinician who has left the roster since is named by id, so that the mail still goes."""
    if detail is None:
        return Fit(
            name=candidate.clinician_id,
            credential=None,
            supervised_by=None,
            reasons=words.reasons(candidate.reasons, None, practice),
        )
    return Fit(
        name=detail.name,
        credential=detail.credential,
        supervised_by=_supervisor(detail),
        reasons=words.reasons(candidate.reasons, detail.free_places, practice),
    )


def _supervisor(detail: ClinicianDetail) -> str | None:
    return ", ".join(filter(None, (detail.supervisor_name, detail.supervisor_credential))) or None


def _near(miss: NearMiss, detail: ClinicianDetail | None) -> Near:
    return Near(
        name=detail.name if detail else miss.clinician_id,
        credential=detail.credential if detail else None,
        gaps=words.gaps(miss.gaps),
    )

"""Mails to the person who wrote."""

from collections.abc import Sequence
from datetime import datetime

from services.notifications import words
from services.notifications.describe import client_fields, is_discreet
from services.notifications.discretion import gives_away
from services.notifications.mails import Acknowledgement, Book, Place, ReadingList, ReferredOut, Waitlist
from shared.contracts.intake import Contact, RequestDetail
from shared.practice import Book as CatalogueBook
from shared.practice import Catalogue, Practice


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

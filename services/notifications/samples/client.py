"""Every mail to an invented person."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.people import CLINICIANS, DUE_AT, Persona, request_of
from shared.contracts.intake import Contact, RequestDetail
from shared.contracts.matching import OwnWords
from shared.practice import Practice

ANSWERS = "https://desk.example.org/answers"
CONTACT = "https://hello.example.org/contact/Jm3vXq0tYbZkC7uNfWcP1sRd8LhGaE5oVi2MxT9w"
BOOK = "https://hello.example.org/book/hK4rZp8sQeXnB2wLyTfU6vJc0MdGaI3oVi7NxR1t"
CLOSES_AT = datetime(2026, 12, 23, 18, 20, tzinfo=UTC)
IN_THEIR_WORDS = {
    "c-rivera": {
        "en": "I listen first, and we go as slowly as you like.\n\nMost weeks I bring tea and a bad joke.",
        "es": "Primero escucho, y vamos tan despacio como usted quiera.\n\n"
        "Casi todas las semanas traigo té y un chiste malo.",
    },
    "c-haddad": {"en": "Worry, and the space between two worlds, are where I work most. I listen first."},
}


def to_the_person(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Every mail to one persona."""
    owner = practice.coordinators[0].id
    request = request_of(persona, practice, "consultation")
    promised = None if request.safety_level == "crisis" or contact.unsafe_at_home else DUE_AT
    book_url = BOOK if drafts.may_book(contact, request) else None
    yield drafts.acknowledgement(
        contact, practice, answer_by=promised, contact_url=CONTACT, book_url=book_url
    )
    yield drafts.waitlist(contact, practice, owner=owner, contact_url=CONTACT)
    yield drafts.referred_out(contact, request, practice, owner=owner, contact_url=CONTACT)
    yield from _introductions(contact, request, practice, owner)
    yield drafts.waitlist_check_in(
        contact,
        practice,
        owner=owner,
        closes_at=CLOSES_AT,
        answer_url=f"{ANSWERS}/waiting/a1b2c3",
        contact_url=CONTACT,
    )
    yield drafts.waitlist_close(contact, request, practice, owner=owner, contact_url=CONTACT)
    yield drafts.professional_acknowledgement(contact, practice, answer_by=promised, contact_url=CONTACT)
    booked = BOOK if drafts.may_book(contact, request) else None
    yield drafts.contact_changed(contact, practice, contact_url=CONTACT, book_url=booked)


def _introductions(
    contact: Contact, request: RequestDetail, practice: Practice, owner: str
) -> Iterator[Mail]:
    """Somebody licensed, and an associate whose words are in English only."""
    for code, words in IN_THEIR_WORDS.items():
        yield drafts.introduction(
            contact,
            request,
            practice,
            clinician=CLINICIANS[code].model_copy(update={"introduction": OwnWords.of(words)}),
            supervisor=None,
            owner=owner,
            answer_url=f"{ANSWERS}/introduction/a1b2c3",
            contact_url=CONTACT,
        )

"""Every mail to an invented person."""

from collections.abc import Iterator

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.people import DUE_AT, Persona, request_of
from shared.contracts.intake import Contact
from shared.practice import Bilingual, Book, Catalogue, Practice

BOOKS = Catalogue(
    version="gallery",
    general=("connection",),
    books=(
        Book(
            code="connection",
            title="The Dance of Connection: A Subtitle",
            authors=("Harriet Lerner",),
            for_=("relational",),
            about=Bilingual(
                en="How to say what is true and stay close, even when it is hard.",
                es="Cómo decir lo que es verdad sin perder la cercanía, aunque cueste.",
            ),
        ),
        Book(
            code="communicating",
            title="The Art of Communicating",
            authors=("Thích Nhất Hạnh",),
            for_=("relational",),
            titles={"es": "El arte de comunicar"},
            about=Bilingual(
                en="Short chapters on listening first, to others and to oneself.",
                es="Capítulos breves sobre escuchar primero, a los demás y a uno mismo.",
            ),
        ),
    ),
)


def to_the_person(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Every mail to one persona."""
    owner = practice.coordinators[0].id
    request = request_of(persona, practice, "consultation")
    promised = None if request.safety_level == "crisis" or contact.unsafe_at_home else DUE_AT
    yield drafts.acknowledgement(contact, practice, answer_by=promised)
    yield drafts.waitlist(contact, practice, owner=owner)
    yield drafts.referred_out(contact, request, practice, owner=owner)
    yield drafts.reading_list(contact, practice, BOOKS, items=("connection", "communicating"))

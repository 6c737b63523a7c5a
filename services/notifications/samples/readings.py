"""Every mail to an invented person who reads before they begin, and to the desk once they are ready."""

from collections.abc import Iterator
from datetime import UTC, datetime

from services.notifications import drafts
from services.notifications.mails import Mail
from services.notifications.samples.client import CONTACT
from services.notifications.samples.desk import BEGIN
from services.notifications.samples.people import DUE_AT, WRITTEN_AT, Persona, request_of
from shared.contracts.intake import Contact
from shared.practice import Book, Catalogue, Practice, Translated
from shared.practice.catalogue import ReadinessPractice, Reading

SERIES = "https://read.example.org/readiness/Xr5tLw9qYbKz2NvHcP7sJd4uMfGaE8oRi1TxQ6m3"
NEXT_AT = datetime(2026, 11, 30, 17, 0, tzinfo=UTC)

NAMING = ReadinessPractice(
    code="naming",
    title=Translated.of(en="One word for now", es="Una palabra para este momento"),
    discreet_title=Translated.of(en="One word for now", es="Una palabra para este momento"),
    what=Translated.of(
        en="You find one word for how you are, and say it to nobody but yourself.",
        es="Busca una palabra para cómo está, y se la dice solo a sí mismo o a sí misma.",
    ),
    why=Translated.of(
        en="What has a name is a little smaller than what has none.",
        es="Lo que tiene nombre es un poco más pequeño que lo que no lo tiene.",
    ),
    how=Translated.of(
        en="Sit or stand, as you like.\n\n"
        "1. Breathe out once, slowly.\n2. Ask yourself: *what is here now?*\n"
        "3. Take the first word that comes. It need not be the right one.",
        es="Siéntese o quédese de pie, como prefiera.\n\n"
        "1. Suelte el aire una vez, despacio.\n2. Pregúntese: *¿qué hay aquí ahora?*\n"
        "3. Tome la primera palabra que llegue. No hace falta que sea la exacta.",
    ),
    when_not=Translated.of(
        en="Leave it when words make it worse. Then:\n\n"
        "- look out of a window,\n- or hold something **warm**.",
        es="Déjela cuando las palabras lo empeoren. Entonces:\n\n"
        "- mire por una ventana,\n- o sostenga algo **tibio**.",
    ),
)
LONG = NAMING.model_copy(
    update={
        "code": "long",
        "title": Translated.of(
            en="What a body carries of an evening, and how a quarter of an hour on a chair sets it down",
            es="Lo que un cuerpo carga de una noche, y cómo un cuarto de hora en una silla lo deja",
        ),
        "discreet_title": Translated.of(
            en="Therapy at the kitchen table", es="Terapia en la mesa de la cocina"
        ),
        "how": Translated.of(
            en="One page says it better: [the long way round](https://example.org/the/long/way/round?by=foot).",
            es="Una página lo dice mejor: [el camino largo](https://example.org/el/camino/largo?a=pie).",
        ),
    }
)
LETTER = Reading(
    code="letter",
    title=Translated.of(en="A letter that nobody reads", es="Una carta que nadie lee"),
    discreet_title=Translated.of(en="A few lines", es="Unas líneas"),
    for_=("relational",),
    text=Translated.of(
        en="Write to whoever is missing, and keep it.\n\nA letter asks for no answer. Three lines will do.",
        es="Escriba a quien le falta, y guárdela.\n\nUna carta no pide respuesta. Tres líneas bastan.",
    ),
)
CATALOGUE = Catalogue(
    version="gallery",
    general=("connection",),
    practices=(NAMING, LONG),
    readings=(LETTER,),
    books=(
        Book(
            code="connection",
            title="The Dance of Connection: A Subtitle",
            authors=("Harriet Lerner",),
            for_=("relational",),
            about=Translated.of(
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
            about=Translated.of(
                en="Short chapters on listening first, to others and to oneself.",
                es="Capítulos breves sobre escuchar primero, a los demás y a uno mismo.",
            ),
        ),
    ),
)
BOOKS = ("connection", "communicating")
FOLLOWING = ((6, NEXT_AT), (1, NEXT_AT), (0, None))  # so many practices after a list, from then on
REST = ((5, NEXT_AT), (1, NEXT_AT), (0, NEXT_AT), (0, None))  # so many more after a mail, from then on


def readings_to_the_person(contact: Contact, practice: Practice) -> Iterator[Mail]:
    """A list with what may follow it; practices and readings, first to last; the question at the end."""
    for practices, next_at in FOLLOWING:
        series = _series(contact, next_at)
        yield drafts.reading_list(practice, CATALOGUE, series, items=BOOKS, practices=practices)
    for number, (left, next_at) in enumerate(REST[:3], start=1):
        yield drafts.readiness_practice(practice, NAMING, _series(contact, next_at), number=number, left=left)
    yield drafts.readiness_practice(practice, LONG, _series(contact, NEXT_AT), number=1, left=5)
    for left, next_at in (REST[1], REST[3]):
        yield drafts.readiness_reading(practice, LETTER, _series(contact, next_at), number=8, left=left)
    yield drafts.readiness_check_in(practice, _series(contact, None))


def ready_to_the_desk(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Somebody is ready."""
    request = request_of(persona, practice, "readiness")
    yield drafts.ready_notice(
        contact, request, practice, ready_since=WRITTEN_AT, due_at=DUE_AT, begin_url=BEGIN
    )


def _series(contact: Contact, next_at: datetime | None) -> drafts.TheirSeries:
    return drafts.TheirSeries(contact=contact, series_url=SERIES, contact_url=CONTACT, next_at=next_at)

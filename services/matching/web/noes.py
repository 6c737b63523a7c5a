"""Every no that a browser can get: a link that opens nothing, a stray, or something of ours that broke."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response

from services.matching.web.front import Front
from shared.pages import strays
from shared.pages.knock import NOBODYS_LINK, No
from shared.pages.person import nothing_page
from shared.pages.words import Words, load_words, preferred_language

LOCALE = Path(__file__).parent.parent / "locale"
OF_PERSONS = "/answers/"  # pages of people who seek care; all others are the practice's own

SENTENCES: Mapping[str, tuple[str, str]] = {  # for the practice's own people: what is so, what to do
    "origin": (
        "This form was sent from another website.",
        "Open the link in your mail and use the form there.",
    ),
    "media_type": ("This is not a form of ours.", "Open the link in your mail and use the form there."),
    "malformed": ("What was sent could not be read.", "Go back and send it again."),
    "too_large": ("What was sent is too long.", "Go back and make it shorter."),
    "method": ("There is nothing to be done in this way.", "Open the link in your mail again."),
    "away": ("Something on our side cannot be reached. Nothing was changed.", "Try again in a minute."),
    "broken": ("Something of ours is broken.", "Open the link in your mail again, and see what was done."),
}


def words_of(language: str) -> Words:
    """The words of the pages that persons see."""
    return load_words("matching", LOCALE, language)


def turned_away(request: Request, front: Front, no: No) -> Response:
    """The page that says no; it repeats nothing that was sent. No link is told from another by it."""
    language = preferred_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    if no.status == NOBODYS_LINK.status or request.url.path.startswith(OF_PERSONS):
        return nothing_page(front.pages, front.practice, words_of(language), no)
    sentence, remedy = SENTENCES[no.slug]
    values = {"sentence": sentence, "remedy": remedy, "practice_name": front.practice.name}
    retry = {"Retry-After": str(no.retry_after)} if no.retry_after else None
    return front.pages.page("stopped.html", values, language="en", status=no.status, headers=retry)


def dressing(front: Front) -> Callable[[FastAPI], None]:
    """Gives the application its pages for strays, and for what broke."""
    return strays.dressing(lambda request, no: turned_away(request, front, no))

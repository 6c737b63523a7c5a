"""Every no that a browser can get: a link that opens nothing, a stray, or something of ours that broke."""

from collections.abc import Callable, Mapping
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.matching.web.front import Front
from shared.errors import Retryable
from shared.pages.crisis import lines_of, numbers_of
from shared.pages.knock import AWAY, NOBODYS_LINK, No
from shared.pages.words import Words, load_words, preferred_language

LOCALE = Path(__file__).parent.parent / "locale"
OF_PERSONS = "/answers/"  # pages of people who seek care; all others are the practice's own
SLUGS = {404: "not_found", 405: "method", 503: "away"}

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
    return load_words(LOCALE, language)


def turned_away(request: Request, front: Front, no: No) -> Response:
    """The page that says no; it repeats nothing that was sent. No link is told from another by it."""
    language = preferred_language(request.query_params.get("lang"), request.headers.get("accept-language"))
    if no.status == NOBODYS_LINK.status:
        said = _to_anybody(front, "unknown", language, no)
    elif request.url.path.startswith(OF_PERSONS):
        said = _to_anybody(front, "problem", language, no)
    else:
        sentence, remedy = SENTENCES[no.slug]
        values = {"sentence": sentence, "remedy": remedy, "practice_name": front.practice.name}
        said = front.pages.page("stopped.html", values, language="en", status=no.status)
    if no.retry_after:
        said.headers["Retry-After"] = str(no.retry_after)
    return said


def dressing(front: Front) -> Callable[[FastAPI], None]:
    """Gives the application its pages for strays, and for what broke."""

    async def stray(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = turned_away(request, front, No(status, SLUGS.get(status, "broken")))
        said.headers.update(getattr(error, "headers", None) or {})
        return said

    async def away(request: Request, error: Exception) -> Response:
        return turned_away(request, front, AWAY)

    def dress(app: FastAPI) -> None:
        app.router.redirect_slashes = False  # a redirect would repeat the token to whatever host was named
        app.add_exception_handler(HTTPException, stray)
        app.add_exception_handler(Retryable, away)
        app.add_exception_handler(Exception, stray)

    return dress


def _to_anybody(front: Front, name: str, language: str, no: No) -> Response:
    say = words_of(language)
    values = {
        "say": say,
        "page": name,
        "practice_name": front.practice.discreet_name,
        "phone": front.practice.phone,
        "lines": lines_of(front.practice, language),
        "now": numbers_of(front.practice),
        "other_language_url": None,
    }
    return front.pages.page("nothing.html", values, language=say.language, status=no.status)

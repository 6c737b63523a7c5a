"""Every no that a browser can get. It tells no link from another, and repeats nothing that was sent."""

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.responses import Response

from services.resources.web.front import Front
from shared.pages import strays
from shared.pages.knock import No
from shared.pages.person import nothing_page
from shared.pages.words import Words, load_words, preferred_language

LOCALE = Path(__file__).parent.parent / "locale"
TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "origin": "refused.unread",
        "media_type": "refused.unread",
        "malformed": "refused.unread",
        "too_large": "refused.unread",
        "method": "refused.method",
        "too_many": "refused.too_many",
        "broken": "refused.broken",
    }
)


def words_of(language: str) -> Words:
    """The words in this language."""
    return load_words("resources", LOCALE, language)


def turned_away(request: Request, front: Front, no: No, language: str | None = None) -> Response:
    """The page that says no, with the practice's number and the lines."""
    asked = request.query_params.get("lang") or language
    say = words_of(preferred_language(asked, request.headers.get("accept-language")))
    text = say(TEXTS[no.slug], seconds=no.retry_after) if no.slug in TEXTS else None
    return nothing_page(front.pages, front.practice, say, no, text)


def dressing(front: Front) -> Callable[[FastAPI], None]:
    """Gives the application its pages for strays, and for what broke."""
    return strays.dressing(lambda request, no: turned_away(request, front, no))

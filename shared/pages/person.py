"""The pages of somebody who wrote to the practice, whichever service they are of: what each of them is given.

Their frame is `person.html`; the page that says no is `nothing.html`, and it repeats nothing that was sent.
"""

from typing import Any

from fastapi.responses import HTMLResponse

from shared.pages.crisis import lines_of, numbers_of
from shared.pages.knock import No
from shared.pages.render import Pages
from shared.pages.words import Words, other_than
from shared.practice import Practice


def frame(practice: Practice, say: Words, other_language_url: str | None = None) -> dict[str, Any]:
    """Who we are, the words, the lines, and where the page is in the other language, if it is."""
    return {
        "say": say,
        "practice_name": practice.discreet_name,
        "phone": practice.phone,
        "lines": lines_of(practice, say.language),
        "now": numbers_of(practice),
        "other_language": other_than(say.language),
        "other_language_url": other_language_url,
    }


def nothing_page(
    pages: Pages, practice: Practice, say: Words, no: No, text: str | None = None
) -> HTMLResponse:
    """The page that says no. Every link that opens nothing gets one and the same."""
    name = "unknown" if no.status == 404 else "problem"
    values = {**frame(practice, say), "page": name, "text": text or say(f"{name}.text")}
    retry = {"Retry-After": str(no.retry_after)} if no.retry_after else None
    return pages.page("nothing.html", values, language=say.language, status=no.status, headers=retry)

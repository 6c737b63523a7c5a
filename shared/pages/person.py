"""The pages of somebody who wrote to the practice, whichever service they are of: what each of them is given.

Their frame is `person.html`; the page that says no is `nothing.html`, and it repeats nothing that was sent.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse

from shared.language import Words, message, name_of, other_languages
from shared.pages.crisis import lines_of, numbers_of
from shared.pages.knock import No
from shared.pages.render import Pages
from shared.practice import Practice

NOTHING = (  # of a page that says no, whose keys it puts together from its name
    message("title.unknown"),
    message("unknown.heading"),
    message("unknown.text"),
    message("unknown.phone"),
    message("title.problem"),
    message("problem.heading"),
    message("problem.text"),
    message("problem.phone"),
)


@dataclass(frozen=True, slots=True)
class OtherLanguage:
    """The same page in another language, which is called as its own speakers call it."""

    code: str
    name: str
    url: str


def in_other_languages(address: str, language: str, **asked: str) -> list[OtherLanguage]:
    """Where the page at this address is in each language of the house but this one."""
    return [
        OtherLanguage(each, name_of(each), f"{address}?{urlencode({'lang': each} | asked)}")
        for each in other_languages(language)
    ]


def frame(practice: Practice, say: Words, others: Sequence[OtherLanguage] = ()) -> dict[str, Any]:
    """Who we are, the words, the lines, and where the page is in other languages, if it is."""
    return {
        "say": say,
        "practice_name": practice.discreet_name.text(say.language),
        "phone": practice.phone,
        "lines": lines_of(practice, say.language),
        "now": numbers_of(practice),
        "other_languages": others,
    }


def nothing_page(
    pages: Pages, practice: Practice, say: Words, no: No, text: str | None = None
) -> HTMLResponse:
    """The page that says no. Every link that opens nothing gets one and the same."""
    name = "unknown" if no.status == 404 else "problem"
    values = {**frame(practice, say), "page": name, "text": text or say(f"{name}.text")}
    retry = {"Retry-After": str(no.retry_after)} if no.retry_after else None
    return pages.page("nothing.html", values, language=say.language, status=no.status, headers=retry)

"""A stop by the mail program, as RFC 8058 has it: one bare POST, and everybody gets the same answer.

A mail service sends it from where it likes, without a cookie, a login or a page that was open before; there
is no redirect. What the answer says does not depend on the link, so that nobody can try out which links are
good, and it is not counted with other posts: one mail service sends for very many people.
"""

import re
from collections.abc import Iterator

from fastapi import Request
from fastapi.responses import Response

from services.resources.web.front import Front
from services.resources.web.noes import words_of
from services.resources.web.visit import PURPOSE, seen_by
from shared.pages.knock import FORM, No, media_type, pairs_in
from shared.pages.person import frame
from shared.pages.words import preferred_language

FIELD = ("List-Unsubscribe", "One-Click")
MULTIPART = "multipart/form-data"
BOUNDARY = re.compile(r';\s*boundary=(?:"([^"\\]{1,70})"|([^\s";,]{1,70}))\s*(?:;|$)', re.IGNORECASE)
NAME = re.compile(r'^content-disposition:\s*form-data;\s*name="?([\w-]{1,70})"?\s*$', re.IGNORECASE)


def is_one_click(request: Request, body: bytes) -> bool:
    """Whether the body says `List-Unsubscribe=One-Click`, in either of the two forms of the standard."""
    match media_type(request):
        case media if media == FORM:
            sent = pairs_in(body)
            return not isinstance(sent, No) and FIELD in sent
        case media if media == MULTIPART:
            return FIELD in _parts_of(request.headers["content-type"], body)
        case _:
            return False


async def stop_at_one_click(request: Request, front: Front) -> Response:
    """Nothing more comes; the same answer where nothing came before.

    The link has no end here: as long as a mail lies somewhere, its button does what it says.
    """
    now, token = front.clock(), request.path_params["token"]
    seen = await seen_by(front, front.links.read_at_any_time(token, PURPOSE), now)
    if seen is not None:
        await front.acts.stop(seen.journey_id, "one_click", now)
    say = words_of(preferred_language(None, request.headers.get("accept-language")))
    return front.pages.page("one_click.html", frame(front.practice, say), language=say.language)


def _parts_of(content_type: str, body: bytes) -> Iterator[tuple[str, str]]:
    """The plain fields of a multipart body. Anybody may send one: whatever it is, it costs one look at it."""
    said = BOUNDARY.search(content_type)
    if said is None:
        return
    text = "\n" + body.decode("utf-8", "replace").replace("\r\n", "\n")
    for part in text.split(f"\n--{said[1] or said[2]}")[1:]:
        head, _, value = part.partition("\n\n")
        names = (NAME.match(line) for line in head.split("\n"))
        yield next((name[1] for name in names if name), ""), value.strip()

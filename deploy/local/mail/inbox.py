"""The inbox page: every kept mail, newest first, and each as text, as sandboxed HTML, and raw. No script.

Below `/gallery/` it shows every mail that the practice can send, with invented people.
"""

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from pathlib import Path
from urllib.parse import quote

from fastapi import APIRouter, FastAPI, HTTPException
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.middleware.trustedhost import TrustedHostMiddleware

from deploy.local.mail.folder import MailFolder
from deploy.local.mail.reading import Mail, read_mail
from services.notifications.gallery import Gallery
from shared.practice import BadFile

A_PAGE = 50
PARSED = 2000  # mails whose parsed form is kept in memory
OWN_NAMES = ["127.0.0.1", "localhost"]  # a page elsewhere that names this machine otherwise is refused

PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
BODY_HEADERS = PAGE_HEADERS | {
    "Content-Security-Policy": "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
}

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")), autoescape=True, undefined=StrictUndefined
)


def create_inbox(folder: MailFolder, gallery: Callable[[], Gallery]) -> FastAPI:
    """The page over a folder of mails; it changes nothing. `gallery` is made when it is first looked at."""
    app = FastAPI(title="Inbox", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=OWN_NAMES)

    @lru_cache(PARSED)
    def mail_of(name: str) -> Mail | None:
        content = folder.read(name)
        return None if content is None else read_mail(name, content)

    def found(name: str) -> Mail:
        mail = mail_of(name)
        if mail is None:
            raise HTTPException(404, "There is no such mail.")
        return mail

    @app.get("/")
    def show_inbox(before: str = "") -> Response:
        names = folder.names()
        shown = [name for name in names if not before or name < before][:A_PAGE]
        older = quote(shown[-1]) if shown and shown[-1] != names[-1] else None
        mails = [mail for mail in map(mail_of, shown) if mail]
        return _page("inbox.html", {"mails": mails, "count": len(names), "older": older})

    @app.get("/mails/{name}")
    def show_mail(name: str) -> Response:
        return _page("mail.html", {"mail": found(name)})

    @app.get("/mails/{name}/html")
    def show_html(name: str) -> Response:
        return HTMLResponse(found(name).html or "", headers=BODY_HEADERS)

    @app.get("/mails/{name}/raw")
    def show_raw(name: str) -> Response:
        content = folder.read(name)
        if content is None:
            raise HTTPException(404, "There is no such mail.")
        return Response(content, media_type="text/plain; charset=utf-8", headers=PAGE_HEADERS)

    app.include_router(_gallery_pages(cache(gallery)))
    return app


def _gallery_pages(gallery: Callable[[], Gallery]) -> APIRouter:
    """Every mail with invented people, as the practice's files say now or said when it was first shown."""
    pages = APIRouter(prefix="/gallery")

    def drawn(draw: Callable[[Gallery], str | None]) -> str:
        try:
            found = draw(gallery())
        except BadFile as bad:
            raise HTTPException(503, str(bad)) from None
        if found is None:
            raise HTTPException(404, "There is no such mail.")
        return found

    @pages.get("/")
    def show_gallery() -> Response:
        return HTMLResponse(drawn(lambda all_: all_.page("index.html")), headers=PAGE_HEADERS)

    @pages.get("/{name}")
    def show_kind(name: str) -> Response:
        return HTMLResponse(drawn(lambda all_: all_.page(name)), headers=PAGE_HEADERS)

    @pages.get("/mails/{name}")
    def show_sample(name: str) -> Response:
        said = drawn(lambda all_: all_.mail(name))
        if name.endswith(".txt"):
            return Response(said, media_type="text/plain; charset=utf-8", headers=PAGE_HEADERS)
        return HTMLResponse(said, headers=BODY_HEADERS)

    return pages


def _page(template: str, said: Mapping[str, object]) -> Response:
    return HTMLResponse(_templates.get_template(template).render(said), headers=PAGE_HEADERS)

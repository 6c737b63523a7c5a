"""What `/openapi.json` says about doors that read their own bodies: every input, every answer."""

from typing import Any

from shared.pages.knock import FORM

Schema = dict[str, Any]

HTML, MULTIPART = "text/html", "multipart/form-data"
TEXT: Schema = {"type": "string"}
PAGE: Schema = {HTML: {"schema": TEXT}}
ONE_CLICK: Schema = {
    "type": "object",
    "properties": {"List-Unsubscribe": {"const": "One-Click"}},
    "description": "RFC 8058, from a mail program: from anywhere, without a cookie, answered with 200.",
}
LINK_NOES = {404: "The link is wrong or too old", 503: "Nothing can be read now; see Retry-After"}
AT_ONCE = {  # acts that are answered with a page, and when
    "stop": "Nothing more comes; said of every link alike, to a mail program",
    "ready": "It is noted; where they tell what is still true cannot be opened now",
}
FORM_NOES = {
    400: "The form cannot be read",
    403: "The form is of another website",
    **LINK_NOES,
    413: "More than 64 KiB",
    415: "No form",
    422: "None of the choices was sent; the page comes back",
    429: "Too much was sent; see Retry-After",
    503: "Nothing could be read or kept; see Retry-After",
}


def inputs(*places: str) -> Schema:
    """The parameters of a page behind a person's link, and the language to show it in."""
    needed = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in ("token", *places)]
    return {"parameters": [*needed, {"name": "lang", "in": "query", "required": False, "schema": TEXT}]}


def answers() -> dict[int | str, Schema]:
    """The answers of a page behind a person's link."""
    return {status: _page(text) for status, text in LINK_NOES.items()}


def form(*fields: str, one_click: bool = False) -> Schema:
    """The parameters and fields of a form there; `one_click` where a mail program may send one, too."""
    ours: Schema = {"type": "object", "properties": dict.fromkeys(fields, TEXT)}
    content: Schema = {FORM: {"schema": {"anyOf": [ours, ONE_CLICK]} if one_click else ours}}
    if one_click:
        content[MULTIPART] = {"schema": ONE_CLICK}
    return {**inputs(), "requestBody": {"required": False, "content": content}}


def form_answers(act: str) -> dict[int | str, Schema]:
    """The answers to the form of this act; each but the first is a page."""
    done: dict[int | str, Schema] = {303: {"description": "It is so now; on to the page that shows it"}}
    if act in AT_ONCE:
        done[200] = _page(AT_ONCE[act])
    return {**done, **{status: _page(text) for status, text in FORM_NOES.items()}}


def _page(description: str) -> Schema:
    return {"description": description, "content": PAGE}

"""What `/openapi.json` says about doors that read their own bodies: every input, every answer."""

from functools import cache
from typing import Any

from pydantic import BaseModel

from services.intake.web.inputs import ConsultationIn, Input, ReadinessIn
from services.intake.web.visit import JSON
from shared.pages import PROBLEM_JSON
from shared.pages.knock import FORM

Schema = dict[str, Any]

HTML = "text/html"
TEXT: Schema = {"type": "string"}
PAGE: Schema = {"schema": TEXT}
MAYBE_TEXT: Schema = {"type": ["string", "null"]}
CRISIS_LINES: Schema = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": TEXT, "call": MAYBE_TEXT, "text": MAYBE_TEXT, "note": MAYBE_TEXT},
        "required": ["name", "call", "text"],
    },
}
PROBLEM: Schema = {
    "type": "object",
    "properties": {
        "type": {"type": "string", "pattern": "^urn:practice:error:[a-z-]+$"},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"pointer": TEXT, "detail": TEXT},
                "required": ["pointer", "detail"],
            },
        },
        "crisis_lines": CRISIS_LINES,
    },
    "required": ["type", "title", "status", "crisis_lines"],
}
ACCEPTED: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "format": "uuid"},
        "reference": {"type": "string", "pattern": "^R-[0-9A-HJKMNP-TV-Z]{5}$"},
        "received_at": {"type": "string", "format": "date-time"},
        "status_url": {"type": "string", "format": "uri"},
        "booking_url": {"type": ["string", "null"]},
        "message": TEXT,
        "crisis_lines": CRISIS_LINES,
    },
    "required": ["id", "reference", "received_at", "status_url", "booking_url", "message", "crisis_lines"],
}
STATUS: Schema = {
    "type": "object",
    "properties": {
        "reference": TEXT,
        "status": {"enum": ["received", "closed"]},
        "received_at": {"type": "string", "format": "date-time"},
        "message": TEXT,
        "booking_url": {"type": ["string", "null"]},
        "crisis_lines": CRISIS_LINES,
    },
    "required": ["reference", "status", "received_at", "message", "booking_url", "crisis_lines"],
}
NOES = {
    400: "The body cannot be read",
    401: "The site key is not known",
    403: "The origin is not on the practice's list",
    409: "The Idempotency-Key was used for another request",
    413: "More than 64 KiB",
    415: "Neither JSON nor a form",
    422: "Some fields need another look; a form comes back as a page with what was typed",
    429: "Too many requests; see Retry-After",
    503: "Nothing could be kept; see Retry-After",
}

LINK_NOES = {
    400: "The form cannot be read",
    403: "The form is of another website",
    404: "The link is wrong or too old",
    409: "It is not as the form showed it; the page shows how it stands, with what was typed",
    413: "More than 64 KiB",
    415: "No form",
    422: "Some fields need another look; the form comes back with what was typed",
    429: "Too much was sent; see Retry-After",
    503: "Nothing could be read or kept; see Retry-After",
}


def post_inputs(model: type[Input]) -> Schema:
    """The request body and headers of a post, for `openapi_extra`."""
    schema = inlined(model)
    return {
        "requestBody": {"required": True, "content": {JSON: {"schema": schema}, FORM: {"schema": schema}}},
        "parameters": [
            {
                "name": "Idempotency-Key",
                "in": "header",
                "required": False,
                "description": "Up to 255 characters; the same key and body get the same answer for 30 days.",
                "schema": {"type": "string", "maxLength": 255},
            }
        ],
    }


def post_answers() -> dict[int | str, Schema]:
    """Every answer of a post, for `responses`."""
    return {
        202: {"description": "Kept", "content": {JSON: {"schema": ACCEPTED}}},
        303: {"description": "Kept; a form is sent on to a thank-you page"},
        **{status: _problem(text) for status, text in NOES.items()},
    }


def event_inputs(structured: str, types: tuple[str, ...]) -> Schema:
    """The body and headers of a signed event, for `openapi_extra`."""
    data: Schema = {"anyOf": [inlined(ConsultationIn), inlined(ReadinessIn)]}
    attributes: Schema = {
        "specversion": {"const": "1.0"},
        "id": TEXT,
        "source": TEXT,
        "type": {"enum": list(types)},
    }
    envelope: Schema = {
        "type": "object",
        "properties": {**attributes, "datacontenttype": TEXT, "data": data, "data_base64": TEXT},
        "required": list(attributes),
    }
    headers = [("webhook-id", True), ("webhook-timestamp", True), ("webhook-signature", True)]
    headers += [(f"ce-{name}", False) for name in attributes]
    return {
        "requestBody": {
            "required": True,
            "content": {structured: {"schema": envelope}, JSON: {"schema": data}},
        },
        "parameters": [
            {"name": name, "in": "header", "required": needed, "schema": TEXT} for name, needed in headers
        ],
    }


def event_answers() -> dict[int | str, Schema]:
    """Every answer to a signed event, for `responses`."""
    noes = {
        **NOES,
        401: "Not signed with a current secret, or more than five minutes ago",
        409: "The event, or the message that brought it, was sent before with another content",
        415: "No CloudEvent in JSON",
        422: "Some fields need another look",
    }
    return {
        202: {"description": "Kept", "content": {JSON: {"schema": ACCEPTED}}},
        **{
            status: {"description": text, "content": {PROBLEM_JSON: {"schema": PROBLEM}}}
            for status, text in noes.items()
        },
    }


def status_inputs() -> Schema:
    """The parameters of the status door."""
    return {
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": TEXT},
            {"name": "token", "in": "query", "required": True, "schema": TEXT},
        ]
    }


def status_answers() -> dict[int | str, Schema]:
    """The answers of the status door."""
    kept = {"description": "Where the request stands", "content": {JSON: {"schema": STATUS}, HTML: PAGE}}
    return {
        200: kept,
        404: _problem("The link is wrong or too old"),
        503: _problem(NOES[503]),
    }


def link_inputs(*names: str) -> Schema:
    """The parameters of a page behind a person's link: the link, and what may be asked of the page."""
    token = {"name": "token", "in": "path", "required": True, "schema": TEXT}
    return {"parameters": [token, *page_inputs(*names)["parameters"]]}


def link_form(*names: str) -> Schema:
    """The same of a form there, with its fields."""
    fields: Schema = {"type": "object", "properties": dict.fromkeys(names, TEXT)}
    body = {"required": True, "content": {FORM: {"schema": fields}}}
    return {**link_inputs("lang"), "requestBody": body}


def link_answers() -> dict[int | str, Schema]:
    """The answers of a page behind a person's link."""
    return {status: _page(text) for status, text in LINK_NOES.items() if status in (404, 503)}


def link_form_answers() -> dict[int | str, Schema]:
    """The answers to a form there; each but the first is a page."""
    return {
        303: {"description": "It is so now; on to the page that shows it"},
        **{status: _page(text) for status, text in LINK_NOES.items()},
    }


def page_inputs(*names: str) -> Schema:
    """The optional query parameters of a page."""
    return {
        "parameters": [{"name": name, "in": "query", "required": False, "schema": TEXT} for name in names]
    }


@cache
def inlined(model: type[BaseModel]) -> Schema:
    """The model's JSON Schema without references, so that it can stand anywhere in a document.

    Made once, and read alone afterwards.
    """
    schema = model.model_json_schema()
    definitions = schema.pop("$defs", {})

    def resolved(node: Any) -> Any:
        if isinstance(node, list):
            return [resolved(each) for each in node]
        if not isinstance(node, dict):
            return node
        if "$ref" in node:
            name = node["$ref"].rsplit("/", 1)[-1]
            return resolved({**definitions[name], **{key: node[key] for key in node if key != "$ref"}})
        return {key: resolved(value) for key, value in node.items()}

    found: Schema = resolved(schema)
    return found


def _problem(description: str) -> Schema:
    return {"description": description, "content": {PROBLEM_JSON: {"schema": PROBLEM}, HTML: PAGE}}


def _page(description: str) -> Schema:
    return {"description": description, "content": {HTML: PAGE}}

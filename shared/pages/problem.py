"""Problem details (RFC 9457): how a door says no to a program, without repeating what it was told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi.responses import JSONResponse

from shared.pages.headers import API_HEADERS

PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class FieldProblem:
    """One thing wrong with what was sent: where (a JSON pointer), and what to do, never the value."""

    pointer: str
    detail: str


def problem(
    status: int,
    slug: str,
    title: str,
    *,
    detail: str | None = None,
    errors: Sequence[FieldProblem] = (),
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """A problem+json answer of type `urn:practice:error:<slug>`; `more` are extension members."""
    body: dict[str, Any] = {"type": f"urn:practice:error:{slug}", "title": title, "status": status}
    if detail is not None:
        body["detail"] = detail
    if errors:
        body["errors"] = [{"pointer": error.pointer, "detail": error.detail} for error in errors]
    answered = {**API_HEADERS, **(headers or {})}
    return JSONResponse(body | more, status_code=status, headers=answered, media_type=PROBLEM_JSON)

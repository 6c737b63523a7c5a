"""Whoever lands where no door is, or where ours broke, is answered like everybody else."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from services.intake.web.answers import no_in_json
from services.intake.web.front import Front
from services.intake.web.view import problem_page
from services.intake.web.words import preferred_language
from shared.pages.knock import No

NOES = {404: "not_found", 405: "method"}


def dressing(front: Front) -> Callable[[FastAPI], None]:
    """Gives the application its answers to strays: problem+json to a program, a page to a person."""

    async def stray(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = _say_no(request, No(status, NOES.get(status, "broken")), front)
        said.headers.update(getattr(error, "headers", None) or {})
        return said

    def dress(app: FastAPI) -> None:
        # A redirect to the other spelling would go to the host that the caller named, over plain HTTP:
        # a person's words would be sent again where anybody can read them.
        app.router.redirect_slashes = False
        app.add_exception_handler(HTTPException, stray)
        app.add_exception_handler(Exception, stray)

    return dress


def _say_no(request: Request, no: No, front: Front) -> Response:
    headers = request.headers
    language = preferred_language(request.query_params.get("lang"), headers.get("accept-language"))
    wants_page = "text/html" in headers.get("accept", "")
    return problem_page(no, language, front) if wants_page else no_in_json(no, language, front)

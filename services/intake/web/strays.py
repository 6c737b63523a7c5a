"""Whoever lands where no door is, or where ours broke, is answered like everybody else."""

from collections.abc import Callable

from fastapi import FastAPI, Request
from fastapi.responses import Response

from services.intake.web.answers import no_in_json
from services.intake.web.front import Front
from services.intake.web.view import problem_page
from services.intake.web.words import preferred_language
from shared.pages import strays
from shared.pages.knock import No


def dressing(front: Front) -> Callable[[FastAPI], None]:
    """Gives the application its answers to strays: problem+json to a program, a page to a person."""
    return strays.dressing(lambda request, no: _say_no(request, no, front))


def _say_no(request: Request, no: No, front: Front) -> Response:
    headers = request.headers
    language = preferred_language(request.query_params.get("lang"), headers.get("accept-language"))
    wants_page = "text/html" in headers.get("accept", "")
    return problem_page(no, language, front) if wants_page else no_in_json(no, language, front)

"""Whoever lands where no door is, or where ours broke, is answered like everybody else."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from fastapi import FastAPI, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from shared.errors import Retryable
from shared.pages.knock import AWAY, No

SLUGS: Mapping[int, str] = MappingProxyType({404: "not_found", 405: "method", 503: "away"})
BROKEN = "broken"


def dressing(say_no: Callable[[Request, No], Response]) -> Callable[[FastAPI], None]:
    """Gives an application its answers to strays: in the service's own words."""

    async def stray(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        said = say_no(request, No(status, SLUGS.get(status, BROKEN)))
        said.headers.update(getattr(error, "headers", None) or {})
        return said

    async def away(request: Request, error: Exception) -> Response:
        return say_no(request, AWAY)

    def dress(app: FastAPI) -> None:
        # A redirect to the other spelling would go to the host that the caller named, over plain HTTP: a
        # link, or what a person wrote, would be sent again where anybody can read it.
        app.router.redirect_slashes = False
        app.add_exception_handler(HTTPException, stray)
        app.add_exception_handler(Retryable, away)
        app.add_exception_handler(Exception, stray)

    return dress

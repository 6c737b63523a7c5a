"""Every door of matching. A GET never changes anything and shows codes alone; a POST is kept or refused."""

from fastapi import APIRouter

from services.matching.web.case import add_case
from services.matching.web.front import Front


def doors(front: Front) -> APIRouter:
    """The router with every door of matching."""
    router = APIRouter()
    add_case(router, front)
    return router

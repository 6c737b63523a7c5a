"""Health, readiness, metrics and the message description that every service answers with."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from faststream.specification import AsyncAPI
from prometheus_client import CONTENT_TYPE_LATEST

from shared.clock import Clock
from shared.database import Database
from shared.errors import PracticeError
from shared.messaging import outbox
from shared.messaging.bus import Bus
from shared.metrics import Board

OUTBOX_STALE_AFTER = timedelta(seconds=30)


def router(service: str, database: Database, bus: Bus, clock: Clock, board: Board) -> APIRouter:
    """`/healthz`, `/readyz`, `/metrics` and `/asyncapi.json` of one service."""
    routes = APIRouter(include_in_schema=False)
    document: list[dict[str, Any]] = []

    @routes.get("/healthz")
    async def healthz() -> Response:
        return await _answer(lambda: _database_problems(database))

    @routes.get("/readyz")
    async def readyz() -> Response:
        return await _answer(lambda: _all_problems(database, bus, clock))

    @routes.get("/metrics")
    async def metrics() -> Response:
        return Response(await board.page(), media_type=CONTENT_TYPE_LATEST)

    @routes.get("/asyncapi.json")
    async def asyncapi() -> Response:
        if not document:
            document.append(describe(service, bus))
        return JSONResponse(document[0])

    return routes


def describe(service: str, bus: Bus) -> dict[str, Any]:
    """The AsyncAPI 3.0 document of what the service announces, listens to and answers."""
    described = AsyncAPI(bus.broker, title=f"Practice operations: {service}", version="1").to_specification()
    return dict(described.to_jsonable())


async def _answer(look: Callable[[], Any]) -> Response:
    problems = await look()
    if problems:
        return JSONResponse({"ok": False, "problems": problems}, status_code=503)
    return PlainTextResponse("ok\n")


async def _database_problems(database: Database) -> list[str]:
    try:
        async with database.reading() as tx:
            await tx.execute(sa.text("SELECT 1"))
    except PracticeError as error:
        return [str(error)]
    except sa.exc.SQLAlchemyError:
        return ["the database does not answer"]
    return []


async def _all_problems(database: Database, bus: Bus, clock: Clock) -> list[str]:
    problems = await _database_problems(database)
    if problems:
        return problems
    async with database.reading() as tx:
        oldest = await outbox.oldest_pending(tx)
    if oldest is not None and clock() - oldest > OUTBOX_STALE_AFTER:
        problems.append("facts have waited for NATS for over 30 seconds")
    return problems + await bus.problems()

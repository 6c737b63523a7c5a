"""`/metrics` and `/healthz` of `practice keep`, and its ticker."""

from collections.abc import Generator
from contextlib import contextmanager

import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from deploy.keeping.keeper import LOOK_EVERY, Keeper
from shared.ticks import Tick, run_once


class _Server(uvicorn.Server):
    """Whoever runs it hears the signals, and stops it by cancelling."""

    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        yield


def page_of(keeper: Keeper) -> Starlette:
    """What it answers. Healthy means that it looks: a backup that failed is a number, and an alarm's."""
    registry = CollectorRegistry()
    registry.register(keeper.measures)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    async def healthz(_request: Request) -> Response:
        return PlainTextResponse("ok\n")

    return Starlette(routes=[Route("/metrics", metrics), Route("/healthz", healthz)])


async def serve(keeper: Keeper, host: str, port: int) -> None:
    """Looks every minute, and answers, until it is cancelled."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    tick = Tick("keep", LOOK_EVERY, keeper.look)
    how = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler.add_job(run_once, "interval", [tick], seconds=LOOK_EVERY.total_seconds(), **how)
    scheduler.add_job(run_once, args=[tick], misfire_grace_time=None)  # at once, too
    server = _Server(uvicorn.Config(page_of(keeper), host, port, log_config=None, access_log=False))
    scheduler.start()
    try:
        await server.serve()
    finally:
        scheduler.shutdown(wait=False)

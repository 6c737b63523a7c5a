"""Where resources is put together."""

from fastapi import FastAPI

from services.resources.handlers import LISTENERS
from services.resources.settings import ResourcesSettings
from services.resources.timers import ticks
from shared import runtime
from shared.clock import Clock, utc_now
from shared.practice import load_catalogue, load_practice


def create_app(settings: ResourcesSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return runtime.build(settings, assemble, clock=clock)


def assemble(house: runtime.House) -> runtime.Parts:
    """Reads the practice and its catalogue once, and hands them to whoever names them."""
    practice = load_practice(house.settings.config_dir)
    catalogue = load_catalogue(house.settings.config_dir, practice)
    return runtime.Parts(
        listeners=LISTENERS,
        ticks=ticks(house.database, practice, catalogue, house.clock),
        given={"practice": practice, "catalogue": catalogue},
    )

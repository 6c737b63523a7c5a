"""Where resources is put together."""

from fastapi import FastAPI

from services.resources import metrics, operations
from services.resources.handlers import LISTENERS
from services.resources.handlers.acts import Acts
from services.resources.handlers.desk import course_of
from services.resources.settings import ResourcesSettings
from services.resources.timers import rules, ticks
from services.resources.web import Front, doors, dressing
from services.resources.web.noes import LOCALE
from shared import runtime
from shared.clock import Clock, utc_now
from shared.errors import Misconfigured
from shared.language import check_words
from shared.practice import load_catalogue, load_practice
from shared.tokens import Links


def create_app(settings: ResourcesSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return runtime.build(settings, assemble, clock=clock)


def assemble(house: runtime.House) -> runtime.Parts:
    """Reads the practice and its catalogue once, and hands them to whoever names them."""
    settings: ResourcesSettings = house.settings
    practice = load_practice(settings.config_dir)
    check_words("resources", LOCALE)
    catalogue = load_catalogue(settings.config_dir, practice)
    front = Front(
        practice,
        catalogue,
        house.database,
        Acts(house.database, practice, catalogue),
        house.bus.ask,
        links_of(settings),
        house.clock,
        settings.public_url.rstrip("/"),
        settings.intake_public_url.rstrip("/"),
        settings.trusted_proxies,
    )
    return runtime.Parts(
        listeners=LISTENERS,
        ticks=ticks(house.database, practice, catalogue, house.clock),
        retention=rules(practice.retention),
        forget_again=operations.forget_again,
        routers=(doors(front),),
        given={"practice": practice, "course": course_of(practice, catalogue)},
        dress=dressing(front),
        gauges=metrics.GAUGES,
    )


def links_of(settings: ResourcesSettings) -> Links:
    """The reader of the journeys' links. Raises Misconfigured when a key is too short."""
    try:
        return Links(settings.link_ring)
    except ValueError as error:
        raise Misconfigured(f"RESOURCES_LINK_KEYS: {error}") from None

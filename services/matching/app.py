"""Composition root: matching's parts put together."""

from fastapi import FastAPI

from services.matching import metrics, operations, timers
from services.matching.handlers import ANSWERS, LISTENERS
from services.matching.handlers.acts import Acts
from services.matching.handlers.keeping import rules
from services.matching.settings import MatchingSettings, terms_of
from services.matching.storage import RosterCache
from services.matching.web import Front, doors, dressing
from services.matching.web.noes import LOCALE
from shared.clock import Clock, utc_now
from shared.errors import Misconfigured
from shared.language import check_words
from shared.practice import load_practice
from shared.runtime import House, Parts, build
from shared.tokens import Links


def assemble(house: House) -> Parts:
    """What matching is made of; raises Misconfigured when the practice's files are wrong."""
    settings: MatchingSettings = house.settings
    practice = load_practice(settings.config_dir)
    check_words("matching", LOCALE)
    terms, rosters = terms_of(practice, settings.config_dir), RosterCache()
    links = links_of(settings)
    front = Front(
        practice,
        terms,
        rosters,
        house.database,
        Acts(house.database, terms, rosters, house.clock, house.ids),
        house.bus.ask,
        links,
        house.clock,
        house.ids,
        settings.public_url.rstrip("/"),
    )
    return Parts(
        listeners=LISTENERS,
        answers=ANSWERS,
        ticks=timers.ticks(house.database, terms, rosters, house.clock, house.ids),
        retention=rules(practice.retention),
        forget_again=operations.forget_again,
        routers=(doors(front),),
        given={"terms": terms, "rosters": rosters, "links": links, "ids": house.ids},
        dress=dressing(front),
        gauges=metrics.GAUGES,
    )


def create_app(settings: MatchingSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return build(settings, assemble, clock=clock)


def links_of(settings: MatchingSettings) -> Links:
    """The reader of matching's links. Raises Misconfigured when a key is too short."""
    try:
        return Links(settings.link_ring)
    except ValueError as error:
        raise Misconfigured(f"MATCHING_LINK_KEYS: {error}") from None

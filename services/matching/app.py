"""Composition root: matching's parts put together."""

from fastapi import FastAPI

from services.matching import timers
from services.matching.handlers import ANSWERS, LISTENERS
from services.matching.settings import MatchingSettings, terms_of
from services.matching.storage import RosterCache
from shared.clock import Clock, utc_now
from shared.practice import load_practice
from shared.runtime import House, Parts, build


def assemble(house: House) -> Parts:
    """What matching is made of; raises Misconfigured when the practice's files are wrong."""
    directory = house.settings.config_dir
    terms, rosters = terms_of(load_practice(directory), directory), RosterCache()
    return Parts(
        listeners=LISTENERS,
        answers=ANSWERS,
        ticks=timers.ticks(house.database, terms, rosters, house.clock, house.ids),
        given={"terms": terms, "rosters": rosters},
    )


def create_app(settings: MatchingSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return build(settings, assemble, clock=clock)

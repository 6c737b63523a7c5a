"""Composition root: matching's parts put together."""

from fastapi import FastAPI

from services.matching.handlers import ANSWERS, LISTENERS
from services.matching.settings import MatchingSettings, terms_of
from services.matching.storage import RosterCache
from shared.clock import Clock, utc_now
from shared.practice import load_practice
from shared.runtime import House, Parts, build


def assemble(house: House) -> Parts:
    """What matching is made of; raises Misconfigured when the practice's files are wrong."""
    directory = house.settings.config_dir
    return Parts(
        listeners=LISTENERS,
        answers=ANSWERS,
        given={"terms": terms_of(load_practice(directory), directory), "rosters": RosterCache()},
    )


def create_app(settings: MatchingSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return build(settings, assemble, clock=clock)

"""Composition root: intake's parts put together."""

from fastapi import FastAPI

from services.intake import metrics, timers, vault
from services.intake.alarming import Watch
from services.intake.delivery import SETTING, SecondWay
from services.intake.handlers import LISTENERS, answers, reopening
from services.intake.handlers.reopening import BeginLinks
from services.intake.settings import IntakeSettings, admission_rules, practice_of
from services.intake.vault import Vault
from services.intake.web import Front, doors, dressing
from services.intake.web.words import LOCALE
from shared.clock import Clock, utc_now
from shared.errors import Misconfigured
from shared.language import check_words
from shared.practice import Practice
from shared.runtime import House, Parts, build
from shared.servers import mail_server
from shared.tokens import Links


def create_app(settings: IntakeSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return build(settings, assemble, clock=clock)


def assemble(house: House) -> Parts:
    """What intake is made of; reads the practice, its rules and the keys once."""
    settings: IntakeSettings = house.settings
    practice = practice_of(settings)
    check_words("intake", LOCALE)
    links = links_of(settings)
    sealer = Vault.of(settings.vault_keys, settings.address_key)
    front = Front.of(
        practice,
        admission_rules(settings.config_dir),
        house.database,
        sealer,
        links,
        house.clock,
        house.ids,
        settings.public_url,
        house.bus.ask,
        event_secrets=settings.event_ring,
        trusted_proxies=settings.trusted_proxies,
    )
    way = second_way_of(settings, practice, links)
    watch = Watch(house.database, practice, sealer, house.clock, house.ids, way)
    return Parts(
        listeners=LISTENERS,
        answers=(*vault.ANSWERS, *answers.ANSWERS, *reopening.ANSWERS),
        ticks=(*timers.ticks(house.database, practice.retention, house.clock), *watch.ticks()),
        routers=(doors(front),),
        given={
            "vault": sealer,
            "ids": house.ids,
            "practice": practice,
            "calls": front.calls,
            "begin": BeginLinks(links, settings.public_url),
        },
        dress=dressing(front),
        gauges=metrics.GAUGES,
    )


def second_way_of(settings: IntakeSettings, practice: Practice, links: Links) -> SecondWay | None:
    """The second way of alerts, where one is named. Raises Misconfigured."""
    if not settings.alert_smtp_url:
        return None
    server = mail_server(
        settings.alert_smtp_url, SETTING, settings.alert_smtp_ca, settings.alert_smtp_plain_host
    )
    return SecondWay(server, practice, links, settings.public_url)


def links_of(settings: IntakeSettings) -> Links:
    """The signer of intake's own links. Raises Misconfigured when a key is too short."""
    try:
        return Links(settings.link_ring)
    except ValueError as error:
        raise Misconfigured(f"INTAKE_LINK_KEYS: {error}") from None

"""Puts notifications together."""

from fastapi import FastAPI

from services.notifications import handlers, metrics, operations, timers
from services.notifications.delivery import Postman
from services.notifications.domain.call import CallClocks
from services.notifications.domain.decide import QuietHours
from services.notifications.domain.hours import DailyHours
from services.notifications.handlers import Office
from services.notifications.languages import check_languages
from services.notifications.links import Doors
from services.notifications.mailbox import mailbox_of
from services.notifications.press import Press, desk_of, mail_domain
from services.notifications.reconcile import Reconciler
from services.notifications.returned import Returns, return_addresses
from services.notifications.settings import NotificationsSettings
from services.notifications.settle import Ledger
from services.notifications.smtp import Mailer, MailServer
from shared.clock import Clock, utc_now
from shared.practice import Practice, load_catalogue, load_practice
from shared.runtime import House, Parts, build


def create_app(settings: NotificationsSettings, *, clock: Clock = utc_now) -> FastAPI:
    """The service as an ASGI application. Raises Misconfigured when it cannot start as told."""
    return build(settings, assemble, clock=clock)


def assemble(house: House) -> Parts:
    """The parts of notifications, wired."""
    settings: NotificationsSettings = house.settings
    check_languages()
    practice = load_practice(settings.config_dir)
    catalogue = load_catalogue(settings.config_dir, practice)
    doors = Doors.of(
        matching=(settings.matching_link_ring, settings.matching_public_url),
        intake=(settings.intake_link_ring, settings.intake_public_url),
        resources=(settings.resources_link_ring, settings.resources_public_url),
    )
    office = Office(desk_of(practice), mail_domain(practice), call_clocks(practice))
    postman = Postman(
        ledger=Ledger(house.database, office.desk, office.mail_domain, house.clock, house.ids),
        press=Press.of(practice, catalogue, doors),
        quiet=quiet_hours(practice),
        mailer=Mailer(MailServer.of(settings), hello=office.mail_domain),
        ask=house.bus.ask,
        returns=return_addresses(settings, practice),
    )
    reconciler = Reconciler(house.database, house.bus.ask, house.clock, house.ids, office)
    kept_for = practice.retention.deliveries
    returns = Returns(postman.ledger, postman.returns)
    mailbox = mailbox_of(settings, returns, house.database, house.clock, kept_for)
    return Parts(
        listeners=handlers.LISTENERS,
        ticks=timers.ticks(postman, reconciler, house.database, house.clock, mailbox),
        retention=timers.rules(practice.retention),
        forget_again=operations.forget_again,
        given={"office": office},
        closing=(postman.close,),
        gauges=metrics.GAUGES,
    )


def call_clocks(practice: Practice) -> CallClocks:
    """When calls are reminded of."""
    clocks = practice.clocks
    return CallClocks(clocks.reminders, clocks.short_notice, clocks.short_notice_reminder, practice.zone)


def quiet_hours(practice: Practice) -> QuietHours:
    """The practice's quiet hours; hours that open and close at the same time mean none."""
    span = practice.clocks.quiet_hours
    return QuietHours(None if span.from_ == span.to else DailyHours(span.from_, span.to))

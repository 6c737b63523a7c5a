"""What `practice doctor` looks at. A check tells what it found, why it is so, and what to do about it."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from deploy.cli.frame import local
from deploy.house import (
    SETTINGS,
    bus_settings,
    checked_practice,
    database_url,
    listened,
    opened,
    practice_of,
)
from deploy.local.parts import services
from deploy.local.ports import ports_from
from deploy.local.readiness import is_ready
from services.intake import operations as intake
from services.matching import operations as matching
from services.notifications import operations as notifications
from services.notifications.settings import NotificationsSettings
from shared.clock import Clock
from shared.errors import PracticeError
from shared.messaging import dead_letters
from shared.messaging.provision import missing
from shared.messaging.visit import look
from shared.migrations import is_current

Environ = Mapping[str, str]
PATIENCE_SECONDS = 5.0  # for one check; nats-py alone would try for minutes
MAILBOX_QUIET = timedelta(hours=1)
CLOCKS_MAY_DIFFER = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `why` and `do` are empty when it is well."""

    check: str
    ok: bool
    what: str
    why: str = ""
    do: str = ""


def well(check: str, what: str) -> Finding:
    """It was looked at and is as it should be."""
    return Finding(check, ok=True, what=what)


def wrong(check: str, what: str, why: str, do: str) -> Finding:
    """Something is the matter."""
    return Finding(check, ok=False, what=what, why=why, do=do)


async def configuration(environ: Environ) -> Finding:
    """Settings of every service, and every file of the practice."""
    practice = checked_practice(environ)
    return well("configuration", f"{practice.name}: every setting and file can be used")


async def databases(environ: Environ) -> Finding:
    """Every database answers."""
    for service in SETTINGS:
        async with opened(service, environ) as database, database.reading() as tx:
            await tx.exec_driver_sql("SELECT 1")
    return well("databases", f"all {len(SETTINGS)} answer")


async def migrations(environ: Environ) -> Finding:
    """Every database is at the newest revision."""
    behind = [s for s in SETTINGS if not await is_current(s, database_url(s, environ))]
    if behind:
        what = f"{', '.join(behind)}: the database is not at the newest revision"
        return wrong("migrations", what, "newer code was put in place", "run `practice migrate`")
    return well("migrations", "every database is at the newest revision")


async def roster(environ: Environ) -> Finding:
    """There are clinicians to propose."""
    async with opened("matching", environ) as database:
        entries = await matching.list_roster(database)
    if not entries:
        do = "run `practice roster import FILE`"
        return wrong("roster", "there is no clinician", "no roster was imported", do)
    return well("roster", f"{len(entries)} clinicians")


def call_check(clock: Clock) -> Callable[[Environ], Awaitable[Finding]]:
    """Whoever wants to book the free call finds a time."""

    async def calls(environ: Environ) -> Finding:
        practice = practice_of(environ)
        if practice.first_step == "none":
            return well("calls", "the practice begins without a call")
        async with opened("intake", environ) as database:
            free = await intake.next_free(database, practice, clock())
        if not free:
            what = f"nobody could be called in the next {practice.calls.horizon.days} days"
            do = "see `practice calendar`; give coordinators on duty call_hours in practice.yaml"
            return wrong("calls", what, "everybody is away, booked up, or takes no calls", do)
        who, at = min(free.items(), key=lambda each: each[1])
        name = next((each.name for each in practice.coordinators if each.id == who), who)
        return well("calls", f"the next free time is {local(at, practice.zone)}, with {name}")

    return calls


async def broker(environ: Environ) -> Finding:
    """NATS lets us in, and JetStream is on."""
    seen = await look(bus_settings(environ))
    return well("nats", f"JetStream of {seen.version} answers")


async def streams(environ: Environ) -> Finding:
    """Every stream is there."""
    absent, _ = await missing(bus_settings(environ), listened())
    if absent:
        why = "the broker is new, or its store was lost or cannot be read"
        return wrong("streams", f"missing: {', '.join(absent)}", why, "run `practice provision`")
    return well("streams", "every stream is there")


async def consumers(environ: Environ) -> Finding:
    """Every consumer is there."""
    absent, gone = await missing(bus_settings(environ), listened())
    if absent or gone:
        what = f"missing: {', '.join(gone)}" if gone else "missing with their streams"
        why = "one was deleted, or newer code listens to more"
        return wrong("consumers", what, why, "run `practice provision`")
    return well("consumers", "every consumer is there")


async def mail_server(environ: Environ) -> Finding:
    """The mail server lets us in; nothing is sent."""
    refusal = await notifications.check_mail_server(NotificationsSettings.read(environ))
    if refusal:
        return wrong("smtp", refusal, "mails wait meanwhile and are not lost", "check NOTIFICATIONS_SMTP_URL")
    return well("smtp", "the mail server takes us")


def mailbox_check(clock: Clock) -> Callable[[Environ], Awaitable[Finding]]:
    """The mailbox that mails come back to lets us in, and is looked into; nothing in it is read."""

    async def mailbox(environ: Environ) -> Finding:
        settings = NotificationsSettings.read(environ)
        if not settings.imap_url:
            return well("mailbox", "none is looked into: NOTIFICATIONS_IMAP_URL names none")
        do = "check NOTIFICATIONS_IMAP_URL and NOTIFICATIONS_IMAP_PASSWORD"
        refusal = await notifications.check_mailbox(settings)
        if refusal:
            return wrong("mailbox", refusal, "what comes back waits there and is not lost", do)
        async with opened("notifications", environ) as database:
            read_at = await notifications.mailbox_read_at(database, settings)
        if read_at is not None and clock() - read_at > MAILBOX_QUIET:
            what = f"it lets us in, but was read last {local(read_at, practice_of(environ).zone)}"
            why = "notifications does not run, or does not reach it from where it runs"
            return wrong("mailbox", what, why, "look for mailbox.unreadable in its log")
        return well("mailbox", "the mailbox that mails come back to lets us in")

    return mailbox


def mail_check(clock: Clock) -> Callable[[Environ], Awaitable[Finding]]:
    """No mail is late, and none has failed for good."""

    async def mails(environ: Environ) -> Finding:
        async with opened("notifications", environ) as database:
            health = await notifications.health(database, clock())
        failed = health.by_state.get("failed", 0)
        if failed or health.late:
            do = "look at the mail server above; `practice trail R-…` tells why a mail failed"
            return wrong("mail", f"{failed} failed, {health.late} late", "the mail server or an address", do)
        return well("mail", "none is late, none has failed")

    return mails


async def parked(environ: Environ) -> Finding:
    """No message waits for somebody to look at it."""
    counts = {}
    for service in SETTINGS:
        async with opened(service, environ) as database, database.reading() as tx:
            counts[service] = await dead_letters.count_open(tx)
    waiting = [f"{service} {count}" for service, count in counts.items() if count]
    if waiting:
        do = "run `practice dead-letters list`, then replay or discard each"
        return wrong("dead letters", f"parked: {', '.join(waiting)}", "they could not be handled", do)
    return well("dead letters", "no message is parked")


async def running(environ: Environ) -> Finding:
    """On one machine: every service says that it is ready."""
    parts = services(ports_from(environ), environ, environ)
    silent = [part.name for part in parts if not await is_ready(part)]
    if silent:
        do = f"look at the end of {environ['PRACTICE_DATA_DIR']}/logs/<service>.log; start with `practice up`"
        return wrong("services", f"not ready: {', '.join(silent)}", "not running, or not well", do)
    return well("services", "all four are ready")


def clock_check(clock: Clock) -> Callable[[Environ], Awaitable[Finding]]:
    """This machine's clock against the broker's, which every fact's time is compared with."""

    async def clocks(environ: Environ) -> Finding:
        seen = await look(bus_settings(environ))
        if seen.time is None:
            return well("clock", "the broker does not tell its time")
        apart = abs(clock() - seen.time)
        if apart > CLOCKS_MAY_DIFFER:
            what = f"this machine's clock and the broker's are {apart.total_seconds():.0f} seconds apart"
            return wrong("clock", what, "one of them is not set by NTP", "turn on time synchronisation")
        return well("clock", "this machine's clock and the broker's agree")

    return clocks


async def looked(
    check: str, check_it: Callable[[Environ], Awaitable[Finding]], environ: Environ, do: str
) -> Finding:
    """The finding, or what kept the check from looking."""
    try:
        return await check_it(environ)
    except PracticeError as error:
        return wrong(check, str(error), "", do)
    except (OSError, TimeoutError) as error:
        return wrong(check, "it cannot be reached", type(error).__name__, do)

"""`practice erase`: a person is forgotten everywhere, and what is out of reach is said."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

import typer

from deploy.backup.settings import BackupSettings
from deploy.cli.addresses import Email, Phone, address_of
from deploy.cli.frame import (
    FOUND_A_PROBLEM,
    AsJson,
    DataDir,
    complain,
    environment,
    not_found,
    print_json,
    run,
    say,
)
from deploy.erased import HAS_FORGOTTEN, keep_tombstones, not_yet, scrub
from deploy.house import opened, vault_of
from services.intake import operations as intake
from services.intake.domain.erasure import Sought
from services.intake.vault import Vault
from services.notifications import operations as notifications
from shared.clock import utc_now
from shared.errors import Retryable
from shared.messaging.topology import KEPT_FOR

app = typer.Typer()

WAIT_SECONDS = 20.0
DAYS_OF_A_MONTH = 31
Because = Literal["asked", "practice", "trial"]
OWN_NOTES = "what the practice wrote down elsewhere: its own notes, calendars and mailboxes"


@dataclass(frozen=True, slots=True)
class OutOfReach:
    """What no command can take back."""

    mails: int
    latest_mail_at: datetime | None
    backups_until: datetime
    streams_until: datetime


@app.command()
def erase(
    *,
    email: Email = None,
    phone: Phone = None,
    because: Annotated[
        Because, typer.Option("--because", help="A code: words would outlive the person.")
    ] = "asked",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say who that is; change nothing.")] = False,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Forget everybody at an address, in every service; done again, it finds nobody and says so."""
    environ = environment(data_dir)
    kind, address = address_of(email, phone)
    vault = vault_of(environ)
    whose = intake.sought(vault, kind, address)
    found = run(_found(environ, vault, whose))
    if found.held:
        not_found(
            f"nothing was erased: {', '.join(found.held)} under a legal hold; see `practice hold --list`"
        )
    if not (found.known or found.named or found.before.people or found.before.parties):
        not_found("nobody at this address is known here")
    told = {"because": because, "dry_run": dry_run, **_who(found)}
    if not dry_run:
        told |= run(_erased(environ, vault, whose, found, because))
    if as_json:
        reach = told.get("out_of_reach")
        print_json(told | ({"out_of_reach": asdict(reach)} if reach else {}))
    else:
        _print(told)
    if told.get("not_yet"):
        raise typer.Exit(FOUND_A_PROBLEM)


async def _found(environ: Mapping[str, str], vault: Vault, whose: Sought) -> intake.AtAddress:
    async with opened("intake", environ) as database:
        return await intake.at_address(database, vault, whose)


async def _erased(
    environ: Mapping[str, str], vault: Vault, whose: Sought, found: intake.AtAddress, because: str
) -> dict[str, Any]:
    settings, now = BackupSettings.read(environ), utc_now()
    keep_tombstones(settings.backup_to, found.before)
    reach = await _out_of_reach(environ, settings, found, now)
    async with opened("intake", environ) as database:
        gone = await intake.erase(database, vault, whose, now, because)
        if isinstance(gone, intake.Held):
            raise Retryable(f"nothing was erased: {', '.join(gone.references)} has come under a legal hold")
        keep_tombstones(settings.backup_to, await intake.tombstones(database))
    ids = {*gone.tombstones.request_ids, *found.before.request_ids}
    waiting = await not_yet(environ, ids, WAIT_SECONDS) if ids else ()
    forgot = [each for each in HAS_FORGOTTEN if each not in waiting]
    return {
        "erased": list(gone.references),
        "named_in": list(gone.named_in),
        "forgotten_by": ["intake", *forgot],
        "not_yet": list(waiting),
        "to_be_scrubbed": list(await scrub(["intake", *forgot], environ)),
        "out_of_reach": reach,
    }


async def _out_of_reach(
    environ: Mapping[str, str], settings: BackupSettings, found: intake.AtAddress, now: datetime
) -> OutOfReach:
    """Read before notifications forgets it."""
    sent: list[datetime] = []
    async with opened("notifications", environ) as database:
        for _, reference in (each for one in found.known for each in one.requests):
            entries = await notifications.trail(database, reference)
            sent += [each["at"] for each in entries if each["detail"].get("state") == "sent"]
    keep = settings.keep
    days = max(keep.daily, keep.weekly * 7, keep.monthly * DAYS_OF_A_MONTH)
    return OutOfReach(len(sent), max(sent, default=None), now + timedelta(days=days), now + KEPT_FOR)


def _who(found: intake.AtAddress) -> dict[str, Any]:
    return {
        "people": len(found.known),
        "requests": sorted(reference for each in found.known for _, reference in each.requests),
        "named_in": sorted(each.reference for each in found.named),
        "erased_before": len(found.before.people) + len(found.before.parties),
    }


def _print(told: dict[str, Any]) -> None:
    if told["dry_run"]:
        say(f"{told['people']} people would be erased: {', '.join(told['requests']) or 'no request'}")
        say(f"and taken out of: {', '.join(told['named_in']) or 'nobody else’s request'}")
        return
    if not told["erased"] and not told["named_in"]:
        say("nobody is left at this address: they were erased before, and nothing was done now")
    else:
        say(f"erased: {', '.join(told['erased']) or 'nobody'}")
        if told["named_in"]:
            say(f"taken out of what others wrote: {', '.join(told['named_in'])}")
    say(f"forgotten by {', '.join(told['forgotten_by'])}")
    for service in told["not_yet"]:
        complain(f"{service} has not forgotten them yet; it will by itself as soon as it is back")
    for service in told["to_be_scrubbed"]:
        complain(f"{service} was too busy for its files to be scrubbed; run it again when it is quieter")
    _print_reach(told["out_of_reach"])


def _print_reach(reach: OutOfReach) -> None:
    say("out of reach:")
    latest = f", the last on {reach.latest_mail_at:%Y-%m-%d}" if reach.latest_mail_at else ""
    say(f"  {reach.mails} mails that were delivered{latest}")
    say(f"  backups made before, until {reach.backups_until:%Y-%m-%d}; a restore erases them again")
    say(f"  ids and codes in the streams of NATS, until {reach.streams_until:%Y-%m-%d}")
    say(f"  {OWN_NOTES}")

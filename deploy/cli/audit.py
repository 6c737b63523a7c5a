"""`practice audit`: who did what and who read what, and whether that record is as it was written."""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from deploy.cli.frame import (
    AsJson,
    DataDir,
    complain,
    environment,
    local,
    print_json,
    print_table,
    run,
    say,
    wrong_usage,
)
from deploy.house import SETTINGS, opened
from services.intake import storage
from shared import audit
from shared.database import Database
from shared.ids import is_reference

app = typer.Typer(help="See who did what and who read what, and check that record.", no_args_is_help=True)

Heads = dict[str, audit.Head]
Found = Mapping[str, audit.Verified | audit.Broken]
SAID = {
    "missing": "it is gone",
    "changed": "it does not say what was written",
    "moved": "it does not follow on the one before",
    "unreadable": "the database cannot read it",
    "beginning": "what came before it is gone, and nothing says that its time was up",
    "cut": "the record had got further when its head was noted",
    "another": "it was another entry when its head was noted",
}


@app.command("list")
def list_entries(
    *,
    service: Annotated[str | None, typer.Option(help="Of this service alone.")] = None,
    subject: Annotated[str | None, typer.Option(help="A reference, or an id as listed.")] = None,
    actor: Annotated[
        str | None, typer.Option(help="coordinator:dana, or operator: for all of a kind.")
    ] = None,
    since: Annotated[datetime | None, typer.Option(help="From this time on, in UTC.")] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Who did what, and who read what: codes and ids, oldest first, the newest thousand of each service."""
    environ = environment(data_dir)
    after = since.replace(tzinfo=UTC) if since else None
    entries = run(_entries(environ, _services(service), subject, actor, after))
    if as_json:
        print_json(entries)
    elif entries:
        print_table(
            "Audit", ("at", "actor", "act", "subject", "purpose", "detail"), [_cells(e) for e in entries]
        )
    else:
        say("nothing is on record that fits")


@app.command()
def verify(
    *,
    noted: Annotated[
        Path | None,
        typer.Option(
            "--noted", help="A file with the heads as last noted: checked first, then written anew."
        ),
    ] = None,
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Whether every entry of every service is as it was written: exit code 1 and the first that is not."""
    found = run(_verified(environment(data_dir), _read(noted)))
    broken = {name: each for name, each in found.items() if isinstance(each, audit.Broken)}
    if as_json:
        print_json({name: _told(each) for name, each in found.items()})
    else:
        for name, each in found.items():
            _say(name, each)
    if broken:
        raise typer.Exit(1)
    if noted:
        heads = {name: each.head for name, each in found.items() if isinstance(each, audit.Verified)}
        _note(noted, heads)


def _services(service: str | None) -> Sequence[str]:
    if service is not None and service not in SETTINGS:
        wrong_usage(f"no service is called so: it is one of {', '.join(SETTINGS)}")
    return [service] if service else list(SETTINGS)


async def _entries(
    environ: Mapping[str, str],
    services: Sequence[str],
    subject: str | None,
    actor: str | None,
    since: datetime | None,
) -> list[dict[str, Any]]:
    subjects = await _subjects(environ, subject) if subject else ()
    entries: list[dict[str, Any]] = []
    for service in services:
        async with opened(service, environ) as database, database.reading() as tx:
            kept = await audit.load(tx, subjects=subjects, actor=actor, since=since)
        entries += [_entry(service, each) for each in kept]
    return sorted(entries, key=lambda entry: entry["at"])


async def _subjects(environ: Mapping[str, str], subject: str) -> list[str]:
    """What is on record about a reference is so by its request's id."""
    if not is_reference(subject):
        return [subject]
    async with opened("intake", environ) as database, database.reading() as tx:
        request = await storage.load_request(tx, subject)
    return [subject, request.id] if request else [subject]


async def _verified(environ: Mapping[str, str], noted: Heads) -> Found:
    found: dict[str, audit.Verified | audit.Broken] = {}
    for service in SETTINGS:
        async with opened(service, environ) as database:
            found[service] = await _look(database, noted.get(service))
    return found


async def _look(database: Database, noted: audit.Head | None) -> audit.Verified | audit.Broken:
    return await audit.verify(database, noted)


def _read(noted: Path | None) -> Heads:
    """The heads in the file; none when there is no such file yet."""
    if noted is None or not noted.exists():
        return {}
    try:
        told = json.loads(noted.read_text(encoding="utf-8"))
        return {name: audit.Head(int(each["seq"]), str(each["hash"])) for name, each in told.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        wrong_usage("the file given to --noted holds no heads: name the one that this command wrote")


def _note(file: Path, heads: Heads) -> None:
    told = {name: {"seq": head.seq, "hash": head.hash} for name, head in heads.items()}
    staged = file.with_name(f".{file.name}.new")
    staged.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    staged.replace(file)


def _entry(service: str, kept: audit.Kept) -> dict[str, Any]:
    entry = kept.entry
    return {
        "service": service,
        "seq": kept.seq,
        "at": entry.at,
        "actor": entry.actor,
        "act": entry.act,
        "subject": entry.subject,
        "purpose": entry.purpose,
        "detail": dict(entry.detail),
    }


def _cells(entry: Mapping[str, Any]) -> Sequence[object]:
    detail = ", ".join(f"{name} {value}" for name, value in entry["detail"].items())
    shown = (entry["actor"], entry["act"], entry["subject"], entry["purpose"])
    return (local(entry["at"]), *shown, detail)


def _told(each: audit.Verified | audit.Broken) -> dict[str, Any]:
    if isinstance(each, audit.Broken):
        return {"holds": False, "seq": each.seq, "why": each.why}
    return {"holds": True, "entries": each.entries, "head": {"seq": each.head.seq, "hash": each.head.hash}}


def _say(service: str, each: audit.Verified | audit.Broken) -> None:
    if isinstance(each, audit.Broken):
        complain(f"{service}: the record is broken at entry {each.seq}: {SAID[each.why]}")
    else:
        say(f"{service}: {each.entries} entries stand as they were written, up to {each.head.seq}")

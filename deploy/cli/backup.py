"""`practice backup`, `verify` and `restore`: the data at one instant, sealed, and back again."""

from collections.abc import Mapping
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.backup.archive import check_whole, identities_in
from deploy.backup.engines import tools_of
from deploy.backup.folder import on_one_disk
from deploy.backup.keys import back_up_keys, restore_keys
from deploy.backup.making import back_up, copy_away
from deploy.backup.manifest import KeysManifest
from deploy.backup.restoring import Restored
from deploy.backup.restoring import restore as put_back
from deploy.backup.settings import BackupSettings
from deploy.backup.verifying import verify as look_into
from deploy.cli.frame import DataDir, environment, run, say, wrong_usage
from deploy.erased import TOMBSTONES
from deploy.house import SETTINGS, bus_settings, practice_of
from deploy.local.environment import surroundings
from deploy.local.places import Places
from shared.clock import utc_now

app = typer.Typer()

File = Annotated[Path, typer.Argument(help="A backup, practice-….tar.gz.age.", show_default=False)]
IDENTITY = "The file with the secret key that opens backups; kept away from this machine."
CANNOT_KNOW = (
    "What nobody here can know: what people wrote, asked to be silent about or took back after the backup,",
    "and which mails the system before sent then. Ask whoever was there, then `practice open` and",
    "`practice restored list`; `practice restored release` lets a mail go that is known not to have arrived.",
)


@app.command()
def backup(
    *,
    to: Annotated[Path | None, typer.Option("--to", help="Another folder than PRACTICE_BACKUP_TO.")] = None,
    keys: Annotated[
        bool, typer.Option("--keys", help="The secrets instead of the data; with --to, away from the data.")
    ] = False,
    folder: Annotated[
        Path | None,
        typer.Option("--folder", envvar="PRACTICE_FOLDER", help="With --keys: the operator's folder."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Back up every database at one instant, sealed so that this machine cannot read it."""
    environ = environment(data_dir)
    settings = BackupSettings.read(environ)
    if keys:
        root = folder or data_dir
        if to is None or root is None:
            wrong_usage("--keys wants --to, a folder away from the data, and --folder, the operator's folder")
        say(f"{run(back_up_keys(root, settings, to, utc_now))}: the secrets; keep it apart from the data")
        return
    begun = utc_now()
    made = run(back_up(environ, settings, to or settings.backup_to, utc_now))
    for part in made.manifest.parts:
        say(f"{part.service}: {sum(part.rows.values())} rows, revision {part.revision}, {part.engine}")
    say(f"{made.file}: {_size(made.bytes)}, sealed and read back, {_took(begun)}")
    copy = run(copy_away(made.file, settings, practice_of(environ).zone))
    if copy is None:
        say("no copy elsewhere: PRACTICE_BACKUP_COPY_TO is not set")
    elif on_one_disk(made.file, copy):
        say(f"{copy}: the copy, read back, but on the same disk: is PRACTICE_BACKUP_COPY_TO mounted?")
    else:
        say(f"{copy}: the copy, read back")


@app.command()
def verify(
    file: File,
    *,
    identity: Annotated[Path | None, typer.Option("--identity", help=IDENTITY)] = None,
    scratch: Annotated[
        str | None,
        typer.Option("--scratch", help="URL of a PostgreSQL where a dump may be restored for once."),
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Say whether a backup is whole; with the identity, whether everything in it could be restored."""
    begun = utc_now()
    if identity is None:
        check_whole(file)
        say(f"{file}: whole, {_took(begun)}. What is in it is seen with --identity alone.")
        return
    environ = _environment(data_dir)
    tools = tools_of(environ, BackupSettings.read(environ))
    found = run(look_into(file, identities_in(identity), tools, scratch))
    if isinstance(found, KeysManifest):
        say(f"{file}: whole, {len(found.files)} secrets of {_utc(found.taken_at)}")
        return
    for part in found.parts:
        say(f"{part.service}: {sum(part.rows.values())} rows, revision {part.revision}, {part.engine}")
    say(f"{file}: {found.practice}, of {_utc(found.taken_at)}, whole, {_took(begun)}")


@app.command()
def restore(
    file: File,
    *,
    identity: Annotated[Path, typer.Option("--identity", help=IDENTITY)],
    until: Annotated[
        str | None,
        typer.Option(
            "--until",
            help='When the old system was last alive, such as "2026-11-30 14:00" by the practice\'s clock, '
            "or with its zone. Mails due before are not sent again. Left out: when the backup was made.",
        ),
    ] = None,
    to: Annotated[
        Path | None, typer.Option("--to", help="Of an archive of secrets: the folder they go into.")
    ] = None,
    data_dir: DataDir = None,
) -> None:
    """Put a backup in place of empty databases. Stop every service first, and empty the broker's store."""
    if to is not None:
        names = run(restore_keys(file, identities_in(identity), to))
        say(f"{to}: {len(names)} files, as they were")
        return
    begun, environ = utc_now(), _environment(data_dir)
    there_is_a_broker = data_dir is None or Places(data_dir).env.exists()
    lived_until = None if until is None else _instant(until, environ)
    with Places(data_dir).locked() if data_dir else nullcontext():
        work = put_back(
            file,
            identities_in(identity),
            environ,
            BackupSettings.read(environ),
            bus_settings(environ) if there_is_a_broker else None,
            utc_now,
            lived_until,
        )
        _tell(run(work), begun)


def _tell(done: Restored, begun: datetime) -> None:
    for part in done.manifest.parts:
        again = done.told_again[part.service]
        say(f"{part.service}: {sum(part.rows.values())} rows; {again} facts are told again")
    say(f"{done.manifest.practice}, of {_utc(done.manifest.taken_at)}: restored, {_took(begun)}")
    say(f"{done.kept_back} mails that were due until {_utc(done.until)} are kept back; alerts are sent again")
    say(_erased(done))
    if not done.broker_seen:
        say("NATS was not asked what it keeps: before you start it, move its store away (data/nats)")
    for line in CANNOT_KNOW:
        say(line)


def _erased(done: Restored) -> str:
    if done.erased is None:
        return (
            f"{TOMBSTONES} is not beside the backups: nothing is known of anybody erased; if somebody was "
            "after this backup, they are back: find that file, put it there, and restore again"
        )
    return f"{done.erased} who had been erased before are erased again, and every service is told of it"


def _environment(data_dir: Path | None) -> Mapping[str, str]:
    """The stack's; of a data folder where none has run yet, what it will be told of its databases."""
    if data_dir is None or Places(data_dir).env.exists():
        return environment(data_dir)
    places = Places(data_dir.resolve())
    places.make()
    urls = {
        SETTINGS[service].variable("database_url"): f"sqlite+aiosqlite:///{places.database(service)}"
        for service in SETTINGS
    }
    return {**urls, **surroundings(), "PRACTICE_DATA_DIR": str(places.data_dir)}


def _instant(typed: str, environ: Mapping[str, str]) -> datetime:
    """An instant as people write it by the practice's clock, or as programs do."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError:
        wrong_usage(f'{typed} is not a time such as "2026-11-30 14:00"')
    return found if found.tzinfo else found.replace(tzinfo=practice_of(environ).zone)


def _utc(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _took(begun: datetime) -> str:
    return f"{(utc_now() - begun).total_seconds():.1f} s"


def _size(size: int) -> str:
    return f"{size / 1024 / 1024:.1f} MiB" if size > 1024 * 1024 else f"{size / 1024:.0f} KiB"

"""`practice keep`: backups by schedule, their copies, and numbers about disks and certificates."""

from collections.abc import Mapping

import typer

from deploy.backup.archive import recipients_in
from deploy.backup.settings import BackupSettings
from deploy.cli.frame import DataDir, environment, run_until_signalled
from deploy.house import practice_of
from deploy.keeping.keeper import Keeper
from deploy.keeping.measures import Measures, folders_of
from deploy.keeping.serving import serve
from shared import logs
from shared.clock import Clock, utc_now

app = typer.Typer()


@app.command()
def keep(data_dir: DataDir = None) -> None:
    """Back up every day, copy it elsewhere, look after disks and certificates, until SIGTERM."""
    environ = environment(data_dir)
    settings = BackupSettings.read(environ)
    recipients_in(settings.backup_recipient)  # whoever forgot it hears of it now, and not at night
    logs.configure("keep", settings.log_format)
    run_until_signalled(serve(keeper_of(environ, settings, utc_now), settings.keep_host, settings.keep_port))


def keeper_of(environ: Mapping[str, str], settings: BackupSettings, clock: Clock) -> Keeper:
    """The keeper that these settings describe."""
    measures = Measures(settings, folders_of(settings, environ), clock)
    return Keeper(environ, settings, practice_of(environ).zone, clock, measures)

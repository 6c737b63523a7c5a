"""Work before and beside the parts, in a process of its own.

    python -m deploy.local.steps [databases] [provision]

`databases` checks the practice's files, migrates every database and imports the first roster. `provision`
makes the streams and consumers that are missing.
"""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.house import (
    SETTINGS,
    checked_practice,
    config_dir,
    listened,
    migrate,
    opened,
    provisioner_settings,
    replicas_of,
)
from deploy.local.environment import surroundings
from deploy.local.stack import NO_BROKER
from services.matching import operations as matching
from shared.clock import utc_now
from shared.errors import PracticeError
from shared.messaging.provision import missing, provision
from shared.messaging.visit import BrokerAway

UNFINISHED = "provisioning"  # a file in `run/` from the first stream that is made to the last consumer


async def make_databases_ready(environ: Mapping[str, str]) -> None:
    """Afterwards the practice's files are known to be good, the databases current, and a roster is there.

    Raises Misconfigured, before anything is changed, when a file of the practice is wrong.
    """
    practice = checked_practice(environ)
    for service in SETTINGS:
        await migrate(service, environ)
    async with opened("matching", environ) as database:
        await matching.import_first_roster(
            database, config_dir(environ) / "clinicians.yaml", practice, utc_now()
        )


async def make_streams_ready(environ: Mapping[str, str], run: Path) -> None:
    """Afterwards every stream and consumer is there.

    When an earlier run was cut short, streams may have taken messages before their consumers were made:
    then missing streams are made in a store that is not empty, and new consumers start at the beginning.
    """
    settings, facts = provisioner_settings(environ), listened()
    mark = run / UNFINISHED
    cut_short = mark.exists()
    streams, _ = await missing(settings, facts)
    if streams:
        mark.touch()
    await provision(settings, facts, replay=cut_short, allow_missing=cut_short, replicas=replicas_of(environ))
    mark.unlink(missing_ok=True)


def main() -> None:
    environ = surroundings()
    run = Path(environ["PRACTICE_DATA_DIR"]) / "run"
    try:
        for name in sys.argv[1:]:
            work = make_databases_ready(environ) if name == "databases" else make_streams_ready(environ, run)
            asyncio.run(work)
    except BrokerAway as error:
        sys.stderr.write(f"{error}\n")
        raise SystemExit(NO_BROKER) from None
    except PracticeError as error:
        raise SystemExit(str(error)) from None


if __name__ == "__main__":
    main()

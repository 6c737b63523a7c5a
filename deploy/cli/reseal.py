"""`practice reseal`: everybody whose key is missing, or was wrapped by a former key, is sealed anew."""

import typer

from deploy.cli.frame import FOUND_A_PROBLEM, AsJson, DataDir, environment, print_json, run, say
from deploy.house import opened, vault_of
from services.intake import operations
from shared.clock import utc_now

app = typer.Typer()


@app.command()
def reseal(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Seal everybody anew whose key is missing or was wrapped by a former key of INTAKE_VAULT_KEYS.

    Afterwards the former keys open nothing any more, and may leave the setting.
    """
    environ = environment(data_dir)

    async def work() -> tuple[int, int]:
        async with opened("intake", environ) as database:
            renewed = await operations.reseal(database, vault_of(environ), utc_now())
            return renewed, await operations.sealed_otherwise(database)

    renewed, left = run(work())
    if as_json:
        print_json({"people": renewed, "values_sealed_otherwise": left})
    elif renewed or left:
        say(f"{renewed} people are sealed anew; {left} values are under an older key")
    else:
        say("everybody is sealed under a key of their own and the ring's current key")
    if left:
        raise typer.Exit(FOUND_A_PROBLEM)

"""`practice open`: everything that waits for somebody."""

from collections.abc import Mapping
from typing import Any

import typer

from deploy.cli.frame import AsJson, DataDir, environment, local, print_json, print_table, run, say
from deploy.house import all_opened, practice_of
from services.intake import operations as intake
from services.intake.storage import Open
from services.matching import operations as matching
from services.matching.storage import OpenReferral
from services.resources import operations as resources
from shared.clock import utc_now
from shared.database import Row

app = typer.Typer()

COLUMNS = ("reference", "owner", "next_action", "due_at", "about")


@app.command("open")
def list_open(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everything open in every service: whose it is, what comes next, and by when."""
    environ = environment(data_dir)
    waiting = run(_waiting(environ))
    if as_json:
        print_json(waiting)
        return
    if not waiting:
        say("nothing waits for anybody")
        return
    zone, now = practice_of(environ).zone, utc_now()
    rows = [
        (
            each["reference"],
            each["owner"],
            each["next_action"].replace("_", " "),
            local(each["due_at"], zone) + (" (overdue)" if each["due_at"] < now else ""),
            each["about"],
        )
        for each in waiting
    ]
    print_table(f"Open, by when it is due ({zone.key})", [name.replace("_", " ") for name in COLUMNS], rows)


async def _waiting(environ: Mapping[str, str]) -> list[dict[str, Any]]:
    async with all_opened(environ) as databases:
        found = [_item(each) for each in await intake.open_items(databases["intake"])]
        found += [_referral(each) for each in await matching.open_referrals(databases["matching"])]
        found += [_journey(row) for row in await resources.open_journeys(databases["resources"])]
    return sorted(found, key=lambda each: (each["due_at"], each["reference"]))


def _item(waiting: Open) -> dict[str, Any]:
    quarantined = waiting.request.status == "quarantined" and waiting.duty == waiting.request.duty
    return {
        "reference": waiting.request.reference,
        "owner": waiting.duty.owner,
        "next_action": waiting.duty.next_action,
        "due_at": waiting.duty.due_at,
        "about": "quarantine" if quarantined else "safety",
    }


def _referral(referral: OpenReferral) -> dict[str, Any]:
    return {name: getattr(referral, name) for name in COLUMNS[:-1]} | {"about": "referral"}


def _journey(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS[:-1]} | {"about": "reading"}

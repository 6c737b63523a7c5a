"""`practice export`: a person gets what is held about them."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from deploy.cli.addresses import Email, Phone, address_of
from deploy.cli.detail import in_words
from deploy.cli.frame import DataDir, environment, local, not_found, print_json, print_table, run, wrong_usage
from deploy.cli.shown import print_request, request_as_json
from deploy.house import all_opened, practice_of, vault_of
from deploy.naming import Names, names_of
from deploy.told import told
from services.intake import operations as intake
from shared.clock import utc_now
from shared.contracts.intake import Consultation
from shared.ids import RandomIds

app = typer.Typer()

NOTE = "the practice's own note"
Held = tuple[intake.Shown, Consultation | None, list[dict[str, Any]]]


@app.command()
def export(
    *,
    email: Email = None,
    phone: Phone = None,
    because: Annotated[
        str, typer.Option("--because", help="Why it is given out; kept on record.", show_default=False)
    ],
    text: Annotated[bool, typer.Option("--text", help="To be read by people, instead of JSON.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Everything held about a person: what they wrote, what was noted, done and sent, and who read it.

    What others told about them in requests of their own is those others'. That it was given out is recorded.
    """
    kind, address = address_of(email, phone)
    if not because.strip():
        wrong_usage('say why it is given out: --because "they asked for it"')
    environ = environment(data_dir)
    found, names = run(_held(environ, kind, address, because.strip()))
    if not found:
        not_found("nobody who wrote from this address is known here")
    if not text:
        print_json({"exported_at": utc_now(), "requests": [_plain(each) for each in found]})
        return
    practice = practice_of(environ)
    for shown, call, entries in found:
        print_request(shown, call, practice)
        rows = [
            (local(each["at"], practice.zone), each["name"], in_words(each["detail"], names, practice.zone))
            for each in entries
        ]
        print_table(f"What happened ({practice.zone.key})", ("when", "what", "detail"), rows)


async def _held(
    environ: Mapping[str, str], kind: str, address: str, because: str
) -> tuple[list[Held], Names]:
    vault, now, ids = vault_of(environ), utc_now(), RandomIds()
    held: list[Held] = []
    async with all_opened(environ) as databases:
        database = databases["intake"]
        at = await intake.at_address(database, vault, intake.sought(vault, kind, address))
        for reference in sorted(each for one in at.known for _, each in one.requests):
            entries = await told(reference, databases)
            shown = await intake.show(database, vault, reference, because, now, ids)
            if shown is not None:
                held.append((shown, await intake.call_of(database, reference), entries))
        return held, await names_of(practice_of(environ), databases["matching"])


def _plain(held: Held) -> dict[str, Any]:
    shown, call, entries = held
    said = request_as_json(shown, call)
    said["notes"] = [{**each, "kind": NOTE} for each in said["notes"]]
    return {**said, "person_id": shown.request.person_id, "happened": entries}

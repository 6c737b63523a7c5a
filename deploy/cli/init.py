"""`practice init`: the folder that an operator owns and that compose runs from."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.frame import FOUND_A_PROBLEM, AsJson, print_json, print_table, say
from deploy.setup.checking import findings
from deploy.setup.finding import Finding
from deploy.setup.folder import Asked, Folder, Sample, Wishes
from deploy.setup.making import Outcome, whoever_runs_this
from deploy.setup.making import init as make
from deploy.setup.renewing import certificates, observe, renew_all, rights
from shared.clock import utc_now

app = typer.Typer()

USUAL = Asked()

Host = Annotated[
    str | None,
    typer.Option("--host", help=f"The name people reach it by, such as care.example.org; else {USUAL.host}."),
]
Port = int | None
HttpsPort = Annotated[Port, typer.Option("--https-port", min=1, max=65535, help=f"Else {USUAL.https_port}.")]
HttpPort = Annotated[Port, typer.Option("--http-port", min=1, max=65535, help=f"Else {USUAL.http_port}.")]
SampleName = Annotated[
    Sample | None, typer.Option("--sample", help=f"The invented practice to begin with; else {USUAL.sample}.")
]
Dev = Annotated[
    bool, typer.Option("--dev", help="For trying out: mails go to a sink on this machine, to nobody.")
]
Cluster = Annotated[
    bool, typer.Option("--cluster", help="For three NATS servers that keep every stream together.")
]
Check = Annotated[bool, typer.Option("--check", help="Only tell what is wrong with the folder.")]


@app.command()
def init(
    folder: Annotated[Path, typer.Argument(help="The folder, such as /srv/practice.", show_default=False)],
    *,
    host: Host = None,
    https_port: HttpsPort = None,
    http_port: HttpPort = None,
    sample: SampleName = None,
    dev: Dev = False,
    cluster: Cluster = False,
    check: Check = False,
    new_certificates: Annotated[
        bool, typer.Option("--renew-certificates", help="Make the servers' certificates anew.")
    ] = False,
    new_observe: Annotated[
        bool, typer.Option("--renew-observe", help="Let alarms go where secrets/smtp_url says now.")
    ] = False,
    new_rights: Annotated[
        bool, typer.Option("--renew-rights", help="Let the broker know the users and rights of this version.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Make the folder a practice runs from: its files, secrets and certificates. Nothing is overwritten.

    Run again, it adds what is missing, such as the new secret of a new version.
    """
    chosen = {certificates: new_certificates, observe: new_observe, rights: new_rights}
    renewals = [renewal for renewal, wanted in chosen.items() if wanted]
    if check:
        _tell_findings(findings(folder, now=utc_now()), as_json=as_json)
    elif renewals:
        say(f"made anew: {', '.join(renew_all(folder, renewals, now=utc_now()))}")
        say("the containers read it when they start again: `docker compose up -d --force-recreate --wait`")
    else:
        wishes = Wishes(
            host=host,
            https_port=https_port,
            http_port=http_port,
            sample=sample,
            dev=dev or None,
            cluster=cluster or None,
        )
        say("\n".join(_closing_words(make(folder, wishes, whoever_runs_this(), now=utc_now()))))


def _tell_findings(found: Sequence[Finding], *, as_json: bool) -> None:
    if as_json:
        print_json([{"file": f.file, "what": f.what, "why": f.why, "do": f.do} for f in found])
    elif found:
        rows = [(each.file, each.what, each.why, each.do) for each in found]
        print_table("What is wrong", ("file", "what", "why it matters", "what to do"), rows)
    else:
        say("nothing is wrong with the folder")
    if found:
        raise typer.Exit(FOUND_A_PROBLEM)


def _closing_words(outcome: Outcome) -> list[str]:
    """What was made and what is next; nothing secret."""
    folder, made = outcome.folder, outcome.made
    if not made:
        return [f"{folder.root}: everything is there, nothing was changed"]
    if outcome.was_whole:
        return [f"{folder.root}: added {', '.join(made)}; everything else stayed as it was"]
    return [f"{folder.root}: {len(made)} files and folders made, for user {folder.owner.uid}", *_next(folder)]


def _next(folder: Folder) -> list[str]:
    asked, root = folder.mark.asked, folder.root
    steps = [f"Describe your practice in {root}/practice: practice.yaml, clinicians.yaml, resources.yaml."]
    if not folder.read("secrets/smtp_url"):
        steps.append(
            f"Write the address of your mail server, smtps://user:password@mail.example.org, into "
            f"{root}/secrets/smtp_url,\n   then run `practice init {root} --renew-observe`; "
            "without it nothing starts."
        )
    if asked.host != USUAL.host:
        steps.append(
            f"Let the name {asked.host} lead to this machine, ports {asked.http_port} and {asked.https_port}."
        )
    steps += [
        f"cd {root} && docker compose build && docker compose up --wait",
        f"Take {root}/backup/identity away from this machine, twice: nobody restores a backup without it.",
    ]
    return [f"{number}. {step}" for number, step in enumerate(steps, 1)]

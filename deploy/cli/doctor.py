"""`practice doctor`: what is wrong, why, and what to do."""

from collections.abc import Mapping
from dataclasses import asdict

import typer
from rich.console import Console

from deploy.cli import checks
from deploy.cli.checks import Finding, call_check, clock_check, looked, mail_check, mailbox_check
from deploy.cli.frame import FOUND_A_PROBLEM, AsJson, DataDir, environment, print_json, run
from shared.clock import utc_now

app = typer.Typer()

LOOK_AT_BROKER = "start the broker, and check PRACTICE_NATS_URL and its credentials"
LOOK_AT_DATABASE = "check <SERVICE>_DATABASE_URL, then run `practice migrate`"
CHECKS = (
    ("configuration", checks.configuration, "correct the setting or the file named"),
    ("databases", checks.databases, LOOK_AT_DATABASE),
    ("migrations", checks.migrations, LOOK_AT_DATABASE),
    ("roster", checks.roster, LOOK_AT_DATABASE),
    ("calls", call_check(utc_now), LOOK_AT_DATABASE),
    ("nats", checks.broker, LOOK_AT_BROKER),
    ("streams", checks.streams, LOOK_AT_BROKER),
    ("consumers", checks.consumers, LOOK_AT_BROKER),
    ("smtp", checks.mail_server, "check NOTIFICATIONS_SMTP_URL"),
    ("mailbox", mailbox_check(utc_now), "check NOTIFICATIONS_IMAP_URL"),
    ("mail", mail_check(utc_now), LOOK_AT_DATABASE),
    ("clock", clock_check(utc_now), LOOK_AT_BROKER),
    ("dead letters", checks.parked, LOOK_AT_DATABASE),
)


@app.command()
def doctor(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Look at everything that a running practice needs. Exit code 1 when something is wrong."""
    environ = environment(data_dir)
    findings = run(_examined(environ))
    if as_json:
        print_json([asdict(finding) for finding in findings])
    else:
        _tell(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FOUND_A_PROBLEM)


async def _examined(environ: Mapping[str, str]) -> list[Finding]:
    findings = [await looked(name, look, environ, do) for name, look, do in CHECKS]
    if "PRACTICE_DATA_DIR" in environ:
        findings.append(await looked("services", checks.running, environ, "start with `practice up`"))
    return findings


def _tell(findings: list[Finding]) -> None:
    console = Console(soft_wrap=True, highlight=False)
    for finding in findings:
        mark, style = ("ok ", "green") if finding.ok else ("BAD", "bold red")
        console.print(f"{mark}  {finding.check.ljust(13)}", style=style, end=" ")
        console.print(finding.what, markup=False)
        for label, text in (("why", finding.why), ("do", finding.do)):
            if text and not finding.ok:
                console.print(f"{' ' * 18} {label}: {text}", markup=False)

"""`practice doctor`: what is wrong, why it matters, and what to do."""

from collections.abc import Sequence
from typing import Annotated

import typer
from email_validator import EmailNotValidError, validate_email
from rich.console import Console

from deploy.checks import (
    backups,
    broker,
    certificates,
    clocks,
    configuration,
    databases,
    mail,
    mail_dns,
    names,
    operators_folder,
    packs,
    people,
    production,
    running,
)
from deploy.checks.finding import Check, Finding, Level, Round, doubtful
from deploy.checks.looking import examined
from deploy.cli.frame import FOUND_A_PROBLEM, AsJson, DataDir, environment, print_json, run, wrong_usage
from shared.clock import utc_now

app = typer.Typer()

LOOK_AT_BROKER = "start the broker, and check PRACTICE_NATS_URL and its credentials"
LOOK_AT_DATABASE = "check <SERVICE>_DATABASE_URL, then run `practice migrate`"
CORRECT = "correct the setting or the file named"
NO_START = "the services do not start with it"
WAITS = "what it brings waits meanwhile, and is not lost"
UNKNOWN = "whether it is well is not known"

ON_DATABASES, ON_BROKER = ("databases",), ("nats",)

# In the order in which to put things right: what stops everything, and what may be why, first.
CHECKS = (
    Check("configuration", configuration.configuration, NO_START, CORRECT),
    Check("room", databases.room, UNKNOWN, CORRECT),
    Check("names", names.names, UNKNOWN, CORRECT),
    Check("databases", databases.databases, "nothing can be kept or sent meanwhile", LOOK_AT_DATABASE),
    Check("nats", broker.broker, f"services do not hear of each other; {WAITS}", LOOK_AT_BROKER),
    Check("streams", broker.streams, UNKNOWN, LOOK_AT_BROKER, ON_BROKER),
    Check("services", running.running, UNKNOWN, "start with `practice up`"),
    Check("certificates", certificates.certificates, UNKNOWN, CORRECT),
    Check("clock", clocks.clocks, UNKNOWN, LOOK_AT_BROKER, (*ON_BROKER, *ON_DATABASES)),
    Check("smtp", mail.mail_server, "mails wait meanwhile and are not lost", "check NOTIFICATIONS_SMTP_URL"),
    Check("mailbox", mail.mailbox, "what comes back waits there", "check NOTIFICATIONS_IMAP_URL"),
    Check("mail", mail.deliveries, UNKNOWN, LOOK_AT_DATABASE, ON_DATABASES),
    Check("dead letters", running.parked, UNKNOWN, LOOK_AT_DATABASE, ON_DATABASES),
    Check("variables", configuration.variables, UNKNOWN, CORRECT),
    Check("backups", backups.backups, UNKNOWN, CORRECT),
    Check("secrets", configuration.secrets, UNKNOWN, CORRECT),
    Check("database roles", databases.roles, UNKNOWN, LOOK_AT_DATABASE, ON_DATABASES),
    Check("nats rights", broker.rights, UNKNOWN, LOOK_AT_BROKER, ON_BROKER),
    Check("addresses", configuration.addresses, UNKNOWN, CORRECT),
    Check("folder", operators_folder.folder, UNKNOWN, "look at it with `practice init FOLDER --check`"),
    Check("mail dns", mail_dns.mail_dns, UNKNOWN, CORRECT),
    Check("roster", people.roster, UNKNOWN, LOOK_AT_DATABASE, ON_DATABASES),
    Check("coordinators", people.desk, UNKNOWN, CORRECT),
    Check("calls", people.calls, UNKNOWN, LOOK_AT_DATABASE, ON_DATABASES),
)
PACKS = Check(packs.NAME, packs.packs, UNKNOWN, CORRECT)
BEFORE_ANYBODY_WRITES = (
    Check(packs.NAME, production.reviewed, UNKNOWN, CORRECT),
    Check("production", production.production, UNKNOWN, CORRECT),
)
MARKS = {
    Level.OK: ("ok", "green"),
    Level.WARNING: ("warning", "yellow"),
    Level.PROBLEM: ("PROBLEM", "bold red"),
}
MARK, NAME = 8, 15  # letters

SendTo = Annotated[
    str | None, typer.Option("--send-to", help="Send a real test mail there.", metavar="ADDRESS")
]
Selectors = Annotated[
    list[str] | None,
    typer.Option(
        "--dkim-selector", help="Look for the key that your mail server signs with; may be repeated."
    ),
]
Production = Annotated[
    bool, typer.Option("--production", help="Look also for what must be there before real people write.")
]


@app.command()
def doctor(
    *,
    as_json: AsJson = False,
    data_dir: DataDir = None,
    send_to: SendTo = None,
    dkim_selector: Selectors = None,
    in_production: Production = False,
) -> None:
    """Look at everything that a running practice needs, for ten seconds at most.

    Exit code 1 when there is a problem; warnings alone end well. Nothing is changed, and nothing is sent
    but the test mail that you ask for.
    """
    given = Round(environment(data_dir), utc_now, None, tuple(dkim_selector or ()), _address(send_to))
    more = BEFORE_ANYBODY_WRITES if in_production else (PACKS,)
    findings = run(examined((*CHECKS, *more), given))
    if as_json:
        print_json([finding.plain() for finding in findings])
    else:
        tell(findings)
    if not all(finding.ok for finding in findings):
        raise typer.Exit(FOUND_A_PROBLEM)


def _address(typed: str | None) -> str | None:
    if typed is None:
        return None
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError:
        wrong_usage("--send-to needs one address, such as you@example.org")


def tell(findings: Sequence[Finding]) -> None:
    """What is well first: a terminal shows the end, and there stands what to begin with."""
    console = Console(soft_wrap=True, highlight=False)
    for level in Level:
        for finding in _in_few_words([each for each in findings if each.level is level]):
            mark, style = MARKS[level]
            console.print(mark.ljust(MARK), style=style, end=" ")
            console.print(f"{finding.check.ljust(NAME)} {finding.what}", markup=False)
            for label, text in (("why it matters", finding.why), ("what to do", finding.do)):
                if text:
                    console.print(f"{' ' * (MARK + NAME + 2)}{label}: {text}", markup=False)
    console.print(f"\n{summed_up(findings)}", markup=False)


def _in_few_words(findings: Sequence[Finding]) -> Sequence[Finding]:
    """Of what could not be looked at, a line for each check that is in the way."""
    blocked: dict[str, list[str]] = {}
    for finding in findings:
        if finding.after:
            blocked.setdefault(finding.after, []).append(finding.check)
    after = (
        doubtful("not looked at", ", ".join(names), "", f"put {cause} right first, then run this again")
        for cause, names in blocked.items()
    )
    return [*(each for each in findings if not each.after), *after]


def summed_up(findings: Sequence[Finding]) -> str:
    """How it stands in one sentence, and what to do first."""
    problems = [each for each in findings if each.level is Level.PROBLEM]
    warnings = [each for each in findings if each.level is Level.WARNING and not each.after]
    if not problems and not warnings:
        return "All is well."
    beside = f", and {_counted(len(warnings), 'warning')} that can wait for the day" if warnings else ""
    if not problems:
        return f"No problem{beside}."
    first = problems[0]
    return f"{_counted(len(problems), 'problem')}{beside}. Begin with {first.check}: {first.do}."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"

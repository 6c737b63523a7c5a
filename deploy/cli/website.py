"""`practice snippet` and `practice test-request`: connecting a website, and trying it out."""

from typing import Annotated

import typer
from email_validator import EmailNotValidError, validate_email

from deploy.cli.frame import AsJson, DataDir, complain, environment, print_json, run, say
from deploy.house import admission_rules_of, opened, practice_of, vault_of
from services.intake import operations
from services.intake.domain.decision import Refused
from services.intake.domain.submission import ConsultationSubmission, Wishes, Writer
from services.intake.handlers import Desk, Receipt
from services.intake.settings import IntakeSettings
from services.intake.snippet import snippet
from shared.clock import utc_now
from shared.errors import Misconfigured
from shared.ids import RandomIds
from shared.language import house_languages
from shared.practice import Practice

app = typer.Typer()

Language = Annotated[
    str, typer.Option("--language", help="The language of the page or form, such as en or es.")
]
Email = Annotated[
    str | None,
    typer.Option(
        "--email", help="Where every mail about it goes; else to the practice's owner.", show_default=False
    ),
]


@app.command("snippet")
def print_snippet(*, language: Language = "en", data_dir: DataDir = None) -> None:
    """HTML to paste into the practice's website: a link, an iframe, or a form; none needs a script."""
    environ = environment(data_dir)
    practice = practice_of(environ)
    typer.echo(snippet(practice, IntakeSettings.read(environ).public_url, _one_of_the_house(language)))
    if not practice.origins:
        complain(
            "practice.yaml lists no origins: a frame or form needs the website's, https://www.example.org"
        )


@app.command("test-request")
def send_test_request(
    *,
    email: Email = None,
    language: Language = "en",
    as_json: AsJson = False,
    data_dir: DataDir = None,
) -> None:
    """Send a marked request through everything; its mails go to one address and are marked as a test."""
    environ = environment(data_dir)
    practice, vault = practice_of(environ), vault_of(environ)
    address = _checked(email) if email else _owner_address(practice)
    rules, submission = admission_rules_of(environ), _sample(practice, address, _one_of_the_house(language))

    async def work() -> Receipt | Refused:
        async with opened("intake", environ) as database:
            desk = Desk.of(practice, vault)
            return await operations.test_request(database, submission, rules, desk, utc_now(), RandomIds())

    outcome = run(work())
    if isinstance(outcome, Refused):
        complain(f"not taken: {'; '.join(operations.explained(outcome.reasons))}")
        raise typer.Exit(1)
    if as_json:
        print_json(
            {
                "reference": outcome.reference,
                "request_id": outcome.request_id,
                "received_at": outcome.received_at,
            }
        )
    else:
        say(f"{outcome.reference} is on its way; within a minute the mails about it arrive at {address}")
        say(f"follow it with `practice trail {outcome.reference}`")


def _sample(practice: Practice, address: str, language: str) -> ConsultationSubmission:
    return ConsultationSubmission(
        writer=Writer("Test Request", address),
        state=practice.states[0],
        age=34,
        concerns=tuple(practice.specialties)[:1],
        message="A test request, sent by the practice itself.",
        preferences=Wishes(format="online"),
        language=language,
    )


def _one_of_the_house(language: str) -> str:
    """Read after the settings, which name the folder of further languages."""
    if language not in house_languages():
        known = ", ".join(house_languages())
        raise typer.BadParameter(f"is none of {known}", param_hint="--language")
    return language


def _checked(email: str) -> str:
    try:
        return validate_email(email, check_deliverability=False).normalized
    except EmailNotValidError:
        raise typer.BadParameter("is not an e-mail address", param_hint="--email") from None


def _owner_address(practice: Practice) -> str:
    owner = practice.coordinator(practice.owner)
    if owner is None:
        raise Misconfigured("practice.yaml names an owner who is no coordinator")
    return owner.email

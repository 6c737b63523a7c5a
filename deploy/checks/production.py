"""What has to be there before any real person writes; `practice doctor --production` looks for it as well."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from deploy.checks import packs
from deploy.checks.finding import Environ, Finding, Level, Round, doubtful, well, wrong
from deploy.checks.places import PLAIN_HOST
from deploy.house import practice_of
from shared.practice import Practice
from shared.practice.providers import ALWAYS

ALERT_SMTP = "INTAKE_ALERT_SMTP_URL"
EDIT = "in practice.yaml"


async def reviewed(given: Round) -> Sequence[Finding]:
    """What the packs lack is a problem before real people write."""
    return [
        replace(each, level=Level.PROBLEM) if each.level is Level.WARNING else each
        for each in await packs.packs(given)
    ]


async def production(given: Round) -> Sequence[Finding]:
    """Somebody is on call, alerts have a second way, providers have signed, and people are warned."""
    practice = practice_of(given.environ)
    found = [
        *_on_call(practice),
        *_second_way(given.environ),
        *_providers(practice),
        *_email_warning(practice),
        *_desk_mail(practice, given.environ),
    ]
    return found or [well("production", "on call, agreements and warnings are as they should be")]


def _on_call(practice: Practice) -> Iterator[Finding]:
    if len(set(practice.on_call)) == 1:
        what = f"only {practice.on_call[0]} is on call"
        why = "an alert that they do not see reaches nobody else but the owner, at any hour"
        yield doubtful("on call", what, why, f"name a second coordinator under on_call {EDIT}")


def _second_way(environ: Environ) -> Iterator[Finding]:
    if not environ.get(ALERT_SMTP):
        why = "while messages or mails stand still, nobody hears of somebody in danger"
        do = f"set {ALERT_SMTP} to another mail server than the one for people's mails"
        yield wrong("alerts", f"{ALERT_SMTP} is not set: an alert has one way only", why, do)


def _providers(practice: Practice) -> Iterator[Finding]:
    named = {duty for each in practice.providers for duty in each.does}
    why = "HIPAA asks for a signed agreement with whoever holds or carries what people write"
    missing = [duty for duty in ALWAYS if duty not in named]
    if missing:
        what = f"nobody is named for {' and '.join(missing)}"
        yield wrong("providers", what, why, f"name who does it under providers {EDIT}; yourselves, if so")
    unsigned = [each.name for each in practice.providers if each.baa is None]
    if unsigned:
        baa = "`baa: {signed_on: …, note: where it lies}`"
        do = f"sign one with each, then write {baa} under providers {EDIT}"
        yield wrong("providers", f"without a note of an agreement: {', '.join(unsigned)}", why, do)


def _email_warning(practice: Practice) -> Iterator[Finding]:
    there, noted = practice.rules.notices.email_warning.version, practice.email_warning
    why = "people have to know that e-mail is not private before they ask for it"
    do = f"show that sentence on your website, too, then write `email_warning: {there}` {EDIT}"
    if noted is None:
        yield wrong("e-mail warning", "nobody has noted which warning people are shown", why, do)
    elif noted != there:
        what = f"practice.yaml notes the warning {noted}; rules/notices.yaml has {there}"
        yield wrong("e-mail warning", what, why, do)


def _desk_mail(practice: Practice, environ: Environ) -> Iterator[Finding]:
    host = environ.get(PLAIN_HOST)
    if practice.coordinator_mail == "full" and host:
        what = f"coordinators' mails are full, and {PLAIN_HOST} lets them go to {host} without TLS"
        why = "names and contacts of people travel where anybody on the way can read them"
        do = f"take {PLAIN_HOST} out, or set coordinator_mail: minimal {EDIT}"
        yield wrong("coordinator mail", what, why, do)

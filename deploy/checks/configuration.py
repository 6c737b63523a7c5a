"""What the services are told: that it can be used, that nothing is misspelt, and that secrets are kept."""

import asyncio
import difflib
from collections.abc import Iterator, Sequence
from pathlib import Path

from deploy.backup.settings import BackupSettings
from deploy.checks.finding import Environ, Finding, Round, doubtful, well, wrong
from deploy.checks.places import PLAIN_HOST, doors, is_this_machine, parts_of
from deploy.house import SETTINGS, Provisioning, checked_practice, owner_url_variable
from deploy.local.ports import VARIABLES as PORTS
from shared.settings import ServiceSettings

PREFIXES = ("PRACTICE_", "INTAKE_", "MATCHING_", "NOTIFICATIONS_", "RESOURCES_")
FILE = "_FILE"
DATA_DIR = "PRACTICE_DATA_DIR"
ALIKE = 0.8  # of two names, by difflib: SMPT for SMTP is, IMAP for SMTP is not
OTHERS, GROUP = 0o007, 0o070

# What no service reads: the command's own, and those of the operator's folder.
OF_TOOLS = frozenset(
    {
        DATA_DIR,
        "PRACTICE_FOLDER",
        "PRACTICE_GID",
        "PRACTICE_HOST",
        "PRACTICE_HTTPS_PORT",
        "PRACTICE_HTTP_PORT",
        "PRACTICE_INSIDE_PORT",
        "PRACTICE_REVISION",
        "PRACTICE_UID",
        "PRACTICE_URL",
        "PRACTICE_VERSION",
        PLAIN_HOST,
    }
)
OF_NOBODY = frozenset({"PRACTICE_DATABASE_URL", "PRACTICE_PORT"})  # fields that tools' settings inherit


def known_variables() -> frozenset[str]:
    """Every variable with our prefixes that means something to somebody."""
    all_settings: tuple[type[ServiceSettings], ...] = (BackupSettings, Provisioning, *SETTINGS.values())
    read = {
        settings.variable(field)
        for settings in all_settings
        for field in settings.model_fields
        if field != "service"
    }
    each = {owner_url_variable(service) for service in SETTINGS}
    each |= {f"{service.upper()}_PUBLIC_URL" for service in SETTINGS}  # a stack says it for every service
    plain = (read | each | OF_TOOLS | set(PORTS.values())) - OF_NOBODY
    return frozenset(plain | {f"{name}{FILE}" for name in plain})


def secret_variables() -> frozenset[str]:
    """What a service never shows: keys, passwords, seeds."""
    return frozenset(
        settings.variable(field)
        for settings in SETTINGS.values()
        for field, info in settings.model_fields.items()
        if not info.repr
    )


async def configuration(given: Round) -> Sequence[Finding]:
    """Settings of every service, and every file of the practice."""
    practice = await asyncio.to_thread(checked_practice, given.environ)
    return [well("configuration", f"{practice.name}: every setting and file can be used")]


async def variables(given: Round) -> Sequence[Finding]:
    """Nothing is set that nobody reads, or set twice."""
    found = [*_unknown(given.environ), *_told_twice(given.environ)]
    return found or [well("variables", "every variable with our prefixes is one that somebody reads")]


async def secrets(given: Round) -> Sequence[Finding]:
    """Secrets come from files that nobody else may read."""
    found = [*_plainly_told(given.environ), *_open_files(given.environ)]
    return found or [well("secrets", "no secret stands where others could read it")]


async def addresses(given: Round) -> Sequence[Finding]:
    """What the links in mails begin with, and the one way to a mail server that is not protected."""
    found = [*_public_urls(given.environ), *_plain_mail(given.environ)]
    return found or [well("addresses", "the links in mails lead to one host, and safely")]


def _unknown(environ: Environ) -> Iterator[Finding]:
    known = known_variables()
    for name in sorted(environ):
        if not name.startswith(PREFIXES) or name in known:
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=ALIKE)
        if near and near[0] not in environ:
            yield wrong(
                "variables",
                f"{name}: did you mean {near[0]}?",
                "nobody reads a name that is misspelt, so what it says has no effect",
                f"write {near[0]} instead, or take {name} out",
            )
        else:
            yield doubtful(
                "variables",
                f"{name} is set, and nobody reads it",
                "it may be left from an older version, or meant for another name",
                f"take {name} out, or look its name up in deploy/env.example",
            )


def _told_twice(environ: Environ) -> Iterator[Finding]:
    for name in sorted(environ):
        if name.startswith(PREFIXES) and f"{name}{FILE}" in environ:
            yield doubtful(
                "variables",
                f"both {name} and {name}{FILE} are set: the file counts",
                "whoever changes the other wonders why nothing changes",
                f"keep {name}{FILE} and take {name} out",
            )


def _plainly_told(environ: Environ) -> Iterator[Finding]:
    """In the environment itself, where `docker inspect` shows it; a stack on a data folder has a file."""
    if DATA_DIR in environ:
        return
    secret = secret_variables()
    plain = [
        name
        for name, value in sorted(environ.items())
        if name.startswith(PREFIXES) and value and (name in secret or _holds_a_password(value))
    ]
    if plain:
        yield doubtful(
            "secrets",
            f"told in the environment itself: {', '.join(plain)}",
            "whoever may list processes or inspect containers on this machine can read them",
            f"write each into a file of its own (mode 600) and name that file in {plain[0]}{FILE} and so on",
        )


def _holds_a_password(value: str) -> bool:
    parts = parts_of(value)
    return parts is not None and bool(parts.password)


def _open_files(environ: Environ) -> Iterator[Finding]:
    named = {name: Path(environ[name]) for name in sorted(environ) if name.endswith(FILE)}
    files = {name: file for name, file in named.items() if name.startswith(PREFIXES)}
    if DATA_DIR in environ:
        files[DATA_DIR] = Path(environ[DATA_DIR]) / "env"
    for name, file in files.items():
        if not file.is_file():
            continue  # the configuration says so
        mode = file.stat().st_mode
        do = f"run `chmod 600 {file}`"
        if mode & OTHERS:
            what = f"{name}: {file} may be read or written by everybody on the machine"
            yield wrong("secrets", what, "it holds a secret, which is none any more", do)
        elif mode & GROUP:
            what = f"{name}: {file} may be read or written by the group of its owner"
            yield doubtful("secrets", what, "it holds a secret that one user alone needs", do)


def _public_urls(environ: Environ) -> Iterator[Finding]:
    pages = list(doors(environ))
    for page in pages:
        if page.scheme != "https" and not is_this_machine(page.host):
            yield wrong(
                "addresses",
                f"{page.variable} begins with {page.scheme}://",
                "what people read and write there goes over the network for everybody to see",
                f"begin it with https://, and let Caddy or your own proxy hold a certificate for {page.host}",
            )
    here = [page.variable for page in pages if is_this_machine(page.host)]
    hosts = sorted({page.host for page in pages})
    if DATA_DIR in environ:
        return
    if here:
        yield doubtful(
            "addresses",
            f"{', '.join(here)}: this machine itself",
            "links in mails lead whoever reads them to their own machine",
            "for trying out it may stay; else set the name under which the practice is reached",
        )
    elif len(hosts) > 1:
        yield doubtful(
            "addresses",
            f"the pages stand on different hosts: {', '.join(hosts)}",
            "each needs its own certificate and DNS name, and a browser proves itself to each anew",
            "give all public URLs one host, unless you mean it so",
        )


def _plain_mail(environ: Environ) -> Iterator[Finding]:
    host = environ.get(PLAIN_HOST)
    if host:
        yield doubtful(
            "addresses",
            f"{PLAIN_HOST} lets mail go to {host} without TLS",
            "for trying out: mails go unprotected, and a mail sink keeps them from people",
            f"take {PLAIN_HOST} out before anybody writes to you in earnest",
        )

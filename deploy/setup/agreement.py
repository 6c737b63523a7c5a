"""Looks at files that speak of each other: do they say the same?"""

import hashlib
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pyrage

from deploy.local.environment import read_env
from deploy.setup.contents import BROKERS, SEEDS, WEBSITE, piece_of
from deploy.setup.databases import password_in
from deploy.setup.env import needed_variables
from deploy.setup.finding import Finding
from deploy.setup.folder import Folder
from deploy.setup.roles import ROLES
from deploy.setup.shapes import damage
from shared.errors import Misconfigured
from shared.messaging.entrance import public_key

KEY_MAY_STAY = timedelta(days=7)
FIXED = ("COMPOSE_FILE", "PRACTICE_FOLDER", "PRACTICE_UID", "PRACTICE_GID")


def databases(folder: Folder) -> Iterator[Finding]:
    """Every database's password is the one its role was made with."""
    roles = _text(folder, "secrets/postgres_roles.sql")
    for role in ROLES:
        name = f"secrets/{role}_database_url"
        url = _text(folder, name)
        if not roles or not url or damage(name, url):
            continue
        made_with = re.search(rf"^CREATE ROLE {role} .*PASSWORD '(.*)';$", roles, re.MULTILINE)
        if made_with is None or made_with[1] != password_in(url):
            yield Finding(
                name,
                "its password is not the one in secrets/postgres_roles.sql",
                "PostgreSQL was given the passwords of that file when its data was made",
                "put both back from one backup; after `ALTER ROLE … PASSWORD` write the new one into both",
            )


def broker(folder: Folder, now: datetime) -> Iterator[Finding]:
    """The broker knows every user's seed, and gives each the rights that this version needs."""
    made_of = {name: _text(folder, name) for name in (*SEEDS, "secrets/nats_store_key")}
    if any(not text or damage(name, text) for name, text in made_of.items()):
        return
    do = f"run `practice init {folder.root} --renew-rights`, then `docker compose up -d --force-recreate`"
    known = _text(folder, "secrets/nats.conf")
    strangers = [name for name in SEEDS if known and public_key(made_of[name]) not in known]
    for name in strangers:
        yield Finding(name, "its user is not in secrets/nats.conf", "NATS will not let it in", do)
    for name in () if strangers else (f"secrets/{server}.conf" for server in BROKERS):
        if folder.path(name).exists() and not _is_as_made(folder, name, now):
            what = "it is not as this version of the product makes it"
            yield Finding(name, what, "a service may lack a right, or have one too many", do)


def websites(folder: Folder) -> Iterator[Finding]:
    """What the practice's website was given opens intake's door."""
    given, known = _text(folder, "website/site-key"), _text(folder, "secrets/intake_site_keys")
    if given and hashlib.sha256(given.encode()).hexdigest() not in known:
        do = f"write {WEBSITE}:<its SHA-256> into secrets/intake_site_keys, or remove the file"
        yield Finding("website/site-key", "intake does not know it", "its posts are refused", do)
    secret, secrets = _text(folder, "website/event-secret"), _text(folder, "secrets/intake_event_secrets")
    if secret and secret not in secrets:
        do = f"write {WEBSITE}:<it> into secrets/intake_event_secrets, or remove the file"
        yield Finding("website/event-secret", "intake does not know it", "its events are refused", do)


def mail(folder: Folder, now: datetime) -> Iterator[Finding]:
    """There is a mail server, and alarms go the same way."""
    if folder.path("secrets/smtp_url").exists() and not _text(folder, "secrets/smtp_url"):
        yield Finding(
            "secrets/smtp_url",
            "it is empty",
            "no mail can be sent, and the services do not start without it",
            f"write smtps://user:password@your.mail.server into {folder.path('secrets/smtp_url')}, then "
            f"run `practice init {folder.root} --renew-observe`",
        )
        return
    try:
        current = _is_as_made(folder, "observe/alertmanager.yml", now)
    except Misconfigured as wrong:
        yield Finding(
            "observe/alertmanager.yml", str(wrong), "alarms may reach nobody", "correct what it names"
        )
        return
    if not current:
        yield Finding(
            "observe/alertmanager.yml",
            "it is not what secrets/smtp_url and practice/practice.yaml say now",
            "alarms go the old way, or reach nobody",
            f"run `practice init {folder.root} --renew-observe`, then `docker compose restart alertmanager`",
        )


def backups(folder: Folder, now: datetime) -> Iterator[Finding]:
    """Backups are sealed for the key that was taken away in time."""
    identity, path = _text(folder, "backup/identity"), folder.path("backup/identity")
    if not identity or damage("backup/identity", identity):
        return
    with suppress(pyrage.IdentityError):
        if str(pyrage.x25519.Identity.from_str(identity).to_public()) != _text(folder, "backup/recipient"):
            why = "backups made now cannot be opened with the key beside it"
            yield Finding("backup/recipient", "it is not of backup/identity", why, "put back the right one")
    age = now - datetime.fromtimestamp(path.stat().st_mtime, now.tzinfo)
    if age > KEY_MAY_STAY:
        yield Finding(
            "backup/identity",
            f"it has been on this machine for {age.days} days",
            "whoever takes this machine can read its backups, and whoever loses it cannot",
            f"keep two copies elsewhere (a safe, a password manager), then `shred -u {path}`",
        )


def compose(folder: Folder) -> Iterator[Finding]:
    """What compose reads is complete, and of this folder and this checkout."""
    if not folder.path(".env").exists():
        return
    try:
        said = read_env(folder.path(".env"))
    except Misconfigured as wrong:
        yield Finding(".env", str(wrong), "compose reads it", "write NAME=value in each line")
        return
    for name, usual in needed_variables(folder).items():
        if not said.get(name):
            why = "deploy/compose.yaml needs it"
            yield Finding(".env", f"{name} is missing", why, f"run `practice init {folder.root}`")
        elif name in FIXED and not set(usual.split(":")).issubset(said[name].split(":")):
            why = "compose would work on another folder, from another checkout, or as another user"
            yield Finding(".env", f"{name} is {said[name]}, and should be {usual}", why, "correct the line")


def _text(folder: Folder, name: str) -> str:
    """A file's text, or nothing where there is none to read."""
    try:
        return folder.path(name).read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return ""


def _is_as_made(folder: Folder, name: str, now: datetime) -> bool:
    """Whether a file is what would be made now from the others."""
    return _text(folder, name) == piece_of(name).make(folder, now).strip()

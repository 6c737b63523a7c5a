"""Everything that an operator's folder holds, in the order in which it is made.

What is made from other files comes after them and is made from them alone: whatever crashes in between, the
roles know the passwords of the URLs, and the broker the users of the seeds.
"""

import base64
import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Literal

import pyrage

from deploy.local.keys import SERVICES
from deploy.setup import bus, certificates, databases, observe
from deploy.setup.env import new_variables, plain_host, written
from deploy.setup.folder import Folder
from deploy.setup.postgres_accounts import group, passwd
from deploy.setup.roles import ROLES, roles_sql
from deploy.setup.sample import sample_file, sender_and_owner
from deploy.setup.smtp import server_of_alarms
from deploy.setup.writing import PRIVATE, PUBLIC
from shared.messaging.entrance import new_seed, public_key
from shared.messaging.rights import USERS

BROKERS = (bus.ALONE, *bus.TOGETHER)  # the folder is ready for one and for three
WEBSITE = "website"  # what intake calls the practice's website

# What it means that a file is gone. `lost`: nobody can make it again. `again`: it is made anew from what it
# was made from. `taken`: it was given to somebody, or taken away, as it should be.
Gone = Literal["lost", "again", "taken"]
Make = Callable[[Folder, datetime], str]

FOLDERS: Mapping[str, int] = MappingProxyType(
    {
        "practice": 0o755,
        "practice/rules": 0o755,
        "languages": 0o755,
        "secrets": 0o700,
        "tls": 0o700,
        "website": 0o700,
        "backup": 0o700,
        "postgres": 0o755,
        "observe": 0o700,
        "data": 0o700,
        **{
            f"data/{part}": 0o700
            for part in (
                "postgres",
                *BROKERS,
                "caddy",
                "caddy-config",
                "backups",
                "prometheus",
                "alertmanager",
            )
        },
    }
)


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of the folder: how it is made, from which others, and what it means that it is gone."""

    name: str
    make: Make
    of: tuple[str, ...] = ()
    mode: int = PRIVATE
    gone: Gone = "lost"


def _new(make: Callable[[], str]) -> Make:
    return lambda folder, now: f"{make()}\n"


def _vault_key() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _phrase() -> str:
    return secrets.token_urlsafe(36)


def _event_secret() -> str:
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _site_keys(folder: Folder, now: datetime) -> str:
    return f"{WEBSITE}:{hashlib.sha256(folder.read('website/site-key').encode()).hexdigest()}\n"


def _event_secrets(folder: Folder, now: datetime) -> str:
    return f"{WEBSITE}:{folder.read('website/event-secret')}\n"


def _smtp_url(folder: Folder, now: datetime) -> str:
    return "smtp://mailpit:1025\n" if folder.mark.asked.dev else ""


def _roles(folder: Folder, now: datetime) -> str:
    return roles_sql(
        {role: databases.password_in(folder.read(f"secrets/{role}_database_url")) for role in ROLES}
    )


def _nats_conf(server: str) -> Make:
    def make(folder: Folder, now: datetime) -> str:
        public_keys = {user: public_key(folder.read(f"secrets/nats_{user}")) for user in USERS}
        return bus.server_configuration(server, public_keys, folder.read("secrets/nats_store_key"))

    return make


def _authority(folder: Folder, now: datetime) -> str:
    return certificates.authority_certificate(folder.read("secrets/ca-key.pem"), now=now)


def _certificate(server: str) -> Make:
    def make(folder: Folder, now: datetime) -> str:
        key, authority = folder.read(f"tls/{server}-key.pem"), folder.read("tls/ca.pem")
        signer = folder.read("secrets/ca-key.pem")
        return certificates.server_certificate(server, key, authority, signer, now=now)

    return make


def _identity() -> str:
    return str(pyrage.x25519.Identity.generate())


def _recipient(folder: Folder, now: datetime) -> str:
    return f"{pyrage.x25519.Identity.from_str(folder.read('backup/identity')).to_public()}\n"


def _alarms(folder: Folder, now: datetime) -> str:
    url = folder.read("secrets/smtp_url")
    server = server_of_alarms(url, plain_host(folder)) if url else None
    return observe.routing(server, *sender_and_owner(folder.path("practice")))


def _env(folder: Folder, now: datetime) -> str:
    return written(new_variables(folder))


def _sample(name: str) -> Make:
    return lambda folder, now: sample_file(folder.mark.asked, name)


SEEDS = tuple(f"secrets/nats_{user}" for user in USERS)
URLS = tuple(f"secrets/{role}_database_url" for role in ROLES)

PIECES: tuple[Piece, ...] = (
    Piece("practice/practice.yaml", _sample("practice.yaml"), mode=PUBLIC),
    Piece("practice/clinicians.yaml", _sample("clinicians.yaml"), mode=PUBLIC, gone="taken"),
    Piece("practice/resources.yaml", _sample("resources.yaml"), mode=PUBLIC),
    Piece("secrets/intake_vault_keys", _new(_vault_key)),
    Piece("secrets/intake_address_key", _new(_phrase)),
    *(Piece(f"secrets/{service}_link_keys", _new(_phrase)) for service in SERVICES),
    Piece("website/site-key", _new(_phrase), gone="taken"),
    Piece("secrets/intake_site_keys", _site_keys, ("website/site-key",)),
    Piece("website/event-secret", _new(_event_secret), gone="taken"),
    Piece("secrets/intake_event_secrets", _event_secrets, ("website/event-secret",)),
    Piece("secrets/smtp_url", _smtp_url),
    Piece("secrets/imap_password", lambda folder, now: ""),
    Piece("secrets/postgres_password", _new(databases.new_password)),
    *(
        Piece(
            f"secrets/{role}_database_url",
            _new(partial(databases.new_url, role, role.removesuffix("_owner"))),
        )
        for role in ROLES
    ),
    Piece("secrets/postgres_roles.sql", _roles, URLS, gone="again"),
    *(Piece(seed, _new(new_seed)) for seed in SEEDS),
    Piece("secrets/nats_store_key", _new(_phrase)),
    *(
        Piece(f"secrets/{server}.conf", _nats_conf(server), (*SEEDS, "secrets/nats_store_key"), gone="again")
        for server in BROKERS
    ),
    Piece("secrets/ca-key.pem", _new(certificates.private_key)),
    Piece("tls/ca.pem", _authority, ("secrets/ca-key.pem",), PUBLIC, "again"),
    *(
        piece
        for server in certificates.NAMES
        for piece in (
            Piece(f"tls/{server}-key.pem", _new(certificates.private_key)),
            Piece(
                f"tls/{server}.pem",
                _certificate(server),
                (f"tls/{server}-key.pem", "tls/ca.pem", "secrets/ca-key.pem"),
                PUBLIC,
                "again",
            ),
        )
    ),
    Piece("backup/identity", _new(_identity), gone="taken"),
    Piece("backup/recipient", _recipient, ("backup/identity",), PUBLIC),
    Piece("postgres/passwd", lambda folder, now: passwd(folder.owner), mode=PUBLIC, gone="again"),
    Piece("postgres/group", lambda folder, now: group(folder.owner), mode=PUBLIC, gone="again"),
    Piece("observe/alertmanager.yml", _alarms, ("secrets/smtp_url", "practice/practice.yaml"), gone="again"),
    Piece(".env", _env, mode=PUBLIC),
)


def piece_of(name: str) -> Piece:
    """The piece of this name."""
    return next(piece for piece in PIECES if piece.name == name)

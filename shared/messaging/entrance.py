"""How somebody comes in to NATS: where it is, as whom, over what; and what a refusal means.

With an authority to trust, TLS begins with the first byte: a server that would rather go on in plain text
sees nothing.
"""

import secrets
import ssl
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

import nkeys
from faststream.nats.security import NatsNKey, NatsSecurity, NatsUserPassword
from nats.errors import Error as NatsError

from shared.errors import Misconfigured
from shared.trust import trusting


@dataclass(frozen=True, slots=True)
class BusSettings:
    """Where NATS is (several servers of one cluster: separated by commas), and as whom to speak to it."""

    url: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    seed: str | None = field(default=None, repr=False)  # of an nkey user; goes before user and password
    ca: Path | None = None  # trusted alone; none: plain text

    @property
    def servers(self) -> list[str]:
        return [url.strip() for url in self.url.split(",")]


class Refusal(Enum):
    """Why nobody comes in, or is let do what it needs; each with what to do."""

    IDENTITY = "NATS does not let this user in: check PRACTICE_NATS_SEED against the users of the server"
    UNTRUSTED = "the certificate of NATS is not to be believed: check PRACTICE_CA, its name and its dates"
    NO_TLS = "NATS does not speak TLS from the first byte, as PRACTICE_CA asks: check its configuration"
    RIGHTS = "NATS refuses what this service may need: check its user's rights"


def security_of(settings: BusSettings) -> NatsSecurity | None:
    """How FastStream's broker identifies itself. Raises Misconfigured when the seed or the CA is none."""
    tls = None if settings.ca is None else trusting(settings.ca)
    security: NatsSecurity | None = None
    if settings.seed is not None:
        public_key(settings.seed)
        security = NatsNKey.from_seed(settings.seed, ssl_context=tls)
    elif settings.user is not None:
        security = NatsUserPassword(settings.user, settings.password or "", ssl_context=tls)
    elif tls is not None:
        security = NatsSecurity(ssl_context=tls)
    if security is not None:
        security.tls_handshake_first = tls is not None
    return security


def options_of(settings: BusSettings) -> dict[str, Any]:
    """The same for a plain client of nats-py."""
    found: dict[str, Any] = {"servers": settings.servers}
    if settings.ca is not None:
        found |= {"tls": trusting(settings.ca), "tls_handshake_first": True}
    if settings.seed is not None:
        public_key(settings.seed)
        return found | {"nkeys_seed_str": settings.seed}
    return found | {"user": settings.user, "password": settings.password}


def refusal_in(error: Exception) -> Refusal | None:
    """What the server, or we, refused; None when it is only away."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refusal.UNTRUSTED
    if isinstance(error, ssl.SSLError):
        return Refusal.NO_TLS
    said = str(error).lower() if isinstance(error, NatsError) else ""
    if "permissions violation" in said:
        return Refusal.RIGHTS
    return Refusal.IDENTITY if "authorization" in said or "authentication" in said else None


def new_seed() -> str:
    """The seed of a new user's nkey: secret, and all that this user needs."""
    return str(nkeys.encode_seed(secrets.token_bytes(32), nkeys.PREFIX_BYTE_USER), "ascii")


def public_key(seed: str) -> str:
    """The public half of a user's nkey, for the server. Raises Misconfigured when it is no user's seed."""
    try:
        public = str(nkeys.from_seed(bytearray(seed.strip().encode())).public_key, "ascii")
    except (nkeys.NkeysError, ValueError):
        public = ""
    if not public.startswith("U"):
        raise Misconfigured(
            "PRACTICE_NATS_SEED is no seed of an nkey user, which begins with SU: `practice init` makes one"
        )
    return public

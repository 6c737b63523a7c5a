"""The secrets that one embedded stack makes for itself, once, and keeps in its data folder."""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from deploy.local.places import Places, write_durably
from shared.errors import Misconfigured
from shared.messaging.entrance import new_seed
from shared.messaging.rights import OPERATOR, PROVISIONER, USERS

SERVICES = ("intake", "matching", "notifications", "resources")
STORE_KEY = "NATS_STORE_KEY"  # told to the broker alone


@dataclass(frozen=True, slots=True)
class Website:
    """What the website of one stack holds: the key it posts with, and the secret it signs events with."""

    site_key: str = field(repr=False)
    event_secret: str = field(repr=False)


def kept_keys(places: Places) -> dict[str, str]:
    """Every secret by its environment variable: made on the first start, the same on every later one.

    A variable that a newer version asks for is added; none is ever replaced.
    Raises Misconfigured when the file was damaged: what was sealed under lost keys cannot be read.
    """
    kept = _kept(places, _MAKERS)
    return {name: kept[name] for name in kept if name != STORE_KEY}


def kept_store_key(places: Places) -> str | None:
    """With what the broker encrypts its store; None for a store that was begun without.

    Such a store stays as it is: a server that is given a key later loses streams that hold no message.
    """
    begun = any((places.nats_store / "jetstream").glob("*"))
    if begun and STORE_KEY not in _read(places):
        return None
    return _kept(places, {STORE_KEY: _phrase})[STORE_KEY]


def seed_variable(user: str) -> str:
    """The variable with which the stack tells a user of the broker who it is."""
    return {OPERATOR: "PRACTICE_NATS_SEED", PROVISIONER: "PRACTICE_NATS_PROVISIONER_SEED"}.get(
        user, f"{user.upper()}_NATS_SEED"
    )


def _kept(places: Places, makers: Mapping[str, Callable[[], str]]) -> dict[str, str]:
    kept = _read(places)
    missing = {name: make() for name, make in makers.items() if name not in kept}
    if missing:
        kept = kept | missing
        write_durably(places.keys, json.dumps(kept, indent=1) + "\n")
    return kept


def kept_website(places: Places) -> Website:
    """How a website of this stack proves itself: made on the first start, the same on every later one."""
    return Website(_kept_site_key(places), _kept_event_secret(places))


def _kept_site_key(places: Places) -> str:
    """The key with which a website of this stack posts from its server; plain, in `site-key`."""
    if not places.site_key.exists():
        write_durably(places.site_key, secrets.token_urlsafe(32) + "\n")
    return places.site_key.read_text(encoding="utf-8").strip()


def _kept_event_secret(places: Places) -> str:
    """The secret with which a website of this stack signs its events; plain, in `event-secret`."""
    if not places.event_secret.exists():
        written = base64.b64encode(secrets.token_bytes(32)).decode()
        write_durably(places.event_secret, f"whsec_{written}\n")
    return places.event_secret.read_text(encoding="utf-8").strip()


def _read(places: Places) -> dict[str, str]:
    if not places.keys.exists():
        return {}
    try:
        kept: dict[str, str] = json.loads(places.keys.read_text(encoding="utf-8"))
    except ValueError:
        raise Misconfigured(
            f"{places.keys} is damaged: put its backup back, or start on a new folder"
        ) from None
    return kept


def _vault_key() -> str:
    return f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def _phrase() -> str:
    return secrets.token_urlsafe(36)


_MAKERS: Mapping[str, Callable[[], str]] = {
    "INTAKE_VAULT_KEYS": _vault_key,
    "INTAKE_ADDRESS_KEY": _phrase,
    **{f"{service.upper()}_LINK_KEYS": _phrase for service in SERVICES},
    **{seed_variable(user): new_seed for user in USERS},
}

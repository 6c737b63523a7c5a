"""What each part is told: the surroundings this process was started in, and what the stack sets for it."""

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from deploy.local.keys import SERVICES, Website, seed_variable
from deploy.local.places import DEFAULT_CONFIG_DIR, Places
from deploy.local.ports import LOOPBACK, VARIABLES, Ports
from shared.errors import Misconfigured
from shared.messaging.rights import OPERATOR, PROVISIONER

SITE = "this-machine"  # what intake calls the website that posts with the stack's own site key


def surroundings() -> Mapping[str, str]:
    """The environment of this process."""
    return dict(os.environ)


def of_the_stack(
    places: Places, ports: Ports, keys: dict[str, str], website: Website, around: Mapping[str, str]
) -> Mapping[str, str]:
    """Everything that the stack decides, for all parts together: what `<data-dir>/env` holds.

    A database is the stack's own SQLite file unless the surroundings name another, such as PostgreSQL.
    """
    config_dir = Path(around.get("PRACTICE_CONFIG_DIR") or DEFAULT_CONFIG_DIR).resolve()
    said = {VARIABLES[door]: str(getattr(ports, door)) for door in VARIABLES}
    said |= {
        "PRACTICE_CONFIG_DIR": str(config_dir),
        "PRACTICE_DATA_DIR": str(places.data_dir.resolve()),
        "PRACTICE_NATS_URL": f"nats://{LOOPBACK}:{ports.nats}",
        "PRACTICE_LOG_FORMAT": around.get("PRACTICE_LOG_FORMAT", "console"),
        "INTAKE_SITE_KEYS": f"{SITE}:{hashlib.sha256(website.site_key.encode()).hexdigest()}",
        "INTAKE_EVENT_SECRETS": f"{SITE}:{website.event_secret}",
        "NOTIFICATIONS_RETURN_ADDRESS": around.get("NOTIFICATIONS_RETURN_ADDRESS", "own"),
        "INTAKE_ALERT_SMTP_URL": f"smtp://{LOOPBACK}:{ports.mail}",
        "NOTIFICATIONS_SMTP_URL": f"smtp://{LOOPBACK}:{ports.mail}",
    }
    if around.get("PRACTICE_LOCALE_DIR"):
        said["PRACTICE_LOCALE_DIR"] = str(Path(around["PRACTICE_LOCALE_DIR"]).resolve())
    for service in SERVICES:
        name = service.upper()
        said[f"{name}_PUBLIC_URL"] = f"http://{LOOPBACK}:{getattr(ports, service)}"
        own = f"sqlite+aiosqlite:///{places.database(service).resolve()}"
        said[f"{name}_DATABASE_URL"] = around.get(f"{name}_DATABASE_URL", own)
    return said | keys


def of_a_service(service: str, said: Mapping[str, str], around: Mapping[str, str]) -> Mapping[str, str]:
    """What one service is told: the shared settings and its own, nobody else's secrets.

    The link keys are the exception: `notifications` writes everybody's links and holds them all. To the
    broker a service shows its own seed; the one in the file `env` is the operator's.
    """
    others = tuple(f"{other.upper()}_" for other in SERVICES if other != service)

    def known(variable: str) -> bool:
        if variable.endswith("_PUBLIC_URL"):
            return True
        if variable.endswith("_LINK_KEYS") and service == "notifications":
            return True
        return not variable.startswith(others)

    told = {name: value for name, value in {**around, **said}.items() if known(name)}
    told.pop(seed_variable(PROVISIONER), None)
    own = told.pop(seed_variable(service), None)
    return told if own is None else {**told, seed_variable(OPERATOR): own}


def written(said: Mapping[str, str]) -> str:
    """The lines of an `env` file: `NAME=value`, the value as it is to the end of the line."""
    return "".join(f"{name}={value}\n" for name, value in sorted(said.items()))


def read_env(file: Path) -> Mapping[str, str]:
    """What an `env` file says. Raises Misconfigured when there is none or a line is no `NAME=value`."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise Misconfigured(
            f"{file} cannot be read ({error.strerror}): is it the data folder of a `practice up`?"
        ) from None
    pairs = [line.partition("=") for line in lines if line.strip() and not line.startswith("#")]
    if any(not equals for _, equals, _ in pairs):
        raise Misconfigured(f"{file} has a line that is not NAME=value")
    return {name: value for name, _, value in pairs}

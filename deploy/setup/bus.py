"""The broker of a practice in containers: where it finds what it is given, and whom it lets in.

One server, or three that keep every stream together (`deploy/compose.cluster.yaml`).
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from deploy.house import bus_rights
from deploy.nats.configuration import Cluster, Server, Tls, configuration

SECRETS = PurePosixPath("/run/secrets")
SHOWN = Tls(
    certificate=SECRETS / "nats.pem",
    key=SECRETS / "nats-key.pem",
    authority=PurePosixPath("/etc/practice-tls/ca.pem"),
)


ALONE, TOGETHER = "nats", ("nats-1", "nats-2", "nats-3")
AMONG_THEMSELVES = 6222  # the port


def server_configuration(name: str, public_keys: Mapping[str, str], store_key: str) -> str:
    """What this server reads: TLS from the first byte, who may do what, all stored encrypted and synced."""
    server = Server(
        name=name,
        listen="0.0.0.0:4222",
        store=PurePosixPath("/data"),
        store_key=store_key,
        tls=SHOWN,
        monitor="0.0.0.0:8222",
        cluster=_CLUSTER if name in TOGETHER else None,
    )
    return configuration(server, bus_rights(), public_keys)


_CLUSTER = Cluster(
    name="practice",
    listen=f"0.0.0.0:{AMONG_THEMSELVES}",
    routes=[f"{each}:{AMONG_THEMSELVES}" for each in TOGETHER],
    tls=SHOWN,
)

"""The six parts of the embedded stack and the commands that run them."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local import nats
from deploy.local.environment import of_a_service
from deploy.local.keys import SERVICES
from deploy.local.places import DEFAULT_CONFIG_DIR, Places
from deploy.local.ports import Ports

PARTS = ("nats", "mail", *SERVICES)


@dataclass(frozen=True, slots=True)
class Part:
    """What is kept alive, and the port on which it says whether it is."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    port: int
    health: str | None  # a path that answers 200 when the part is ready; None: an open port is enough


def broker(places: Places, ports: Ports, around: Mapping[str, str]) -> Part:
    return Part("nats", nats.command(places), around, ports.nats, None)


def mail_server(places: Places, ports: Ports, around: Mapping[str, str]) -> Part:
    module = (sys.executable, "-m", "deploy.local.mail")
    practice = Path(around.get("PRACTICE_CONFIG_DIR") or DEFAULT_CONFIG_DIR).resolve()
    command = (*module, str(places.mail.resolve()), str(ports.mail), str(ports.inbox), str(practice))
    return Part("mail", command, around, ports.inbox, "/")


def services(ports: Ports, said: Mapping[str, str], around: Mapping[str, str]) -> tuple[Part, ...]:
    return tuple(
        Part(
            service,
            (sys.executable, "-m", f"services.{service}"),
            of_a_service(service, said, around),
            getattr(ports, service),
            "/readyz",
        )
        for service in SERVICES
    )

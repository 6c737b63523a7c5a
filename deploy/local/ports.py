"""The ports of the embedded stack: each from its variable, all on the loopback interface."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass, fields

from shared.errors import Misconfigured

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Ports:
    """One port a door."""

    nats: int = 4222
    mail: int = 1025
    inbox: int = 8025
    intake: int = 8001
    matching: int = 8002
    notifications: int = 8003
    resources: int = 8004


VARIABLES = {
    "nats": "PRACTICE_NATS_PORT",
    "mail": "PRACTICE_MAIL_PORT",
    "inbox": "PRACTICE_INBOX_PORT",
    "intake": "INTAKE_PORT",
    "matching": "MATCHING_PORT",
    "notifications": "NOTIFICATIONS_PORT",
    "resources": "RESOURCES_PORT",
}


def ports_from(environ: Mapping[str, str]) -> Ports:
    """The ports asked for. Raises Misconfigured when one is no port or two are the same."""
    chosen = {
        door: _port(environ[variable], variable)
        for door, variable in VARIABLES.items()
        if variable in environ
    }
    ports = Ports(**chosen)
    taken: dict[int, str] = {}
    for field in fields(ports):
        variable, number = VARIABLES[field.name], getattr(ports, field.name)
        if number in taken:
            raise Misconfigured(
                f"{variable} and {taken[number]} are both {number}: each needs a port of its own"
            )
        taken[number] = variable
    return ports


def free_ports() -> Ports:
    """Ports that nobody uses at this moment."""
    held = [socket.socket() for _ in fields(Ports)]
    try:
        for one in held:
            one.bind((LOOPBACK, 0))
        return Ports(*(one.getsockname()[1] for one in held))
    finally:
        for one in held:
            one.close()


def refuse_busy(ports: Ports) -> None:
    """Raises Misconfigured, naming the port and its variable, when somebody else listens already."""
    for field in fields(ports):
        variable, number = VARIABLES[field.name], getattr(ports, field.name)
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, number))
            except PermissionError:
                raise Misconfigured(
                    f"port {number} needs rights you lack: set {VARIABLES[field.name]}"
                ) from None
            except OSError:
                raise Misconfigured(
                    f"port {number} ({field.name}) is in use: stop what uses it, or set {variable} to another"
                ) from None


def _port(text: str, variable: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise Misconfigured(f"{variable} must be a port number from 1 to 65535")
    return int(text)

"""Renders `nats-server.conf`: who may come in and do what, over what, and how messages are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import PurePath

from shared.errors import Misconfigured
from shared.messaging.rights import ANSWER_WITHIN, ANSWERS, HEALTH, USERS, Right, Rights

ACCOUNT, SYSTEM = "PRACTICE", "SYSTEM"
SERVERS_HEALTH = "$SYS.REQ.SERVER.PING.HEALTHZ"
CIPHER = "aes"
INDENT = "  "


@dataclass(frozen=True, slots=True)
class Tls:
    """With what a server shows who it is, and by whom it believes other servers of its cluster."""

    certificate: PurePath
    key: PurePath
    authority: PurePath


@dataclass(frozen=True, slots=True)
class Cluster:
    """Several servers that keep the streams together; each is told of all.

    Clients are told of all, too, and by their names: the addresses that servers would tell them change with
    every start of a container.
    """

    name: str
    listen: str  # such as 0.0.0.0:6222
    routes: Sequence[str]  # such as nats-1:6222
    tls: Tls


@dataclass(frozen=True, slots=True)
class Server:
    """One server: where it listens and what it keeps where."""

    name: str
    listen: str
    store: PurePath
    store_key: str | None = field(default=None, repr=False)  # what is stored is encrypted with it
    tls: Tls | None = None  # none: plain text, which is for one machine
    monitor: str | None = None  # where it tells how it is, without a password
    cluster: Cluster | None = None
    store_bytes: int = 8 << 30


def configuration(server: Server, rights: Mapping[str, Rights], public_keys: Mapping[str, str]) -> str:
    """The whole file. Nobody comes in but these users, each by the nkey whose public half is given.

    Raises Misconfigured when a user has no key: what is left out would be let nowhere.
    """
    missing = [user for user in USERS if not public_keys.get(user)]
    if missing:
        raise Misconfigured(f"no nkey is known for {', '.join(missing)}: make one")
    blocks = (
        [f"server_name: {_text(server.name)}", f"listen: {_text(server.listen)}"],
        [f"http: {_text(server.monitor)}"] if server.monitor else [],
        _block("tls", [*_tls(server.tls), "handshake_first: true"]) if server.tls else [],
        _block("jetstream", _store(server)),
        _block("cluster", _cluster(server.cluster)) if server.cluster else [],
        [f"system_account: {SYSTEM}"],
        _block("accounts", [*_system(), *_practice(rights, public_keys)]),
    )
    return "\n".join(line for block in blocks for line in block) + "\n"


def _store(server: Server) -> list[str]:
    sealed = [f"cipher: {CIPHER}", f"key: {_text(server.store_key)}"] if server.store_key else []
    room = f"max_file_store: {server.store_bytes}"
    return [f"store_dir: {_text(server.store)}", "sync_interval: always", room, *sealed]


def _tls(tls: Tls) -> list[str]:
    return [f"cert_file: {_text(tls.certificate)}", f"key_file: {_text(tls.key)}", 'min_version: "1.2"']


def _cluster(cluster: Cluster) -> list[str]:
    routes = ", ".join(_text(f"nats-route://{route}") for route in cluster.routes)
    place = [f"name: {_text(cluster.name)}", f"listen: {_text(cluster.listen)}", f"routes: [{routes}]"]
    return [
        *place,
        "no_advertise: true",
        *_block("tls", [*_tls(cluster.tls), f"ca_file: {_text(cluster.tls.authority)}", "verify: true"]),
    ]


def _system() -> list[str]:
    """The server's own account: nobody enters it, and it tells the practice its health, nothing else."""
    told = f"service: {_text(SERVERS_HEALTH)}, accounts: [{ACCOUNT}]"
    return _block(SYSTEM, [f"exports: [ {{ {told} }} ]"])


def _practice(rights: Mapping[str, Rights], public_keys: Mapping[str, str]) -> list[str]:
    source = f"account: {SYSTEM}, subject: {_text(SERVERS_HEALTH)}"
    health = f"imports: [ {{ service: {{ {source} }}, to: {_text(HEALTH)} }} ]"
    return _block(ACCOUNT, ["jetstream: enabled", health, *_users(rights, public_keys)])


def _users(rights: Mapping[str, Rights], public_keys: Mapping[str, str]) -> list[str]:
    lines = (line for user in USERS for line in _user(user, rights[user], public_keys))
    return ["users: [", *map(_in, lines), "]"]


def _user(user: str, may: Rights, public_keys: Mapping[str, str]) -> list[str]:
    allowed = [*_allow("publish", may.publish), *_allow("subscribe", may.subscribe)]
    if may.answers:
        allowed.append(f"allow_responses: {{ max: {ANSWERS}, expires: {_text(_seconds(ANSWER_WITHIN))} }}")
    permissions = _block("permissions", allowed)
    return ["{", f"  nkey: {public_keys[user]} # {user}", *map(_in, permissions), "}"]


def _allow(verb: str, those: Sequence[Right]) -> list[str]:
    return [f"{verb}: {{ allow: [", *(_in(_text(right.subject)) for right in those), "] }"]


def _block(name: str, lines: Sequence[str]) -> list[str]:
    return [f"{name} {{", *map(_in, lines), "}"]


def _in(line: str) -> str:
    return f"{INDENT}{line}"


def _seconds(span: timedelta) -> str:
    return f"{int(span.total_seconds())}s"


def _text(said: object) -> str:
    escaped = str(said).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'

"""Three NATS servers that keep the streams together, under the house's rights and TLS between them."""

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from nats.js.api import StreamInfo

from deploy.house import bus_rights
from deploy.local.nats import server as nats_server
from deploy.nats.configuration import Cluster, Server, configuration
from shared.messaging.entrance import BusSettings, new_seed, public_key
from shared.messaging.rights import USERS
from shared.messaging.topology import stream_name
from shared.messaging.visit import visiting
from tests.guarded import Authority

NAMES = ("nats-1", "nats-2", "nats-3")
LOOPBACK = "127.0.0.1"


@dataclass
class NatsCluster:
    """The servers by name; each may be killed and started again, with what it has stored."""

    folder: Path
    ports: dict[str, tuple[int, int, int]]  # for clients, for each other, to look at
    seeds: dict[str, str] = field(default_factory=lambda: {user: new_seed() for user in USERS})
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return ",".join(map(self.address, self.ports))

    def address(self, name: str) -> str:
        """Where one server alone is met."""
        return f"nats://{LOOPBACK}:{self.ports[name][0]}"

    def settings(self, user: str) -> BusSettings:
        """How this user comes in, at whichever server."""
        return BusSettings(self.url, seed=self.seeds[user])

    def write(self) -> None:
        """Writes the configuration of each server."""
        tls = Authority(self.folder / "tls").sign("nats")
        keys = {user: public_key(seed) for user, seed in self.seeds.items()}
        routes = [f"{LOOPBACK}:{others}" for _, others, _ in self.ports.values()]
        for name, (clients, others, look) in self.ports.items():
            server = Server(
                name=name,
                listen=f"{LOOPBACK}:{clients}",
                monitor=f"{LOOPBACK}:{look}",
                store=self.folder / name,
                store_key="k" * 32,
                cluster=Cluster("practice", f"{LOOPBACK}:{others}", routes, tls),
            )
            self.file(name).write_text(configuration(server, bus_rights(), keys))

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.conf"

    def start(self, *names: str) -> None:
        for name in names or NAMES:
            with (self.folder / f"{name}.log").open("ab") as log:
                command = [nats_server(), "-c", self.file(name)]
                self.running[name] = subprocess.Popen(command, stdout=log, stderr=log)

    def kill(self, *names: str) -> None:
        """As a power cut does."""
        for name in names:
            process = self.running.pop(name)
            process.kill()
            process.wait()

    async def until_well(self, seconds: float = 60) -> None:
        """Until every server that runs has all of what it is to keep."""
        deadline = time.monotonic() + seconds
        async with httpx.AsyncClient(timeout=5) as client:
            for name in self.running:
                while not await _is_well(client, self.ports[name][2]):
                    if time.monotonic() > deadline:
                        raise TimeoutError((self.folder / f"{name}.log").read_text()[-3000:])
                    await asyncio.sleep(0.1)

    async def stream(self, service: str) -> StreamInfo:
        """How a service's stream stands."""
        async with visiting(self.settings("operator")) as connection:
            return await connection.jetstream(timeout=3).stream_info(stream_name(service))

    async def leader(self, service: str) -> str:
        """Which server leads a service's stream."""
        info = await self.stream(service)
        assert info.cluster is not None
        assert info.cluster.leader is not None
        return info.cluster.leader


@asynccontextmanager
async def running(folder: Path) -> AsyncIterator[NatsCluster]:
    """Three servers, well; none outlives the block."""
    folder.mkdir(parents=True)
    ports = free_ports(3 * len(NAMES))
    cluster = NatsCluster(folder, {name: (ports.pop(), ports.pop(), ports.pop()) for name in NAMES})
    cluster.write()
    try:
        cluster.start()
        await cluster.until_well()
        yield cluster
    finally:
        cluster.kill(*cluster.running)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses at this moment."""
    held: list[Any] = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()


async def _is_well(client: httpx.AsyncClient, port: int) -> bool:
    try:
        answer = await client.get(f"http://{LOOPBACK}:{port}/healthz")
    except httpx.HTTPError:
        return False
    return answer.status_code == 200 and json.loads(answer.text)["status"] == "ok"

"""A NATS server under the house's rights, as deployed: every user by its nkey, with or without TLS."""

import asyncio
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from deploy.house import bus_rights
from deploy.local.nats import server as nats_server
from deploy.nats.configuration import Server, Tls, configuration
from deploy.setup.certificates import authority_certificate, private_key, server_certificate
from shared.clock import utc_now
from shared.messaging.entrance import BusSettings, new_seed, public_key
from shared.messaging.rights import USERS, Rights
from tests.conftest import NatsServer

LOOKER = (
    "users: [ { user: looker, password: looker }"  # of the tests alone: sees all, as a plain server shows
)


class Authority:
    """A certificate authority of a test, and what it has signed."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, private_key()
        self.file = folder / "ca.pem"
        self.file.write_text(authority_certificate(self._key, now=utc_now()))

    def sign(self, server: str) -> Tls:
        """A certificate for `nats` or `postgres`, in files of this folder."""
        files = Tls(self._folder / f"{server}.pem", self._folder / f"{server}-key.pem", self.file)
        key = private_key()
        Path(files.key).write_text(key)
        Path(files.certificate).write_text(
            server_certificate(server, key, self.file.read_text(), self._key, now=utc_now())
        )
        return files


class GuardedNats(NatsServer):
    """A server with the configuration that the house renders, and the seeds of its users."""

    def __init__(self, folder: Path, authority: Authority | None = None, **server: Any) -> None:
        super().__init__(folder)
        self.seeds = {user: new_seed() for user in USERS}
        self.rights: Mapping[str, Rights] = bus_rights()
        self.authority, self.server = authority, {"store_key": "k" * 32, **server}
        self._tls = None if authority is None else authority.sign("nats")

    def settings(self, identity: str, **other: Any) -> BusSettings:
        """How this user comes in."""
        ca = None if self.authority is None else self.authority.file
        return BusSettings(**{"url": self.url, "seed": self.seeds[identity], "ca": ca, **other})

    @property
    def looker_url(self) -> str:
        """By which a test looks at everything."""
        return self.url.replace("//", "//looker:looker@")

    @property
    def file(self) -> Path:
        return self.folder / "nats.conf"

    def write(self, change: Callable[[str], str] = str) -> None:
        """Writes the configuration."""
        server = Server(
            name="practice",
            listen=f"127.0.0.1:{self.port}",
            store=self.folder / "store",
            **{"tls": self._tls, **self.server},
        )
        keys = {user: public_key(seed) for user, seed in self.seeds.items()}
        self.folder.mkdir(parents=True, exist_ok=True)
        self.file.write_text(change(configuration(server, self.rights, keys).replace("users: [", LOOKER, 1)))

    async def start(self) -> None:
        """Starts the server on the port that it had before, or on a free one."""
        self.write()
        ports = self.folder / "ports"
        shutil.rmtree(ports, ignore_errors=True)
        ports.mkdir(parents=True)
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [nats_server(), "-c", self.file, "--ports_file_dir", ports], stdout=log, stderr=log
            )
        while not (found := list(ports.glob("*.ports"))) or not found[0].read_text().strip():
            if self._process.poll() is not None:
                raise RuntimeError((self.folder / "log").read_text())
            await asyncio.sleep(0.01)
        self.port = int(found[0].read_text().split("://127.0.0.1:")[1].split('"')[0])

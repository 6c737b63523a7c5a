"""Caddy with the practice's own Caddyfile, on free ports of this machine, before three small upstreams."""

import json
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from pathlib import Path

import httpx

from deploy.local.places import REPOSITORY

FOLDER = REPOSITORY / "deploy" / "caddy"
HOST = "localhost"
SERVICES = {"intake": 8001, "matching": 8002, "resources": 8004}
OUTSIDE, REDIRECT, OWN, INSIDE = 8443, 8080, 2020, 8090
METHODS = ("GET", "POST", "HEAD", "OPTIONS")
PATIENCE_SECONDS = 20


@dataclass
class Upstream:
    """Answers who it is and what it heard; counts what it took."""

    name: str
    server: ThreadingHTTPServer
    heard: list[dict[str, object]] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def upstream(name: str, port: int = 0) -> Upstream:
    """A service's stand-in, listening."""
    heard: list[dict[str, object]] = []

    class Echo(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.body()
            if body is None:
                return
            told = {"service": name, "path": self.path, "method": self.command, "length": len(body)}
            heard.append(told | {"headers": {key.lower(): value for key, value in self.headers.items()}})
            said = b"" if self.command == "HEAD" else json.dumps(heard[-1]).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(said)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(said)

        def body(self) -> bytes | None:
            """What was sent; None when it ended before its end."""
            if "chunked" not in self.headers.get("Transfer-Encoding", ""):
                return self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return _in_chunks(self.rfile)

        def log_message(self, *_: object) -> None:
            """Says nothing: what it heard is kept."""

    for method in METHODS:
        setattr(Echo, f"do_{method}", Echo.handle_one)
    server = ThreadingHTTPServer(("127.0.0.1", port), Echo)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return Upstream(name, server, heard)


def _in_chunks(line: BufferedIOBase) -> bytes | None:
    body = b""
    while size := line.readline():
        chunk = line.read(int(size, 16) + 2)[:-2]
        if not chunk:
            return body
        body += chunk
    return None


@dataclass
class Door:
    """A running Caddy."""

    folder: Path
    ports: dict[int, int]
    upstreams: dict[str, Upstream]
    process: subprocess.Popen[bytes]

    @property
    def port(self) -> int:
        return self.ports[OUTSIDE]

    @property
    def authority(self) -> Path:
        return self.folder / "data" / "caddy" / "pki" / "authorities" / "local" / "root.crt"

    def client(self) -> httpx.Client:
        """A browser that believes Caddy's own authority."""
        context = ssl.create_default_context(cafile=str(self.authority))
        return httpx.Client(base_url=f"https://{HOST}:{self.port}", verify=context, timeout=15)

    def line(self, context: ssl.SSLContext | None = None) -> ssl.SSLSocket:
        """A bare TLS connection."""
        context = context or ssl.create_default_context(cafile=str(self.authority))
        plain = socket.create_connection(("127.0.0.1", self.port), 15)
        return context.wrap_socket(plain, server_hostname=HOST)

    def logged(self) -> str:
        return (self.folder / "caddy.log").read_text("utf-8")

    def is_open(self) -> bool:
        assert self.process.poll() is None, self.logged()
        try:
            with self.line():
                return True
        except OSError:
            return False


def rendered(ports: dict[int, int], upstreams: dict[str, int]) -> str:
    """The Caddyfile with these ports and upstreams in place of those in containers, each found once."""
    text = (FOLDER / "Caddyfile").read_text("utf-8")
    changes = {
        f"name {service}\n\t\t\t\tport {inside}\n": f"name 127.0.0.1\n\t\t\t\tport {upstreams[service]}\n"
        for service, inside in SERVICES.items()
    }
    changes |= {f"https_port {OUTSIDE}": f"https_port {ports[OUTSIDE]}"}
    changes |= {f"http_port {REDIRECT}": f"http_port {ports[REDIRECT]}"}
    changes |= {f"http://127.0.0.1:{OWN}": f"http://127.0.0.1:{ports[OWN]}"}
    changes |= {f"mails.localhost:{INSIDE}": f"mails.localhost:{ports[INSIDE]}"}
    changes |= {f"grafana.localhost:{INSIDE}": f"grafana.localhost:{ports[INSIDE]}"}
    changes |= {"/etc/caddy/pages": str(FOLDER / "pages")}
    for there, here in changes.items():
        assert text.count(there) == 1, there
        text = text.replace(there, here)
    return text


@contextmanager
def opened(folder: Path) -> Iterator[Door]:
    """Caddy before three upstreams; all are gone afterwards."""
    binary = shutil.which("caddy")
    assert binary is not None, "deploy/have-caddy says how to get one"
    ports = dict(zip((OUTSIDE, REDIRECT, OWN, INSIDE), _free_ports(4), strict=True))
    upstreams = {service: upstream(service) for service in SERVICES}
    (folder / "Caddyfile").write_text(rendered(ports, {name: up.port for name, up in upstreams.items()}))
    environment = {
        "HOME": str(folder),
        "XDG_DATA_HOME": str(folder / "data"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PRACTICE_HOST": HOST,
        "PRACTICE_URL": f"https://{HOST}:{ports[OUTSIDE]}",
    }
    command = [binary, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
    door = Door(folder, ports, upstreams, process)
    try:
        _wait_until_open(door)
        yield door
    finally:
        process.kill()
        process.wait()
        for each in upstreams.values():
            each.stop()


def _wait_until_open(door: Door) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (door.authority.exists() and door.is_open()):
        assert time.monotonic() < deadline, door.logged()
        time.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    with closing(socket.socket()) as first:
        held = [first] + [socket.socket() for _ in range(count - 1)]
        for each in held:
            each.bind(("127.0.0.1", 0))
        ports = [each.getsockname()[1] for each in held]
        for each in held:
            each.close()
    return ports

"""The whole product as child processes, driven from outside as its users do: HTTP in, mail files out."""

import asyncio
import email
import email.policy
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import httpx

from deploy.local.ports import VARIABLES, Ports, free_ports

REPOSITORY = Path(__file__).resolve().parents[1]
SERVICES = ("intake", "matching", "notifications", "resources")
PARTS = ("nats", "mail", *SERVICES)
PATIENCE_SECONDS = 90.0  # for a machine whose cores others keep busy; a quick one waits no longer for it


@dataclass(frozen=True, slots=True)
class Mail:
    """One accepted mail, as the mail server stored it."""

    to: str
    subject: str
    message_id: str
    text: str
    html: str
    raw: bytes


class Stack:
    """One `practice up` on ports and a folder of its own; nothing outlives `stop`."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self.folder = folder
        self.ports: Ports = free_ports()
        self._environ = environ
        self._process: subprocess.Popen[bytes] | None = None
        self.on_postgresql = any(url.startswith("postgresql") for url in environ.values())

    def start(self) -> None:
        """Starts everything; returns when the services say that they are ready."""
        ports = {VARIABLES[door]: str(getattr(self.ports, door)) for door in VARIABLES}
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "console.log").open("ab") as console:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "deploy.cli", "up", "--data-dir", str(self.folder)],
                env={**os.environ, **ports, **self._environ},
                cwd=REPOSITORY,
                stdout=console,
                stderr=console,
            )
        self.until_ready()

    def until_ready(self, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits for every service's `/readyz`."""
        waiting, deadline = set(SERVICES), time.monotonic() + seconds
        while waiting:
            waiting = {service for service in waiting if not self.is_ready(service)}
            if self._process is not None and self._process.poll() is not None:
                raise RuntimeError((self.folder / "console.log").read_text()[-4000:])
            if time.monotonic() > deadline:
                raise TimeoutError(
                    f"not ready: {waiting}\n{(self.folder / 'console.log').read_text()[-4000:]}"
                )
            time.sleep(0.05)

    def is_ready(self, service: str) -> bool:
        """Whether the service says that it can do all of its work."""
        try:
            return httpx.get(f"{self.url(service)}/readyz", timeout=5).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """Stops everything as an operator would."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_SECONDS)
            self._process = None

    def url(self, service: str) -> str:
        return f"http://127.0.0.1:{getattr(self.ports, service)}"

    @property
    def site_key(self) -> str:
        return (self.folder / "site-key").read_text().strip()

    def pid(self, part: str) -> int | None:
        """The part's process id, None while it has none."""
        try:
            return int((self.folder / "run" / f"{part}.pid").read_text())
        except (FileNotFoundError, ValueError):
            return None

    def is_back(self, part: str) -> bool:
        """Whether the part takes connections, and, if it is a service, work."""
        if part in SERVICES:
            return self.is_ready(part)
        try:
            socket.create_connection(("127.0.0.1", getattr(self.ports, part)), timeout=1).close()
        except OSError:
            return False
        return True

    def kill_once_back(self, part: str) -> bool:
        """Ends the part with SIGKILL; False when it is not yet back from the last time."""
        pid = self.pid(part)
        if pid is None or not self.is_back(part):
            return False
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return False
        return True

    def wipe_broker(self) -> None:
        """Kills the broker and deletes everything it has stored before it is started again."""
        store = self.folder / "nats"
        pid = self.pid("nats")
        if pid is None:
            raise RuntimeError("the broker is not running")
        os.kill(pid, signal.SIGSTOP)
        shutil.rmtree(store)
        store.mkdir(mode=0o700)
        os.kill(pid, signal.SIGKILL)

    def mails(self) -> Sequence[Mail]:
        """Every mail that the mail server has accepted so far."""
        return [read_mail(file) for file in sorted((self.folder / "mail").glob("*.eml"))]

    def until_mails(self, wanted: Any, seconds: float = PATIENCE_SECONDS) -> Sequence[Mail]:
        """Waits until `wanted(mails)` holds; gives the mails. Raises TimeoutError with what came instead."""
        deadline = time.monotonic() + seconds
        while not wanted(mails := self.mails()):
            if time.monotonic() > deadline:
                raise TimeoutError([(mail.to, mail.subject) for mail in mails])
            time.sleep(0.05)
        return mails

    def rows(self, service: str, query: str, *values: object) -> Sequence[Mapping[str, Any]]:
        """What a service's database says, read beside the running service."""
        with sqlite3.connect(f"file:{self.folder / service}.db?mode=ro", uri=True, timeout=10) as connection:
            connection.row_factory = sqlite3.Row
            return [dict(row) for row in connection.execute(query, values)]

    def practice(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """The command `practice` on this stack."""
        return subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env={**os.environ, "PRACTICE_DATA_DIR": str(self.folder)},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=2 * PATIENCE_SECONDS,
            check=False,
        )


def running(folder: Path, **environ: str) -> Iterator[Stack]:
    """A started stack, stopped at the end; the body of a fixture."""
    stack = Stack(folder, **environ)
    stack.start()
    try:
        yield stack
    finally:
        stack.stop()


def read_mail(file: Path) -> Mail:
    """One `.eml` file."""
    raw = file.read_bytes()
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    return Mail(
        to=message["To"].addresses[0].addr_spec,
        subject=message["Subject"],
        message_id=message["Message-ID"],
        text=text.get_content() if text else "",
        html=html.get_content() if html else "",
        raw=raw,
    )


async def post_until_accepted(
    client: httpx.AsyncClient, url: str, body: Mapping[str, Any], key: str, seconds: float = PATIENCE_SECONDS
) -> Mapping[str, Any]:
    """Posts as a website would: again with the same key until there is a 202."""
    refusals: Counter[str] = Counter()
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            answer = await client.post(url, json=body, headers={"Idempotency-Key": key})
        except httpx.HTTPError as error:
            refusals[type(error).__name__] += 1
        else:
            if answer.status_code == 202:
                return dict(answer.json())
            if answer.status_code not in (429, 503):
                raise AssertionError(f"{answer.status_code}: {answer.text}")
            refusals[str(answer.status_code)] += 1
        await asyncio.sleep(0.1)
    raise TimeoutError(dict(refusals))

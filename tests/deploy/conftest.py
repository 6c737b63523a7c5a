"""A real stack in a temporary folder, as a process of its own, and the command `practice` on it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from deploy.demo.booking import LINK
from deploy.demo.forms import form_to
from deploy.local.mail.reading import read_mail
from deploy.local.parts import PARTS
from deploy.local.places import REPOSITORY
from deploy.local.ports import VARIABLES, Ports, free_ports

PATIENCE_SECONDS = 90

Practice = Callable[..., Result]

GRIEF = {
    "name": "Sam Rivera",
    "email": "sam.rivera@example.org",
    "state": "CA",
    "age": 34,
    "concerns": ["grief_loss"],
    "message": "My mom died in March.",
    "preferences": {"format": "online", "times": ["weekday_evening"]},
}


def wait_until(what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Returns when `what` is true; fails when it takes longer."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it took too long"
        time.sleep(0.05)


@dataclass
class Running:
    """A `practice up`."""

    process: subprocess.Popen[bytes]
    data_dir: Path
    ports: Ports

    def pid(self, part: str) -> int:
        return int((self.data_dir / "run" / f"{part}.pid").read_text())

    def pids(self) -> dict[str, int]:
        return {part: self.pid(part) for part in PARTS}

    def answers(self, service: str, path: str = "/readyz") -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{getattr(self.ports, service)}{path}").status_code == 200
        except httpx.TransportError:
            return False

    def is_ready(self) -> bool:
        assert self.process.poll() is None, "the stack has ended"
        return all(self.answers(service) for service in PARTS[2:]) and self.answers("inbox", "/")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE_SECONDS)


def alive(pid: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def environment(ports: Ports) -> dict[str, str]:
    """This process's own, with these ports and nothing of another stack."""
    ours = ("PRACTICE_", "INTAKE_", "MATCHING_", "NOTIFICATIONS_", "RESOURCES_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {VARIABLES[each.name]: str(getattr(ports, each.name)) for each in fields(ports)}


def start(data_dir: Path, ports: Ports) -> Running:
    """Starts `practice up`; its output goes to a file beside the folder."""
    with (data_dir.parent / f"{data_dir.name}.out").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "deploy.cli", "up", "--data-dir", str(data_dir)],
            cwd=REPOSITORY,
            env=environment(ports),
            stdout=output,
            stderr=output,
        )
    return Running(process, data_dir, ports)


def post(running: Running, body: dict[str, Any]) -> str:
    key = (running.data_dir / "site-key").read_text().strip()
    url = f"http://127.0.0.1:{running.ports.intake}/v1/consultation-requests"
    answer = httpx.post(url, json=body, headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 202, answer.text
    return str(answer.json()["reference"])


def book(running: Running, body: dict[str, Any], phone: str = "+13235550118") -> tuple[str, datetime]:
    """Somebody writes and books the last time that is free; the reference, and when they are called."""
    reference, wanted = post(running, body), f"Delivered-To: {body['email']}"
    folder = running.data_dir / "mail"
    wait_until(lambda: any(wanted in file.read_text() for file in folder.glob("*.eml")))
    [mail] = [file for file in folder.glob("*.eml") if wanted in file.read_text()]
    found = LINK.search(read_mail(mail.name, mail.read_bytes()).text or "")
    assert found is not None
    with httpx.Client(base_url=httpx.URL(found[0]).join("/"), follow_redirects=True) as client:
        form = form_to(client.get(found[0]).text, "/book")
        assert form is not None
        last = form.choices["time"][-1]
        answer = client.post(form.action, data=dict(form.sent(time=last, phone=phone)))
    assert answer.status_code == 200, answer.text
    return reference, datetime.fromisoformat(last)


def sent(practice: Practice, reference: str) -> set[str]:
    entries = told(practice("trail", reference, "--json"))
    return {each["name"] for each in entries if each["kind"] == "mail" and each["detail"]["state"] == "sent"}


def told(result: Result) -> Any:
    return json.loads(result.stdout) if result.exit_code == 0 else []


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[[], Running]]:
    """Starts a stack, again after it was stopped, on one folder; none is left behind."""
    begun: list[Running] = []
    ports = free_ports()

    def begin() -> Running:
        begun.append(start(tmp_path / "data", ports))
        wait_until(begun[-1].is_ready)
        return begun[-1]

    yield begin
    for running in begun:
        if running.process.poll() is None:
            running.stop()


@pytest.fixture(scope="session")
def shared_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One stack for the tests that only look and ask."""
    running = start(tmp_path_factory.mktemp("stack") / "data", free_ports())
    try:
        wait_until(running.is_ready)
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="module")
def practice(shared_stack: Running) -> Practice:
    """Runs `practice …` on the stack's data folder."""

    def run(*arguments: str, typed: str | None = None) -> Result:
        told = {"PRACTICE_DATA_DIR": str(shared_stack.data_dir), "COLUMNS": "200"}
        return CliRunner().invoke(app, arguments, env=told, input=typed)

    return run


@pytest.fixture(scope="module")
def reference(shared_stack: Running, practice: Practice) -> str:
    """A request that was answered in full."""
    made = post(shared_stack, GRIEF)
    wait_until(lambda: {"acknowledgement", "referral"} <= sent(practice, made))
    return made

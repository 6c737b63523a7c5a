"""What a restore drill needs: a stack under load, everything of it lost at once, and what both lives sent."""

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.demo.booking import LINK
from deploy.demo.forms import form_to
from deploy.house import opened, vault_of
from deploy.local.environment import read_env
from services.intake import operations as intake
from shared.clock import utc_now
from shared.ids import RandomIds
from tests.faults.test_accepted_means_kept import request
from tests.stack import PARTS, REPOSITORY, Mail, Stack, post_until_accepted, read_mail

AFTER_EACH_SECONDS = 0.15


@dataclass
class Posting:
    """Somebody writes all the time; what was answered 202, in order."""

    stack: Stack
    accepted: list[Mapping[str, str]] = field(default_factory=list)

    async def run(self) -> None:
        url, number = f"{self.stack.url('intake')}/v1/consultation-requests", 0
        headers = {"Authorization": f"Bearer {self.stack.site_key}"}
        async with httpx.AsyncClient(headers=headers, timeout=10) as client:
            while True:
                number += 1
                answer = await post_until_accepted(client, url, request(number), key=f"key-{number}")
                self.accepted.append({"reference": answer["reference"], "name": f"Sam Rivera {number}"})
                await asyncio.sleep(AFTER_EACH_SECONDS)


@dataclass(frozen=True)
class Command:
    """The command `practice`, told what an operator's shell would tell it."""

    environ: Mapping[str, str]

    def __call__(self, *arguments: str) -> str:
        """What it prints; it must end well."""
        done = CliRunner().invoke(app, arguments, env=self.environ)
        assert done.exit_code == 0, done.output
        return done.stdout

    def alone(self, *arguments: str) -> None:
        """The same as a process of its own."""
        begun = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-m", "deploy.cli", *arguments],
            env={**os.environ, **self.environ},
            cwd=REPOSITORY,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        print(f"practice {arguments[0]}: {time.monotonic() - begun:.1f} s with its start\n{done.stdout}")


def book_a_call(stack: Stack, accepted: Mapping[str, Any], to: str) -> None:
    """Who wrote opens the link of their acknowledgement and takes the last free time."""
    mails = stack.until_mails(lambda found: any(mail.to == to for mail in found))
    found = next(LINK.search(mail.text) for mail in mails if mail.to == to)
    assert found is not None, accepted
    with httpx.Client(base_url=httpx.URL(found[0]).join("/"), follow_redirects=True) as client:
        form = form_to(client.get(found[0]).text, "/book")
        assert form is not None
        answer = client.post(
            form.action, data=dict(form.sent(time=form.choices["time"][-1], phone="+13235550118"))
        )
    assert answer.status_code == 200, answer.text


def lose_everything(stack: Stack, mails: Path) -> Sequence[Mail]:
    """Ends every process at once and deletes the data folder, as a fire does; gives what was sent."""
    started = stack._process
    assert started is not None
    parts = [psutil.Process(pid) for part in PARTS if (pid := stack.pid(part))]
    os.kill(started.pid, signal.SIGKILL)
    for part in parts:
        part.kill()
    started.wait()
    psutil.wait_procs(parts, timeout=30)
    shutil.move(stack.folder / "mail", mails)
    shutil.rmtree(stack.folder)
    return [read_mail(file) for file in sorted(mails.glob("*.eml"))]


async def words_of(folder: Path, reference: str) -> str:
    """The request's words, opened with the kept keys."""
    environ = {**os.environ, **read_env(folder / "env")}
    async with opened("intake", environ) as database:
        shown = await intake.show(
            database, vault_of(environ), reference, "restore drill", utc_now(), RandomIds()
        )
    assert shown is not None, reference
    return f"{shown.reach.writer.name}: {shown.words.message}"


def coordinator_mails(mails: Sequence[Mail]) -> Mapping[str, Sequence[Mail]]:
    """The mails by which a coordinator learns of a request, by reference."""
    found: dict[str, list[Mail]] = defaultdict(list)
    for mail in mails:
        if mail.to.endswith("@example.org") and mail.to.startswith("sam"):
            continue
        found[mail.subject.split(":")[0]].append(mail)
    return found


def kept_back(listed: str) -> Mapping[str, Mapping[str, Any]]:
    """What `practice restored list --json` says, by Message-ID."""
    return {each["message_id"]: each for each in json.loads(listed)}

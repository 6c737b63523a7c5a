"""`deploy/verify`: every proof in turn, a row each."""

import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from deploy.local.places import REPOSITORY
from deploy.verifying import asking, faults, identities, security
from deploy.verifying.machine import STAYING, THIS, UP, Machine, cloned, made, ran
from deploy.verifying.outside import Mails
from deploy.verifying.seen import Seen
from deploy.verifying.upgrading import upgraded
from shared.errors import PracticeError

WIDTH = 150

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

Previous = Annotated[str, typer.Option("--previous", help="The commit from which to upgrade.")]
Source = Annotated[Path, typer.Option("--source", file_okay=False, help="The checkout whose HEAD is cloned.")]
Scratch = Annotated[
    Path | None,
    typer.Option("--scratch", file_okay=False, help="Where clones and folders are put meanwhile."),
]


@app.command()
def verify(previous: Previous = "HEAD~1", source: Source = REPOSITORY, scratch: Scratch = None) -> None:
    """Clone, build, start, look, kill, empty, scale, stop and upgrade; exit 1 when anything is not so."""
    seen, began = Seen(Console(width=WIDTH)), time.monotonic()
    with tempfile.TemporaryDirectory(prefix="practice-verify-", dir=scratch) as folder:
        root = Path(folder)
        root.chmod(0o755)
        _this_commit(seen, source, root)
        seen.look("the commit before, replaced under load", partial(upgraded, source, previous, root))
    seen.console.print(seen.table(), markup=False)
    minutes = (time.monotonic() - began) / 60
    seen.console.print(f"{len(seen.rows)} checks, {len(seen.wrong)} not so, {minutes:.1f} minutes")
    raise typer.Exit(1 if seen.wrong else 0)


def _this_commit(seen: Seen, source: Path, root: Path) -> None:
    machines: list[Machine] = []

    def begun() -> str:
        machines.append(made(cloned(source, "HEAD", root / "clone"), root / "folder"))
        return ran(["git", "log", "-1", "--format=%h %s"], machines[0].clone).strip()

    if not seen.look("a fresh clone, and practice init", begun):
        return
    machine, mails = machines[0], Mails(machines[0])
    with machine.taken_down():
        if not seen.look("docker compose build", partial(_built, machine)):
            return
        if not seen.look("docker compose up --wait", partial(_started, machine)):
            seen.console.print(
                machine.compose("logs", "--tail", "20", ok=False), markup=False, highlight=False
            )
            return
        for name, proof in _proofs(machine, mails):
            seen.look(name, proof)


def _proofs(machine: Machine, mails: Mails) -> Iterator[tuple[str, Callable[[], str]]]:
    yield "the demonstration, over TLS", partial(asking.demonstrated, machine, mails)
    yield "from start to ready", partial(security.ready, machine)
    yield "containers without power", partial(security.powerless, machine)
    yield "published ports", partial(security.published, machine)
    yield "versions of TLS", partial(security.spoken, machine)
    yield "identities on NATS", partial(identities.refused_by_nats, machine)
    yield "identities on PostgreSQL", partial(identities.refused_by_postgres, machine)
    for part in STAYING:
        yield f"kill -9 of {part} under load", partial(faults.dies, part, machine, mails)
    yield "an emptied NATS under load", partial(faults.forgets, machine, mails)
    yield "three of matching and notifications", partial(faults.grows, machine, mails)
    yield "secrets in inspect, logs and layers", partial(security.silent, machine)
    yield "down and up", partial(faults.comes_back, machine, mails)


def _built(machine: Machine) -> str:
    machine.compose("build", seconds=1200)
    sizes = []
    for image in ("practice", "practice-ops"):
        bytes_ = ran(["docker", "image", "inspect", "-f", "{{.Size}}", f"{image}:{THIS}"], machine.folder)
        sizes.append(f"{image} {int(bytes_) / 1_000_000:.0f} MB")
    return ", ".join(sizes)


def _started(machine: Machine) -> str:
    machine.compose(*UP)
    machine.practice("roster", "import", "/etc/practice/clinicians.yaml")
    return f"{len(machine.containers())} containers are well"


if __name__ == "__main__":
    try:
        app()
    except PracticeError as error:
        raise SystemExit(str(error)) from None

"""From the commit before to this one, as an operator does it, while people write."""

from pathlib import Path

from deploy.verifying.load import Load, kept_whole, under
from deploy.verifying.machine import (
    BEFORE,
    SERVICES,
    THIS,
    UP,
    Failed,
    Machine,
    cloned,
    init,
    made,
    ran,
    until,
)
from deploy.verifying.outside import Mails


def upgraded(source: Path, previous: str, root: Path) -> str:
    """The commit before runs in a folder of its own making; this one takes its place, and nothing is lost."""
    clone = cloned(source, previous, root / "upgraded")
    if not (clone / "deploy" / "Dockerfile").exists() or not (clone / "deploy" / "setup").exists():
        raise Failed(f"{previous} cannot be run in containers yet: name a later one with --previous")
    machine = made(clone, root / "upgraded-folder")
    machine.version = BEFORE
    with machine.taken_down():
        machine.compose("build", seconds=1200)
        machine.compose(*UP)
        machine.practice("roster", "import", "/etc/practice/clinicians.yaml")
        return _replaced(source, machine)


def _replaced(source: Path, machine: Machine) -> str:
    load, mails = Load(machine), Mails(machine, by_record=True)
    with under(load):
        until(lambda: len(load.accepted) > 10, 60, "nobody was let in by the version before")
        before = len(load.accepted)
        this = ran(["git", "rev-parse", "HEAD"], source).strip()
        ran(["git", "fetch", "--quiet", str(source), this], machine.clone)
        ran(["git", "checkout", "--quiet", "--detach", this], machine.clone)
        init(machine.clone, machine.folder)
        machine.version = THIS
        machine.compose(*UP)
        meanwhile = len(load.accepted)
        until(lambda: len(load.accepted) > meanwhile + 10, 60, "nobody was let in by this version")
    old = [name for name in machine.containers(*SERVICES) if not _image(machine, name).endswith(f":{THIS}")]
    if old:
        raise Failed(f"{', '.join(old)} still run the version before")
    return f"{kept_whole(load, mails)}; {before} before, {meanwhile - before} meanwhile"


def _image(machine: Machine, name: str) -> str:
    return str(machine.inspected(name)["Config"]["Image"])

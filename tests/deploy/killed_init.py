"""`practice init`, killed at given steps: `python -m tests.deploy.killed_init BASE EVERY`.

A step is whatever the process asks the system to do to a file. The first run tells how many there are; each
further one makes a folder of its own, `BASE/<step>/practice`, and dies by SIGKILL just before that step.
"""

import os
import signal
import sys
from pathlib import Path

from deploy.setup.writing import Owner
from tests.deploy.operators_folder import made

STEPS = ("open", "os.mkdir", "os.chmod", "os.chown", "os.link", "os.rename", "os.remove", "os.rmdir")


def run(root: Path, dies_before: int | None) -> int:
    """Makes a folder in this process, counting its steps; dies before one."""
    count = 0

    def look(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal count
        if event not in STEPS or (
            isinstance(arguments[0], (str, os.PathLike)) and not _is_ours(arguments[0])
        ):
            return
        count += 1
        if count == dies_before:
            os.kill(os.getpid(), signal.SIGKILL)

    def _is_ours(path: object) -> bool:
        return str(path).startswith(str(root))

    sys.addaudithook(look)
    made(root, owner=Owner(10001, 10001) if os.geteuid() == 0 else Owner(os.geteuid(), os.getegid()))
    return count


def in_a_child(root: Path, dies_before: int | None) -> int:
    """How many steps it took; -1 when it was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, str(run(root, dies_before)).encode())
        os._exit(0)
    os.close(writing)
    _, status = os.waitpid(child, 0)
    told = os.read(reading, 32)
    os.close(reading)
    return -1 if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL else int(told)


if __name__ == "__main__":
    base, every = Path(sys.argv[1]), int(sys.argv[2])
    steps = in_a_child(base / "whole" / "practice", None)
    for step in range(1, steps + 1, every):
        (base / str(step)).mkdir()
        assert in_a_child(base / str(step) / "practice", step) == -1
    print(steps)

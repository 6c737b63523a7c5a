"""Runs a command that the kernel kills when the process that started it is gone, `kill -9` included.

    python -I -S tether.py <pid of the parent> <command> [<argument> …]

The command takes this process's place, so its pid is the one that the parent knows. Where the kernel
has no such promise to give (it is Linux's), the command runs without it.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def main() -> None:
    parent, command = int(sys.argv[1]), sys.argv[2:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the promise was made
        sys.exit(1)
    os.execvp(command[0], command)  # noqa: S606  (no shell is the point)


if __name__ == "__main__":
    main()

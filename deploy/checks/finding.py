"""What a look tells, and what it is given to look with."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from dns.asyncresolver import Resolver

from shared.clock import Clock

Environ = Mapping[str, str]


class Level(StrEnum):
    """How bad it is. A problem loses, delays or exposes something now, or will within days."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `why` it matters and what to `do` are empty when it is well."""

    check: str
    level: Level
    what: str
    why: str = ""
    do: str = ""
    after: str = ""  # the check that is in the way of this one

    @property
    def ok(self) -> bool:
        """Whether the command may end well with it."""
        return self.level is not Level.PROBLEM

    def plain(self) -> Mapping[str, Any]:
        """For programs."""
        return {
            "check": self.check,
            "ok": self.ok,
            "level": str(self.level),
            "what": self.what,
            "why": self.why,
            "do": self.do,
        }


def well(check: str, what: str) -> Finding:
    """It was looked at and is as it should be, or there is nothing to look at."""
    return Finding(check, Level.OK, what)


def doubtful(check: str, what: str, why: str, do: str) -> Finding:
    """It works, and somebody should see to it by day."""
    return Finding(check, Level.WARNING, what, why, do)


def wrong(check: str, what: str, why: str, do: str) -> Finding:
    """Something is the matter."""
    return Finding(check, Level.PROBLEM, what, why, do)


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of the doctor is given."""

    environ: Environ
    clock: Clock
    resolver: Resolver | None = None  # who is asked what domains say of mail; this machine's where None
    dkim_selectors: Sequence[str] = ()
    send_to: str | None = None  # where a test mail goes, if anywhere


Look = Callable[[Round], Awaitable[Sequence[Finding]]]


@dataclass(frozen=True, slots=True)
class Check:
    """A look by the name it goes by, and what to say when it cannot look at all.

    `needs`: the checks that say why, where something is wrong with what this one looks through.
    """

    name: str
    look: Look
    why: str
    do: str
    needs: Sequence[str] = ()

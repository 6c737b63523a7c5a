"""What an attempt came to: one small type a case, and what its row remembers of it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Reply:
    """The mail server's answer as codes: 250 and, where given, 2.0.0; never its words."""

    code: int | None = None
    enhanced: str | None = None


NO_REPLY = Reply()


@dataclass(frozen=True, slots=True)
class Sent:
    """The mail server has it; `sha256` is of the bytes that it took."""

    reply: Reply
    sha256: str


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Not now; due again at `at`. `uncertain`: the mail server may have it already.

    `tried`: the mail server was asked. Not while somebody whom we need is away: that makes nobody wait any
    longer afterwards.
    """

    at: datetime
    why: str
    reply: Reply = NO_REPLY
    uncertain: bool = False
    tried: bool = True


@dataclass(frozen=True, slots=True)
class Held:
    """Contact safety holds it; looked at again at `until`."""

    until: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Withheld:
    """Contact safety refuses it, for good."""

    why: str


@dataclass(frozen=True, slots=True)
class Failed:
    """It cannot be delivered; somebody must look."""

    why: str
    reply: Reply = NO_REPLY


Outcome = Sent | TryAgain | Held | Withheld | Failed

"""What comes back after a mail was sent: as far as it says something about that mail, and what follows.

`Came` is what one mail that arrived at a return address turned out to be. A status is an enhanced status code
of RFC 3463, such as 5.1.1, where the other server gave one.
"""

from dataclasses import dataclass
from typing import Literal

NO_SUCH_ADDRESS = "5.1."
ABOUT_THE_SENDER = frozenset({"5.1.7", "5.1.8"})  # RFC 3463: our address, not theirs
FULL = ".2.2"
REFUSED_CONTENT = ("5.3.", "5.6.", "5.7.")  # their system, the content, their policy: another mail may pass

AutomaticWhy = Literal["answer", "receipt", "report", "no_sender"]
FailedWhy = Literal["bounced", "mailbox_full", "gave_up", "content_refused", "recipient_refused"]


@dataclass(frozen=True, slots=True)
class Undelivered:
    """The mail did not arrive, and nobody tries any more."""

    status: str | None


@dataclass(frozen=True, slots=True)
class Delayed:
    """The mail has not arrived yet; somebody goes on trying."""

    status: str | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """Whoever reads the mailbox called the mail unwanted (RFC 5965)."""


@dataclass(frozen=True, slots=True)
class Automatic:
    """A machine wrote it, and it says nothing about whether the mail arrived."""

    why: AutomaticWhy


@dataclass(frozen=True, slots=True)
class FromAPerson:
    """Anything else: somebody may have written it, so somebody reads it."""


Came = Undelivered | Delayed | Complaint | Automatic | FromAPerson


def no_such_address(status: str | None) -> bool:
    """Whether this status says that the address does not exist (5.1.x); any other refusal may pass."""
    return status is not None and status.startswith(NO_SUCH_ADDRESS) and status not in ABOUT_THE_SENDER


def why_undelivered(status: str | None) -> FailedWhy:
    """The reason code of a mail that came back for good."""
    if no_such_address(status):
        return "bounced"
    if status is not None and status.endswith(FULL):
        return "mailbox_full"
    if status is not None and status.startswith("4."):
        return "gave_up"
    if status is not None and status.startswith(REFUSED_CONTENT):
        return "content_refused"
    return "recipient_refused"

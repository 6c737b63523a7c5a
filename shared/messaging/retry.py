"""Retry or park: what happens to a message whose handling failed.

`Retryable` waits and comes again, by the table; when the table ends the message is parked. Everything else
is parked at once: it would fail again, and a stuck message must not be silence but a row that somebody
sees (`practice dead-letters list`).

A message that kills the process never reaches an `except`. So one that was delivered `SUSPECT_AFTER` times
without a verdict is tried alone, with a mark in the database before; when the mark is found
`TRIES_ALONE` times, it is parked.
"""

from dataclasses import dataclass
from datetime import timedelta

from shared.errors import Defect, PracticeError, Rejected, Retryable

DELAYS = tuple(
    timedelta(seconds=seconds) for seconds in (0.2, 0.5, 1, 2, 5, 15, 30, 60, 120, 300, 300, 300, 600, 900)
)
SUSPECT_AFTER = 4
TRIES_ALONE = 3


@dataclass(frozen=True, slots=True)
class Done:
    """Handled, or nothing to do: acknowledge."""


@dataclass(frozen=True, slots=True)
class Again:
    """Not now: deliver it again after the delay."""

    delay: timedelta


@dataclass(frozen=True, slots=True)
class Park:
    """Never by itself: keep it as a dead letter and acknowledge."""

    why: str


Verdict = Done | Again | Park


def verdict_on(error: BaseException, attempt: int) -> Again | Park:
    """What follows from this failure at the given attempt, counted from 1."""
    if isinstance(error, Retryable):
        return Again(DELAYS[attempt - 1]) if attempt <= len(DELAYS) else Park("retries_exhausted")
    if isinstance(error, Rejected):
        return Park("rejected")
    if isinstance(error, Defect | PracticeError):
        return Park("defect")
    return Park(f"error:{type(error).__name__}"[:200])

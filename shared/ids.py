"""Ids and references: the only place where chance enters.

Ids are uuid4 as text. References are what people read aloud: `R-` and five Crockford base-32
characters (no I, L, O, U), 33 million of them; a collision is retried by the caller.
"""

import secrets
import uuid
from typing import Protocol

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Ids(Protocol):
    """Where new ids come from; given to handlers and doors, never taken."""

    def new(self) -> str:
        """A fresh uuid4 as text."""

    def reference(self) -> str:
        """A fresh reference such as `R-7F3K2`; may collide."""


def new_id() -> str:
    """A fresh uuid4 as text."""
    return str(uuid.uuid4())


class RandomIds:
    """Ids from the operating system's random source."""

    def new(self) -> str:
        return new_id()

    def reference(self) -> str:
        return "R-" + "".join(secrets.choice(CROCKFORD) for _ in range(5))


def is_reference(text: str) -> bool:
    """Whether `text` has the form of a reference."""
    return len(text) == 7 and text.startswith("R-") and all(c in CROCKFORD for c in text[2:])

"""What a look at an operator's folder tells."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: where, what, why it matters, and what to do. Never a secret's value."""

    file: str
    what: str
    why: str
    do: str

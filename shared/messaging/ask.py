"""Asks: a question to the owner of the answer, over core NATS, in no stream.

Their replies are the one place where people cross the bus: never stored, never logged, never traced.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from shared.contracts.base import Ask, Plain

Q = TypeVar("Q", bound=Ask)
A = TypeVar("A", bound=Plain)
ALWAYS_GIVEN = ("question", "database", "now")


class Asker(Protocol):
    """Puts a question and gives the answer."""

    async def __call__(self, question: Ask, answer: type[A]) -> A:
        """The owner's answer. Raises Retryable when nobody answers in time."""


@dataclass(frozen=True, slots=True)
class Answerer(Generic[Q]):
    """A function that answers one kind of question."""

    question: type[Q]
    answer: Callable[..., Awaitable[Plain]]

    @property
    def needs(self) -> tuple[str, ...]:
        """What the function names beyond `question, database, now`."""
        return tuple(name for name in inspect.signature(self.answer).parameters if name not in ALWAYS_GIVEN)

    async def __call__(self, *args: Any, **given: Any) -> Any:
        """Calls the function, as its tests do."""
        return await self.answer(*args, **given)


def answer(question: type[Q]) -> Callable[[Callable[..., Awaitable[Plain]]], Answerer[Q]]:
    """Makes the decorated function `(question, database, now, …)` the service's answer to this question."""
    return lambda function: Answerer(question, function)

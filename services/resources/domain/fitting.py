"""Whether something of the catalogue fits a reader, and how well. Every "no" has a code."""

from collections.abc import Set as AbstractSet

from services.resources.domain.request import Request
from shared.practice import Book
from shared.practice.catalogue import Item, Reading


def barred(item: Item, life: AbstractSet[str]) -> str | None:
    """Why the item's own conditions speak against it: `leave_out_when:…` or `only_when:…`."""
    for code in item.leave_out_when:
        if code in life:
            return f"leave_out_when:{code}"
    for code in item.only_when:
        if code not in life:
            return f"only_when:{code}"
    return None


def ticked(item: Book | Reading, request: Request) -> list[str]:
    """Those of the reader's own concerns that it speaks to."""
    return [code for code in request.concerns if code in item.for_]


def guessed(item: Book | Reading, request: Request) -> list[str]:
    """Those of the concerns guessed from their words that it speaks to."""
    return [code for code in request.suggested if code in item.for_ and code not in request.concerns]


def matches(item: Book | Reading, request: Request) -> bool:
    """Whether it speaks to anything that they told."""
    return bool(ticked(item, request) or guessed(item, request))


def reasons(item: Book | Reading, request: Request) -> tuple[str, ...]:
    """Such as `concern:grief_loss`, `suggested:couples`, `context:bereaved`; none for what fits anybody."""
    return (
        *(f"concern:{code}" for code in ticked(item, request)),
        *(f"suggested:{code}" for code in guessed(item, request)),
        *(f"context:{code}" for code in item.only_when),
    )


def passed_over(item: Book | Reading, request: Request) -> str:
    """Why it was not chosen although nothing speaks against it."""
    return "enough_chosen" if matches(item, request) else "no_concern"

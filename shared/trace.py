"""Where a piece of work came from: W3C trace context, carried from the HTTP door to the last mail.

A handler takes events of many requests at once, so the origin is kept by correlation (the request's id)
beside the one of the surrounding call.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType

_FORM = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_origins: ContextVar[Mapping[str, str]] = ContextVar("origins", default=MappingProxyType({}))
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def new_traceparent() -> str:
    """A fresh, sampled `traceparent`."""
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"


def child_of(parent: str | None) -> str:
    """A new span in the parent's trace; a fresh trace when the parent is missing or malformed."""
    if parent is None or not _FORM.fullmatch(parent):
        return new_traceparent()
    version, trace, _, flags = parent.split("-")
    return f"{version}-{trace}-{secrets.token_hex(8)}-{flags}"


def traceparent_for(correlation: str) -> str:
    """The trace that work on this request belongs to."""
    return child_of(_origins.get().get(correlation) or _current.get())


@contextmanager
def began_with(traceparent: str | None, origins: Mapping[str, str] | None = None) -> Iterator[None]:
    """Work inside belongs to this trace, or, by correlation, to those of `origins`."""
    first, second = _current.set(traceparent), _origins.set(origins or {})
    try:
        yield
    finally:
        _current.reset(first)
        _origins.reset(second)

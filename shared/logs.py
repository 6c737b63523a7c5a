"""Logs: a fixed name and ids, never a person.

Every line is an event name with keys from `ALLOWED`; any other key is dropped and counted under `dropped`,
so that a careless line loses a detail, not a secret. Errors are logged by type, never by message: foreign
errors like to quote the values they choked on.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    {"event", "level", "timestamp", "service", "name", "error", "frames", "where", "why", "code", "count"}
    | {"id", "event_id", "request_id", "referral_id", "delivery_id", "reference", "version", "state"}
    | {"subject", "type", "consumer", "stream", "attempt", "attempts", "delay_seconds", "seconds"}
    | {"template", "role", "purpose", "asked_by", "status", "method", "route", "port", "part", "pid"}
    | {"signal", "tick"}
)
FRAMES = 6

Record = MutableMapping[str, Any]


def get_logger(name: str) -> Any:
    """The logger of a module."""
    return structlog.get_logger(name=name)


def configure(service: str, form: str = "json") -> None:
    """Sends every log line, the libraries' warnings included, to standard error through the allow-list."""
    renderer = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
        if form == "console"
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _named(service),
            only_allowed,
            renderer,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
    root = logging.getLogger()
    root.handlers[:] = [_Library()]
    root.setLevel(logging.WARNING)


def only_allowed(_logger: object, _method: str, record: Record) -> Record:
    """Keeps the allow-listed keys; an exception becomes its type and where it was raised."""
    error = record.pop("exc_info", None)
    if error:
        error = sys.exc_info()[1] if error is True else error
        if isinstance(error, BaseException):
            record.update(described(error))
    dropped = [key for key in record if key not in ALLOWED]
    for key in dropped:
        del record[key]
    if dropped:
        record["count"] = record.get("count", len(dropped))
    return record


def described(error: BaseException) -> dict[str, Any]:
    """An error as types and code places: what a developer needs and nothing that a person wrote."""
    names: list[str] = []
    frames: list[str] = []
    link: BaseException | None = error
    while link is not None and len(names) < FRAMES:
        names.append(type(link).__name__)
        for frame in traceback.extract_tb(link.__traceback__):
            frames.append(f"{frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}:{frame.name}")
        link = link.__cause__ or link.__context__
    return {"error": " < ".join(names), "frames": frames[-FRAMES:]}


def _named(service: str) -> Any:
    def name_it(_logger: object, _method: str, record: Record) -> Record:
        record["service"] = service
        return record

    return name_it


class _Library(logging.Handler):
    """Passes a library's warning on by its logger's name and error type; its text may quote anything."""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        extra = described(error) if error else {}
        structlog.get_logger().warning("library.warned", where=f"{record.name}:{record.funcName}", **extra)

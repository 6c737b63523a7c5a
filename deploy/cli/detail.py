"""The detail of one entry of a trail, in words and in the practice's time; a program reads it with --json."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from deploy.cli.frame import local
from deploy.naming import Names
from services.notifications import words

UNSAID = {"message_id", "announced", "recipient_id"}  # for whoever traces a mail or a fact: --json


def in_words(detail: Mapping[str, Any], names: Names, zone: ZoneInfo) -> str:
    """What is worth reading of a detail, each thing as `what it is: what it says`."""
    told = {name: value for name, value in detail.items() if value not in (None, [], "", False)}
    if "stage" in told:
        told.pop("state", None)  # the same, as a program says it
    if told.get("attempts") == 1:
        del told["attempts"]
    said = {name: _said(name, value, told, names, zone) for name, value in told.items() if name not in UNSAID}
    return "; ".join(
        f"{NAMES.get(name, words.spelled(name))} {value}".strip() for name, value in said.items()
    )


def _said(name: str, value: Any, told: Mapping[str, Any], names: Names, zone: ZoneInfo) -> str:
    if isinstance(value, (list, tuple)):
        return ", ".join(_said(name, each, told, names, zone) for each in value)
    if name.endswith("_at"):
        return local(datetime.fromisoformat(value), zone)
    if name == "to":
        return _reader(value, str(told.get("recipient_id", "")), names)
    if name in PEOPLE:
        return "the person" if value == "person" else names.anybody(str(value))
    if value is True:
        return ""
    return SAYS.get(name, words.spelled)(str(value)) if name not in CODES else str(value)


def _reader(role: str, who: str, names: Names) -> str:
    """Who reads a mail: one of us by name, anybody else by what they are to us."""
    name = names.anybody(who)
    return f"{name} ({role})" if name != who else role


NAMES = {  # what a field is called, where its own name says it badly
    "stage": "",
    "state": "",
    "next_action": "next:",
    "due_at": "due",
    "call_at": "call",
    "was_at": "before",
    "starts_at": "call",
    "coordinator_id": "with",
    "call_with": "with",
    "changed": "now different:",
    "clinician_id": "clinician:",
    "candidates": "candidates:",
    "nearest": "nearest:",
    "items": "books:",
    "codes": "",
    "why": "why:",
    "rules": "rules:",
    "purpose": "for:",
    "smtp": "server said",
    "attempts": "attempts:",
    "uncertain": "may have arrived before it was sent again",
}
PEOPLE = {
    "owner",
    "by",
    "asked",
    "asked_by",
    "clinician_id",
    "candidates",
    "nearest",
    "coordinator_id",
    "call_with",
}
CODES = {"items", "rules", "codes", "smtp"}  # names of things: as they are
SAYS: Mapping[str, Callable[[str], str]] = {"stage": words.stage, "next_action": words.next_action}

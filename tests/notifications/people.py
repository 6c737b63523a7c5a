"""Somebody invented and what they asked for, with what a test changes about them."""

from pathlib import Path
from typing import Any

from services.notifications.samples import Persona, contact_of, request_of
from shared.contracts.intake import Contact, RequestDetail
from shared.practice import Practice

LOS_ANGELES = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"


def contact(practice: Practice, language: str = "en", **changes: Any) -> Contact:
    return contact_of(Persona("test", changes), language, practice)


def request(practice: Practice, path: str = "consultation", **changes: Any) -> RequestDetail:
    return request_of(Persona("test", {}, changes), practice, path)

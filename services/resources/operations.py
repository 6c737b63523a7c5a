"""What an operator may do: resources' part of `practice explain`, `trail` and `open`. Codes only."""

from datetime import datetime
from typing import Any

from services.resources import storage
from shared.database import Database, Row


async def explain(database: Database, reference: str) -> dict[str, Any] | None:
    """Which books were chosen for this request and why, and why not the others; None when nobody knows it.

    The fields that speak of clinicians are there and empty, as in every `practice explain --json`.
    """
    async with database.reading() as tx:
        journey = await storage.load_journey(tx, reference)
    if journey is None:
        return None
    return {
        "reference": reference,
        "outcome": journey["state"],
        "why": journey["why"],
        "policy_version": None,
        "candidates": [],
        "excluded": [],
        "catalogue_version": journey["catalogue_version"],
        "items": journey["items"],
        "left_out": journey["left_out"],
    }


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """What happened to this request's journey, in order."""
    async with database.reading() as tx:
        journey = await storage.load_journey(tx, reference)
    if journey is None:
        return []
    steps = _decisions(journey)
    if journey["stopped_at"] is not None and journey["stopped_at"] != journey["begun_at"]:
        detail = {"why": journey["why"]}
        steps.append(
            {"at": journey["stopped_at"], "kind": "event", "name": "readiness.stopped", "detail": detail}
        )
    return steps


async def open_journeys(database: Database) -> list[Row]:
    """Every journey that waits for somebody: reference, why, owner, next_action, due_at, begun_at."""
    async with database.reading() as tx:
        return await storage.load_waiting(tx)


def _decisions(journey: Row) -> list[dict[str, Any]]:
    """Only a crisis that was cleared is decided again."""
    again_at = journey["decided_again_at"]
    if again_at is None:
        return [_outcome(journey, journey["begun_at"])]
    return [_withheld("crisis", journey["begun_at"]), _outcome(journey, again_at)]


def _outcome(journey: Row, at: datetime) -> dict[str, Any]:
    if not journey["items"]:
        return _withheld(journey["why"], at)
    detail = {"items": [item["code"] for item in journey["items"]]}
    return {"at": at, "kind": "event", "name": "reading_list.prepared", "detail": detail}


def _withheld(why: str, at: datetime) -> dict[str, Any]:
    return {"at": at, "kind": "event", "name": "reading_list.withheld", "detail": {"why": why}}

"""What an operator may do: resources' part of `practice explain`, `trail` and `open`. Codes only."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from services.resources import storage
from shared.database import Database, Row
from shared.messaging.forget import forget

HAS_LIST = frozenset({"running", "paused", "reached", "prepared"})
STEP, LIST, WITHHELD = "readiness.step_due", "reading_list.prepared", "reading_list.withheld"


async def explain(database: Database, reference: str) -> dict[str, Any] | None:
    """What was chosen for this request and why, and why not the rest; None when nobody knows it.

    `outcome` is what came of the request: `prepared`, `waiting` or `stopped`; `stands` is how its journey
    stands by now, `paused` by what. `items` are the books, `series` what follows them: practices, and
    readings for who would keep them, each with what was left out; `came` are those that were announced. The
    fields that speak of clinicians are there and empty, as in every `practice explain --json`.
    """
    async with database.reading() as tx:
        journey = await storage.load_row(tx, reference)
        came = await storage.load_steps(tx, journey["journey_id"]) if journey else []
    if journey is None:
        return None
    listed = journey["state"] in HAS_LIST
    return {
        "reference": reference,
        "outcome": "prepared" if listed else journey["state"],
        "why": None if listed else journey["why"],
        "policy_version": None,
        "candidates": [],
        "excluded": [],
        "catalogue_version": journey["catalogue_version"],
        "items": journey["items"],
        "left_out": journey["left_out"],
        "stands": journey["state"],
        "paused": journey["why"] if journey["state"] == "paused" else None,
        "series": journey["series"],
        "came": [{name: each[name] for name in ("kind", "item", "announced_at")} for each in came],
        "pace": journey["pace"],
        "next_at": journey["next_at"],
    }


async def trail(database: Database, reference: str) -> list[dict[str, Any]]:
    """What happened to this request's journey, in order."""
    async with database.reading() as tx:
        journey = await storage.load_row(tx, reference)
        if journey is None:
            return []
        steps = await storage.load_steps(tx, journey["journey_id"])
        turns = await storage.load_turns(tx, journey["journey_id"])
    told = [*_decisions(journey), *map(_step, steps), *map(_turn, turns)]
    return sorted(told, key=lambda each: each["at"])


async def open_journeys(database: Database) -> list[Row]:
    """Every journey that waits for somebody: reference, why, owner, next_action, due_at, begun_at."""
    async with database.reading() as tx:
        return await storage.load_waiting(tx)


async def has_forgotten(database: Database, request_ids: Collection[str]) -> bool:
    """Whether all that is left here of each of these requests is that it was erased."""
    wanted = set(request_ids)
    async with database.reading() as tx:
        news = await storage.load_news(tx, wanted)
        erased = {of for of, each in news.items() if each.erased}
        return erased == wanted and not await storage.still_kept(tx, wanted)


async def forget_again(database: Database, since: datetime, now: datetime) -> None:
    """What came about somebody at the moment at which they were erased goes too; `since`: erased since."""
    async with database.transaction() as tx:
        await forget(tx, await storage.load_erased_since(tx, since))


def _decisions(journey: Row) -> Iterator[dict[str, Any]]:
    """Only a crisis that was cleared is decided again."""
    again_at = journey["decided_again_at"]
    if again_at is not None:
        yield _event(journey["begun_at"], WITHHELD, {"why": "crisis"})
    at = again_at or journey["begun_at"]
    if journey["items"]:
        yield _event(at, LIST, {"items": [item["code"] for item in journey["items"]]})
    else:
        yield _event(at, WITHHELD, {"why": journey["why"]})


def _step(step: Row) -> dict[str, Any]:
    item = {"item": step["item"]} if step["item"] else {}
    return _event(step["announced_at"], STEP, {"step": step["kind"], "number": step["number"], **item})


def _turn(turn: Row) -> dict[str, Any]:
    return _event(turn["at"], f"readiness.{turn['name']}", turn["detail"])


def _event(at: datetime, name: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"at": at, "kind": "event", "name": name, "detail": detail}

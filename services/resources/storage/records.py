"""Journeys as rows, and rows as journeys."""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from services.resources.domain.choosing import Chosen, LeftOut, Outcome, Prepared, Withheld
from services.resources.domain.journey import (
    Journey,
    OnHold,
    Paused,
    Reached,
    Resting,
    Running,
    Standing,
    Stopped,
    Waiting,
)
from services.resources.domain.request import Request
from services.resources.domain.seen import Came
from services.resources.domain.series import Picked, Series
from services.resources.domain.watching import Duty
from shared.database import Row

NOWHERE: Row = {
    "owner": None,
    "next_action": None,
    "due_at": None,
    "next_at": None,
    "paused_at": None,
    "paused_until": None,
    "held": None,
    "reached_at": None,
    "stopped_at": None,
}


def row_of(journey: Journey) -> dict[str, Any]:
    """A journey's whole row."""
    request, outcome = journey.request, journey.outcome
    prepared = outcome if isinstance(outcome, Prepared) else Prepared((), ())
    return {
        "journey_id": journey.journey_id,
        "request_id": request.request_id,
        "reference": request.reference,
        "person_id": request.person_id,
        "language": request.language,
        "time_zone": request.time_zone,
        "opted_in_at": request.opted_in_at,
        "begun_at": journey.begun_at,
        "decided_again_at": journey.decided_again_at,
        "catalogue_version": journey.catalogue_version,
        **_picked(Picked(prepared.items, prepared.left_out)),
        **changing(journey),
    }


def changing(journey: Journey) -> dict[str, Any]:
    """The part of its row that changes after its list was decided."""
    return {
        **NOWHERE,
        **_standing(journey.standing),
        "state": journey.state,
        "why": journey.why,
        "version": journey.version,
        "asked": _asked(journey),
        "series": {
            "practices": _picked(journey.series.practices),
            "readings": _picked(journey.series.readings),
        },
        "pace": journey.pace,
        "kept": journey.kept,
        "counted_from": journey.counted_from,
    }


def journey_of(row: sa.Row[Any], came: Sequence[Came] = (), *, with_series: bool = True) -> Journey:
    """The journey of this row; `came` are its mails, in order. What was chosen is read if it is asked for."""
    return Journey(
        journey_id=row.journey_id,
        request=_request(row),
        outcome=_outcome(row),
        standing=_standing_of(row),
        catalogue_version=row.catalogue_version,
        begun_at=row.begun_at,
        series=_series_of(row) if with_series else Series(),
        came=tuple(came),
        pace=row.pace,
        kept=row.kept,
        counted_from=row.counted_from,
        version=row.version,
        decided_again_at=row.decided_again_at,
    )


def _standing(standing: Standing) -> dict[str, Any]:
    match standing:
        case Waiting(duty=duty):
            return {"owner": duty.owner, "next_action": duty.next_action, "due_at": duty.due_at}
        case Running(next_at=next_at):
            return {"next_at": next_at}
        case Resting(since=since, until=until):
            return {"paused_at": since, "paused_until": until, "next_at": until}
        case OnHold(since=since, held=held, until=until):
            return {"paused_at": since, "paused_until": until, "held": held}
        case Reached(at=at):
            return {"reached_at": at}
        case Stopped(at=at):
            return {"stopped_at": at}


def _standing_of(row: sa.Row[Any]) -> Standing:
    match row.state:
        case "waiting":
            return Waiting(row.why, Duty(row.owner, row.next_action, row.due_at))
        case "running":
            return Running(row.next_at)
        case "paused":
            return _paused_of(row)
        case "reached":
            return Reached(row.reached_at)
        case _:
            return _stopped_of(row)


def _paused_of(row: sa.Row[Any]) -> Paused:
    if row.held:
        return OnHold(row.paused_at, row.held, row.paused_until)
    return Resting(row.paused_at, row.paused_until)


def _stopped_of(row: sa.Row[Any]) -> Stopped:
    """A list that the version before this one prepared was all there was."""
    if row.state == "prepared":
        return Stopped("ended", row.decided_again_at or row.begun_at)
    return Stopped(row.why, row.stopped_at)


def _outcome(row: sa.Row[Any]) -> Outcome:
    """Whatever became of it later: what has books was a list."""
    return _prepared(row) if row.items else Withheld(row.why)


def _prepared(row: sa.Row[Any]) -> Prepared:
    picked = _picked_of({"items": row.items, "left_out": row.left_out})
    return Prepared(picked.items, picked.left_out)


def _request(row: sa.Row[Any]) -> Request:
    asked = row.asked or {}
    return Request(
        request_id=row.request_id,
        reference=row.reference,
        person_id=row.person_id,
        opted_in_at=row.opted_in_at,
        language=row.language,
        time_zone=row.time_zone,
        safety_level="crisis" if row.why == "crisis" else "none",
        flags=frozenset(asked.get("flags", ())),
        concerns=tuple(asked.get("concerns", ())),
        suggested=tuple(asked.get("suggested", ())),
        context=frozenset(asked.get("context", ())),
        codes_kept=row.asked is not None,
    )


def _asked(journey: Journey) -> dict[str, list[str]] | None:
    """The codes to choose by, while there is something to choose."""
    request = journey.request
    chooses = journey.goes_on or (journey.state, journey.why) == ("waiting", "crisis")
    if not (chooses and request.codes_kept):
        return None
    return {
        "concerns": list(request.concerns),
        "suggested": list(request.suggested),
        "context": sorted(request.context),
        "flags": sorted(request.flags),
    }


def _picked(picked: Picked) -> dict[str, Any]:
    return {
        "items": [{"code": each.code, "reasons": list(each.reasons)} for each in picked.items],
        "left_out": [{"code": each.code, "why": each.why} for each in picked.left_out],
    }


def _picked_of(kept: Mapping[str, Any]) -> Picked:
    return Picked(
        tuple(Chosen(each["code"], tuple(each["reasons"])) for each in kept.get("items", ())),
        tuple(LeftOut(each["code"], each["why"]) for each in kept.get("left_out", ())),
    )


def _series_of(row: sa.Row[Any]) -> Series:
    """What was chosen last to follow the list."""
    kept = row.series or {}
    return Series(_picked_of(kept.get("practices", {})), _picked_of(kept.get("readings", {})))

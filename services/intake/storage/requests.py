"""Requests: saved whole, with their person and words, and loaded as codes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.request import Duty, Request
from services.intake.domain.submission import Submission, Wishes
from services.intake.storage.keys import hold_key, save_new_keys
from services.intake.storage.sealing import (
    OTHERS,
    PEOPLE,
    WORDS,
    OwnSealer,
    Sealer,
    others_document,
    person_document,
    ticks_of,
    words_document,
)
from services.intake.storage.tables import people, requests, words
from shared.database import Row, Transaction, insert_new
from shared.errors import Defect
from shared.ids import Ids

REFERENCE_ATTEMPTS = 50
WISHES = tuple(field.name for field in fields(Wishes))
TUPLES = ("safety_rules", "flags", "concerns", "suggested_concerns", "context", "quarantine_why")
IN_CLEAR = (
    *("id", "person_id", "reference", "version", "path", "status", "received_at", "announced_at", "language"),
    *("state", "time_zone", "for_", "age", "age_band", "unit", "safety_level", "rules_version", "test"),
    *("topic", "role", "ready_since", "not_now_at", "reopened_at", "withdrawn_at"),
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """A request to be saved, with what is sealed beside it."""

    request: Request
    submission: Submission


async def save_requests(
    tx: Transaction, arrivals: Sequence[Arrival], sealer: Sealer, ids: Ids
) -> list[Request]:
    """Keeps people, requests and words; gives the requests with the references they really got."""
    if not arrivals:
        return []
    keys = {each.request.person_id: sealer.new_key(each.request.person_id) for each in arrivals}
    sealers = {whose: sealer.own(whose, wrapped) for whose, wrapped in keys.items()}
    await tx.execute(
        sa.insert(people), [_person_row(each, sealers[each.request.person_id]) for each in arrivals]
    )
    came = {each.request.person_id: each.request.received_at for each in arrivals}
    await save_new_keys(tx, keys, sealer.current, came)
    saved = await _insert_with_free_reference(tx, arrivals, sealers, ids)
    await tx.execute(
        sa.insert(words), [_words_row(each, sealers[each.request.person_id]) for each in arrivals]
    )
    return saved


async def load_requests(tx: Transaction, request_ids: Sequence[str]) -> list[Request]:
    """Those found, in the order asked."""
    found = await tx.execute(sa.select(requests).where(requests.c.id.in_(request_ids)))
    known = {row.id: request_of(row) for row in found}
    return [known[each] for each in request_ids if each in known]


async def load_request(tx: Transaction, reference: str) -> Request | None:
    """The request that people call by this reference."""
    row = (await tx.execute(sa.select(requests).where(requests.c.reference == reference))).one_or_none()
    return request_of(row) if row else None


async def take_request(tx: Transaction, reference: str) -> Request | None:
    """The same, as it stands now; nobody else moves it on before this transaction ends."""
    asked = sa.select(requests).where(requests.c.reference == reference).with_for_update()
    row = (await tx.execute(asked)).one_or_none()
    return request_of(row) if row else None


async def take_requests(tx: Transaction, request_ids: Collection[str]) -> dict[str, Request]:
    """Those found, as they stand now; nobody else moves them on before this transaction ends."""
    asked = sa.select(requests).where(requests.c.id.in_(request_ids)).order_by(requests.c.id)
    # A step or a note that somebody adds meanwhile holds on to the id alone, and must not be waited for.
    taken = asked.with_for_update(key_share=True)
    return {row.id: request_of(row) for row in await tx.execute(taken)}


async def update_request(tx: Transaction, request: Request, now: datetime) -> bool:
    """Moves the request on from its previous version; False when somebody else was first."""
    changed = await tx.execute(
        sa.update(requests)
        .where(requests.c.id == request.id, requests.c.version == request.version - 1)
        .values(
            version=request.version,
            status=request.status,
            announced_at=request.announced_at,
            closed_at=now if request.status == "discarded" else None,
            ready_since=request.ready_since,
            not_now_at=request.not_now_at,
            withdrawn_at=request.withdrawn_at,
            **_duty_columns(request.duty),
        )
    )
    return bool(changed.rowcount == 1)


async def save_reopened(tx: Transaction, request: Request, submission: Submission, sealer: Sealer) -> None:
    """The request as it is from now on, and whom it is for; what was sealed with it at first stays."""
    others = others_document(submission)
    values: dict[str, Any] = {name: getattr(request, name) for name in IN_CLEAR}
    values |= {name: list(getattr(request, name)) for name in TUPLES}
    values |= _duty_columns(request.duty) | {"preferences": _wishes_row(request.preferences)}
    own = await hold_key(tx, request.person_id, sealer) if others else None
    if others and own is not None:
        values["others"] = own.seal(OTHERS, request.id, others)
    await tx.execute(sa.update(requests).where(requests.c.id == request.id).values(values))


async def _insert_with_free_reference(
    tx: Transaction, arrivals: Sequence[Arrival], sealers: Mapping[str, OwnSealer], ids: Ids
) -> list[Request]:
    rows = {each.request.id: _request_row(each, sealers[each.request.person_id]) for each in arrivals}
    waiting = dict(rows)
    for _ in range(REFERENCE_ATTEMPTS):
        inserted = await insert_new(tx, requests, list(waiting.values()), returning=requests.c.id)
        waiting = {
            id_: {**row, "reference": ids.reference()} for id_, row in waiting.items() if id_ not in inserted
        }
        rows.update(waiting)
        if not waiting:
            return [replace(each.request, reference=rows[each.request.id]["reference"]) for each in arrivals]
    raise Defect("no free reference was found")


def _person_row(arrival: Arrival, sealer: OwnSealer) -> Row:
    request, submission = arrival.request, arrival.submission
    writer, rules = submission.writer, submission.contact
    return {
        "id": request.person_id,
        "sealed": sealer.seal(PEOPLE, request.person_id, person_document(writer, rules)),
        "email_key": sealer.address_key("email", writer.email),
        "phone_key": sealer.address_key("phone", writer.phone),
        "email_ok": rules.email_ok,
        "text_ok": rules.text_ok,
        "voicemail_ok": rules.voicemail_ok,
        "discreet": rules.discreet,
        "has_safe_hours": rules.safe_hours is not None,
        "unsafe_at_home": ticks_of(submission).unsafe_at_home,
        "version": 1,
        "created_at": request.received_at,
    }


def _request_row(arrival: Arrival, sealer: OwnSealer) -> dict[str, Any]:
    request, others = arrival.request, others_document(arrival.submission)
    return {
        **{name: getattr(request, name) for name in IN_CLEAR},
        **{name: list(getattr(request, name)) for name in TUPLES},
        **_duty_columns(request.duty),
        "preferences": _wishes_row(request.preferences),
        "closed_at": None,
        "opted_in_at": request.received_at if request.path == "readiness" else None,
        "others": sealer.seal(OTHERS, request.id, others) if others else None,
    }


def _words_row(arrival: Arrival, sealer: OwnSealer) -> Row:
    id_ = arrival.request.id
    return {"request_id": id_, "sealed": sealer.seal(WORDS, id_, words_document(arrival.submission))}


def _duty_columns(duty: Duty | None) -> dict[str, Any]:
    if duty is None:
        return {"owner": None, "next_action": None, "due_at": None}
    return {"owner": duty.owner, "next_action": duty.next_action, "due_at": duty.due_at}


def request_of(row: Any) -> Request:
    """The request in a row of its table."""
    clear: dict[str, Any] = {name: getattr(row, name) for name in IN_CLEAR}
    lists: dict[str, Any] = {name: tuple(getattr(row, name)) for name in TUPLES}
    duty = Duty(row.owner, row.next_action, row.due_at) if row.owner else None
    return Request(**clear, **lists, preferences=_wishes(row.preferences), duty=duty)


def _wishes_row(wishes: Wishes) -> dict[str, Any]:
    return {name: getattr(wishes, name) for name in WISHES}


def _wishes(stored: dict[str, Any]) -> Wishes:
    said: dict[str, Any] = {name: tuple(v) if isinstance(v, list) else v for name, v in stored.items()}
    return Wishes(**said)

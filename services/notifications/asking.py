"""What must be known to send: asked for at the moment of need, with its purpose, and forgotten afterwards.

One ask of each kind for all the deliveries of a claim that have the same purpose. What nobody answers is
told apart from what its owner does not know: the first waits, the second is a reason.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from services.notifications.domain.delivery import Delivery, Template
from shared.contracts.base import MAX_IDS_PER_ASK, Ask, Plain
from shared.contracts.intake import (
    Contact,
    ContactsAnswered,
    ContactsAsked,
    Purpose,
    RequestDetail,
    RequestsAnswered,
    RequestsAsked,
)
from shared.contracts.matching import ClinicianDetail, CliniciansAnswered, CliniciansAsked
from shared.logs import described, get_logger
from shared.messaging.ask import Asker

log = get_logger(__name__)
A = TypeVar("A", bound=Plain)

ASKED_BY = "notifications"
PURPOSES: Mapping[Template, Purpose] = {
    "acknowledgement": "acknowledge",
    "waitlist": "notice",
    "referred_out": "notice",
    "reading_list": "reading_list",
    "referral": "refer",
    "nobody_fits": "refer",
    "held": "hold_review",
    "readiness_notice": "notice",
    "safety_alert": "safety_alert",
    "quarantine_notice": "notice",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the owners said about one delivery; `silent` names the owner who did not answer, if any."""

    contact: Contact | None
    request: RequestDetail | None
    clinicians: Mapping[str, ClinicianDetail]
    silent: str | None = None


async def learn(ask: Asker, deliveries: Sequence[Delivery]) -> Mapping[str, Known]:
    """What is known for each delivery, by its id. Never raises for an owner who does not answer."""
    by_purpose: dict[Purpose, list[Delivery]] = {}
    for delivery in deliveries:
        by_purpose.setdefault(PURPOSES[delivery.plan.template], []).append(delivery)
    groups = await asyncio.gather(*(_learn(ask, purpose, group) for purpose, group in by_purpose.items()))
    return {delivery_id: known for group in groups for delivery_id, known in group.items()}


def clinician_ids(delivery: Delivery) -> tuple[str, ...]:
    """The clinicians that a delivery tells of, each once, in its order."""
    codes = delivery.plan.codes
    told = (*codes.get("candidates", ()), *codes.get("nearest", ()))
    return tuple(dict.fromkeys(one["clinician_id"] for one in told))


async def _learn(ask: Asker, purpose: Purpose, group: Sequence[Delivery]) -> Mapping[str, Known]:
    people = tuple(dict.fromkeys(one.plan.request_id for one in group))
    contacts, requests, clinicians = await asyncio.gather(
        _answer(ask, ContactsAsked(request_ids=people, purpose=purpose, asked_by=ASKED_BY), ContactsAnswered),
        _answer(ask, RequestsAsked(request_ids=people, purpose=purpose, asked_by=ASKED_BY), RequestsAnswered),
        _clinicians(ask, tuple(dict.fromkeys(one for each in group for one in clinician_ids(each)))),
    )
    by_person = {one.request_id: one for one in contacts.contacts} if contacts else {}
    by_request = {one.request_id: one for one in requests.requests} if requests else {}
    known = {}
    for one in group:
        asked_of_matching = bool(clinician_ids(one))
        silent = None
        if contacts is None or requests is None:
            silent = "intake"
        elif asked_of_matching and clinicians is None:
            silent = "matching"
        known[one.id] = Known(
            by_person.get(one.plan.request_id),
            by_request.get(one.plan.request_id),
            clinicians or {},
            silent,
        )
    return known


async def _clinicians(ask: Asker, ids: Sequence[str]) -> Mapping[str, ClinicianDetail] | None:
    found: dict[str, ClinicianDetail] = {}
    for start in range(0, len(ids), MAX_IDS_PER_ASK):
        question = CliniciansAsked(
            clinician_ids=tuple(ids[start : start + MAX_IDS_PER_ASK]), asked_by=ASKED_BY
        )
        answered = await _answer(ask, question, CliniciansAnswered)
        if answered is None:
            return None
        found |= {one.clinician_id: one for one in answered.clinicians}
    return found


async def _answer(ask: Asker, question: Ask, answer: type[A]) -> A | None:
    """The answer, or None: a mail waits for an owner who is away, and for one whose answer makes no sense."""
    (said,) = await asyncio.gather(ask(question, answer), return_exceptions=True)
    if isinstance(said, Exception):
        log.warning("ask.unanswered", subject=question.subject(), **described(said))
        return None
    if isinstance(said, BaseException):
        raise said
    return said

"""What must be known to send: asked for at the moment of need, with its purpose, and forgotten afterwards.

One ask of each kind for all the deliveries of a claim that have the same purpose. What nobody answers is
told apart from what its owner does not know: the first waits, the second is a reason.
"""

import asyncio
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar
from zoneinfo import ZoneInfo

from services.notifications.domain.call import CALL_MAILS, CallNow
from services.notifications.domain.decide import Reach, Standing
from services.notifications.domain.delivery import Delivery, Template
from services.notifications.domain.hours import zone_of
from services.notifications.domain.overtake import REMINDERS
from shared.contracts.base import MAX_IDS_PER_ASK, Ask, Plain
from shared.contracts.intake import (
    Consultation,
    ConsultationsAnswered,
    ConsultationsAsked,
    Contact,
    ContactsAnswered,
    ContactsAsked,
    DutiesAnswered,
    DutiesAsked,
    Duty,
    Purpose,
    RequestDetail,
    RequestsAnswered,
    RequestsAsked,
)
from shared.contracts.matching import (
    ClinicianDetail,
    CliniciansAnswered,
    CliniciansAsked,
    OpenReferral,
    OpenReferralsAnswered,
    OpenReferralsAsked,
)
from shared.logs import described, get_logger
from shared.messaging.ask import Asker

log = get_logger(__name__)
A = TypeVar("A", bound=Plain)

ASKED_BY = "notifications"
PURPOSES: Mapping[Template, Purpose] = {  # of every mail about a request
    "acknowledgement": "acknowledge",
    "professional_acknowledgement": "acknowledge",
    "waitlist": "notice",
    "waitlist_check_in": "remind",
    "waitlist_close": "notice",
    "referred_out": "notice",
    "introduction": "introduction",
    "call_confirmed": "notice",
    "call_moved": "notice",
    "call_cancelled": "notice",
    "call_reminder": "remind",
    "call_missed": "notice",
    "contact_changed": "notice",
    "reading_list": "reading_list",
    "readiness_practice": "reading",
    "readiness_reading": "reading",
    "readiness_check_in": "reading",
    "referral": "refer",
    "nobody_fits": "refer",
    "held": "hold_review",
    "professional_notice": "notice",
    "introduced_notice": "introduction",
    "withdrawn_notice": "notice",
    "call_booked_notice": "notice",
    "call_moved_notice": "notice",
    "call_cancelled_notice": "notice",
    "call_soon": "remind",
    "call_outcome": "remind",
    "call_elsewhere": "notice",
    "overdue": "remind",
    "readiness_notice": "notice",
    "ready_notice": "notice",
    "safety_alert": "safety_alert",
    "quarantine_notice": "notice",
    "unreachable_notice": "notice",
    "offer": "offer",
    "offer_ended": "notice",
    "introduction_clinician": "introduction",
    "supervisor_notice": "introduction",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the owners said about one delivery; `silent` names the owner who did not answer, if any."""

    contact: Contact | None = None
    request: RequestDetail | None = None
    clinicians: Mapping[str, ClinicianDetail] = field(default_factory=dict)
    referrals: Sequence[OpenReferral] = ()  # of a digest: what is open, and what waits in intake
    duties: Sequence[Duty] = ()
    call: Consultation | None = None  # the latest of the request, where it matters to the mail
    silent: str | None = None

    @property
    def open_duties(self) -> int:
        """How many things wait for the coordinator whose digest it is."""
        return len(self.referrals) + len(self.duties)


async def learn(ask: Asker, deliveries: Sequence[Delivery]) -> Mapping[str, Known]:
    """What is known for each delivery, by its id. Never raises for an owner who does not answer."""
    by_purpose: dict[Purpose, list[Delivery]] = {}
    about_no_request: list[Delivery] = []
    for delivery in deliveries:
        purpose = PURPOSES.get(delivery.plan.template)
        group = about_no_request if purpose is None else by_purpose.setdefault(purpose, [])
        group.append(delivery)
    about_calls = [one for one in deliveries if one.plan.template in CALL_MAILS | REMINDERS]
    calls, groups = await asyncio.gather(
        latest_calls(ask, [one.plan.request_id for one in about_calls]),
        asyncio.gather(
            *(_learn(ask, purpose, group) for purpose, group in by_purpose.items()),
            *(_learn_of_a_day_or_browser(ask, delivery) for delivery in about_no_request),
        ),
    )
    known = {delivery_id: known for group in groups for delivery_id, known in group.items()}
    return known | {one.id: _with_call(known[one.id], one.plan.request_id, calls) for one in about_calls}


async def booked_calls(ask: Asker, ending_after: datetime, after: str | None) -> ConsultationsAnswered | None:
    """A page of the calls that end after this instant; None when intake does not answer."""
    question = ConsultationsAsked(ending_after=ending_after, after=after, asked_by=ASKED_BY)
    return await _answer(ask, question, ConsultationsAnswered)


async def latest_calls(ask: Asker, request_ids: Sequence[str]) -> Mapping[str, Consultation] | None:
    """The latest call of each of these requests that has one; None when intake does not answer."""
    found: dict[str, Consultation] = {}
    wanted = tuple(dict.fromkeys(request_ids))
    for start in range(0, len(wanted), MAX_IDS_PER_ASK):
        question = ConsultationsAsked(request_ids=wanted[start : start + MAX_IDS_PER_ASK], asked_by=ASKED_BY)
        answered = await _answer(ask, question, ConsultationsAnswered)
        if answered is None:
            return None
        found |= {one.request_id: one for one in answered.consultations}
    return found


def call_now(found: Consultation | None) -> CallNow | None:
    """A call as intake has it, in our words."""
    if found is None:
        return None
    return CallNow(
        found.consultation_id,
        found.version,
        found.status,
        found.coordinator_id,
        found.state,
        found.starts_at,
    )


def reach_of(contact: Contact | None, practice_zone: ZoneInfo) -> Reach | None:
    """Intake's words for a person's wishes, in ours."""
    if contact is None:
        return None
    hours = contact.safe_hours
    return Reach(
        email=contact.email,
        email_ok=contact.email_ok,
        discreet=contact.discreet,
        safe_hours=None if hours is None else (hours.from_, hours.to),
        unsafe_at_home=contact.unsafe_at_home,
        silenced=contact.silenced,
        acknowledged_often=contact.acknowledged_often,
        zone=zone_of(contact.time_zone, practice_zone),
    )


def standing_of(known: Known, barriers: AbstractSet[str], *, just_confirmed: bool) -> Standing | None:
    """How the request stands, from what its owner says and what is kept here."""
    if known.request is None:
        return None
    return Standing(
        known.request.safety_level,
        barriers,
        call_now(known.call),
        just_confirmed=just_confirmed,
        ready=known.request.ready_since is not None,
    )


def clinician_ids(delivery: Delivery) -> tuple[str, ...]:
    """The clinicians that a delivery goes to or tells of, each once, in its order."""
    codes = delivery.plan.codes
    after = codes.get("after") or {}
    told = (
        delivery.plan.recipient_id if delivery.plan.role == "clinician" else None,
        *(one["clinician_id"] for one in (*codes.get("candidates", ()), *codes.get("nearest", ()))),
        after.get("clinician_id"),
        codes.get("clinician_id"),
        codes.get("supervisor_id"),
    )
    return tuple(dict.fromkeys(one for one in told if one is not None))


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
        silent = None
        if contacts is None or requests is None:
            silent = "intake"
        elif clinicians is None and clinician_ids(one):
            silent = "matching"
        known[one.id] = Known(
            by_person.get(one.plan.request_id),
            by_request.get(one.plan.request_id),
            clinicians or {},
            silent=silent,
        )
    return known


def _with_call(known: Known, request_id: str, calls: Mapping[str, Consultation] | None) -> Known:
    if calls is None:
        return replace(known, silent="intake")
    return replace(known, call=calls.get(request_id))


async def _learn_of_a_day_or_browser(ask: Asker, delivery: Delivery) -> Mapping[str, Known]:
    """Nobody's request is asked for: what is open for a coordinator, or how a clinician is reached."""
    if delivery.plan.template == "digest":
        return {delivery.id: await _day(ask, delivery.plan.codes["coordinator_id"])}
    clinicians = await _clinicians(ask, clinician_ids(delivery))
    silent = "matching" if clinicians is None else None
    return {delivery.id: Known(clinicians=clinicians or {}, silent=silent)}


async def _day(ask: Asker, coordinator_id: str) -> Known:
    open_referrals = OpenReferralsAsked(coordinator_id=coordinator_id, asked_by=ASKED_BY)
    waiting = DutiesAsked(coordinator_id=coordinator_id, asked_by=ASKED_BY)
    referrals, duties = await asyncio.gather(
        _answer(ask, open_referrals, OpenReferralsAnswered), _answer(ask, waiting, DutiesAnswered)
    )
    if referrals is None or duties is None:
        return Known(silent="matching" if referrals is None else "intake")
    return Known(referrals=referrals.referrals, duties=duties.duties)


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

"""Invented people, requests and mails; a test says only what matters to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.domain.decide import Reach, Standing
from services.notifications.domain.delivery import Delivery, PlannedDelivery, Role, Template
from services.notifications.domain.plan import Coordinator, Desk
from shared.contracts.base import Ask, Plain
from shared.contracts.intake import (
    Contact,
    ContactsAnswered,
    ContactsAsked,
    Preferences,
    RequestDetail,
    RequestsAnswered,
    RequestsAsked,
)
from shared.contracts.matching import ClinicianDetail, CliniciansAnswered, CliniciansAsked
from shared.errors import Retryable
from shared.practice import Catalogue, Practice, load_catalogue, load_practice

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, ten in the morning in Los Angeles
NIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # eleven at night in Los Angeles
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
FOLDER = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
DOMAIN = "mail.example.org"


class CountedIds:
    """Ids that count up."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"00000000-0000-4000-8000-{self._count:012d}"

    def reference(self) -> str:
        raise NotImplementedError("notifications makes no references")


class Answers:
    """Intake and matching, as far as their asks go: knows who it is given, and can be away."""

    def __init__(self, *people: tuple[Contact, RequestDetail]) -> None:
        self.people = {one.request_id: (one, detail) for one, detail in people}
        self.clinicians: dict[str, ClinicianDetail] = {}
        self.away: set[str] = set()
        self.asked: list[Ask] = []

    async def __call__(self, question: Ask, answer: type[Any]) -> Any:
        self.asked.append(question)
        if question.service in self.away:
            raise Retryable(f"nobody answered {question.subject()}")
        reply = self._reply(question)
        assert isinstance(reply, answer)
        return reply

    def _reply(self, question: Ask) -> Plain:
        match question:
            case ContactsAsked(request_ids=ids):
                return ContactsAnswered(
                    contacts=tuple(self.people[one][0] for one in ids if one in self.people)
                )
            case RequestsAsked(request_ids=ids):
                return RequestsAnswered(
                    requests=tuple(self.people[one][1] for one in ids if one in self.people)
                )
            case CliniciansAsked(clinician_ids=ids):
                known = self.clinicians
                return CliniciansAnswered(clinicians=tuple(known[one] for one in ids if one in known))
        raise AssertionError(f"nobody answers {question.subject()}")


@cache
def practice() -> Practice:
    return load_practice(FOLDER)


@cache
def catalogue() -> Catalogue:
    return load_catalogue(FOLDER, practice())


def contact(request_id: str = "request-1", **changes: Any) -> Contact:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "person_id": f"person-of-{request_id}",
        "reference": "R-7F3K2",
        "name": "Sam Rivera",
        "pronouns": "they/them",
        "email": f"{request_id}@example.org",
        "phone": None,
        "language": "en",
        "time_zone": "America/Los_Angeles",
        "email_ok": True,
        "text_ok": False,
        "voicemail_ok": False,
        "discreet": True,
        "safe_hours": None,
        "unsafe_at_home": False,
        "silenced": False,
        "client_name": None,
        "client_relation": None,
        "test": False,
        "version": 1,
    }
    return Contact.model_validate(fields | changes)


def request_detail(request_id: str = "request-1", **changes: Any) -> RequestDetail:
    fields: dict[str, Any] = {
        "request_id": request_id,
        "reference": "R-7F3K2",
        "path": "consultation",
        "received_at": NOW,
        "for_": "self",
        "age": 34,
        "unit": "individual",
        "state": "CA",
        "safety_level": "none",
        "flags": (),
        "concerns": ("grief_loss",),
        "suggested_concerns": (),
        "preferences": Preferences(),
        "context": (),
        "quarantined": False,
    }
    return RequestDetail.model_validate(fields | changes)


def someone(
    request_id: str = "request-1", *, level: str = "none", **changes: Any
) -> tuple[Contact, RequestDetail]:
    return contact(request_id, **changes), request_detail(request_id, safety_level=level)


def clinician(clinician_id: str = "c-rivera") -> ClinicianDetail:
    return ClinicianDetail(
        clinician_id=clinician_id,
        name="Alex Rivera",
        pronouns="he/him",
        credential="LMFT",
        supervisor_name=None,
        supervisor_credential=None,
        free_places=3,
        fee_min=120,
        fee_max=220,
        languages=("en", "es"),
    )


def reach(**changes: Any) -> Reach:
    fields: dict[str, Any] = {
        "email": "sam@example.org",
        "email_ok": True,
        "discreet": False,
        "safe_hours": None,
        "unsafe_at_home": False,
        "silenced": False,
        "zone": LOS_ANGELES,
    }
    return Reach(**fields | changes)


CALM = Standing("none")
CRISIS = Standing("crisis")

CODES: Mapping[Template, Mapping[str, Any]] = {
    "acknowledgement": {"path": "consultation", "received_at": NOW.isoformat()},
    "waitlist": {"owner": "dana"},
    "referred_out": {"owner": "dana"},
    "reading_list": {"items": ["dance_of_connection"]},
    "referral": {
        "owner": "dana",
        "due_at": (NOW + timedelta(hours=4)).isoformat(),
        "candidates": [{"clinician_id": "c-rivera", "score": 0.8, "reasons": ["specialty:grief_loss:3"]}],
        "excluded": 9,
        "nearest": [],
    },
    "nobody_fits": {
        "owner": "dana",
        "due_at": (NOW + timedelta(hours=4)).isoformat(),
        "outcome": "waitlisted",
        "nearest": [{"clinician_id": "c-rivera", "gaps": ["capacity"]}],
    },
    "held": {"owner": "dana", "due_at": (NOW + timedelta(hours=4)).isoformat(), "why": "minor"},
    "readiness_notice": {"path": "readiness", "received_at": NOW.isoformat()},
    "safety_alert": {
        "path": "consultation",
        "level": "crisis",
        "rules": ["intent"],
        "flagged_at": NOW.isoformat(),
    },
    "quarantine_notice": {"path": "consultation", "why": ["honeypot"], "quarantined_at": NOW.isoformat()},
}
CLIENT_TEMPLATES: tuple[Template, ...] = ("acknowledgement", "waitlist", "referred_out", "reading_list")
DESK_TEMPLATES: tuple[Template, ...] = (
    "referral",
    "nobody_fits",
    "held",
    "readiness_notice",
    "quarantine_notice",
)


def role_of(template: Template) -> Role:
    if template in CLIENT_TEMPLATES:
        return "client"
    return "on_call" if template == "safety_alert" else "coordinator"


def planned(
    template: Template = "acknowledgement", request_id: str = "request-1", **changes: Any
) -> PlannedDelivery:
    role = role_of(template)
    fields: dict[str, Any] = {
        "template": template,
        "role": role,
        "recipient_id": request_id if role == "client" else "dana",
        "request_id": request_id,
        "reference": "R-7F3K2",
        "subject_id": request_id,
        "subject_version": 1,
        "codes": CODES[template],
        "occurred_at": NOW,
        "due_at": NOW,
        "not_after": NOW + timedelta(days=3) if role == "client" else None,
        "dedup_key": f"{template}:{request_id}:{'dana' if role != 'client' else ''}",
        "immediate": template in ("acknowledgement", "reading_list"),
    }
    return PlannedDelivery(**fields | changes)


def delivery(
    template: Template = "acknowledgement", *, stopped: str | None = None, **changes: Any
) -> Delivery:
    return Delivery(
        id="delivery-1",
        plan=planned(template, **changes),
        version=1,
        attempts=1,
        uncertain=False,
        message_id="<delivery-1@mail.example.org>",
        stopped=stopped,
    )


def desk(*coordinators: Coordinator, owner: str = "lee", on_call: tuple[str, ...] = ("dana", "lee")) -> Desk:
    return Desk(coordinators or (DANA, LEE), owner, on_call)


DANA = Coordinator("dana", ("en",), deputy="lee", on_duty=True)
LEE = Coordinator("lee", ("en", "es"), deputy=None, on_duty=True)

"""Invented people, requests and mails; a test says only what matters to it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.notifications.domain.call import CALL_MAILS
from services.notifications.domain.decide import Reach, Standing
from services.notifications.domain.delivery import (
    ABOUT_NO_REQUEST,
    CLASSES,
    NO_REFERENCE,
    Delivery,
    PlannedDelivery,
    Role,
    Template,
)
from services.notifications.domain.desk import Coordinator, Desk
from services.notifications.links import Doors
from services.notifications.samples import CATALOGUE
from shared.contracts.intake import (
    Contact,
    Preferences,
    RequestDetail,
)
from shared.contracts.matching import (
    ClinicianDetail,
)
from shared.practice import Catalogue, Practice, load_catalogue, load_practice
from tests.notifications.codes import CODES, NOW

NIGHT = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)  # eleven at night in Los Angeles
LOS_ANGELES = ZoneInfo("America/Los_Angeles")
FOLDER = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
DOMAIN = "mail.example.org"
LINK_KEY = "a-link-key-of-the-tests-long-enough-to-be-one"
INTAKE_LINK_KEY = "another-link-key-of-the-tests-long-enough-too"
PAGES = "https://hello.example.org"  # where matching's pages are
INTAKE_PAGES = "https://welcome.example.org"
RESOURCES_LINK_KEY = "a-third-link-key-of-the-tests-long-enough-as-well"
RESOURCES_PAGES = "https://read.example.org"


class CountedIds:
    """Ids that count up."""

    def __init__(self) -> None:
        self._count = 0

    def new(self) -> str:
        self._count += 1
        return f"00000000-0000-4000-8000-{self._count:012d}"

    def reference(self) -> str:
        raise NotImplementedError("notifications makes no references")


@cache
def practice() -> Practice:
    return load_practice(FOLDER)


@cache
def catalogue() -> Catalogue:
    """The practice's own books, and the practices and readings of the samples."""
    invented = {"practices": CATALOGUE.practices, "readings": CATALOGUE.readings}
    return load_catalogue(FOLDER, practice()).model_copy(update=invented)


@cache
def doors() -> Doors:
    return Doors.of(
        matching=((LINK_KEY,), PAGES),
        intake=((INTAKE_LINK_KEY,), INTAKE_PAGES),
        resources=((RESOURCES_LINK_KEY,), RESOURCES_PAGES),
    )


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
        "ready_since": NOW,  # without it the mail about who is ready would be untrue
    }
    asked_for = fields | changes
    offered = asked_for["path"] == "consultation" and asked_for["safety_level"] != "crisis"
    return RequestDetail.model_validate({"call_offered": offered} | asked_for)


def someone(
    request_id: str = "request-1", *, level: str = "none", **changes: Any
) -> tuple[Contact, RequestDetail]:
    return contact(request_id, **changes), request_detail(request_id, safety_level=level)


def clinician(clinician_id: str = "c-rivera", **changes: Any) -> ClinicianDetail:
    fields: dict[str, Any] = {
        "clinician_id": clinician_id,
        "name": "Alex Rivera",
        "pronouns": "he/him",
        "credential": "LMFT",
        "supervisor_name": None,
        "supervisor_credential": None,
        "free_places": 3,
        "fee_min": 120,
        "fee_max": 220,
        "languages": ("en", "es"),
        "email": f"{clinician_id}@example.org",
        "introduction": {"en": "I work slowly.", "es": "Trabajo despacio."},
    }
    return ClinicianDetail.model_validate(fields | changes)


def reach(**changes: Any) -> Reach:
    fields: dict[str, Any] = {
        "email": "sam@example.org",
        "email_ok": True,
        "discreet": False,
        "safe_hours": None,
        "unsafe_at_home": False,
        "silenced": False,
        "acknowledged_often": False,
        "zone": LOS_ANGELES,
    }
    return Reach(**fields | changes)


CALM = Standing("none", ready=True)
CRISIS = Standing("crisis", ready=True)

CLIENT_TEMPLATES: tuple[Template, ...] = (
    "acknowledgement",
    "professional_acknowledgement",
    "waitlist",
    "waitlist_check_in",
    "waitlist_close",
    "referred_out",
    "introduction",
    "reading_list",
    "readiness_practice",
    "readiness_reading",
    "readiness_check_in",
)
CLINICIAN_TEMPLATES = tuple(one for one, mail_class in CLASSES.items() if mail_class == "clinician")
DESK_TEMPLATES = tuple(
    one
    for one, mail_class in CLASSES.items()
    if mail_class == "coordinator" and one not in ABOUT_NO_REQUEST | CALL_MAILS
)
RECIPIENTS: Mapping[Role, str] = {
    "client": "request-1",
    "coordinator": "dana",
    "on_call": "dana",
    "clinician": "c-rivera",
}


def role_of(template: Template) -> Role:
    if template in CLIENT_TEMPLATES:
        return "client"
    if template in CLINICIAN_TEMPLATES:
        return "clinician"
    return "on_call" if template == "safety_alert" else "coordinator"


def planned(
    template: Template = "acknowledgement",
    request_id: str = "request-1",
    *,
    role: Role | None = None,
    **changes: Any,
) -> PlannedDelivery:
    role = role or role_of(template)
    recipient = changes.get("recipient_id", request_id if role == "client" else RECIPIENTS[role])
    fields: dict[str, Any] = {
        "template": template,
        "role": role,
        "recipient_id": recipient,
        "request_id": request_id,
        "reference": NO_REFERENCE if template in ABOUT_NO_REQUEST else "R-7F3K2",
        "subject_id": request_id,
        "subject_version": 1,
        "codes": CODES[template],
        "occurred_at": NOW,
        "due_at": NOW,
        "not_after": NOW + timedelta(days=3) if role == "client" else None,
        "dedup_key": f"{template}:{request_id}:{recipient if role != 'client' else ''}",
        "immediate": template in ("acknowledgement", "professional_acknowledgement", "reading_list"),
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

"""What intake answers when it is asked about people and requests, in the terms of its contracts."""

from datetime import datetime
from typing import Literal

from services.intake.domain import contact as domain
from services.intake.domain.announcing import preferences_of, told_path
from services.intake.domain.request import Duty as Task
from services.intake.domain.request import Request
from services.intake.domain.submission import SafeHours as Hours
from shared.contracts.intake import Contact, Duty, InsideNote, LaterWords, RequestDetail, SafeHours, Words


def contact_of(reach: domain.Reach) -> Contact:
    """How this person may be reached."""
    rules = reach.permissions.rules
    return Contact(
        request_id=reach.request_id,
        person_id=reach.person_id,
        reference=reach.reference,
        name=reach.writer.name,
        pronouns=reach.writer.pronouns,
        email=reach.writer.email,
        phone=reach.writer.phone,
        language=reach.language,
        time_zone=reach.time_zone,
        email_ok=rules.email_ok,
        text_ok=rules.text_ok,
        voicemail_ok=rules.voicemail_ok,
        discreet=rules.discreet,
        safe_hours=_hours(rules.safe_hours),
        unsafe_at_home=reach.permissions.unsafe_at_home,
        silenced=reach.silenced,
        client_name=reach.client.name if reach.client else None,
        client_relation=reach.client.relation if reach.client else None,
        test=reach.test,
        version=reach.version,
        acknowledged_often=reach.acknowledged_often,
        others_named=len(reach.partners),
    )


def detail_of(request: Request, *, call_offered: bool | None = None) -> RequestDetail:
    """What this request asked for, in codes."""
    return RequestDetail(
        request_id=request.id,
        reference=request.reference,
        path=told_path(request.path),
        professional=request.path == "professional",
        received_at=request.came_at,
        for_=request.for_,
        age=request.age,
        unit=request.unit,
        state=request.state,
        safety_level=request.safety_level,
        flags=request.flags,
        concerns=request.concerns,
        suggested_concerns=request.suggested_concerns,
        preferences=preferences_of(request.preferences),
        context=request.context,
        quarantined=request.status == "quarantined",
        topic=request.topic,
        role=request.role,
        ready_since=request.ready_since,
        reopened=request.reopened_at is not None,
        first_received_at=request.received_at if request.reopened_at is not None else None,
        call_offered=call_offered,
    )


def words_of(written: domain.Words) -> Words:
    """What this person wrote, and what was noted about it."""
    return Words(
        request_id=written.request_id,
        reference=written.reference,
        message=written.message,
        notes=tuple(
            InsideNote(written_at=each.at, written_by=each.by, text=each.text) for each in written.notes
        ),
        written_at=written.at,
        later=tuple(
            LaterWords(written_at=each.at, written_by=each.by, message=each.text) for each in written.later
        ),
    )


def duty_of(
    request: Request, kind: Literal["quarantined", "crisis", "ready"], task: Task, now: datetime
) -> Duty:
    """Something that waits in intake, in codes."""
    return Duty(
        request_id=request.id,
        reference=request.reference,
        kind=kind,
        owner=task.owner,
        next_action=task.next_action,
        due_at=task.due_at,
        overdue=task.due_at < now,
    )


def _hours(hours: Hours | None) -> SafeHours | None:
    return SafeHours(from_=f"{hours.from_:%H:%M}", to=f"{hours.to:%H:%M}") if hours else None

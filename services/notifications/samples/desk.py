"""Every mail to a coordinator about an invented person."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from services.notifications import drafts
from services.notifications.mails import Mail, Outcome, OverdueLevel
from services.notifications.samples.people import (
    CLINICIANS,
    DUE_AT,
    WRITTEN_AT,
    Persona,
    concerns_of,
    request_of,
)
from shared.contracts.intake import Contact, Duty, RequestDetail
from shared.contracts.matching import After, Candidate, NearMiss, OpenReferral
from shared.practice import Practice

OUTCOMES: tuple[Outcome, ...] = ("waitlist", "referred_out")
NEAREST = (
    NearMiss(clinician_id="c-rivera", gaps=("capacity",)),
    NearMiss(clinician_id="c-haddad", gaps=("schedule", "fee")),
)


CASE = (
    "https://desk.example.org/referrals/case/WyJjb29yZGluYXRvcjpkYW5hIiwiMDAwMDEiLDE3OTg4NTAwMDBd.ymUiZ3b5wF"
)
ROSTER = "https://desk.example.org/roster/WyJjb29yZGluYXRvcjpkYW5hIiwicm9zdGVyIiwxNzk4ODUwMDAwXQ.q0WmY7sd"
BEGIN = "https://hello.example.org/begin/Bd8wNz3rVtXk6LqYhP1sMf5uJcGaE9oTi4RxQ7m2"
SAFETY = "https://hello.example.org/safety/Qz5mTf8wYcXr2BnLk9VpJs4hGdUa7EoRi3Mx6tW1"
CALENDAR = "https://desk.example.org/referrals/calendar/s7Dk2Lq9WvXe4RtYzB8nMc1HfJgPaU6oIi3KxT5d"
LEVELS: tuple[OverdueLevel, ...] = ("nudge", "deputy", "owner", "mail_failed", "introduction_failed")
AFTER = After(what="declined", clinician_id="c-haddad", why="no_capacity")
LATE = frozenset({2, 9})
OPEN: tuple[tuple[str, str], ...] = (  # stage and next action
    ("proposed", "reach_out"),
    ("held", "review_hold"),
    ("proposed", "choose"),
    ("offered", "await_answer"),
    ("waitlisted", "wait"),
    ("proposed", "call"),
    ("received", "await_answer"),
    ("waitlisted", "hear_back"),
    ("introduced", "follow_up"),
    ("professional", "reach_out"),
    ("silenced", "review_silence"),
    ("none_fits", "find_another_way"),
    ("accepted", "introduce"),
)


def to_the_desk(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """Every mail to a coordinator about one persona, and digests that hold one thing, and many."""
    request = request_of(persona, practice, "consultation")
    yield from _decisions(contact, request, practice)
    yield from _found(contact, persona, practice)
    yield from _duties(contact, persona, practice)
    for count in (1, 40):
        yield _digest(practice, count)


def _decisions(contact: Contact, request: RequestDetail, practice: Practice) -> Iterator[Mail]:
    """A choice of two, one who leaves no choice, a second choice; nobody at all; held."""
    fits = _candidates(practice)
    fields = _fields(practice)
    known: dict[str, Any] = {**fields, "clinicians": CLINICIANS}
    yield drafts.referral(contact, request, practice, candidates=fits, others=9, **known)
    yield drafts.referral(
        contact, request, practice, candidates=fits[:1], others=9, nearest=NEAREST[1:], **known
    )
    yield drafts.referral(
        contact,
        request,
        practice,
        candidates=fits[:1],
        after=AFTER,
        after_clinician=CLINICIANS["c-haddad"],
        **known,
    )
    for outcome in OUTCOMES:
        yield drafts.nobody_fits(contact, request, practice, outcome=outcome, nearest=NEAREST, **known)
    yield drafts.held(contact, request, practice, why="minor", **fields)


def _found(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """What intake found."""
    for rung in range(3):
        yield drafts.safety_alert(
            contact,
            practice,
            reference=contact.reference,
            path="consultation",
            level="crisis",
            rules=("en.direct.die", "en.plan.goodbye", "es.direct.morir:denied", "tick.unsafe_at_home"),
            flagged_at=WRITTEN_AT,
            rung=rung,
            escalates_at=WRITTEN_AT + practice.clocks.crisis_acknowledged * (rung + 1),
            safety_url=SAFETY,
        )
    yield drafts.quarantine_notice(
        contact,
        practice,
        path="consultation",
        why=("honeypot", "many_links"),
        quarantined_at=WRITTEN_AT,
        due_at=DUE_AT,
    )
    yield drafts.readiness_notice(contact, request_of(persona, practice, "readiness"), practice)


def _duties(contact: Contact, persona: Persona, practice: Practice) -> Iterator[Mail]:
    """What somebody has to do."""
    fields = _fields(practice)
    for level in LEVELS:
        yield drafts.overdue(
            contact,
            practice,
            level=level,
            next_action="reach_out",
            clinician=CLINICIANS["c-rivera"] if level.endswith("_failed") else None,
            **fields,
        )
    colleague = request_of(persona, practice, "consultation").model_copy(
        update={"professional": True, "topic": "supervision", "role": "therapist"}
    )
    yield drafts.professional_notice(contact, colleague, practice, **fields)
    yield drafts.introduced_notice(
        contact,
        request_of(persona, practice, "consultation"),
        practice,
        clinician=CLINICIANS["c-haddad"],
        supervisor=None,
        due_at=DUE_AT + timedelta(days=14),
        case_url=CASE,
    )
    asked_for = request_of(persona, practice, "consultation")
    yield drafts.withdrawn_notice(contact, asked_for, practice, case_url=CASE)


def _digest(practice: Practice, count: int) -> Mail:
    """With so many referrals, and when there are many, with what waits in intake too."""
    referrals = tuple(_open(number, practice) for number in range(count))
    urls = {one.referral_id: f"{CASE}{one.referral_id}" for one in referrals}
    waiting: dict[str, Any] = {"owner": practice.coordinators[0].id, "due_at": DUE_AT, "overdue": False}
    duties = (
        Duty(
            request_id="q",
            reference="R-2B9XC",
            kind="quarantined",
            next_action="review_quarantine",
            **waiting,
        ),
        Duty(request_id="r", reference="R-5T8QD", kind="ready", next_action="confirm_ready", **waiting),
        Duty(request_id="c", reference="R-70000", kind="crisis", next_action="reach_person", **waiting),
    )
    return drafts.digest(
        practice,
        coordinator_id=practice.coordinators[0].id,
        day="2026-11-24",
        referrals=referrals,
        duties=duties if count > 1 else (),
        case_urls=urls,
        begin_urls={"r": BEGIN},
        roster_url=ROSTER,
        calendar_url=CALENDAR,
    )


def _open(number: int, practice: Practice) -> OpenReferral:
    """One of many; the first is new, some are late, one is somebody else's."""
    stage, next_action = OPEN[number % len(OPEN)]
    return OpenReferral(
        referral_id=f"{number:05}",
        reference=f"R-7{number:04}",
        state="draft",
        stage=stage,
        owner=practice.coordinators[1 if number == 7 else 0].id,
        next_action=next_action,
        due_at=DUE_AT + timedelta(hours=6 * number) - timedelta(days=4) * (number in LATE),
        received_at=WRITTEN_AT,
        overdue=number in LATE,
        new=number == 0,
    )


def _fields(practice: Practice) -> Mapping[str, Any]:
    return {"owner": practice.coordinators[0].id, "due_at": DUE_AT, "case_url": CASE}


def _candidates(practice: Practice) -> tuple[Candidate, ...]:
    first, second = concerns_of(practice)
    strong = (f"specialty:{first}:3", "modality:emdr", "language:es", "times:weekday_evening", "fee:full")
    some = (f"specialty:{first}:1", f"suggested:{second}:2", "fee:reduced", "start:2026-12-07")
    return (
        Candidate(clinician_id="c-rivera", score=0.82, reasons=strong),
        Candidate(clinician_id="c-haddad", score=0.61, reasons=some),
    )

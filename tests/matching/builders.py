"""Requests, clinicians and rosters of which a test says only what matters."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from services.matching.domain.refer import Coordinator, Desk
from services.matching.domain.types import (
    NO_LOADS,
    Clinician,
    Licence,
    Loads,
    Policy,
    PracticeFacts,
    Request,
    Roster,
    Weights,
)
from services.matching.settings import Nudge, Terms
from shared.clock import WorkingHours
from shared.contracts.intake import ConsultationRequested, ConsultationWithdrawn, Preferences
from shared.practice import Clocks

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, 10 in the morning in Los Angeles
ZONE = ZoneInfo("America/Los_Angeles")

POLICY = Policy(
    version="test-1",
    weights=Weights(specialty=35, modality=10, preference=20, language=10, times=20, start=10),
    load_share=0.1,
    suggested_share=0.4,
    at_most=3,
    third_within=0.25,
    settled_days=28,
    start_horizon_days=56,
    adult_age=18,
    joint_units=frozenset({"couple", "family"}),
    nearest=3,
    gap_costs={"schedule": 1, "fee": 2, "capacity": 2, "on_leave": 4, "not_accepting": 3, "format": 3},
)
FACTS = PracticeFacts(
    states=frozenset({"CA"}),
    requires_training=frozenset({"couples", "trauma"}),
    joint_concerns=frozenset({"couples", "premarital"}),
)
NO_TIME, FOUR_HOURS, EIGHT_HOURS = (timedelta(hours=hours) for hours in (0, 4, 8))
TERMS = Terms(
    policy=POLICY,
    facts=FACTS,
    coordinators=(
        Coordinator("dana", frozenset({"en", "es"})),
        Coordinator("lee", frozenset({"en"})),
    ),
    zone=ZONE,
    working_hours=WorkingHours(ZONE, {day: (time(9), time(17)) for day in range(5)}, ()),
    clocks=Clocks(),
    ladder={
        "dana": (
            Nudge("nudge", "dana", NO_TIME),
            Nudge("deputy", "lee", FOUR_HOURS),
            Nudge("owner", "rae", EIGHT_HOURS),
        ),
        "lee": (
            Nudge("nudge", "lee", NO_TIME),
            Nudge("deputy", "dana", FOUR_HOURS),
            Nudge("owner", "rae", EIGHT_HOURS),
        ),
        "rae": (Nudge("nudge", "rae", NO_TIME),),
    },
    owner="rae",
    asks_clinicians=True,
)


def a_desk(*clinicians: Clinician, loads: Loads = NO_LOADS, owned: Mapping[str, int] | None = None) -> Desk:
    """The desk on this day, with these clinicians on the roster."""
    return Desk(a_roster(*clinicians), loads, TERMS.coordinators, owned or {}, POLICY, FACTS, TODAY)


def a_request(**said: Any) -> Request:
    """An adult in California who asked for nothing in particular."""
    plain = Request(
        request_id="q-1",
        reference="R-00001",
        person_id="p-1",
        received_at=NOW,
        language="en",
        state="CA",
        age=34,
        unit="individual",
    )
    return replace(plain, **{name: _as_codes(value) for name, value in said.items()})


def a_clinician(id: str = "c-1", **entered: Any) -> Clinician:  # noqa: A002  (as the roster calls it)
    """A fully licensed clinician with room, who sees adults in every way."""
    plain = Clinician(
        id=id,
        associate=False,
        supervisor=None,
        licences=(Licence("CA", date(2028, 1, 1)),),
        specialties={"grief_loss": 2},
        modalities=frozenset({"emdr"}),
        formats=frozenset({"online", "in_person"}),
        sites=frozenset({"highland_park"}),
        units=frozenset({"individual", "couple"}),
        youngest=18,
        oldest=99,
        languages=frozenset({"en"}),
        times=frozenset({"weekday_evening"}),
        fee_min=100,
        fee_max=200,
        accepting=True,
        free_places=5,
    )
    return replace(plain, **{name: _as_codes(value) for name, value in entered.items()})


def a_roster(*clinicians: Clinician) -> Roster:
    return Roster(1, {each.id: each for each in clinicians})


def a_requested(
    number: int = 1, *, preferences: dict[str, Any] | None = None, **said: Any
) -> ConsultationRequested:
    """Intake's fact for an adult in California; each number is a request of its own."""
    plain: dict[str, Any] = {
        "version": 1,
        "request_id": f"q-{number}",
        "reference": f"R-{number:05d}",
        "person_id": f"p-{number}",
        "received_at": NOW,
        "language": "en",
        "state": "CA",
        "time_zone": "America/Los_Angeles",
        "for_": "self",
        "age": 34,
        "age_band": "adult",
        "unit": "individual",
        "safety_level": "none",
        "concerns": ("grief_loss",),
    }
    return ConsultationRequested(**{**plain, **said}, preferences=Preferences(**(preferences or {})))


def a_withdrawal(number: int = 1, why: str = "asked_to_stop") -> ConsultationWithdrawn:
    return ConsultationWithdrawn(
        version=2,
        request_id=f"q-{number}",
        reference=f"R-{number:05d}",
        withdrawn_at=NOW,
        why=why,
    )


def _as_codes(value: Any) -> Any:
    return frozenset(value) if isinstance(value, set) else value

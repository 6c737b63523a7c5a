"""How well a clinician who can be offered fits one request.

Each wish that the person uttered gives a mark from 0 to 1. The marks' weighted mean and
the load's fixed share beside it make the score; a wish that nobody uttered weighs nothing. More of anything
never lowers a mark, so that listing a further specialty cannot cost a clinician a place.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from services.matching.domain.exclude import IN_PERSON, languages_wished
from services.matching.domain.types import Clinician, Codes, Fit, Load, Policy, Request

STRONGEST = 3
DIGITS = 4  # what is stored, shown and compared are the same number

Mark = tuple[str, float, float, list[str]]  # criterion, weight, mark from 0 to 1, reasons


def score(request: Request, clinician: Clinician, load: Load, policy: Policy, today: date) -> Fit:
    """The score from 0 to 1 and the reasons for it."""
    marks = list(_marks(request, clinician, policy, today))
    weight_in_all = sum(weight for _, weight, _, _ in marks)
    gained = sum(weight * mark for _, weight, mark, _ in marks)
    wishes = gained / weight_in_all if weight_in_all else 1.0
    for_wishes, for_ease = 1 - policy.load_share, policy.load_share * _ease(clinician, load)
    reasons = [reason for *_, because in marks for reason in because]
    reasons += [*_conditions_met(request, clinician), f"load:{load.open_proposals}"]
    points = {
        criterion: round(for_wishes * weight * mark / weight_in_all, DIGITS) if weight_in_all else 0.0
        for criterion, weight, mark, _ in marks
    }
    return Fit(
        clinician.id,
        round(for_wishes * wishes + for_ease, DIGITS),
        tuple(reasons),
        {**points, "load": round(for_ease, DIGITS)},
    )


def _marks(request: Request, clinician: Clinician, policy: Policy, today: date) -> Iterator[Mark]:
    weights = policy.weights
    if request.concerns or request.suggested:
        yield "specialty", weights.specialty, *_specialties(request, clinician, policy.suggested_share)
    if request.modalities:
        yield "modality", weights.modality, *_shared("modality", request.modalities, clinician.modalities)
    if request.identities:
        yield (
            "preference",
            weights.preference,
            *_shared("preference", request.identities, clinician.identities),
        )
    spoken = sorted(languages_wished(request) & clinician.languages)
    yield "language", weights.language, float(bool(spoken)), [f"language:{code}" for code in spoken]
    if request.times:
        yield "times", weights.times, *_shared("times", request.times, clinician.times)
    yield "start", weights.start, *_start(clinician, policy, today)


def _specialties(request: Request, clinician: Clinician, suggested_share: float) -> tuple[float, list[str]]:
    asked = dict.fromkeys(request.concerns, 1.0)
    wanted = dict.fromkeys(request.suggested, suggested_share) | asked
    listed = sorted(
        ((strength, code) for code in wanted if (strength := clinician.specialties.get(code))),
        key=lambda one: (one[1] not in asked, -one[0], one[1]),
    )
    gained = sum(wanted[code] * strength for strength, code in listed)
    reasons = [
        f"{'specialty' if code in asked else 'suggested'}:{code}:{strength}" for strength, code in listed
    ]
    possible = STRONGEST * sum(wanted[code] for code in sorted(wanted))
    return (gained / possible if possible else 0.0), reasons


def _shared(kind: str, wished: Codes, offered: Codes) -> tuple[float, list[str]]:
    both = sorted(wished & offered)
    return len(both) / len(wished), [f"{kind}:{code}" for code in both]


def _start(clinician: Clinician, policy: Policy, today: date) -> tuple[float, list[str]]:
    begins = first_day(clinician, policy.settled_days, today)
    days = (begins - today).days
    mark = max(0.0, 1 - days / policy.start_horizon_days)
    return mark, ["start:now" if days == 0 else f"start:{begins.isoformat()}"]


def first_day(clinician: Clinician, settled_days: int, today: date) -> date:
    """The first day from which the clinician is there for `settled_days` without leave in between."""
    day = today
    for leave in sorted(clinician.leave, key=lambda one: one.first):
        if leave.last >= day and leave.first < day + timedelta(days=settled_days):
            day = leave.last + timedelta(days=1)
    return day


def _ease(clinician: Clinician, load: Load) -> float:
    """1 with nothing open, falling with every open proposal, faster where few places are free."""
    free = clinician.free_places - load.places
    return free / (free + load.open_proposals)


def _conditions_met(request: Request, clinician: Clinician) -> Iterator[str]:
    """What was a condition rather than a wish, and is met; tells the coordinator, moves no score."""
    if request.format:
        yield f"format:{request.format}"
    if request.format == IN_PERSON:
        yield from (f"site:{code}" for code in sorted(request.sites & clinician.sites))
    if request.fee_max is not None:
        yield "fee:full" if request.fee_max >= clinician.fee_max else "fee:reduced"

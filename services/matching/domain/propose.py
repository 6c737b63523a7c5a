"""Who is proposed for a request: the one decision of matching."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from services.matching.domain.apart import unguessed
from services.matching.domain.exclude import TIME_CAN_FREE, misses
from services.matching.domain.hold import reason_to_hold
from services.matching.domain.score import score
from services.matching.domain.types import (
    Fit,
    Held,
    Load,
    Loads,
    Miss,
    NobodyFits,
    Opened,
    Outcome,
    Policy,
    PracticeFacts,
    Proposed,
    Request,
    Roster,
)

UNLOADED = Load()
LONG_AGO = float("-inf")
A_CHOICE = 2


def propose(
    request: Request, roster: Roster, loads: Loads, policy: Policy, facts: PracticeFacts, *, today: date
) -> Outcome:
    """Two or three who fit, one or nobody with the nearest misses, or held for a person.

    The same arguments give the same outcome, whatever the order of the roster. Equal scores are told apart
    by open proposals, then by who was proposed longest ago, then by id. `today` is the practice's date.
    """
    if request.professional:
        return Opened()
    why = reason_to_hold(request, policy, facts)
    if why:
        return Held(why)
    fits, excluded = judge(request, roster, loads, policy, facts, today=today)
    if not fits:
        return NobodyFits(_nearest(excluded, policy), could_free(excluded), excluded)
    chosen = _how_many(fits, policy)
    nearest = _nearest(excluded, policy) if len(fits) < A_CHOICE else ()
    return Proposed(tuple(fits[:chosen]), tuple(fits[chosen:]), excluded, nearest)


def judge(
    request: Request, roster: Roster, loads: Loads, policy: Policy, facts: PracticeFacts, *, today: date
) -> tuple[list[Fit], tuple[Miss, ...]]:
    """Everybody on the roster: who can be offered, best first, and who cannot, by id."""
    request = unguessed(request, facts)
    missed = misses(request, roster, facts, today, loads)
    fits = [
        score(request, clinician, loads.get(clinician.id, UNLOADED), policy, today)
        for clinician in roster.clinicians.values()
        if clinician.id not in missed
    ]
    fits.sort(key=lambda fit: _place(fit, loads))
    return fits, tuple(missed[clinician_id] for clinician_id in sorted(missed))


def with_proposal(loads: Loads, outcome: Outcome, now: datetime) -> Loads:
    """The loads after this outcome, so that the next decision of a list sees it."""
    if not isinstance(outcome, Proposed):
        return loads
    known = loads.get
    added: Mapping[str, Load] = {
        fit.clinician_id: _proposed_once_more(known(fit.clinician_id, UNLOADED), now)
        for fit in outcome.candidates
    }
    return {**loads, **added}


def _place(fit: Fit, loads: Loads) -> tuple[float, int, float, str]:
    load = loads.get(fit.clinician_id, UNLOADED)
    since = load.last_proposed.timestamp() if load.last_proposed else LONG_AGO
    return (-fit.score, load.open_proposals, since, fit.clinician_id)


def _how_many(fits: list[Fit], policy: Policy) -> int:
    """Two where two fit; further ones only while they score near enough to the best to be a real choice."""
    floor = fits[0].score - policy.third_within
    worthy = sum(fit.score >= floor for fit in fits)
    return min(len(fits), policy.at_most, max(A_CHOICE, worthy))


def _nearest(excluded: tuple[Miss, ...], policy: Policy) -> tuple[Miss, ...]:
    """The misses that cost least to close; one with a code that never gives is not near."""
    costs = policy.gap_costs
    near = [miss for miss in excluded if all(code in costs for code in miss.codes)]
    near.sort(key=lambda miss: (sum(costs[code] for code in miss.codes), len(miss.codes), miss.clinician_id))
    return tuple(near[: policy.nearest])


def _proposed_once_more(load: Load, now: datetime) -> Load:
    return replace(load, open_proposals=load.open_proposals + 1, last_proposed=now)


def could_free(excluded: tuple[Miss, ...]) -> bool:
    """Whether time alone could make one of these fit."""
    return any(TIME_CAN_FREE.issuperset(miss.codes) for miss in excluded)

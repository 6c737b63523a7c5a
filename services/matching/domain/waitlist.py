"""Who is offered a place that freed: everybody who waits, matched again as one assignment.

Nobody is passed over: as many as can be served at all by the places there are, beginning with the most urgent
and then with who has waited longest, get an offer, and somebody further up moves to another clinician who
fits when that lets somebody further down in.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import numpy as np
from scipy.optimize import linear_sum_assignment

from services.matching.domain.exclude import able
from services.matching.domain.hold import reason_to_hold
from services.matching.domain.propose import UNLOADED
from services.matching.domain.refer import Desk
from services.matching.domain.referral import Referral
from services.matching.domain.score import score
from services.matching.domain.types import NONE, Codes, Proposed, Request
from shared.errors import Defect

URGENCY = {"crisis": 0, "elevated": 1}
NOT_URGENT = 2
POINTS = 10_000  # a score of 1; scores have four digits

Places = Mapping[str, int]  # by clinician id
Matched = list[tuple[Referral, Proposed]]


def match_waiting(
    waiting: Sequence[Referral],
    desk: Desk,
    promised: Places,
    set_aside: Mapping[str, Codes],
    now: datetime,
) -> Matched:
    """Who of those waiting is proposed somebody now, in their order, with the proposal.

    A proposal holds no place, so places that earlier ones of this kind still wait on are `promised`. Whom a
    coordinator has `set_aside`, by referral id, is not proposed to that person again because a place freed.
    Tests are matched alike, apart from persons, and take nobody's place.
    """
    given = {who: load.places for who, load in desk.loads.items()}
    free = {
        each.id: each.free_places - given.get(each.id, 0) - promised.get(each.id, 0)
        for each in desk.roster.clinicians.values()
    }
    room = {who: places for who, places in free.items() if places > 0}
    if not room:
        return []
    ordered = sorted(waiting, key=_place_in_line)
    persons = [each for each in ordered if not each.request.test]
    tests = [each for each in ordered if each.request.test]
    matched: Matched = []
    for group in (persons, tests):
        matched += _matched(group, desk, room, set_aside, now)
    return matched


def assign(fits: Sequence[Mapping[str, float]], room: Places) -> list[str | None]:
    """A clinician for each person, or None; `fits` are scores from 0 to 1, who comes first, first.

    The persons served are the best set there is: no other set serves the first person in whom the two differ.
    Sets of persons who can be served together are the independent sets of a transversal matroid (Edmonds and
    Fulkerson, "Transversals and matroid partition", 1965), in which the set of greatest weight is that best
    set for any weights that fall with the rank (Gale, "Optimal assignments in an ordered set", 1968). So a
    rank weighs more than all scores together, and scores only tell equal sets' assignments apart. All
    weights are whole numbers, and exact as such in the solver up to ten thousand persons.
    """
    columns = _columns(fits, room)
    whose = [who for who, theirs in columns.items() for _ in range(theirs.start, theirs.stop)]
    if not whose:
        return [None] * len(fits)
    weights = np.zeros((len(fits), len(whose)), dtype=np.int64)
    step = len(fits) * POINTS + 1
    for rank, theirs in enumerate(fits):
        for who in theirs.keys() & columns.keys():
            weights[rank, columns[who]] = (len(fits) - rank) * step + round(theirs[who] * POINTS)
    served: list[str | None] = [None] * len(fits)
    rows, chosen = linear_sum_assignment(weights, maximize=True)
    for rank, column in zip(rows.tolist(), chosen.tolist(), strict=True):
        if weights[rank, column]:
            served[rank] = whose[column]
    return served


def _columns(fits: Sequence[Mapping[str, float]], room: Places) -> dict[str, slice]:
    """A column for each free place of each clinician who fits somebody; never more than persons they fit."""
    wanted = Counter(who for theirs in fits for who in theirs)
    columns: dict[str, slice] = {}
    begin = 0
    for who in sorted(wanted):
        count = min(wanted[who], room.get(who, 0))
        if count > 0:
            columns[who] = slice(begin, begin + count)
            begin += count
    return columns


def _place_in_line(referral: Referral) -> tuple[int, datetime, str]:
    request = referral.request
    return URGENCY.get(request.safety_level, NOT_URGENT), request.received_at, referral.referral_id


def _matched(
    waiting: Sequence[Referral], desk: Desk, room: Places, set_aside: Mapping[str, Codes], now: datetime
) -> Matched:
    fits = [_fits(each.request, desk, room, set_aside.get(each.referral_id, NONE)) for each in waiting]
    served = assign(fits, room)
    taken = Counter(served)
    spare = {who: places - taken[who] for who, places in room.items()}
    matched: Matched = []
    for referral, theirs, who in zip(waiting, fits, served, strict=True):
        if who is None:
            continue
        others = frozenset(each for each in theirs if each != who and spare[each] > 0)
        outcome = _offered(referral.request, desk, who, others)
        matched.append((referral, outcome))
        if not referral.request.test:
            desk = desk.after(outcome, now)
    return matched


def _fits(request: Request, desk: Desk, room: Places, set_aside: Codes) -> dict[str, float]:
    """Everybody with room who can be offered, and how well they fit."""
    if request.professional or reason_to_hold(request, desk.policy, desk.facts):
        return {}
    roster, loads = desk.roster, desk.loads
    fitting = able(request, frozenset(room) - set_aside, roster, desk.facts, desk.today, loads)
    return {
        who: score(request, roster.clinicians[who], loads.get(who, UNLOADED), desk.policy, desk.today).score
        for who in fitting
    }


def _offered(request: Request, desk: Desk, who: str, others: Codes) -> Proposed:
    """The proposal with this clinician first, then those others who have a place to spare."""
    outcome = desk.decide(request)
    if not isinstance(outcome, Proposed):
        raise Defect("somebody who fits is not proposed")
    fits = (*outcome.candidates, *outcome.also_fit)
    first = [fit for fit in fits if fit.clinician_id == who]
    named = (first + [fit for fit in fits if fit.clinician_id in others])[: len(outcome.candidates)]
    return replace(outcome, candidates=tuple(named), also_fit=tuple(fit for fit in fits if fit not in named))

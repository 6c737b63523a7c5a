"""How long everybody who waits takes to match: `python -m tests.benchmarks.waitlist`. Prints, judges nothing.

Beside it, in the same run, how long it takes to go down the line and give each the best who is left, by which
somebody further down can be passed over.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from time import perf_counter

from services.matching.domain.exclude import able
from services.matching.domain.propose import UNLOADED
from services.matching.domain.refer import Arrived, Desk, refer
from services.matching.domain.referral import Referral
from services.matching.domain.score import score
from services.matching.domain.waitlist import match_waiting
from tests.benchmarks.propose import some_clinician, some_request
from tests.matching.builders import NOW, a_desk


def some_waiting(chance: random.Random, count: int) -> list[Referral]:
    """People who wait, a lower number the longest."""
    arrived = [
        Arrived(
            replace(
                some_request(chance),
                request_id=f"q-{number}",
                reference=f"R-{number:05d}",
                received_at=NOW - timedelta(days=30) + timedelta(minutes=number),
            ),
            f"f-{number:05d}",
            NOW,
        )
        for number in range(count)
    ]
    return [made.referral for made in refer(arrived, a_desk(), NOW)]


def a_full_desk(chance: random.Random, clinicians: int, with_a_place: int) -> Desk:
    """A practice in which so many clinicians have one free place, and nobody else has any."""
    free = set(chance.sample(range(clinicians), with_a_place))
    return a_desk(
        *(
            replace(some_clinician(chance, number), free_places=int(number in free))
            for number in range(clinicians)
        )
    )


def one_after_another(waiting: Sequence[Referral], desk: Desk) -> int:
    """Each in turn is proposed the best who is left; how many are served."""
    roster, loads, today = desk.roster, desk.loads, desk.today
    left = {each.id: each.free_places for each in roster.clinicians.values() if each.free_places > 0}
    served = 0
    for each in waiting:
        fitting = able(each.request, frozenset(left), roster, desk.facts, today, loads)
        scores = {
            who: score(each.request, roster.clinicians[who], UNLOADED, desk.policy, today).score
            for who in fitting
        }
        if scores:
            best = max(scores, key=lambda who: scores[who])
            left[best] -= 1
            left = {who: places for who, places in left.items() if places}
            desk.decide(each.request)
            served += 1
    return served


def timed(decide: Callable[[], int]) -> tuple[int, float]:
    """How many were served, and in how many milliseconds."""
    begun = perf_counter()
    served = decide()
    return served, (perf_counter() - begun) * 1000


def main() -> None:
    print("waiting  clinicians  with a place        all at once           in turn  times")
    for people, clinicians, free in (
        (50, 12, 3),
        (200, 50, 10),
        (1_000, 1_000, 20),
        (1_000, 1_000, 200),
        (1_000, 1_000, 1_000),
    ):
        chance = random.Random(people + clinicians + free)
        waiting, desk = some_waiting(chance, people), a_full_desk(chance, clinicians, free)
        fresh = replace(desk, roster=replace(desk.roster, version=2))  # nothing known of either beforehand
        ours, took = timed(lambda desk=desk, waiting=waiting: len(match_waiting(waiting, desk, {}, {}, NOW)))
        theirs, greedy = timed(lambda desk=fresh, waiting=waiting: one_after_another(waiting, desk))
        print(
            f"{people:>7}  {clinicians:>10}  {free:>12}  {ours:>4} in {took:>7.0f} ms"
            f"  {theirs:>4} in {greedy:>7.0f} ms  {took / greedy:>5.2f}"
        )


if __name__ == "__main__":
    main()

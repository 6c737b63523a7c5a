"""How long a proposal takes: `python -m tests.benchmarks.propose`. Prints, judges nothing."""

import random
import statistics
from collections.abc import Callable
from datetime import date
from time import perf_counter

from services.matching.domain.propose import propose, with_proposal
from services.matching.domain.types import Clinician, Licence, Loads, Request, Roster
from tests.matching.builders import FACTS, NOW, POLICY, TODAY, a_clinician, a_request

SPECIALTIES = [
    "grief_loss",
    "couples",
    "trauma",
    "relational",
    "family",
    "depression_anxiety",
    "identity_belonging",
]
TIMES = ["weekday_morning", "weekday_afternoon", "weekday_evening", "saturday", "sunday"]
STATES = ["CA", "CA", "CA", "NY"]


def some_clinician(chance: random.Random, number: int) -> Clinician:
    return a_clinician(
        f"c-{number:05d}",
        licences=(Licence(chance.choice(STATES), date(2028, 1, 1)),),
        specialties={code: chance.randint(1, 3) for code in chance.sample(SPECIALTIES, 3)},
        formats=frozenset(chance.sample(["online", "in_person"], chance.randint(1, 2))),
        languages=frozenset({"en", *chance.sample(["es", "zh", "fr"], 1)}),
        times=frozenset(chance.sample(TIMES, 2)),
        fee_min=chance.randint(60, 180),
        free_places=chance.randint(0, 8),
        accepting=chance.random() > 0.1,
    )


def some_request(chance: random.Random) -> Request:
    return a_request(
        concerns=tuple(chance.sample(SPECIALTIES, 2)),
        suggested=tuple(chance.sample(SPECIALTIES, 1)),
        format="online",
        times=frozenset(chance.sample(TIMES, 2)),
        modalities=frozenset({"emdr"}),
        fee_max=chance.choice([None, 120, 200]),
    )


def measured(size: int, rounds: int) -> tuple[float, list[float]]:
    """Milliseconds: the first proposal of a roster version, and every later one."""
    chance = random.Random(size)
    roster = Roster(1, {each.id: each for each in (some_clinician(chance, number) for number in range(size))})
    loads: Loads = {}

    def timed(decide: Callable[[], None]) -> float:
        begun = perf_counter()
        decide()
        return (perf_counter() - begun) * 1000

    def once() -> None:
        nonlocal loads
        outcome = propose(some_request(chance), roster, loads, POLICY, FACTS, today=TODAY)
        loads = with_proposal(loads, outcome, NOW)

    first = timed(once)
    return first, [timed(once) for _ in range(rounds)]


def main() -> None:
    print(f"{'clinicians':>10}  {'first':>8}  {'median':>8}  {'p99':>8}   milliseconds a proposal")
    for size, rounds in ((12, 2000), (200, 1000), (1_000, 200), (10_000, 50)):
        first, times = measured(size, rounds)
        p99 = statistics.quantiles(times, n=100)[98]
        print(f"{size:>10}  {first:>8.3f}  {statistics.median(times):>8.3f}  {p99:>8.3f}")


if __name__ == "__main__":
    main()

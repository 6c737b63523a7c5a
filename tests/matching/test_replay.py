"""What other rules would have decided, on one roster and one load."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as some

from services.matching.domain.replay import Ground, Move, Replayed, replay
from services.matching.domain.types import Clinician, Held, Loads, Policy, Proposed, Request, Weights
from tests.matching.builders import FACTS, POLICY, TODAY, a_clinician, a_request, a_roster

NOTHING_BUT_TIMES = replace(POLICY, version="times", weights=Weights(0, 0, 0, 0, times=1, start=0))
NOTHING_BUT_CONCERNS = replace(POLICY, version="concerns", weights=Weights(1, 0, 0, 0, 0, 0))


def replayed(
    request: Request, *roster: Clinician, before: Policy, after: Policy, loads: Loads | None = None
) -> Replayed:
    (one,) = replay([request], before, after, Ground(a_roster(*roster), loads or {}, FACTS, TODAY))
    return one


EVENINGS = a_request(concerns=("grief_loss",), times={"weekday_evening", "saturday"})
STRONG = a_clinician("c-strong", specialties={"grief_loss": 3}, times={"saturday"})
FREE = a_clinician("c-free", specialties={"grief_loss": 1}, times={"weekday_evening", "saturday"})


def test_the_same_rules_change_nothing() -> None:
    one = replayed(EVENINGS, STRONG, FREE, before=POLICY, after=replace(POLICY, version="renamed"))

    assert not one.changes
    assert (one.came_in, one.dropped_out, one.moved) == ((), (), ())


def test_other_weights_turn_the_order() -> None:
    one = replayed(EVENINGS, STRONG, FREE, before=NOTHING_BUT_CONCERNS, after=NOTHING_BUT_TIMES)

    assert one.changes
    assert (one.came_in, one.dropped_out) == ((), ())
    assert one.moved == (Move("c-free", before=2, after=1), Move("c-strong", before=1, after=2))


def test_who_comes_in_and_who_drops_out_is_named() -> None:
    strong = [replace(STRONG, id=f"c-strong-{n}") for n in range(3)]
    free = [replace(FREE, id=f"c-free-{n}") for n in range(3)]
    narrow = {"third_within": 0.0}

    one = replayed(
        EVENINGS,
        *strong,
        *free,
        before=replace(NOTHING_BUT_CONCERNS, **narrow),
        after=replace(NOTHING_BUT_TIMES, **narrow),
    )

    assert one.came_in == ("c-free-0", "c-free-1", "c-free-2")
    assert one.dropped_out == ("c-strong-0", "c-strong-1", "c-strong-2")
    assert one.moved == ()


def test_moving_up_because_the_first_dropped_out_is_no_change_of_order() -> None:
    before = Proposed(replayed_fits("c-a", "c-b", "c-c"), (), ())
    after = Proposed(replayed_fits("c-b", "c-c", "c-d"), (), ())
    one = Replayed("R-00001", before, after)

    assert (one.came_in, one.dropped_out, one.moved) == (("c-d",), ("c-a",), ())


def replayed_fits(*ids: str) -> tuple[object, ...]:
    fits = replay(
        [a_request()],
        POLICY,
        POLICY,
        Ground(a_roster(*(a_clinician(who) for who in ids)), {}, FACTS, TODAY),
    )
    outcome = fits[0].before
    assert isinstance(outcome, Proposed)
    return outcome.candidates


def test_scores_alone_are_no_change() -> None:
    one = replayed(EVENINGS, STRONG, before=NOTHING_BUT_CONCERNS, after=NOTHING_BUT_TIMES)

    assert isinstance(one.before, Proposed)
    assert isinstance(one.after, Proposed)
    assert one.before.candidates[0].score != one.after.candidates[0].score
    assert not one.changes


def test_an_outcome_of_another_kind_is_a_change() -> None:
    one = replayed(
        a_request(age=19), a_clinician(), before=POLICY, after=replace(POLICY, version="21", adult_age=21)
    )

    assert one.changes
    assert one.another_outcome
    assert one.dropped_out == ("c-1",)
    assert one.after == Held("minor")


def test_other_near_misses_are_a_change_where_nobody_fits() -> None:
    dear, away = a_clinician("c-dear", fee_min=190), a_clinician("c-other", times={"sunday"})
    asked = a_request(fee_max=150, times={"weekday_evening"})
    cheap = replace(POLICY, gap_costs={"schedule": 9, "fee": 1})

    one = replayed(asked, dear, away, before=POLICY, after=cheap)

    assert one.other_nearest
    assert one.changes
    assert not one.another_outcome


def test_no_request_is_a_load_for_the_next() -> None:
    ground = Ground(a_roster(STRONG, FREE), {}, FACTS, TODAY)
    again = replay([EVENINGS] * 3, POLICY, NOTHING_BUT_TIMES, ground)

    assert again[0] == again[1] == again[2]


@given(
    after=some.lists(some.integers(0, 100), min_size=6, max_size=6).filter(any),
    ages=some.lists(some.integers(10, 80), min_size=1, max_size=4),
)
def test_every_change_is_accounted_for(after: list[int], ages: list[int]) -> None:
    roster = [replace(STRONG, id=f"c-{n}", specialties={"grief_loss": 1 + n % 3}) for n in range(4)]
    roster += [replace(FREE, id=f"c-free-{n}") for n in range(2)]
    requests = [replace(EVENINGS, reference=f"R-{n}", age=age) for n, age in enumerate(ages)]
    other = replace(POLICY, version="other", weights=Weights(*after))

    for one in replay(requests, POLICY, other, Ground(a_roster(*roster), {}, FACTS, TODAY)):
        before, now = one.before, one.after
        if not isinstance(before, Proposed) or not isinstance(now, Proposed):
            assert before == now  # a hold does not depend on weights
            assert not one.changes
            continue
        was, will = ([fit.clinician_id for fit in each.candidates] for each in (before, now))
        kept = [who for who in was if who not in one.dropped_out]
        assert sorted([*kept, *one.came_in]) == sorted(will)
        assert one.changes == (was != will)
        assert bool(one.moved) == (kept != [who for who in will if who in kept])

"""Who is offered a freed place: the best set of people there is, never greedily past somebody."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.refer import Arrived, Desk, refer
from services.matching.domain.referral import Referral
from services.matching.domain.types import Clinician, Codes, Load, Proposed
from services.matching.domain.waitlist import Matched, assign, match_waiting
from tests.matching.builders import NOW, a_clinician, a_desk, a_request

DUE = NOW + timedelta(hours=4)
DAY = timedelta(days=1)
CLINICIANS = ("c-a", "c-b", "c-c")


def waiting(number: int = 1, **said: Any) -> Referral:
    """Somebody who waits since before; a lower number has waited longer."""
    request = a_request(
        request_id=f"q-{number}",
        reference=f"R-{number:05d}",
        **{"received_at": NOW - 30 * DAY + number * DAY, **said},
    )
    (made,) = refer([Arrived(request, f"f-{number}", DUE)], a_desk(), NOW)
    return made.referral


def matched(
    people: Sequence[Referral],
    *clinicians: Clinician,
    desk: Desk | None = None,
    promised: Mapping[str, int] | None = None,
    set_aside: Mapping[str, Codes] | None = None,
) -> Matched:
    return match_waiting(people, desk or a_desk(*clinicians), promised or {}, set_aside or {}, NOW)


def names(found: Matched) -> dict[str, list[str]]:
    """Who is proposed to whom, by referral."""
    return {
        referral.referral_id: [fit.clinician_id for fit in outcome.candidates] for referral, outcome in found
    }


def served(chosen: Sequence[str | None]) -> tuple[bool, ...]:
    return tuple(who is not None for who in chosen)


def every_assignment(
    fits: Sequence[Mapping[str, float]], room: Mapping[str, int]
) -> list[tuple[str | None, ...]]:
    """All there are, by trying everything."""
    found = []
    for chosen in product(*([None, *sorted(theirs)] for theirs in fits)):
        given_away = Counter(who for who in chosen if who is not None)
        if all(count <= room.get(who, 0) for who, count in given_away.items()):
            found.append(chosen)
    return found


def points(chosen: Sequence[str | None], fits: Sequence[Mapping[str, float]]) -> int:
    return sum(round(theirs[who] * 10_000) for who, theirs in zip(chosen, fits, strict=True) if who)


some_fits = st.lists(
    st.dictionaries(st.sampled_from(CLINICIANS), st.integers(0, 10_000).map(lambda n: n / 10_000)),
    min_size=1,
    max_size=5,
)
some_room = st.dictionaries(st.sampled_from(CLINICIANS), st.integers(0, 3))


@settings(max_examples=400)
@given(some_fits, some_room)
def test_the_most_urgent_and_longest_waiting_who_can_be_served_together_are_served(
    fits: list[dict[str, float]], room: dict[str, int]
) -> None:
    chosen = assign(fits, room)

    possible = every_assignment(fits, room)
    best = max(served(each) for each in possible)
    assert tuple(chosen) in possible
    assert served(chosen) == best
    assert points(chosen, fits) == max(points(each, fits) for each in possible if served(each) == best)


@settings(max_examples=50)
@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_no_score_however_high_buys_a_place_from_who_comes_first(first: int, last: int) -> None:
    crowd = [{"c-a": first / 10_000}, *({"c-a": last / 10_000} for _ in range(40))]

    assert assign(crowd, {"c-a": 1}) == ["c-a", *[None] * 40]


def test_somebody_who_fits_elsewhere_too_lets_the_next_one_in() -> None:
    spanish = a_clinician("c-a", languages={"es", "en"}, specialties={"grief_loss": 3})
    english = a_clinician("c-b", languages={"en"}, specialties={"grief_loss": 1})
    found = matched(
        [
            waiting(1, concerns=("grief_loss",)),  # whom c-a fits best
            waiting(2, languages={"es"}, language_required=True),  # whom nobody else fits
        ],
        replace(spanish, free_places=1),
        replace(english, free_places=1),
    )

    assert names(found) == {"f-1": ["c-b"], "f-2": ["c-a"]}


def test_one_place_goes_to_who_has_waited_longest() -> None:
    found = matched([waiting(3), waiting(1), waiting(2)], a_clinician(free_places=1))

    assert names(found) == {"f-1": ["c-1"]}


@pytest.mark.parametrize("level", ["crisis", "elevated"])
def test_who_is_in_greater_need_comes_before_who_has_waited_longer(level: str) -> None:
    found = matched([waiting(1), waiting(2, safety_level=level)], a_clinician(free_places=1))

    assert names(found) == {"f-2": ["c-1"]}


def test_a_crisis_comes_before_elevated() -> None:
    people = [waiting(1, safety_level="elevated"), waiting(2, safety_level="crisis")]

    assert names(matched(people, a_clinician(free_places=1))) == {"f-2": ["c-1"]}


def test_who_wrote_at_the_same_instant_is_told_apart_always_alike() -> None:
    people = [waiting(number, received_at=NOW) for number in (3, 2, 1)]

    assert names(matched(people, a_clinician(free_places=1))) == {"f-1": ["c-1"]}


def test_a_clinician_is_proposed_as_often_as_they_have_places() -> None:
    found = matched([waiting(number) for number in range(1, 6)], a_clinician(free_places=3))

    assert list(names(found)) == ["f-1", "f-2", "f-3"]


def test_places_held_and_taken_here_are_not_free() -> None:
    desk = replace(a_desk(a_clinician(free_places=3)), loads={"c-1": Load(places=2)})

    assert list(names(matched([waiting(1), waiting(2)], desk=desk))) == ["f-1"]


def test_a_place_that_is_promised_is_not_promised_to_somebody_else() -> None:
    found = matched([waiting(1), waiting(2)], a_clinician(free_places=2), promised={"c-1": 1})

    assert list(names(found)) == ["f-1"]


def test_the_clinician_whose_place_it_is_comes_first_and_others_only_with_a_place_to_spare() -> None:
    others = [a_clinician("c-2", free_places=1), a_clinician("c-3", free_places=1)]
    best = a_clinician("c-1", specialties={"grief_loss": 3}, free_places=1)
    (one,) = matched([waiting(1, concerns=("grief_loss",))], best, *others)
    two = names(matched([waiting(1, concerns=("grief_loss",)), waiting(2)], best, *others))

    assert names([one]) == {"f-1": ["c-1", "c-2", "c-3"]}
    assert two["f-1"][0] == "c-1"
    first, second = two["f-1"][0], two["f-2"][0]
    assert second != first
    assert second not in two["f-1"]
    assert first not in two["f-2"]


def test_a_proposal_names_no_more_clinicians_than_the_practice_wants() -> None:
    found = matched([waiting(1)], *(a_clinician(f"c-{number}") for number in range(6)))

    (outcome,) = [outcome for _, outcome in found]
    assert len(outcome.candidates) == 3
    assert len(outcome.also_fit) == 3


def test_everybody_who_does_not_fit_is_still_explained() -> None:
    ((_, outcome),) = matched([waiting(1)], a_clinician("c-1"), a_clinician("c-2", free_places=0))

    assert [(miss.clinician_id, miss.codes) for miss in outcome.excluded] == [("c-2", ("capacity",))]
    assert [miss.clinician_id for miss in outcome.nearest] == ["c-2"]


def test_whom_a_coordinator_took_none_of_is_not_proposed_to_them_again() -> None:
    aside = {"f-1": frozenset({"c-1"})}

    assert matched([waiting(1)], a_clinician("c-1"), set_aside=aside) == []
    found = matched([waiting(1), waiting(2)], a_clinician("c-1"), set_aside=aside)
    assert names(found) == {"f-2": ["c-1"]}


def test_who_must_be_looked_at_first_is_proposed_nobody() -> None:
    assert matched([waiting(1, age=15)], a_clinician()) == []


def test_who_said_no_before_is_not_proposed_again() -> None:
    assert matched([waiting(1, declined_by={"c-1"})], a_clinician("c-1")) == []


def test_a_test_takes_nobodys_place_and_counts_for_nobody() -> None:
    people = [waiting(1, test=True), waiting(2)]
    found = matched(people, a_clinician(free_places=1))

    assert names(found) == {"f-2": ["c-1"], "f-1": ["c-1"]}
    outcome = next(outcome for referral, outcome in found if referral.referral_id == "f-2")
    assert "load:0" in outcome.candidates[0].reasons


def test_each_proposal_sees_those_made_before_it() -> None:
    found = matched([waiting(1), waiting(2)], a_clinician(free_places=2))

    loads = [outcome.candidates[0].reasons[-1] for _, outcome in found]
    assert loads == ["load:0", "load:1"]


def test_with_no_place_free_nothing_is_computed() -> None:
    assert matched([waiting(1)], a_clinician(free_places=0)) == []
    assert matched([waiting(1)]) == []


@settings(max_examples=50)
@given(st.permutations(range(1, 7)), st.lists(st.integers(0, 2), min_size=3, max_size=3))
def test_the_order_in_which_people_are_listed_does_not_matter(order: list[int], free: list[int]) -> None:
    clinicians = [a_clinician(who, free_places=places) for who, places in zip(CLINICIANS, free, strict=True)]

    assert names(matched([waiting(number) for number in order], *clinicians)) == names(
        matched([waiting(number) for number in sorted(order)], *clinicians)
    )


def test_every_outcome_is_a_proposal() -> None:
    found = matched([waiting(number) for number in range(1, 9)], a_clinician("c-1"), a_clinician("c-2"))

    assert len(found) == 8
    assert all(isinstance(outcome, Proposed) for _, outcome in found)

"""Who is proposed, who nearly was, and what nobody can change."""

from dataclasses import replace
from datetime import timedelta

from services.matching.domain.propose import propose, with_proposal
from services.matching.domain.types import (
    Clinician,
    Held,
    Leave,
    Load,
    Loads,
    NobodyFits,
    Outcome,
    Proposed,
    Request,
)
from tests.matching.builders import FACTS, NOW, POLICY, TODAY, a_clinician, a_request, a_roster


def decide(request: Request, *clinicians: Clinician, loads: Loads | None = None) -> Outcome:
    return propose(request, a_roster(*clinicians), loads or {}, POLICY, FACTS, today=TODAY)


def proposed(outcome: Outcome) -> list[str]:
    assert isinstance(outcome, Proposed)
    return [fit.clinician_id for fit in outcome.candidates]


def test_of_many_who_fit_three_are_proposed_the_best_first() -> None:
    clinicians = [
        a_clinician(f"c-{strength}", specialties={"grief_loss": strength}) for strength in (1, 3, 2)
    ]
    extra = a_clinician("c-0", specialties={})
    outcome = decide(a_request(concerns=("grief_loss",)), *clinicians, extra)

    assert proposed(outcome) == ["c-3", "c-2"]  # the weakest scores too far below to be a real choice
    assert proposed(decide(a_request(), *clinicians, extra)) == ["c-0", "c-1", "c-2"]


def test_two_are_proposed_however_far_apart_they_are() -> None:
    strong, weak = a_clinician("c-a", specialties={"grief_loss": 3}), a_clinician("c-b", specialties={})

    assert proposed(decide(a_request(concerns=("grief_loss",)), weak, strong)) == ["c-a", "c-b"]


def test_one_is_proposed_when_only_one_fits() -> None:
    assert proposed(decide(a_request(), a_clinician("c-a"), a_clinician("c-b", accepting=False))) == ["c-a"]


def test_where_only_one_fits_the_nearest_misses_are_named_beside() -> None:
    roster = (
        a_clinician("c-fits", times={"saturday"}),
        a_clinician("c-fee-and-time", fee_min=150),
        a_clinician("c-time"),
        a_clinician("c-never", licences=()),
    )

    outcome = decide(a_request(times={"saturday"}, fee_max=120), *roster)

    assert isinstance(outcome, Proposed)
    assert proposed(outcome) == ["c-fits"]
    assert [(miss.clinician_id, miss.codes) for miss in outcome.nearest] == [
        ("c-time", ("schedule",)),
        ("c-fee-and-time", ("fee", "schedule")),
    ]


def test_where_two_fit_there_is_a_choice_and_no_near_miss() -> None:
    outcome = decide(a_request(), a_clinician("c-a"), a_clinician("c-b"), a_clinician("c-c", free_places=0))

    assert isinstance(outcome, Proposed)
    assert outcome.nearest == ()


def test_everybody_on_the_roster_is_accounted_for() -> None:
    clinicians = [a_clinician(f"c-{number}") for number in range(5)]
    outcome = decide(a_request(), *clinicians, a_clinician("c-full", free_places=0))

    assert isinstance(outcome, Proposed)
    named = [*outcome.candidates, *outcome.also_fit, *outcome.excluded]
    assert sorted(one.clinician_id for one in named) == ["c-0", "c-1", "c-2", "c-3", "c-4", "c-full"]


def test_of_equals_the_one_with_fewer_open_proposals_comes_first() -> None:
    loads = {"c-a": Load(2, NOW), "c-b": Load(1, NOW)}

    assert proposed(decide(a_request(), a_clinician("c-a"), a_clinician("c-b"), loads=loads)) == [
        "c-b",
        "c-a",
    ]


def test_of_equals_with_equal_load_the_one_proposed_longest_ago_comes_first() -> None:
    loads = {"c-a": Load(1, NOW), "c-b": Load(1, NOW - timedelta(hours=1))}

    assert proposed(decide(a_request(), a_clinician("c-a"), a_clinician("c-b"), loads=loads)) == [
        "c-b",
        "c-a",
    ]


def test_of_equals_in_everything_the_id_decides() -> None:
    assert proposed(decide(a_request(), a_clinician("c-b"), a_clinician("c-a"))) == ["c-a", "c-b"]


def test_a_proposal_counts_as_load_for_the_next_one() -> None:
    first = decide(a_request(), a_clinician("c-a"), a_clinician("c-b", accepting=False))
    loads = with_proposal({"c-a": Load(1, None)}, first, NOW)

    assert loads == {"c-a": Load(2, NOW)}


def test_a_hold_counts_as_load_for_nobody() -> None:
    loads: Loads = {"c-a": Load(1, NOW)}

    assert with_proposal(loads, Held("minor"), NOW) == loads


def test_a_place_could_free_when_one_lacks_only_what_time_can_give() -> None:
    full_and_away = a_clinician("c-a", free_places=0, leave=(Leave(TODAY, TODAY),))
    outcome = decide(a_request(times={"weekday_evening"}), full_and_away, a_clinician("c-b", times=set()))

    assert isinstance(outcome, NobodyFits)
    assert outcome.could_free


def test_no_place_could_free_when_everybody_lacks_more_than_time() -> None:
    outcome = decide(a_request(times={"saturday"}), a_clinician("c-a", free_places=0), a_clinician("c-b"))

    assert isinstance(outcome, NobodyFits)
    assert not outcome.could_free


def test_in_a_state_outside_the_practices_nobody_fits_and_no_place_could_free() -> None:
    outcome = decide(a_request(state="TX"), a_clinician("c-a"), a_clinician("c-b", free_places=0))

    assert isinstance(outcome, NobodyFits)
    assert (outcome.could_free, outcome.nearest) == (False, ())
    assert all("licence" in miss.codes for miss in outcome.excluded)


def test_the_nearest_misses_are_those_whose_gaps_cost_least() -> None:
    request = a_request(times={"saturday"}, fee_max=80)
    outcome = decide(
        request,
        a_clinician("c-both"),
        a_clinician("c-fee", times={"saturday"}),
        a_clinician("c-time", fee_min=50),
        a_clinician("c-time-too", fee_min=50),
        a_clinician("c-never", licences=(), fee_min=50, times={"saturday"}),
    )

    assert isinstance(outcome, NobodyFits)
    assert [(miss.clinician_id, miss.codes) for miss in outcome.nearest] == [
        ("c-time", ("schedule",)),
        ("c-time-too", ("schedule",)),
        ("c-fee", ("fee",)),
    ]


def test_an_empty_roster_fits_nobody() -> None:
    assert decide(a_request()) == NobodyFits(nearest=(), could_free=False, excluded=())


def test_a_practice_that_wants_two_gets_two() -> None:
    roster = a_roster(*(a_clinician(f"c-{number}") for number in range(4)))
    outcome = propose(a_request(), roster, {}, replace(POLICY, at_most=2), FACTS, today=TODAY)

    assert proposed(outcome) == ["c-0", "c-1"]

"""How well somebody fits, and why."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.matching.domain.score import first_day, score
from services.matching.domain.types import Clinician, Fit, Leave, Load, Request
from tests.matching.builders import POLICY, TODAY, a_clinician, a_request


def fit(request: Request, clinician: Clinician | None = None, open_proposals: int = 0) -> Fit:
    return score(request, clinician or a_clinician(), Load(open_proposals), POLICY, TODAY)


def leave_in(first: int, last: int) -> Leave:
    return Leave(TODAY + timedelta(days=first), TODAY + timedelta(days=last))


def test_everything_wished_and_nothing_open_is_a_full_score() -> None:
    request = a_request(concerns=("grief_loss",), times={"weekday_evening"}, modalities={"emdr"})

    assert fit(request, a_clinician(specialties={"grief_loss": 3})).score == 1.0


def test_strength_in_what_was_asked_counts() -> None:
    request = a_request(concerns=("grief_loss",))
    scores = [fit(request, a_clinician(specialties={"grief_loss": each})).score for each in (1, 2, 3)]

    assert scores == sorted(set(scores))


def test_a_wish_that_nobody_uttered_weighs_nothing() -> None:
    asked = a_request(concerns=("grief_loss",))

    assert fit(asked, a_clinician(modalities={"emdr"})) == fit(asked, a_clinician(modalities={"ifs"}))


def test_an_identity_counts_only_when_it_was_wished() -> None:
    named, unnamed = a_clinician(identities={"lgbtqia_identified"}), a_clinician()
    wished = a_request(identities={"lgbtqia_identified"})

    assert fit(a_request(), named).score == fit(a_request(), unnamed).score
    assert fit(wished, named).score > fit(wished, unnamed).score
    assert "preference:lgbtqia_identified" in fit(wished, named).reasons


def test_more_shared_times_score_higher() -> None:
    request = a_request(times={"weekday_evening", "saturday"})
    both = a_clinician(times={"weekday_evening", "saturday", "sunday"})

    assert fit(request, both).score > fit(request, a_clinician(times={"saturday"})).score


def test_a_suggestion_counts_less_than_what_was_ticked() -> None:
    request = a_request(concerns=("grief_loss",), suggested=("couples",))
    ticked = fit(request, a_clinician(specialties={"grief_loss": 3}))
    guessed = fit(request, a_clinician(specialties={"couples": 3}))

    assert ticked.score > guessed.score
    assert "suggested:couples:3" in guessed.reasons


def test_a_language_wished_scores_higher_where_it_is_spoken() -> None:
    request = a_request(language="es")

    assert fit(request, a_clinician(languages={"en", "es"})).score > fit(request).score


def test_who_can_begin_sooner_scores_higher() -> None:
    away_soon = a_clinician(leave=(leave_in(3, 17),))
    later = fit(a_request(), away_soon)

    assert later.score < fit(a_request()).score
    assert f"start:{TODAY + timedelta(days=18)}" in later.reasons
    assert "start:now" in fit(a_request()).reasons


def test_a_beginning_waits_for_the_end_of_the_last_leave_that_would_break_it() -> None:
    twice_away = a_clinician(leave=(leave_in(30, 40), leave_in(5, 9)))

    assert first_day(twice_away, 28, TODAY) == TODAY + timedelta(days=41)
    assert first_day(twice_away, 5, TODAY) == TODAY


def test_every_further_open_proposal_costs_a_little() -> None:
    scores = [fit(a_request(), open_proposals=count).score for count in range(6)]

    assert scores == sorted(set(scores), reverse=True)


@pytest.mark.parametrize("open_proposals", [1, 3, 30, 3000])
def test_load_never_costs_more_than_its_share(open_proposals: int) -> None:
    request = a_request(concerns=("grief_loss",))
    lost = fit(request).score - fit(request, open_proposals=open_proposals).score

    assert 0 < lost <= POLICY.load_share + 1e-9


def test_a_proposal_weighs_more_where_few_places_are_free() -> None:
    cramped, roomy = a_clinician(free_places=1), a_clinician(free_places=10)

    assert fit(a_request(), cramped, 2).score < fit(a_request(), roomy, 2).score


def test_the_reasons_say_what_was_met_and_nothing_that_was_not() -> None:
    request = a_request(
        concerns=("couples", "grief_loss"),
        modalities={"emdr", "ifs"},
        times={"weekday_evening", "saturday"},
        format="in_person",
        sites={"highland_park"},
        fee_max=150,
    )
    found = fit(request, a_clinician(specialties={"grief_loss": 1, "couples": 3, "trauma": 3}), 2)

    assert found.reasons == (
        "specialty:couples:3",
        "specialty:grief_loss:1",
        "modality:emdr",
        "language:en",
        "times:weekday_evening",
        "start:now",
        "format:in_person",
        "site:highland_park",
        "fee:reduced",
        "load:2",
    )


def test_a_limit_above_the_full_fee_needs_no_reduction() -> None:
    assert "fee:full" in fit(a_request(fee_max=200)).reasons


def test_with_every_weight_at_nothing_only_load_tells_clinicians_apart() -> None:
    silent = replace(POLICY.weights, start=0, language=0)

    assert score(a_request(), a_clinician(), Load(), replace(POLICY, weights=silent), TODAY).score == 1.0

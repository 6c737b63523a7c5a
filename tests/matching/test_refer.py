"""No referral without an owner, a next action and a due time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import timedelta

import pytest

from services.matching.domain.refer import Arrived, Coordinator, Made, owner_for, refer
from services.matching.domain.types import Clinician, Proposed, Request
from tests.matching.builders import NOW, a_clinician, a_desk, a_request

DUE = NOW + timedelta(hours=4)


def referrals(
    requests: Sequence[Request], *clinicians: Clinician, owned: Mapping[str, int] | None = None
) -> list[Made]:
    arrived = [Arrived(request, f"f-{place}", DUE) for place, request in enumerate(requests)]
    return refer(arrived, a_desk(*clinicians, owned=owned), NOW)


@pytest.mark.parametrize(
    ("request_", "clinician", "expected"),
    [
        (a_request(), a_clinician(), ("draft", "proposed", "reach_out")),
        (a_request(), a_clinician(free_places=0), ("on-hold", "waitlisted", "reach_out")),
        (a_request(state="TX"), a_clinician(), ("on-hold", "referred_out", "reach_out")),
        (a_request(age=15), a_clinician(), ("on-hold", "held", "review_hold")),
    ],
)
def test_every_outcome_is_in_somebodys_hands(
    request_: Request, clinician: Clinician, expected: tuple[str, str, str]
) -> None:
    (made,) = referrals([request_], clinician)

    assert (made.referral.state, made.referral.stage, made.referral.standing.next_action) == expected
    assert made.referral.owner in {"dana", "lee"}
    assert made.referral.standing.due_at == DUE


def test_the_coordinator_with_the_fewest_open_referrals_owns_the_next() -> None:
    (made,) = referrals([a_request()], a_clinician(), owned={"dana": 3, "lee": 2})

    assert made.referral.owner == "lee"


def test_the_owner_speaks_the_persons_language_even_when_busier() -> None:
    (made,) = referrals([a_request(language="es")], a_clinician(), owned={"dana": 9})

    assert made.referral.owner == "dana"


def test_a_language_nobody_speaks_still_finds_an_owner() -> None:
    assert owner_for("ar", [Coordinator("dana", frozenset({"en"}))], {}) == "dana"


def test_the_requests_of_one_list_are_shared_between_coordinators() -> None:
    made = referrals([a_request()] * 6, a_clinician())

    assert Counter(each.referral.owner for each in made) == {"dana": 3, "lee": 3}


def test_the_requests_of_one_list_see_each_others_proposals() -> None:
    clinicians = [a_clinician(f"c-{number}") for number in range(6)]
    first, second = referrals([a_request()] * 2, *clinicians)

    assert isinstance(first.outcome, Proposed)
    assert isinstance(second.outcome, Proposed)
    assert {fit.clinician_id for fit in first.outcome.candidates}.isdisjoint(
        fit.clinician_id for fit in second.outcome.candidates
    )


def test_a_test_request_is_decided_alike_and_counts_for_nobody() -> None:
    probe, after = referrals([a_request(test=True), a_request()], *(a_clinician(f"c-{n}") for n in range(6)))

    assert probe.outcome == after.outcome
    assert probe.referral.owner == after.referral.owner == "dana"


def test_the_versions_it_was_decided_by_are_kept() -> None:
    (made,) = referrals([a_request()], a_clinician())

    assert (made.referral.policy_version, made.referral.roster_version) == ("test-1", 1)

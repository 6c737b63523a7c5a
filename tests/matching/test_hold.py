"""What waits for a person before anything is proposed."""

import pytest

from services.matching.domain.propose import propose
from services.matching.domain.types import Held, Outcome, Proposed, Request
from tests.matching.builders import FACTS, POLICY, TODAY, a_clinician, a_request, a_roster


def outcome_for(request: Request) -> Outcome:
    roster = a_roster(a_clinician(youngest=0, specialties={"couples": 3, "grief_loss": 3}))
    return propose(request, roster, {}, POLICY, FACTS, today=TODAY)


def test_nobody_is_proposed_before_a_person_has_seen_that_home_is_not_safe() -> None:
    assert outcome_for(a_request(flags={"danger_at_home"})) == Held("danger_at_home")


@pytest.mark.parametrize(
    "request_",
    [
        a_request(flags={"partner_violence"}, unit="couple"),
        a_request(flags={"partner_violence"}, unit="family"),
        a_request(flags={"partner_violence"}, concerns=("grief_loss", "couples")),
    ],
)
def test_partner_violence_stops_every_request_that_would_bring_partners_together(request_: Request) -> None:
    assert outcome_for(request_) == Held("partner_violence")


def test_one_person_who_tells_of_partner_violence_is_proposed_for_alone() -> None:
    assert isinstance(outcome_for(a_request(flags={"partner_violence"})), Proposed)


@pytest.mark.parametrize("age", [0, 9, 14, 17])
def test_a_minor_waits_for_a_person(age: int) -> None:
    assert outcome_for(a_request(age=age)) == Held("minor")


def test_an_eighteenth_birthday_makes_an_adult() -> None:
    assert isinstance(outcome_for(a_request(age=18)), Proposed)


def test_somebody_whose_state_is_unknown_waits_for_a_person() -> None:
    assert outcome_for(a_request(state="unknown")) == Held("state_unknown")


def test_a_request_on_clinical_hold_waits() -> None:
    assert outcome_for(a_request(flags={"clinical_hold"})) == Held("clinical_hold")


@pytest.mark.parametrize("request_", [a_request(unit=""), a_request(state=""), a_request(age=-1)])
def test_a_request_without_what_every_clinician_is_judged_by_waits(request_: Request) -> None:
    assert outcome_for(request_) == Held("incomplete")


def test_of_several_reasons_to_hold_the_gravest_is_given() -> None:
    everything = a_request(
        flags={"partner_violence", "danger_at_home"}, unit="couple", age=15, state="unknown"
    )

    assert outcome_for(everything) == Held("danger_at_home")

"""What other rules would change, as people read it."""

from dataclasses import replace

import pytest

from deploy.deciding import Decided
from deploy.naming import Names
from deploy.replaying import summary, tables
from services.matching.domain import wording
from services.matching.domain.replay import Ground, Replayed, replay
from services.matching.domain.types import Held, Policy, Request, Weights
from services.matching.operations import Replay
from shared.practice import Practice
from tests.intake.builders import the_practice
from tests.matching.builders import FACTS, POLICY, TODAY, a_clinician, a_request, a_roster

STRONG = a_clinician("c-strong", specialties={"grief_loss": 3}, times={"saturday"})
FREE = a_clinician("c-free", specialties={"grief_loss": 1}, times={"weekday_evening", "saturday"})
YOUNG = a_request(reference="R-YOUNG", age=19)
TURNED = a_request(reference="R-TRNED", concerns=("grief_loss",), times={"weekday_evening", "saturday"})
NOBODY = a_request(reference="R-NBODY", times={"sunday"}, fee_max=50)
STEADY = a_request(reference="R-STDY0")
OTHER = replace(
    POLICY, version="other", weights=Weights(0, 0, 0, 0, times=1, start=0), adult_age=21, at_most=2
)


@pytest.fixture(scope="module")
def practice_file() -> Practice:
    return the_practice()


NAMES = Names(clinicians={"c-strong": "Sam Strong"})


def tried(*requests: Request, after: Policy = OTHER) -> Replay:
    before = replace(POLICY, version="mine", weights=Weights(1, 0, 0, 0, 0, 0))
    ground = Ground(a_roster(STRONG, FREE), {}, FACTS, TODAY)
    return Replay("mine", after.version, 7, replay(requests, before, after, ground))


def shown(replay_: Replay, *, whole: bool = False) -> list[tuple[str, list[tuple[object, ...]]]]:
    return [
        (title, [tuple(row) for row in rows])
        for title, _, rows in tables(replay_, "try.yaml", NAMES, whole=whole)
    ]


def test_every_request_that_changes_has_a_row_that_says_how_and_no_other_has() -> None:
    ((_, rows),) = shown(tried(YOUNG, TURNED, STEADY))

    assert rows == [
        (
            "R-YOUNG",
            "",
            "c-free\nSam Strong (c-strong)",
            "",
            f"clinicians who fit were proposed → held: {wording.hold('minor')}",
        ),
        ("R-TRNED", "", "", "c-free 2 → 1\nSam Strong (c-strong) 1 → 2", ""),
    ]


def test_other_near_misses_are_named_as_such() -> None:
    ((_, rows),) = shown(tried(NOBODY, after=replace(OTHER, gap_costs={})))

    assert rows == [("R-NBODY", "", "", "", "other near misses")]


def test_the_summary_says_on_what_both_ran_and_how_much_changes() -> None:
    ran, counted = summary(tried(YOUNG, TURNED, STEADY), "try.yaml")

    assert ran == (
        "Both run on today's roster (version 7) and today's open proposals and places;"
        " the roster as it was when a request came is not kept."
    )
    assert counted == (
        "try.yaml (other) in place of the rules in use (mine): 2 of 3 requests would change:"
        " 1 with another outcome, 1 in another order."
    )


def test_without_a_request_nothing_is_counted() -> None:
    assert list(summary(tried(), "try.yaml"))[1:] == ["There is no request yet."]
    assert shown(tried()) == []


def test_of_one_request_everybodys_place_and_points_under_both_rules_are_shown() -> None:
    ((title, rows),) = shown(tried(TURNED), whole=True)

    assert title == "R-TRNED: clinicians who fit were proposed"
    assert [row[0] for row in rows] == ["c-free", "Sam Strong (c-strong)"]
    assert str(rows[0][1]).startswith("2. 0.40\n0.30 concerns\n")
    assert str(rows[0][2]).startswith("1. 1.00\n")


def test_of_one_request_that_would_be_held_both_outcomes_stand_in_the_title() -> None:
    ((title, rows),) = shown(tried(YOUNG), whole=True)

    assert title.startswith("R-YOUNG: clinicians who fit were proposed → held: the client is under age")
    assert [row[2] for row in rows] == ["not considered", "not considered"]


def test_a_decision_that_proposes_nobody_is_a_sentence_and_no_empty_table(practice_file: Practice) -> None:
    plain = {"reference": "R-NBODY", "outcome": "nobody_fits", "why": None, "candidates": [], "excluded": []}
    near = {**plain, "excluded": [{"clinician_id": "c-strong", "codes": ["fee"]}], "nearest": ["c-strong"]}

    assert Decided(plain).sentence() == "R-NBODY: nobody fits today. No clinician was proposed."
    assert list(Decided(plain).tables(practice_file, NAMES)) == []
    ((title, _, rows),) = Decided(near).tables(practice_file, NAMES)
    assert (title, rows[0][0]) == ("Do not fit, the nearest first", "Sam Strong (c-strong)")


def test_a_reading_list_without_books_is_a_sentence(practice_file: Practice) -> None:
    plain = {"reference": "R-READ0", "outcome": "waiting", "why": None, "items": [], "left_out": []}

    said = "R-READ0: no reading list until a person has looked. No book was chosen."
    assert Decided(plain).sentence() == said
    assert list(Decided(plain).tables(practice_file, NAMES)) == []


def test_a_decision_without_points_is_said_to_be_an_older_one() -> None:
    fit = {"clinician_id": "c-a", "score": 0.8, "reasons": [], "points": {}}
    plain = {"policy_version": "old", "roster_version": 2, "candidates": [fit], "also_fit": []}

    assert list(Decided(plain).basis()) == [
        "Decided by the rules old, on version 2 of the roster.",
        "It was made before points were kept, so only scores and reasons are known.",
    ]
    scored = {**plain, "candidates": [{**fit, "points": {"start": 0.8}}]}
    assert len(list(Decided(scored).basis())) == 1
    assert list(Decided({"outcome": "quarantined"}).basis()) == []


def test_a_hold_for_another_reason_is_another_outcome() -> None:
    assert Replayed("R-00001", Held("minor"), Held("incomplete")).another_outcome

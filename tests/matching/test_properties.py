"""What holds for every roster and every request."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.matching.domain.exclude import able, misses
from services.matching.domain.propose import propose, with_proposal
from services.matching.domain.types import Clinician, Leave, Licence, Load, Loads, Outcome, Proposed, Roster
from tests.matching.builders import FACTS, NOW, POLICY, TODAY, a_clinician, a_request, a_roster

CONCERNS = ["grief_loss", "couples", "trauma", "relational", "family"]
TIMES = ["weekday_morning", "weekday_evening", "saturday"]
LANGUAGES = ["en", "es", "zh"]
FORMATS = ["online", "in_person"]
SITES = ["highland_park", "pasadena"]


def some(codes: list[str], least: int = 0) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(codes), min_size=least)


licences = st.builds(
    Licence, st.sampled_from(["CA", "NY"]), st.dates(TODAY - timedelta(3), TODAY + timedelta(3))
)
leaves = st.dates(TODAY - timedelta(30), TODAY + timedelta(60)).flatmap(
    lambda first: st.builds(Leave, st.just(first), st.just(first + timedelta(days=10)))
)
specialties = st.dictionaries(st.sampled_from(CONCERNS), st.integers(1, 3))
details: dict[str, st.SearchStrategy[Any]] = {
    "associate": st.booleans(),
    "supervisor": st.sampled_from([None, "c-0", "c-1"]),
    "licences": st.one_of(st.just((Licence("CA", TODAY),)), st.lists(licences, max_size=2).map(tuple)),
    "specialties": specialties,
    "modalities": some(["emdr", "ifs"]),
    "formats": some(FORMATS, 1),
    "sites": some(SITES),
    "units": some(["individual", "couple"], 1),
    "youngest": st.integers(12, 30),
    "languages": some(LANGUAGES, 1),
    "times": some(TIMES, 1),
    "fee_min": st.integers(50, 150),
    "accepting": st.sampled_from([True, True, True, False]),
    "free_places": st.integers(-1, 8),
    "leave": st.lists(leaves, max_size=1).map(tuple),
    "identities": some(["lgbtqia_identified", "black"]),
}
requests = st.fixed_dictionaries(
    {
        "age": st.integers(18, 40),
        "unit": st.sampled_from(["individual", "couple"]),
        "concerns": some(CONCERNS).map(sorted).map(tuple),
        "suggested": some(CONCERNS).map(sorted).map(tuple),
        "format": st.sampled_from([None, *FORMATS]),
        "sites": some(SITES),
        "languages": some(LANGUAGES),
        "language_required": st.booleans(),
        "modalities": some(["emdr", "ifs"]),
        "identities": some(["lgbtqia_identified", "black"]),
        "times": some(TIMES),
        "fee_max": st.sampled_from([None, 80, 120, 200]),
        "declined_by": some(["c-0", "c-2"]),
        "given_up": some(["c-1"]),
    }
).map(lambda said: a_request(**said))


def roster_of(entries: list[dict[str, Any]]) -> list[Clinician]:
    return [a_clinician(f"c-{number}", **entry) for number, entry in enumerate(entries)]


# Anybody, most of whom fall out; and people who nearly all fit, so that the ranking decides.
anybody = st.lists(st.fixed_dictionaries(details), min_size=1, max_size=8).map(roster_of)
ranked = st.fixed_dictionaries(
    {
        **{name: details[name] for name in ("modalities", "identities", "leave")},
        "specialties": specialties.map(lambda listed: {"couples": 1, **listed}),
        "free_places": st.integers(1, 4),
        "languages": st.just(frozenset(LANGUAGES)),
        "times": st.just(frozenset(TIMES)),
        "fee_min": st.just(50),
        "sites": st.just(frozenset(SITES)),
    }
)
fitting = st.lists(ranked, min_size=2, max_size=8).map(roster_of)
rosters = st.one_of(anybody, fitting)
asking = st.builds(
    lambda concerns, suggested: a_request(
        concerns=tuple(sorted(concerns)), suggested=tuple(sorted(suggested))
    ),
    some(CONCERNS, 2),
    some(CONCERNS),
)
loads_of = st.dictionaries(
    st.sampled_from([f"c-{number}" for number in range(8)]),
    st.builds(Load, st.integers(1, 9), st.sampled_from([NOW, NOW - timedelta(days=1)])),
)


def decide(request: Any, clinicians: list[Clinician], loads: Loads) -> Outcome:
    return propose(request, a_roster(*clinicians), loads, POLICY, FACTS, today=TODAY)


def ranking(outcome: Outcome) -> list[str]:
    if not isinstance(outcome, Proposed):
        return []
    return [fit.clinician_id for fit in (*outcome.candidates, *outcome.also_fit)]


def rank(outcome: Outcome, clinician_id: str) -> float:
    order = ranking(outcome)
    return order.index(clinician_id) if clinician_id in order else float("inf")


@given(requests, rosters, loads_of)
def test_no_excluded_clinician_is_ever_proposed(
    request: Any, clinicians: list[Clinician], loads: Loads
) -> None:
    outcome = decide(request, clinicians, loads)
    excluded = misses(request, a_roster(*clinicians), FACTS, TODAY)

    assert excluded.keys().isdisjoint(ranking(outcome))
    assert excluded.keys() | set(ranking(outcome)) == {each.id for each in clinicians}


@given(requests, rosters, loads_of, st.data())
def test_who_can_be_offered_is_everybody_without_a_reason_why_not(
    request: Any, clinicians: list[Clinician], loads: Loads, data: st.DataObject
) -> None:
    roster = a_roster(*clinicians)
    among = frozenset(data.draw(st.sets(st.sampled_from(sorted(roster.clinicians)))))
    missed = misses(request, roster, FACTS, TODAY, loads)

    assert able(request, among, roster, FACTS, TODAY, loads) == among - missed.keys()


@given(requests, rosters, loads_of, st.data())
def test_the_order_of_the_roster_does_not_matter(
    request: Any, clinicians: list[Clinician], loads: Loads, data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(clinicians))

    assert decide(request, clinicians, loads) == decide(request, shuffled, loads)


@settings(max_examples=300)
@given(
    st.one_of(requests, asking), fitting, loads_of, st.sampled_from(CONCERNS), st.integers(1, 3), st.data()
)
def test_adding_a_specialty_never_lowers_that_clinicians_rank(
    request: Any, clinicians: list[Clinician], loads: Loads, code: str, strength: int, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(clinicians) - 1))
    before = clinicians[place]
    listed = {**before.specialties, code: max(strength, before.specialties.get(code, 0))}
    learned = [*clinicians[:place], replace(before, specialties=listed), *clinicians[place + 1 :]]

    assert rank(decide(request, learned, loads), before.id) <= rank(
        decide(request, clinicians, loads), before.id
    )


@given(requests, rosters, loads_of)
def test_scores_lie_between_nothing_and_one_and_fall_down_the_list(
    request: Any, clinicians: list[Clinician], loads: Loads
) -> None:
    outcome = decide(request, clinicians, loads)
    scores = (
        [fit.score for fit in (*outcome.candidates, *outcome.also_fit)]
        if isinstance(outcome, Proposed)
        else []
    )

    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@settings(max_examples=30)
@given(requests, st.integers(1, 9), st.integers(1, 12))
def test_over_thirty_equal_requests_the_spread_among_equals_is_at_most_one(
    request: Any, equals: int, free_places: int
) -> None:
    everything = dict.fromkeys(CONCERNS, 2)
    roster = a_roster(
        *(
            a_clinician(
                f"c-{number}",
                specialties=everything,
                languages=frozenset(LANGUAGES),
                times=frozenset(TIMES),
                sites=frozenset(SITES),
                fee_min=50,
                free_places=free_places,
            )
            for number in range(equals)
        )
    )
    counts = Counter(dict.fromkeys(roster.clinicians, 0))
    loads: Loads = {}
    for _ in range(30):
        outcome = propose(
            replace(request, declined_by=frozenset(), given_up=frozenset()),
            roster,
            loads,
            POLICY,
            FACTS,
            today=TODAY,
        )
        assert isinstance(outcome, Proposed)
        counts.update(fit.clinician_id for fit in outcome.candidates)
        loads = with_proposal(loads, outcome, NOW)

    assert max(counts.values()) - min(counts.values()) <= 1


@given(requests, rosters, loads_of)
def test_the_same_question_has_the_same_answer(
    request: Any, clinicians: list[Clinician], loads: Loads
) -> None:
    again = Roster(2, {each.id: replace(each) for each in clinicians})

    assert decide(request, clinicians, loads) == propose(request, again, loads, POLICY, FACTS, today=TODAY)

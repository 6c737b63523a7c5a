"""`rules/breach.yaml`: whom a practice tells of a breach, and by when, for named cases."""

from collections.abc import Mapping
from datetime import date

import pytest

from shared.practice import BadFile, BreachDuty, Practice, breach_duties, load_practice
from tests.shared.practice.conftest import Edit

FOUND = date(2026, 11, 23)  # a Monday


def told(
    practice: Practice, people: Mapping[str | None, int]
) -> dict[tuple[str | None, str | None], BreachDuty]:
    """The duties by rule and state; a rule of None is nobody's rule."""
    duties = breach_duties(practice.rules.breach, people, FOUND)
    return {(duty.rule.code if duty.rule else None, duty.state): duty for duty in duties}


def test_one_person_of_california_is_told_within_thirty_days_and_the_government_after_the_year(
    los_angeles: Practice,
) -> None:
    duties = told(los_angeles, {"CA": 1})

    assert duties["california_people", "CA"].by == date(2026, 12, 23)
    assert duties["hipaa_people", None].by == date(2027, 1, 22)
    assert duties["hipaa_government_yearly", None].by == date(2027, 3, 1)
    assert ("hipaa_media", "CA") not in duties
    assert ("california_attorney_general", "CA") not in duties


@pytest.mark.parametrize(("people", "media", "attorney"), [(500, False, False), (501, True, True)])
def test_more_than_five_hundred_people_of_a_state_are_news_and_the_attorney_general_s_business(
    los_angeles: Practice, people: int, media: bool, attorney: bool
) -> None:
    duties = told(los_angeles, {"CA": people})

    assert (("hipaa_media", "CA") in duties) is media
    assert (("california_attorney_general", "CA") in duties) is attorney
    assert duties["hipaa_government", None].by == date(2027, 1, 22)


def test_the_attorney_general_is_told_fifteen_days_after_the_people(los_angeles: Practice) -> None:
    assert told(los_angeles, {"CA": 600})["california_attorney_general", "CA"].by == date(2027, 1, 7)


def test_the_federal_number_counts_everybody_and_the_media_s_counts_one_state(los_angeles: Practice) -> None:
    duties = told(los_angeles, {"CA": 300, "NY": 300})

    assert duties["hipaa_government", None].people == 600
    assert not {code for code, _ in duties} & {"hipaa_media", "california_attorney_general"}


def test_people_of_new_york_are_told_within_thirty_days_and_its_agencies_with_them(
    new_york: Practice,
) -> None:
    duties = told(new_york, {"NY": 3})

    assert duties["new_york_people", "NY"].by == date(2026, 12, 23)
    agencies = duties["new_york_agencies", "NY"]
    assert (agencies.by, agencies.for_a_person) == (None, False)


@pytest.mark.parametrize("state", ["OR", None, "unknown"])
def test_people_of_a_state_whose_law_is_not_known_here_are_a_question_for_a_person(
    los_angeles: Practice, state: str | None
) -> None:
    duty = told(los_angeles, {"CA": 2, state: 4})[None, state]

    assert (duty.people, duty.by, duty.for_a_person) == (4, None, True)


def test_what_is_not_certain_names_no_day_and_waits_for_a_person(los_angeles: Practice) -> None:
    duty = told(los_angeles, {"CA": 2})["california_licensed_clinic", "CA"]

    assert (duty.by, duty.for_a_person) == (None, True)


def test_business_days_leave_weekends_out_once_the_rule_is_certain(los_angeles: Practice) -> None:
    rules = [each.model_copy(update={"certain": True}) for each in los_angeles.rules.breach]

    [duty] = [
        each
        for each in breach_duties(rules, {"CA": 2}, FOUND)
        if each.rule and each.rule.code == "california_licensed_clinic"
    ]

    assert duty.by == date(2026, 12, 14)  # three weeks of five days


def test_what_a_person_has_to_decide_comes_first_and_then_what_is_due_first(los_angeles: Practice) -> None:
    days = [each.by for each in breach_duties(los_angeles.rules.breach, {"CA": 600, "OR": 1}, FOUND)]

    assert days[0] is None
    assert [each for each in days if each] == sorted(each for each in days if each)


def test_nobody_affected_is_nobody_to_tell(los_angeles: Practice) -> None:
    assert breach_duties(los_angeles.rules.breach, {"CA": 0}, FOUND) == []


def test_two_rules_of_one_code_are_refused(edited: Edit, los_angeles: Practice) -> None:
    folder = edited("practice.yaml", "states: [CA]", "states: [CA]")
    (folder / "rules").mkdir()
    rule = "  - {code: a, tell: people, who: all, days: 3, conditions: c, source: https://example.org, "
    text = f"breach:\n{rule}reviewed_on: 2026-11-01}}\n" + f"{rule}reviewed_on: 2026-11-01}}\n"
    (folder / "rules" / "breach.yaml").write_text(text)

    with pytest.raises(BadFile, match=r"breach\.yaml.*a: used twice"):
        load_practice(folder)

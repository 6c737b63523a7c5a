"""A change of the roster as a person reads it."""

from typing import Any

from services.matching.domain.compare import compare


def entry(name: str = "Alex Rivera", **said: Any) -> dict[str, Any]:
    return {"name": name, "capacity": 10, "caseload": 6, **said}


def lines(before: dict[str, Any], after: dict[str, Any], given: int = 0) -> list[str]:
    return compare({"c-a": before}, {"c-a": after}, {"c-a": given} if given else {}).lines()


def test_who_joins_changes_and_leaves_is_told_by_id_and_name() -> None:
    change = compare(
        {"c-a": entry(), "c-b": entry("Bo Adeyemi")},
        {"c-a": entry(caseload=7), "c-c": entry("Cleo Brooks")},
    )

    assert change.lines() == [
        "+ c-c (Cleo Brooks) joins",
        "~ c-a (Alex Rivera)",
        "    caseload: 6 → 7",
        "- c-b (Bo Adeyemi) leaves",
    ]


def test_the_same_roster_is_no_change() -> None:
    change = compare({"c-a": entry()}, {"c-a": entry()}, {"c-a": 3})

    assert change.empty
    assert change.lines() == []


def test_a_new_name_is_the_one_told() -> None:
    assert lines(entry(), entry("Alex Rivera-Soto")) == [
        "~ c-a (Alex Rivera-Soto)",
        "    name: Alex Rivera → Alex Rivera-Soto",
    ]


def test_of_a_field_with_parts_only_the_parts_that_differ_are_told() -> None:
    before = entry(fee={"min": 100, "max": 200}, specialties={"grief_loss": 2, "couples": 1})
    after = entry(fee={"min": 100, "max": 220}, specialties={"grief_loss": 3, "trauma": 1})

    assert lines(before, after)[1:] == [
        "    fee max: 200 → 220",
        "    specialties grief_loss: 2 → 3",
        "    specialties trauma: none → 1",
        "    specialties couples: 1 → none",
    ]


def test_of_a_list_it_is_told_what_came_and_what_went() -> None:
    away = {"from": "2026-12-20", "to": "2027-01-04"}
    before = entry(times=["saturday", "sunday"], leave=[], languages=["en", "es"])
    after = entry(times=["sunday", "weekday_evening"], leave=[away], languages=["es", "en"])

    assert lines(before, after)[1:] == [
        "    times: added weekday_evening, removed saturday",
        "    leave: none → from 2026-12-20, to 2027-01-04",
        "    languages: in another order",
    ]


def test_yes_and_no_are_words() -> None:
    assert lines(entry(accepting=True), entry(accepting=False))[1:] == ["    accepting: yes → no"]


def test_a_capacity_below_what_is_in_use_is_allowed_and_said() -> None:
    said = lines(entry(), entry(capacity=7), given=3)

    assert said[1:] == [
        "    capacity: 10 → 7",
        "    ! 3 places given here and a caseload of 6 make 2 more than the capacity of 7;"
        " nobody new until 3 of them end",
    ]


def test_a_capacity_below_the_caseload_alone_is_said_too() -> None:
    assert lines(entry(), entry(capacity=5))[-1] == (
        "    ! a caseload of 6 is 1 more than the capacity of 5; nobody new until 2 of them end"
    )


def test_a_capacity_that_is_just_enough_is_not_remarked_on() -> None:
    assert lines(entry(), entry(capacity=9), given=3)[1:] == ["    capacity: 10 → 9"]


def test_who_has_too_many_already_is_not_told_again_when_something_else_changes() -> None:
    assert lines(entry(), entry(pronouns="she/her"), given=9)[1:] == ["    pronouns: none → she/her"]


def test_who_comes_back_with_more_in_use_than_places_is_remarked_on() -> None:
    change = compare({}, {"c-a": entry(caseload=10)}, {"c-a": 1})

    assert change.lines() == [
        "+ c-a (Alex Rivera) joins",
        "    ! 1 place given here and a caseload of 10 make 1 more than the capacity of 10;"
        " nobody new until 2 of them end",
    ]


def test_who_leaves_keeps_whom_they_were_given() -> None:
    change = compare({"c-a": entry()}, {}, {"c-a": 2})

    assert change.lines() == [
        "- c-a (Alex Rivera) leaves",
        "    ! 2 places given here stay with them",
    ]

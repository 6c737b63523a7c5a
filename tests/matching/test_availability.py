"""Whether a clinician is there for somebody new, and how that is changed."""

from datetime import date, timedelta

import pytest

from services.matching.domain.availability import (
    Accepting,
    Away,
    Back,
    Edit,
    Room,
    edited,
    ending_soon,
    on_leave_until,
)
from shared.practice import DateSpan, RosterClinician
from tests.matching.builders import TODAY
from tests.matching.conftest import ordinary

A_DAY = timedelta(days=1)


def a_leave(first: int, last: int) -> DateSpan:
    """From so many days from today to so many."""
    return DateSpan.model_validate({"from": TODAY + first * A_DAY, "to": TODAY + last * A_DAY})


def a_record(*leave: DateSpan, **said: object) -> RosterClinician:
    return RosterClinician.model_validate({**ordinary("c-a"), "leave": leave, **said})


@pytest.mark.parametrize(
    "edit", [Accepting(accepting=False), Room(12, 9), Away(a_leave(3, 9)), Back(a_leave(5, 8))]
)
def test_the_same_change_twice_is_the_change_once(edit: Edit) -> None:
    once = edited(a_record(a_leave(5, 8)), edit, TODAY)

    assert once != a_record(a_leave(5, 8))
    assert edited(once, edit, TODAY) == once


def test_a_change_leaves_everything_else_as_it_was() -> None:
    before, after = a_record(), edited(a_record(), Room(12, 9), TODAY)

    assert (after.capacity, after.caseload) == (12, 9)
    assert after.model_copy(update={"capacity": before.capacity, "caseload": before.caseload}) == before


def test_leave_is_kept_in_the_order_of_its_days() -> None:
    record = edited(a_record(a_leave(30, 40)), Away(a_leave(3, 9)), TODAY)

    assert record.leave == (a_leave(3, 9), a_leave(30, 40))


@pytest.mark.parametrize(
    ("leave", "left"),
    [
        (a_leave(3, 9), ()),  # has not begun
        (a_leave(0, 9), ()),  # begins today: they are here after all
        (a_leave(-5, 9), (a_leave(-5, -1),)),  # under way: they are back today
        (a_leave(-5, 0), (a_leave(-5, -1),)),
        (a_leave(-9, -5), (a_leave(-9, -5),)),  # over
    ],
)
def test_a_leave_that_ends_is_over_from_today_on(leave: DateSpan, left: tuple[DateSpan, ...]) -> None:
    after = edited(a_record(leave), Back(leave), TODAY)

    assert after.leave == left
    assert on_leave_until(after, TODAY) is None


def test_only_the_leave_that_is_named_ends() -> None:
    assert edited(a_record(a_leave(3, 9), a_leave(20, 21)), Back(a_leave(3, 9)), TODAY).leave == (
        a_leave(20, 21),
    )


@pytest.mark.parametrize(
    ("leaves", "days"),
    [
        ([], None),
        ([(1, 9)], None),
        ([(-9, -1)], None),
        ([(0, 0)], 0),
        ([(-3, 4)], 4),
        ([(-3, 4), (5, 9)], 9),  # one follows on the other
        ([(-3, 4), (6, 9)], 4),  # a day between
        ([(-3, 9), (-2, 1)], 9),  # one within the other
        ([(4, 8), (-3, 3)], 8),
    ],
)
def test_somebody_is_away_until_the_last_day_without_a_gap(
    leaves: list[tuple[int, int]], days: int | None
) -> None:
    record = a_record(*(a_leave(*each) for each in leaves))

    assert on_leave_until(record, TODAY) == (None if days is None else TODAY + days * A_DAY)


def test_licences_are_told_from_sixty_days_before_they_end_the_first_first() -> None:
    def licence(state: str, days: int) -> dict[str, str | date]:
        return {"state": state, "number": "1", "expires": TODAY + timedelta(days)}

    record = a_record(licences=[licence("CA", 60), licence("NY", 61), licence("OR", -1), licence("WA", 0)])

    assert [each.state for each in ending_soon(record, TODAY)] == ["OR", "WA", "CA"]

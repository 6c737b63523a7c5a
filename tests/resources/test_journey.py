"""What comes of a journey, and when: one mail a morning, in order, once, until it ends or is ended."""

import pytest

from services.resources.domain import acting
from services.resources.domain.ending import cannot_be_reached, reach, say_again, stop
from services.resources.domain.going import go_on, renewed
from services.resources.domain.journey import Course
from services.resources.domain.telling import seen_of
from shared.contracts.resources import ReadinessStepDue, ReadingListPrepared
from shared.practice import Clocks
from tests.resources.builders import NOW, SIX, a_practice, with_series
from tests.resources.journeys import DAY, LA, begun, due_at, facts_of, la, mailed, moved


def test_the_list_says_how_many_practices_follow_and_when_the_first_comes(course: Course) -> None:
    [prepared] = begun(course).facts

    assert isinstance(prepared, ReadingListPrepared)
    assert (prepared.practices, prepared.next_at) == (6, la(2026, 11, 30))


def test_the_six_practices_come_weekly_four_times_and_fortnightly_twice(course: Course) -> None:
    journey = begun(course).after
    days = []
    for _ in range(7):
        days.append((due_at(journey) - la(2026, 11, 23)) // DAY)
        journey = moved(go_on(journey, course, due_at(journey)))

    assert days == [7, 14, 21, 28, 42, 56, 70]
    assert [each.item for each in journey.came] == [*SIX, None]


def test_each_mail_tells_how_many_follow_and_when_the_next_comes(course: Course) -> None:
    last_but_one = mailed(begun(course).after, course, 5)

    [last] = facts_of(go_on(last_but_one, course, due_at(last_but_one)))
    [check_in] = facts_of(go_on(mailed(last_but_one, course, 1), course, la(2027, 2, 1)))

    assert isinstance(last, ReadinessStepDue)
    assert isinstance(check_in, ReadinessStepDue)
    assert (last.step, last.number, last.left, last.next_at) == ("practice", 6, 0, la(2027, 2, 1))
    assert (check_in.step, check_in.item, check_in.left, check_in.next_at) == ("check_in", None, 0, None)


def test_who_does_not_answer_the_check_in_hears_nothing_more(course: Course) -> None:
    asked = mailed(begun(course).after, course, 7)

    ended = moved(go_on(asked, course, due_at(asked)))

    assert (due_at(asked), ended.state, ended.why) == (la(2027, 2, 15), "stopped", "ended")
    assert go_on(ended, course, NOW + 999 * DAY) is None


def test_who_keeps_it_gets_the_readings_that_fit_one_each_fortnight_and_is_not_asked_again(
    course: Course,
) -> None:
    asked = mailed(begun(course).after, course, 7)

    kept = moved(acting.keep(asked, course, la(2027, 2, 3, 15)))
    read = mailed(kept, course, 2)

    assert due_at(kept) == la(2027, 2, 15)
    assert [(each.kind, each.item) for each in read.came[7:]] == [
        ("reading", "waves"),
        ("reading", "one_more_wave"),
    ]
    assert moved(go_on(read, course, due_at(read))).why == "ended"


def test_after_an_outage_one_mail_comes_and_the_next_is_counted_from_it(course: Course) -> None:
    journey = begun(course).after

    late = moved(go_on(journey, course, la(2027, 1, 10, 15)))

    assert [each.item for each in late.came] == [SIX[0]]
    assert due_at(late) == la(2027, 1, 17)
    assert go_on(late, course, la(2027, 1, 10, 15)) is None


def test_the_practice_s_mornings_count_for_whom_no_zone_is_known(course: Course) -> None:
    journey = begun(course, time_zone=None).after

    assert due_at(journey) == la(2026, 11, 30)
    assert seen_of(journey, course, silenced=False).time_zone == LA


def test_what_leaves_the_catalogue_is_skipped_and_what_came_never_comes_again(course: Course) -> None:
    journey = mailed(begun(course).after, course, 2)
    other = with_series(course.catalogue, tuple(a_practice(each) for each in (SIX[1], SIX[0], SIX[3], "new")))
    changed = Course(other, course.clocks, LA)

    rest = mailed(renewed(journey, changed), changed, 3)

    assert [each.item for each in rest.came] == [SIX[0], SIX[1], SIX[3], "new", None]


def test_who_was_asked_gets_no_practice_any_more_that_the_catalogue_has_new(course: Course) -> None:
    asked = mailed(begun(course).after, course, 7)
    more = Course(with_series(course.catalogue, (a_practice("new"),)), course.clocks, LA)

    assert moved(go_on(renewed(asked, more), more, due_at(asked))).why == "ended"


def test_without_a_practice_there_is_only_the_list_and_nothing_to_ask_about(course: Course) -> None:
    books_alone = Course(with_series(course.catalogue, (), ()), course.clocks, LA)
    first = begun(books_alone)

    [prepared] = first.facts
    assert isinstance(prepared, ReadingListPrepared)
    assert (prepared.practices, prepared.next_at) == (0, None)
    assert moved(go_on(first.after, books_alone, due_at(first.after))).why == "ended"


def test_nothing_that_was_told_is_kept_when_it_ends(course: Course) -> None:
    journey = begun(course, context={"bereaved"}, flags={"partner_violence"}, suggested=("couples",)).after

    for ended in (moved(stop(journey, "person", NOW)), moved(reach(journey, NOW))):
        told = ended.request
        assert (told.concerns, told.suggested, told.context, told.flags, told.codes_kept) == (
            (),
            (),
            frozenset(),
            frozenset(),
            False,
        )


def test_ready_ends_it_from_a_pause_and_also_after_it_has_stopped(course: Course) -> None:
    journey = begun(course).after
    paused = moved(acting.rest(journey, course, NOW))
    stopped = moved(stop(journey, "ended", NOW))

    for each in (journey, paused, stopped):
        assert moved(reach(each, NOW)).state == "reached"
    assert reach(moved(reach(journey, NOW)), NOW) is None
    assert stop(moved(reach(journey, NOW)), "person", NOW) is None


@pytest.mark.parametrize(
    ("template", "why", "lasting"),
    [
        ("readiness_practice", "bounced", True),
        ("readiness_reading", "email_not_ok", True),
        ("readiness_check_in", "unsafe_at_home", True),
        ("readiness_practice", "quiet_hours", False),
        ("readiness_practice", "expired", False),
        ("readiness_practice", "series_paused", False),
        ("reading_list", "bounced", False),
        ("call_reminder", "bounced", False),
    ],
)
def test_only_a_reason_that_lasts_tells_that_the_series_cannot_arrive(
    template: str, why: str, lasting: bool
) -> None:
    assert cannot_be_reached(template, why) is lasting


def test_the_first_reading_comes_by_its_own_gap_not_when_it_would_have_ended(course: Course) -> None:
    weekly = Course(course.catalogue, Clocks(readings=7 * DAY), LA)
    asked = mailed(begun(weekly).after, weekly, 7)

    kept = moved(acting.keep(asked, weekly, asked.came[-1].at + DAY))

    assert due_at(kept) == asked.came[-1].at + 7 * DAY


def test_a_practice_more_than_the_clocks_name_comes_by_the_last_gap(course: Course) -> None:
    more = tuple(a_practice(each) for each in (*SIX, "seventh", "eighth"))
    longer = Course(with_series(course.catalogue, more), course.clocks, LA)

    journey = mailed(begun(longer).after, longer, 8)

    assert journey.came[-1].at - journey.came[-2].at == 14 * DAY


def test_only_what_was_said_before_is_said_again(course: Course) -> None:
    journey = begun(course).after
    reached = moved(reach(journey, NOW))

    assert say_again(journey, NOW) is None
    assert moved(say_again(reached, NOW + DAY)).version == reached.version + 1


def test_what_was_chosen_stays_as_it_was_told_once_it_has_ended(course: Course) -> None:
    ended = moved(stop(begun(course).after, "person", NOW + DAY))

    assert ended.series.readings.items
    assert renewed(ended, course) == ended

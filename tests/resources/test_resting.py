"""Pace and pauses: the person's own, and those for a call or a clinician."""

import pytest

from services.resources.domain import acting
from services.resources.domain.going import go_on
from services.resources.domain.journey import Course, Resting
from services.resources.domain.request import Call, Care, News
from services.resources.domain.resting import heed, held_by
from shared.contracts.resources import ReadinessPaused, ReadingListPrepared
from shared.practice import Clocks
from tests.resources.builders import NOW, SIX
from tests.resources.journeys import DAY, LA, begun, due_at, facts_of, la, mailed, moved


def test_a_slower_pace_doubles_every_gap_and_is_counted_from_the_last_mail(course: Course) -> None:
    journey = mailed(begun(course).after, course, 1)

    slower = moved(acting.change_pace(journey, "slower", course, la(2026, 12, 2, 15)))
    back = moved(acting.change_pace(slower, "as_planned", course, la(2026, 12, 9, 15)))

    assert due_at(slower) == la(2026, 12, 14)
    assert due_at(back) == la(2026, 12, 10)  # the seventh day has passed: the next morning, not at once
    assert acting.change_pace(back, "as_planned", course, la(2026, 12, 9, 15)) is None


def test_a_pause_lasts_a_month_and_then_the_next_mail_comes_by_itself(course: Course) -> None:
    journey = mailed(begun(course).after, course, 1)

    paused = moved(acting.rest(journey, course, la(2026, 12, 1, 20)))
    assert isinstance(paused.standing, Resting)
    assert paused.standing.until == la(2027, 1, 1)
    assert go_on(paused, course, la(2027, 1, 1, 8, 59)) is None
    on = moved(go_on(paused, course, la(2027, 1, 1)))

    assert [each.item for each in on.came] == list(SIX[:2])
    assert due_at(on) == la(2027, 1, 8)


def test_whoever_takes_it_up_again_gets_the_next_mail_in_the_next_morning(course: Course) -> None:
    paused = moved(acting.rest(begun(course).after, course, la(2026, 11, 24, 12)))

    assert due_at(moved(acting.resume(paused, course, la(2026, 11, 25, 20)))) == la(2026, 11, 26)


def test_a_pause_in_answer_to_the_check_in_means_to_go_on_afterwards(course: Course) -> None:
    asked = mailed(begun(course).after, course, 7)

    paused = moved(acting.rest(asked, course, la(2027, 2, 3)))
    on = moved(go_on(paused, course, la(2027, 3, 6)))

    assert not paused.check_in_open
    assert on.came[-1].item == "waves"


BOOKED = News(call=Call("booked", NOW))


def test_a_booked_call_pauses_it_without_an_end_and_its_cancelling_lets_it_go_on_as_planned(
    course: Course,
) -> None:
    journey = begun(course).after

    held = moved(heed(journey, [BOOKED], course, NOW + DAY))
    soon = moved(heed(held, [News(call=Call("over", NOW))], course, NOW + 2 * DAY))
    late = moved(heed(held, [News(call=Call("over", NOW))], course, la(2026, 12, 5, 15)))

    assert (held.state, held.why, go_on(held, course, NOW + 400 * DAY)) == ("paused", "booked", None)
    assert due_at(soon) == la(2026, 11, 30)  # not a day earlier than planned
    assert due_at(late) == la(2026, 12, 6)


def test_a_rest_of_their_own_goes_on_beneath_a_hold(course: Course) -> None:
    resting = moved(acting.rest(begun(course).after, course, la(2026, 11, 24)))

    held = moved(heed(resting, [BOOKED], course, la(2026, 11, 25)))
    free = moved(heed(held, [], course, la(2026, 11, 27)))
    ended = moved(acting.resume(held, course, la(2026, 11, 26)))

    assert (held.why, free.why) == ("booked", "person")
    assert free.standing == Resting(la(2026, 11, 27), la(2026, 12, 25))
    assert (ended.state, ended.why) == ("paused", "booked")
    assert moved(heed(ended, [], course, la(2026, 11, 27))).state == "running"


def test_somebody_opts_in_while_a_call_is_booked_and_gets_the_list_alone_for_now(course: Course) -> None:
    first = begun(course, BOOKED)

    prepared, paused = first.facts
    assert isinstance(prepared, ReadingListPrepared)
    assert (prepared.practices, prepared.next_at, paused.version) == (6, None, 2)
    assert first.after.why == "booked"


ATTENDED = Call("attended", NOW + DAY)


@pytest.mark.parametrize(
    ("news", "held"),
    [
        (News(), None),
        (BOOKED, "booked"),
        (News(call=Call("over", NOW)), None),
        (News(call=ATTENDED), "booked"),
        (News(call=Call("attended", NOW - DAY)), None),
        (News(call=ATTENDED, care=Care("open", NOW)), "booked"),
        (News(call=ATTENDED, care=Care("ended", NOW)), None),
        (News(call=ATTENDED, care=Care("accepted", NOW)), "in_care"),
        (News(care=Care("open", NOW)), None),
    ],
)
def test_what_holds_a_journey(news: News, held: str | None) -> None:
    assert held_by([News(), news], NOW) == held


def test_care_that_has_begun_since_they_opted_in_ends_it_and_earlier_care_does_not(course: Course) -> None:
    journey = begun(course).after

    assert moved(heed(journey, [News(care=Care("completed", NOW + DAY))], course, NOW + DAY)).why == "in_care"
    assert heed(journey, [News(care=Care("completed", NOW - DAY))], course, NOW + DAY) is None


def test_a_rest_asked_for_during_a_hold_begins_at_once_and_outlasts_it(course: Course) -> None:
    held = moved(heed(begun(course).after, [BOOKED], course, la(2026, 11, 24)))

    resting = moved(acting.rest(held, course, la(2026, 11, 25)))
    free = moved(heed(resting, [], course, la(2026, 11, 27)))

    assert resting.why == "booked"
    assert free.standing == Resting(la(2026, 11, 27), la(2026, 12, 26))
    assert acting.rest(resting, course, la(2026, 11, 26)) is None


def test_what_is_told_of_a_hold_names_no_end_although_their_own_rest_has_one(course: Course) -> None:
    resting = moved(acting.rest(begun(course).after, course, la(2026, 11, 24)))

    [fact] = facts_of(heed(resting, [BOOKED], course, la(2026, 11, 25)))

    assert isinstance(fact, ReadinessPaused)
    assert (fact.why, fact.until) == ("booked", None)


def test_a_rest_shorter_than_the_gap_brings_nothing_early(course: Course) -> None:
    short = Course(course.catalogue, Clocks(readiness_pause=3 * DAY), LA)
    resting = moved(acting.rest(begun(short).after, short, la(2026, 11, 24)))

    rested = moved(go_on(resting, short, la(2026, 11, 27)))

    assert (rested.came, due_at(rested)) == ((), la(2026, 11, 30))


def test_where_only_the_end_is_left_whoever_goes_on_has_the_whole_time_again(course: Course) -> None:
    asked = mailed(begun(course).after, course, 7)
    last = mailed(moved(acting.keep(asked, course, la(2027, 2, 3))), course, 2)
    held = moved(heed(last, [BOOKED], course, la(2027, 3, 5)))

    free = moved(heed(held, [], course, la(2027, 3, 6)))

    assert [each.item for each in last.came][-2:] == ["waves", "one_more_wave"]
    assert due_at(free) == la(2027, 3, 20)


def test_keep_without_a_question_changes_nothing_not_even_a_morning_that_was_asked_for(
    course: Course,
) -> None:
    paused = moved(acting.rest(begun(course).after, course, la(2026, 11, 24, 12)))
    soon = moved(acting.resume(paused, course, la(2026, 11, 25, 20)))

    assert acting.keep(soon, course, la(2026, 11, 25, 21)) is None

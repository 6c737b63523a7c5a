"""Every clock and every retention, and how an operator changes one."""

from datetime import UTC, datetime, time, timedelta

import pytest

from shared.practice import BadFile, Clocks, Practice, Retention, load_practice
from tests.shared.practice.conftest import Edit


def test_the_clocks_are_those_of_the_product_unless_the_operator_says_otherwise() -> None:
    clocks, retention = Clocks(), Retention()

    assert clocks.acknowledgement == timedelta(minutes=1)
    assert clocks.crisis_acknowledged == timedelta(minutes=15)
    assert [clocks.human_contact_nudge, clocks.human_contact_deputy, clocks.human_contact_owner] == [
        timedelta(hours=4),
        timedelta(hours=8),
        timedelta(hours=12),
    ]
    assert clocks.clinician_answer == timedelta(hours=24)
    assert (clocks.waitlist_offer, clocks.waitlist_check_in) == (timedelta(hours=48), timedelta(days=14))
    assert clocks.gone_quiet == timedelta(days=30)
    assert [each.days for each in clocks.practices] == [7, 7, 7, 7, 14, 14]
    assert [each.days for each in clocks.reminders] == [3, 1]
    assert clocks.introduction_delay == timedelta(minutes=10)
    assert (clocks.quiet_hours.from_, clocks.quiet_hours.to) == (time(21), time(8))
    assert [retention.deliveries.days, retention.requests.days, retention.access_log.days] == [396, 366, 2196]


def test_an_operator_writes_lengths_of_time_in_words(edited: Edit) -> None:
    clocks = 'clocks: {human_contact_nudge: 3 working hours, gone_quiet: 6 weeks, quiet_hours: "20:30-07:00"}'
    practice = load_practice(edited("practice.yaml", "origins:", f"{clocks}\norigins:"))

    assert practice.clocks.human_contact_nudge == timedelta(hours=3)
    assert practice.clocks.gone_quiet == timedelta(weeks=6)
    assert practice.clocks.quiet_hours.from_ == time(20, 30)
    assert practice.clocks.waitlist_offer == timedelta(hours=48)


@pytest.mark.parametrize(
    "wrong",
    [
        "human_contact_nudge: 3 hours",  # would pass at night
        "waitlist_offer: 48 working hours",
        "gone_quiet: a while",
        "gone_quiet: 30",
        "clinician_answer: 3 working days",  # a working day has no length of its own
        'quiet_hours: "25:00-08:00"',
    ],
)
def test_a_length_of_time_that_could_be_misread_is_refused(wrong: str, edited: Edit) -> None:
    folder = edited("practice.yaml", "origins:", f"clocks: {{{wrong}}}\norigins:")

    with pytest.raises(BadFile, match=wrong.split(":", maxsplit=1)[0]):
        load_practice(folder)


def test_a_person_takes_up_what_came_within_working_time_alone(los_angeles: Practice) -> None:
    friday = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)  # three in the afternoon in Los Angeles

    due = los_angeles.clocks.contact_due(los_angeles.working_hours(), friday)

    assert due == datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # an hour on Friday, three on Monday

"""On whatever day the demonstration is run, a call can be booked whose reminders are all to come."""

from datetime import UTC, datetime, timedelta

from deploy.demo.booking import AHEAD
from deploy.local.places import DEFAULT_CONFIG_DIR
from services.intake.domain.slots import Diary, Timetable, free_slots
from shared.practice import load_practice

BEGIN, TWO_YEARS, STEP = datetime(2026, 11, 23, tzinfo=UTC), timedelta(days=731), timedelta(hours=37)


def test_there_is_a_time_that_is_far_enough_ahead_on_every_day_and_at_every_hour() -> None:
    timetable = Timetable.of(load_practice(DEFAULT_CONFIG_DIR))
    nobody = Diary(kept=[], away=[], last_booked={})
    moments = [BEGIN + STEP * each for each in range(TWO_YEARS // STEP)]

    missing = [
        now
        for now in moments
        if not any(
            slot.starts_at >= now + AHEAD for slot in free_slots(timetable.callers, timetable, nobody, now)
        )
    ]

    assert {now.weekday() for now in moments} == set(range(7))
    assert {now.hour for now in moments} == set(range(24))
    assert missing == []

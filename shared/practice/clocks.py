"""Every clock and every retention of the practice, with its default: the one place where they live.

An operator changes one in `practice.yaml` under `clocks:` or `retention:`, as "15 minutes", "4 working
hours", "2 weeks"; a month counts as 30.5 days and a year as 366, so that nothing goes early.
"""

from datetime import datetime, time, timedelta
from typing import Annotated

from pydantic import Field

from shared.clock import WorkingHours
from shared.practice.fields import ClockSpan, Elapsed, FileModel, Hours, Working

WEEK = timedelta(weeks=1)
FORTNIGHT = timedelta(weeks=2)
MONTH = timedelta(days=30.5)


class Clocks(FileModel):
    """How long things may take. `Working` times pass only while the practice is open."""

    acknowledgement: Elapsed = timedelta(minutes=1)
    crisis_acknowledged: Elapsed = timedelta(minutes=15)  # then the second person on call
    crisis_told_again: Elapsed = timedelta(hours=1)  # everybody on call and the owner
    crisis_second_way: Elapsed = timedelta(seconds=30)  # for an alert that is not known to have left
    crisis_cleared: Elapsed = timedelta(hours=24)  # from when somebody has it
    human_contact_nudge: Working = timedelta(hours=4)
    human_contact_deputy: Working = timedelta(hours=8)
    human_contact_owner: Working = timedelta(hours=12)
    after_call: Working = timedelta(hours=1)  # the next action once a call has ended
    decision: Working = timedelta(hours=16)  # a coordinator decides what comes next
    follow_up: Elapsed = timedelta(days=14)  # after an introduction, somebody asks whether care has begun
    digest_at: time = time(8, 30)  # on working days, the practice's time
    clinician_answer: Working = timedelta(hours=24)  # so long their place is held, too
    introduction_delay: Elapsed = timedelta(minutes=10)  # so that a yes can be undone
    waitlist_offer: Elapsed = timedelta(hours=48)  # a freed place is kept for who has waited longest
    waitlist_check_in: Elapsed = timedelta(days=14)
    gone_quiet: Elapsed = timedelta(days=30)
    # A readiness journey: before each practice, before each short reading, before "keep, pause or stop?", and
    # from there to the end when nobody answers. Each mail comes in the person's morning.
    practices: Annotated[tuple[Elapsed, ...], Field(min_length=1)] = (WEEK,) * 4 + (FORTNIGHT,) * 2
    readings: Elapsed = FORTNIGHT
    readiness_check_in: Elapsed = FORTNIGHT
    readiness_end: Elapsed = FORTNIGHT
    readiness_pause: Elapsed = MONTH
    readiness_at: time = time(9)
    reminders: tuple[Elapsed, ...] = (timedelta(days=3), timedelta(days=1))
    short_notice: Elapsed = timedelta(hours=24)  # booked later than this before the call
    short_notice_reminder: Elapsed = timedelta(hours=1)
    quiet_hours: Hours = ClockSpan(from_=time(21), to=time(8))  # on the person's wall clock

    def contact_due(self, hours: WorkingHours, since: datetime) -> datetime:
        """By when a person of the practice takes up what came at this instant."""
        return hours.after(since, self.human_contact_nudge)


class Retention(FileModel):
    """How long a practice keeps things; the times of messages hang together, in `shared.runtime`."""

    idempotency: Elapsed = timedelta(days=30)
    deliveries: Elapsed = timedelta(days=396.5)  # 13 months
    requests: Elapsed = timedelta(days=366)  # closed without care: 12 months
    access_log: Elapsed = timedelta(days=6 * 366)

"""What a person does with their own journey. None: it changes nothing."""

from dataclasses import replace
from datetime import datetime

from services.resources.domain.coming import morning_next, pause_until, soonest_at
from services.resources.domain.journey import Course, Journey, Moved, OnHold, Resting, Running, Turn
from services.resources.domain.resting import pause, run
from services.resources.domain.seen import Pace


def rest(journey: Journey, course: Course, now: datetime) -> Moved | None:
    """They pause it for as long as a pause lasts.

    To the check-in that is an answer: who wants to rest wants to go on afterwards. While it is on hold there
    is nothing to pause yet; their rest begins now all the same.
    """
    until = pause_until(journey, course, now)
    answered = _answered(journey, now)
    match journey.standing:
        case Running():
            return answered.then(pause(answered.after, Resting(now, until), now))
        case OnHold(since=since, held=held, until=None):
            return replace(answered, after=replace(answered.after, standing=OnHold(since, held, until)))
        case _:
            return None


def resume(journey: Journey, course: Course, now: datetime) -> Moved | None:
    """Their own rest is over; the next mail comes in their next morning."""
    match journey.standing:
        case Resting():
            return run(journey, morning_next(journey, course, now), course, now)
        case OnHold(since=since, held=held, until=until) if until:
            return Moved(replace(journey, standing=OnHold(since, held)))
        case _:
            return None


def change_pace(journey: Journey, pace: Pace, course: Course, now: datetime) -> Moved | None:
    """The next thing comes after the new gap, counted from the last; where that has passed, next morning."""
    if not journey.goes_on or journey.pace == pace:
        return None
    after = replace(journey, pace=pace)
    if isinstance(journey.standing, Running):
        after = replace(after, standing=Running(soonest_at(after, course, now)))
    return Moved(after, turns=(Turn(now, "pace", (("pace", pace),)),))


def keep(journey: Journey, course: Course, now: datetime) -> Moved | None:
    """They answer the check-in with *keep*: the readings follow, the first one counted from the check-in."""
    if not journey.check_in_open:
        return None
    kept = _answered(journey, now)
    if not isinstance(journey.standing, Running):
        return kept
    return replace(kept, after=replace(kept.after, standing=Running(soonest_at(kept.after, course, now))))


def _answered(journey: Journey, now: datetime) -> Moved:
    """The check-in, if it is open, is answered; they would go on."""
    if not journey.check_in_open:
        return Moved(journey)
    return Moved(replace(journey, kept=True), turns=(Turn(now, "kept"),))

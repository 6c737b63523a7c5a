"""How a journey pauses and goes on again: the person rests, or a call or a clinician comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.resources.domain.coming import End, coming, planned_at, soonest_at
from services.resources.domain.ending import stop
from services.resources.domain.journey import (
    Course,
    Held,
    Journey,
    Moved,
    OnHold,
    Resting,
    Running,
    Turn,
)
from services.resources.domain.request import News
from services.resources.domain.telling import paused_fact


def heed(journey: Journey, kin: Sequence[News], course: Course, now: datetime) -> Moved | None:
    """What is known of its person changes a journey: of its own request, and of their others.

    Words of crisis end it, in whichever of them they came; so does care that has begun.
    """
    if any(each.flagged for each in kin):
        return stop(journey, "safety", now)
    if any(_care_has_begun(each, journey.request.opted_in_at) for each in kin):
        return stop(journey, "in_care", now)
    return hold(journey, held_by(kin, journey.request.opted_in_at), course, now)


def held_by(kin: Sequence[News], opted_in_at: datetime) -> Held | None:
    """A clinician who said yes; else a call that is booked, or was, while nobody knows what comes of it.

    A call that they had before they opted in holds nothing: they asked for the readings after it.
    """
    if any(each.care is not None and each.care.stands == "accepted" for each in kin):
        return "in_care"
    return "booked" if any(_has_call(each, opted_in_at) for each in kin) else None


def hold(journey: Journey, held: Held | None, course: Course, now: datetime) -> Moved | None:
    """Pauses it while something holds it. When nothing does any more, it goes on, or rests as they asked."""
    match journey.standing:
        case Running() if held:
            return pause(journey, OnHold(now, held), now)
        case OnHold(held=before) if held == before:
            return None
        case Resting(until=until) | OnHold(until=until) if held:
            return pause(journey, OnHold(now, held, until), now)
        case OnHold(until=until):
            return _let_go(journey, until, course, now)
        case _:
            return None


def pause(journey: Journey, paused: Resting | OnHold, now: datetime) -> Moved:
    """The journey, paused in this way."""
    after = replace(journey, standing=paused, version=journey.version + 1)
    detail = [("why", paused.why)]
    if isinstance(paused, Resting):
        detail.append(("until", paused.until.isoformat()))
    return Moved(after, (paused_fact(after, paused),), (Turn(now, "paused", tuple(detail)),))


def run(journey: Journey, next_at: datetime, course: Course, now: datetime) -> Moved:
    """The journey goes on with its next mail at `next_at`.

    Where only the end is left, they have as long as ever to think again.
    """
    if isinstance(coming(journey), End):
        journey = replace(journey, counted_from=now)
        next_at = planned_at(journey, course)
    return Moved(replace(journey, standing=Running(next_at)), turns=(Turn(now, "resumed"),))


def _let_go(journey: Journey, until: datetime | None, course: Course, now: datetime) -> Moved:
    if until is not None and until > now:
        return pause(journey, Resting(now, until), now)
    return run(journey, soonest_at(journey, course, now), course, now)


def _has_call(news: News, opted_in_at: datetime) -> bool:
    if news.call is None:
        return False
    if news.call.stands == "attended":
        given_up = news.care is not None and news.care.stands == "ended"
        return news.call.at > opted_in_at and not given_up
    return news.call.stands == "booked"


def _care_has_begun(news: News, opted_in_at: datetime) -> bool:
    """Care that was complete before they asked for something to read is another story."""
    return news.care is not None and news.care.stands == "completed" and news.care.at > opted_in_at

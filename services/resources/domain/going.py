"""How a journey begins, and how it goes on by itself: mail after mail, over a rest, to its end."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.resources.domain.choosing import Withheld, prepare
from services.resources.domain.coming import End, Mail, coming, planned_at
from services.resources.domain.ending import stop, without_codes
from services.resources.domain.journey import (
    Course,
    Journey,
    Moved,
    Resting,
    Running,
    Standing,
    Stopped,
    Waiting,
)
from services.resources.domain.request import News, Request
from services.resources.domain.resting import heed, run
from services.resources.domain.seen import Came
from services.resources.domain.series import choose_series
from services.resources.domain.telling import list_fact, step_fact
from services.resources.domain.watching import Watch

UNDER_WAY = "under_way"
"""Why no series follows a list: one of the same address goes on already."""


def begin(
    journey_id: str,
    request: Request,
    kin: Sequence[News],
    course: Course,
    watch: Watch,
    *,
    now: datetime,
    under_way: bool = False,
) -> Moved:
    """The journey of somebody who asked for something to read; `kin`: what is known of their requests.

    `under_way`: another journey of the same address goes on. Who asks again gets a list again, and no mail
    of a series twice.
    """
    outcome = prepare(request, course.catalogue)
    nowhere = Stopped("silenced", now)
    journey = Journey(journey_id, request, outcome, nowhere, course.catalogue.version, now)
    return _set_out(journey, kin, course, watch, now, under_way=under_way)


def clear(
    journey: Journey,
    level: str,
    kin: Sequence[News],
    course: Course,
    watch: Watch,
    *,
    now: datetime,
    under_way: bool = False,
) -> Moved:
    """A journey that waited because of a crisis, decided again as if its request had come at this level."""
    request = replace(journey.request, safety_level=level)
    decided = replace(
        journey,
        request=request,
        outcome=prepare(request, course.catalogue),
        catalogue_version=course.catalogue.version,
        version=journey.version + 1,
        decided_again_at=now,
    )
    return _set_out(decided, kin, course, watch, now, under_way=under_way)


def go_on(journey: Journey, course: Course, now: datetime) -> Moved | None:
    """What is due of this journey now, if anything: at most one mail, or the end.

    However late it is, the next is counted from now.
    """
    match journey.standing:
        case Resting(until=until) if until <= now:
            rested = run(journey, max(until, planned_at(journey, course)), course, now)
            return rested.then(go_on(rested.after, course, now))
        case Running(next_at=due_at) if due_at <= now:
            next_ = coming(journey)
            if isinstance(next_, End):
                return stop(journey, "ended", now)
            return _announce(journey, next_, due_at, course, now)
        case _:
            return None


def renewed(journey: Journey, course: Course) -> Journey:
    """The journey with what today's catalogue holds for it, while it goes on."""
    if not journey.goes_on:
        return journey
    return replace(journey, series=choose_series(journey.request, course.catalogue))


def _set_out(
    journey: Journey, kin: Sequence[News], course: Course, watch: Watch, now: datetime, *, under_way: bool
) -> Moved:
    """Where an outcome leads: a list and what follows it, somebody who looks, or nowhere."""
    outcome = journey.outcome
    if isinstance(outcome, Withheld):
        return Moved(replace(journey, standing=_withheld(journey, outcome, watch, now)))
    if under_way:
        listed = replace(without_codes(journey), standing=Stopped(UNDER_WAY, now))
        return Moved(listed, (list_fact(listed, outcome),))
    chosen = choose_series(journey.request, course.catalogue)
    journey = replace(journey, series=chosen, counted_from=now)
    running = replace(journey, standing=Running(planned_at(journey, course)))
    begun = Moved(running).then(heed(running, kin, course, now))
    told = replace(begun.after, version=journey.version)
    return replace(begun, facts=(list_fact(told, outcome), *begun.facts))


def _withheld(journey: Journey, outcome: Withheld, watch: Watch, now: datetime) -> Standing:
    duty = watch.duty(outcome.why, journey.request.language)
    return Waiting(outcome.why, duty) if duty else Stopped(outcome.why, now)


def _announce(journey: Journey, mail: Mail, due_at: datetime, course: Course, now: datetime) -> Moved:
    came = Came(mail.kind, mail.item, now)
    after = replace(journey, came=(*journey.came, came), counted_from=now, version=journey.version + 1)
    after = replace(after, standing=Running(planned_at(after, course)))
    return Moved(after, (step_fact(after, mail, due_at, course),), mails=((due_at, came),))

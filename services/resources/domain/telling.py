"""What is announced of a journey, and what the person sees of it."""

from datetime import datetime
from typing import Any

from services.resources.domain.choosing import Prepared
from services.resources.domain.coming import Mail, coming, items_left, zone_of
from services.resources.domain.journey import Course, Journey, OnHold, Resting, Running
from services.resources.domain.seen import Seen
from shared.contracts.resources import (
    ReadinessPaused,
    ReadinessReached,
    ReadinessStepDue,
    ReadinessStopped,
    ReadingListPrepared,
)


def list_fact(journey: Journey, prepared: Prepared) -> ReadingListPrepared:
    """The list, and what follows it if anything does."""
    next_ = coming(journey)
    return ReadingListPrepared(
        version=journey.version,
        reading_list_id=journey.journey_id,
        request_id=journey.request_id,
        reference=journey.request.reference,
        person_id=journey.request.person_id,
        language=journey.request.language,
        prepared_at=journey.decided_at,
        catalogue_version=journey.catalogue_version,
        items=tuple(item.code for item in prepared.items),
        practices=items_left(journey) if journey.goes_on else 0,
        next_at=_by_itself_at(journey) if isinstance(next_, Mail) else None,
    )


def step_fact(journey: Journey, mail: Mail, due_at: datetime, course: Course) -> ReadinessStepDue:
    """The mail that came last; `journey` is as it stands after it."""
    return ReadinessStepDue(
        **_about(journey),
        language=journey.request.language,
        step=mail.kind,
        number=len(journey.came),
        item=mail.item,
        left=mail.left,
        catalogue_version=course.catalogue.version,
        due_at=due_at,
        next_at=_by_itself_at(journey) if isinstance(coming(journey), Mail) else None,
    )


def paused_fact(journey: Journey, paused: Resting | OnHold) -> ReadinessPaused:
    """A hold ends with what brought it about, at no time that anybody knows."""
    until = paused.until if isinstance(paused, Resting) else None
    return ReadinessPaused(**_about(journey), paused_at=paused.since, until=until, why=paused.why)


def reached_fact(journey: Journey, at: datetime) -> ReadinessReached:
    return ReadinessReached(**_about(journey), language=journey.request.language, reached_at=at)


def stopped_fact(journey: Journey, why: str, at: datetime) -> ReadinessStopped:
    return ReadinessStopped(**_about(journey), stopped_at=at, why=why)


def seen_of(journey: Journey, course: Course, *, silenced: bool, moved_at: datetime | None = None) -> Seen:
    """What the person sees; a door asks nothing more of the journey."""
    prepared = journey.outcome if isinstance(journey.outcome, Prepared) else None
    request, standing, next_at = journey.request, journey.standing, _by_itself_at(journey)
    return Seen(
        journey_id=journey.journey_id,
        request_id=request.request_id,
        reference=request.reference,
        person_id=request.person_id,
        language=request.language,
        time_zone=zone_of(journey, course),
        state=journey.state,
        why=journey.why,
        pace=journey.pace,
        paused_until=standing.until if isinstance(standing, Resting) else None,
        next_at=next_at,
        next_kind=coming(journey).kind if next_at else None,
        left=items_left(journey) if journey.goes_on else 0,
        check_in_open=journey.check_in_open,
        silenced=silenced,
        moved_at=moved_at,
        listed_at=journey.decided_at if prepared else None,
        books=tuple(item.code for item in prepared.items) if prepared else (),
        came=journey.came,
    )


def _by_itself_at(journey: Journey) -> datetime | None:
    match journey.standing:
        case Running(next_at=next_at):
            return next_at
        case Resting(until=until):
            return until
        case _:
            return None


def _about(journey: Journey) -> dict[str, Any]:
    return {
        "version": journey.version,
        "journey_id": journey.journey_id,
        "request_id": journey.request_id,
        "reference": journey.request.reference,
        "person_id": journey.request.person_id,
    }

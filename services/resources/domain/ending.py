"""How a journey ends: it is reached, stopped, or over. Nothing is sent after that."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from services.resources.domain.journey import Journey, Moved, Reached, Stopped, Turn
from services.resources.domain.telling import reached_fact, stopped_fact

StopWhy = Literal["person", "one_click", "silenced", "erased", "safety", "unreachable", "in_care", "ended"]

SERIES = frozenset({"readiness_practice", "readiness_reading", "readiness_check_in"})
"""The mails that come by themselves, as notifications calls them."""

LASTING = frozenset(
    {
        "bounced",
        "complained",
        "recipient_refused",
        "email_not_ok",
        "no_email",
        "unsafe_at_home",
        "unknown_person",
    }
)
"""Why a mail was not sent, where the next one would not be either."""


def stop(journey: Journey, why: StopWhy, now: datetime) -> Moved | None:
    """Nothing more is ever sent of it; the codes that it was chosen by go."""
    if not journey.goes_on:
        return None
    after = replace(without_codes(journey), standing=Stopped(why, now), version=journey.version + 1)
    return Moved(after, (stopped_fact(after, why, now),), (Turn(now, "stopped", (("why", why),)),))


def silence(journey: Journey, now: datetime) -> Moved | None:
    """Who asked to hear nothing more gets nothing more, and nobody has to look at them for a list.

    What waited was announced to nobody, and so is its end.
    """
    if journey.state != "waiting":
        return stop(journey, "silenced", now)
    after = replace(without_codes(journey), standing=Stopped("silenced", now))
    return Moved(after, turns=(Turn(now, "stopped", (("why", "silenced"),)),))


def reach(journey: Journey, now: datetime) -> Moved | None:
    """They are ready, whatever it is in but a state where a person looks first. Again, it changes nothing."""
    return None if journey.state in {"reached", "waiting"} else _reached(journey, now)


def say_again(journey: Journey, now: datetime) -> Moved | None:
    """Who was ready before says so anew, and it is told anew, with when they said it.

    Intake alone knows whether they said *not now* since; the later word counts there.
    """
    return _reached(journey, now) if journey.state == "reached" else None


def cannot_be_reached(template: str, why: str) -> bool:
    """Whether a mail of the series that was not sent for this reason tells that none of them would arrive."""
    return template in SERIES and why in LASTING


def without_codes(journey: Journey) -> Journey:
    """The journey when nothing is to be chosen any more."""
    told = replace(
        journey.request, concerns=(), suggested=(), context=frozenset(), flags=frozenset(), codes_kept=False
    )
    return replace(journey, request=told)


def _reached(journey: Journey, now: datetime) -> Moved:
    after = replace(without_codes(journey), standing=Reached(now), version=journey.version + 1)
    return Moved(after, (reached_fact(after, now),), (Turn(now, "reached"),))

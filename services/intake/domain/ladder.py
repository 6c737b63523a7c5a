"""Who is told of a crisis, and when the next ones are: at any hour, until a named coordinator has it.

First the first person on call; after `crisis_acknowledged` the next; after that once more everybody on call
and the owner of the practice, and all of them again after every `crisis_told_again`. A practice with one
person on call tells that person, then everybody: nobody is skipped without a word.
"""

from dataclasses import dataclass
from datetime import datetime

from services.intake.domain.request import Cleared
from shared.practice import Practice

FIRST, NEXT, EVERYBODY = 0, 1, 2
REACH_PERSON = "reach_person"


@dataclass(frozen=True, slots=True)
class Rung:
    """These coordinators are told at `at`; at `escalates_at` the next ones, unless somebody has it."""

    number: int
    recipients: tuple[str, ...]
    answers: str  # for it, until somebody has it
    at: datetime
    escalates_at: datetime
    second_way_at: datetime  # from when on intake sends what is not known to have left


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """A named coordinator has it."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SafetyCase:
    """A crisis: how far it has climbed, who has it, who cleared it."""

    request_id: str
    version: int
    rung: int
    flagged_at: datetime
    escalates_at: datetime | None
    acknowledged: Acknowledged | None
    cleared: Cleared | None


def first_rung(practice: Practice, now: datetime) -> Rung:
    """Where every crisis begins, and begins again with words that are new."""
    return _rung(FIRST, (practice.on_call[0],), practice, now)


def rung_after(number: int, practice: Practice, now: datetime) -> Rung:
    """Whom nobody's answer leads to."""
    in_turn = tuple(dict.fromkeys(practice.on_call))
    if number == FIRST and len(in_turn) > 1:
        return _rung(NEXT, (in_turn[1],), practice, now)
    return _rung(EVERYBODY, tuple(dict.fromkeys((*in_turn, practice.owner))), practice, now)


def _rung(number: int, recipients: tuple[str, ...], practice: Practice, now: datetime) -> Rung:
    clocks = practice.clocks
    lasts = clocks.crisis_told_again if number == EVERYBODY else clocks.crisis_acknowledged
    return Rung(
        number,
        recipients,
        practice.owner if number == EVERYBODY else recipients[0],
        now,
        now + lasts,
        now + clocks.crisis_second_way,
    )

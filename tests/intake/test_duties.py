"""What waits in intake, and for whom: nobody's duty is ever lost with the person who had it."""

from datetime import datetime, timedelta

import pytest

from services.intake import operations
from services.intake.domain.decision import Admitted, Decision, Quarantined
from services.intake.domain.duty import is_answered_for_by
from services.intake.domain.request import Duty
from services.intake.handlers import Post, Receipt, receive
from services.intake.vault import answer_duties
from shared.contracts.intake import DutiesAnswered, DutiesAsked
from shared.database import Database
from shared.practice import Practice
from tests.intake.builders import NOW, CountedIds, a_desk, assessed, calm, the_practice

SPAM = Quarantined(assessed(), ("honeypot",))
CRISIS = Admitted(assessed(safety=calm("crisis")))


async def arrive(database: Database, ids: CountedIds, decision: Decision) -> Receipt:
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


async def of(
    database: Database, who: str, now: datetime = NOW, practice: Practice | None = None
) -> DutiesAnswered:
    question = DutiesAsked(coordinator_id=who, asked_by="notifications")
    return await answer_duties(question, database, now, practice or the_practice())


def without(gone: str) -> Practice:
    """The practice after this coordinator has left."""
    left = tuple(each for each in the_practice().coordinators if each.id != gone)
    return the_practice().model_copy(update={"coordinators": left})


async def test_a_coordinator_is_told_what_waits_for_them_and_nothing_else(
    database: Database, ids: CountedIds
) -> None:
    spam = await arrive(database, ids, SPAM)
    crisis = await arrive(database, ids, CRISIS)
    await arrive(database, ids, Admitted(assessed()))

    danas, lees = await of(database, "dana"), await of(database, "lee")

    assert [(each.reference, each.kind, each.next_action) for each in danas.duties] == [
        (crisis.reference, "crisis", "reach_person"),
        (spam.reference, "quarantined", "review_quarantine"),
    ]
    assert lees.duties == ()


async def test_a_crisis_that_looks_like_spam_is_both(database: Database, ids: CountedIds) -> None:
    await arrive(database, ids, Quarantined(assessed(safety=calm("crisis")), ("honeypot",)))

    assert [each.kind for each in (await of(database, "dana")).duties] == ["crisis", "quarantined"]


@pytest.mark.parametrize(("late", "overdue"), [(0, False), (1, True)])
async def test_what_is_past_its_time_is_overdue(
    database: Database, ids: CountedIds, late: int, overdue: bool
) -> None:
    await arrive(database, ids, CRISIS)
    due = NOW + the_practice().clocks.crisis_acknowledged

    (duty,) = (await of(database, "dana", due + timedelta(seconds=late))).duties

    assert (duty.due_at, duty.overdue) == (due, overdue)


async def test_what_is_done_waits_for_nobody(database: Database, ids: CountedIds) -> None:
    spam, crisis = await arrive(database, ids, SPAM), await arrive(database, ids, CRISIS)
    await operations.discard(database, spam.reference, NOW)
    await operations.clear_safety(database, a_desk(), crisis.reference, "lee", "spoke with them", NOW, ids)

    assert (await of(database, "dana")).duties == ()
    assert await operations.open_items(database) == []


async def test_the_owner_gets_what_belongs_to_somebody_who_has_left(
    database: Database, ids: CountedIds
) -> None:
    await arrive(database, ids, SPAM)
    left = without("dana")

    assert [each.owner for each in (await of(database, "marguerite", practice=left)).duties] == ["dana"]
    assert (await of(database, "lee", practice=left)).duties == ()


@pytest.mark.parametrize(
    ("who", "whose", "theirs"),
    [
        ("dana", "dana", True),
        ("dana", "lee", False),
        ("dana", "gone", False),
        ("marguerite", "gone", True),
        ("marguerite", "dana", False),
        ("gone", "gone", True),
    ],
)
def test_a_duty_is_its_owners_and_that_of_nobody_the_practice_owners(
    who: str, whose: str, theirs: bool
) -> None:
    assert the_practice().owner == "marguerite"
    assert is_answered_for_by(who, Duty(whose, "reach_person", NOW), the_practice()) is theirs

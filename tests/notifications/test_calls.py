"""What is planned, told and stopped when something happens to a call. On both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications import storage
from services.notifications.domain.delivery import PlannedDelivery
from services.notifications.handlers import Office
from shared.contracts.base import Fact
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.builders import NOW
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.facts import contact_changed, referral_proposed
from tests.notifications.hearing import Hearing
from tests.notifications.watching import rows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOOKED = Booked()
MOVED = BOOKED.moved(IN_FIVE_DAYS + DAY, NOW + HOUR)
HANDED_OVER = BOOKED.moved(IN_FIVE_DAYS, NOW + HOUR, coordinator_id="lee")
CANCELLED = BOOKED.cancelled(NOW + HOUR)


async def waiting(database: Database) -> dict[tuple[str, int], PlannedDelivery]:
    """What may still go about calls, by template (and offset) and version."""
    async with database.reading() as tx:
        found = [one.plan for one in await storage.waiting_about_calls(tx, ("", ""), None)]
    named = {(_name(one), one.subject_version): one for one in found}
    assert len(named) == len(found)
    return named


def _name(one: PlannedDelivery) -> str:
    return f"{one.template} {one.codes.get('offset', '')}".strip()


def names(found: dict[tuple[str, int], PlannedDelivery]) -> set[str]:
    return {name for name, _ in found}


# --- planned ----------------------------------------------------------------------------------------------


async def test_a_booking_is_told_to_both_and_reminded_of(hear: Hearing, database: Database) -> None:
    await hear(BOOKED.fact)

    found = await waiting(database)

    assert {name: (one.role, one.recipient_id, one.due_at) for (name, _), one in found.items()} == {
        "call_confirmed": ("client", "request-1", NOW),
        "call_booked_notice": ("coordinator", "dana", NOW),
        "call_reminder 3d": ("client", "request-1", IN_FIVE_DAYS - 3 * DAY),
        "call_reminder 1d": ("client", "request-1", IN_FIVE_DAYS - DAY),
        "call_soon": ("coordinator", "dana", IN_FIVE_DAYS - timedelta(minutes=15)),
        "call_outcome": ("coordinator", "dana", IN_FIVE_DAYS + timedelta(minutes=25)),
    }
    assert found["call_confirmed", 1].immediate
    assert {one.subject_id for one in found.values()} == {"call-1"}


@pytest.mark.parametrize(("by", "immediate"), [("person", True), ("coordinator:dana", False)])
async def test_only_what_they_did_themselves_is_answered_at_once(
    hear: Hearing, database: Database, by: str, immediate: bool
) -> None:
    await hear(Booked(by=by).fact)

    assert (await waiting(database))["call_confirmed", 1].immediate is immediate


async def test_every_mail_carries_the_fact_it_tells_of(hear: Hearing, database: Database) -> None:
    await hear(referral_proposed(), Booked(more={"interpreter": ("es",)}).fact)

    found = await waiting(database)
    always: dict[str, Any] = {
        "consultation_id": "call-1",
        "sequence": 0,
        "coordinator_id": "dana",
        "starts_at": IN_FIVE_DAYS.isoformat(),
        "ends_at": (IN_FIVE_DAYS + timedelta(minutes=20)).isoformat(),
        "time_zone": "America/Los_Angeles",
        "by": "person",
        "test": False,
        "interpreter": ["es"],
        "remind_shortly": False,
        "referral_id": "referral-of-request-1",
    }
    assert found["call_confirmed", 1].codes == always
    assert found["call_reminder 1d", 1].codes == always | {"offset": "1d", "last": True}
    assert found["call_reminder 3d", 1].codes == always | {"offset": "3d", "last": False}


@pytest.mark.parametrize(("zone", "hour"), [("America/Los_Angeles", 18), ("America/Phoenix", 17)])
async def test_days_before_a_call_are_those_of_the_persons_clock(
    hear: Hearing, database: Database, zone: str, hour: int
) -> None:
    """Between that day and the call the clocks go forward in Los Angeles, where the practice is."""
    await hear(Booked(datetime(2027, 3, 15, 17, tzinfo=UTC), zone=zone).fact)

    found = await waiting(database)
    assert found["call_reminder 3d", 1].due_at == datetime(2027, 3, 12, hour, tzinfo=UTC)
    assert found["call_reminder 1d", 1].due_at == datetime(2027, 3, 14, 17, tzinfo=UTC)


async def test_reminders_move_with_the_call_and_none_of_the_old_time_stays(
    hear: Hearing, database: Database
) -> None:
    await hear(BOOKED.fact, MOVED.fact)

    found = await waiting(database)

    assert {version for _, version in found} == {2}
    assert names(found) == {
        "call_moved",
        "call_moved_notice",
        "call_reminder 3d",
        "call_reminder 1d",
        "call_soon",
        "call_outcome",
    }
    assert found["call_reminder 1d", 2].due_at == MOVED.starts_at - DAY
    assert found["call_moved", 2].codes["previous_starts_at"] == IN_FIVE_DAYS.isoformat()


async def test_a_call_that_changes_hands_leaves_one_calendar_and_enters_another(
    hear: Hearing, database: Database
) -> None:
    await hear(BOOKED.fact, HANDED_OVER.fact)

    found = await waiting(database)

    assert {(name, one.recipient_id) for (name, _), one in found.items() if one.role == "coordinator"} == {
        ("call_booked_notice", "lee"),
        ("call_cancelled_notice", "dana"),
        ("call_soon", "lee"),
        ("call_outcome", "lee"),
    }
    assert "why" not in found["call_cancelled_notice", 2].codes


async def test_a_coordinator_who_has_left_is_stood_in_for_by_the_owner(
    hear: Hearing, database: Database, office: Office
) -> None:
    await hear(Booked(coordinator_id="gone").fact)

    found = await waiting(database)
    hers = {one.recipient_id for one in found.values() if one.role == "coordinator"}
    assert hers == {office.desk.owner}


async def test_after_a_cancellation_both_hear_it_and_nothing_else_waits(
    hear: Hearing, database: Database
) -> None:
    await hear(BOOKED.fact, CANCELLED.fact)

    assert names(await waiting(database)) == {"call_cancelled", "call_cancelled_notice"}


@pytest.mark.parametrize("why", ["silenced", "withdrawn"])
async def test_who_asked_to_hear_nothing_more_is_not_told_that_their_call_is_off(
    hear: Hearing, database: Database, why: str
) -> None:
    cancelled = BOOKED.cancelled(NOW + HOUR, by="intake")
    await hear(BOOKED.fact, cancelled.fact.model_copy(update={"why": why}))

    assert names(await waiting(database)) == {"call_cancelled_notice"}


async def test_whose_referral_has_ended_is_told_that_the_call_is_off(
    hear: Hearing, database: Database
) -> None:
    cancelled = BOOKED.cancelled(NOW + HOUR, by="intake")
    await hear(BOOKED.fact, cancelled.fact.model_copy(update={"why": "referral_closed"}))

    assert names(await waiting(database)) == {"call_cancelled", "call_cancelled_notice"}


@pytest.mark.parametrize("status", ["attended", "missed"])
async def test_nobody_asks_how_it_went_who_has_said_so(
    hear: Hearing, database: Database, status: str
) -> None:
    over = BOOKED.marked(status, IN_FIVE_DAYS + HOUR)
    await hear(BOOKED.fact, over.fact)

    assert names(await waiting(database)) == ({"call_missed"} if status == "missed" else set())


async def test_a_missed_call_is_met_with_one_offer_and_then_silence(
    hear: Hearing, database: Database
) -> None:
    missed = BOOKED.marked("missed", NOW)
    again = missed.again(IN_FIVE_DAYS + DAY, NOW)
    missed_again = again.marked("missed", NOW)
    await hear(BOOKED.fact, missed.fact)
    assert "call_missed" in await hear.settle()

    await hear(again.fact, missed_again.fact)

    assert "call_missed" not in names(await waiting(database))


@pytest.mark.parametrize(("licensed", "told"), [(True, set()), (False, {"call_elsewhere"})])
async def test_the_coordinator_hears_of_a_state_where_the_practice_does_not_work(
    hear: Hearing, database: Database, licensed: bool, told: set[str]
) -> None:
    await hear(BOOKED.located("NV", licensed=licensed))

    assert names(await waiting(database)) == told


async def test_a_call_given_up_for_another_is_off_though_the_fact_that_says_so_comes_too_late(
    hear: Hearing, database: Database
) -> None:
    cancelled = BOOKED.cancelled(NOW)
    another = cancelled.again(IN_FIVE_DAYS + DAY, NOW)
    await hear(BOOKED.fact)
    await hear.settle()

    await hear(another.fact, cancelled.fact, another.fact)

    found = [one for one in (await waiting(database)).values() if one.subject_id == "call-1"]
    assert {one.template for one in found} == {"call_cancelled", "call_cancelled_notice"}
    assert {one.codes["sequence"] for one in found} == {1}


async def test_another_call_after_one_that_took_place_cancels_nothing(
    hear: Hearing, database: Database
) -> None:
    """It was yesterday's; that it was missed is a fact on its way."""
    past = Booked(NOW - DAY, changed_at=NOW - 3 * DAY)
    await hear(past.fact)
    await hear.settle()

    await hear(past.marked("missed", NOW).again(IN_FIVE_DAYS, NOW).fact)

    assert not names(await waiting(database)) & {"call_cancelled", "call_cancelled_notice"}


# --- twice, late, and while it is sent --------------------------------------------------------------------

LIFE: list[Fact] = [
    BOOKED.fact,
    MOVED.fact,
    CANCELLED.fact,
    BOOKED.marked("attended", NOW).fact,
    BOOKED.marked("missed", NOW).fact,
    BOOKED.located(),
]


@pytest.mark.parametrize("fact", LIFE, ids=lambda fact: type(fact).__name__)
async def test_a_fact_about_a_call_that_comes_again_changes_nothing(
    hear: Hearing, database: Database, fact: Fact
) -> None:
    await hear(fact)
    first = await waiting(database)

    await hear(fact, fact)

    assert await waiting(database) == first


@pytest.mark.parametrize("later", [MOVED.fact, CANCELLED.fact], ids=lambda fact: type(fact).__name__)
async def test_a_booking_that_is_heard_of_after_what_became_of_it_plans_nothing(
    hear: Hearing, database: Database, later: Fact
) -> None:
    await hear(later)
    first = await waiting(database)

    await hear(BOOKED.fact)

    assert await waiting(database) == first


async def test_a_tick_that_races_a_cancellation_sends_nothing(
    hear: Hearing, database: Database, clock: TestClock
) -> None:
    """The reminder is in the sender's hands when the fact comes."""
    await hear(BOOKED.fact)
    due = IN_FIVE_DAYS - DAY
    async with database.transaction() as tx:
        claimed = await storage.claim_due(tx, "lease", 16, due)

    await hear(CANCELLED.fact)

    async with database.reading() as tx:
        ours = await storage.still_ours(tx, "lease", due)
    assert {ours[one.id] for one in claimed} == {"call_cancelled"}


async def test_silence_recalls_every_mail_about_a_call_that_waits_for_the_person(
    hear: Hearing, database: Database
) -> None:
    await hear(BOOKED.fact, contact_changed(silenced=True))

    assert {one.role for one in (await waiting(database)).values()} == {"coordinator"}
    found = {row.template: row.due_at for row in await rows(database) if row.role == "client"}
    assert set(found.values()) == {NOW}  # so that the end of each is recorded now

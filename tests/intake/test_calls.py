"""A person and their call: booked, moved, cancelled, each once and told in the same commit."""

from datetime import timedelta

import pytest

from services.intake import operations
from services.intake.domain.call import Done, Refused
from services.intake.handlers.calls import Wish
from shared.database import Database
from tests.intake.builders import NOW
from tests.intake.calling import DANA, LEE, Office, a_coordinator, local, somebody, why

FIRST, SECOND = local("11-24 09:00"), local("11-24 09:30")
LATER = NOW + timedelta(minutes=5)


async def test_a_booked_call_is_announced_in_codes_and_stands_in_the_trail(office: Office) -> None:
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST, remind_shortly=True)

    (fact,) = await office.facts()
    assert fact.pop("_") == "intake.consultation.scheduled.v1"
    assert fact == {
        "fact": "scheduled",
        "version": 1,
        "request_id": request_id,
        "reference": call.reference,
        "consultation_id": call.id,
        "sequence": 0,
        "coordinator_id": DANA,
        "starts_at": "2026-11-24T17:00:00Z",
        "ends_at": "2026-11-24T17:20:00Z",
        "time_zone": "America/Los_Angeles",
        "by": "person",
        "test": False,
        "scheduled_at": "2026-11-23T18:00:00Z",
        "interpreter": [],
        "remind_shortly": True,
    }
    trail = await operations.trail(office.database, call.reference)
    assert (trail[-1]["name"], trail[-1]["detail"]) == (
        "consultation.scheduled",
        {"coordinator_id": DANA, "starts_at": "2026-11-24T17:00:00+00:00", "by": "person"},
    )


async def test_a_call_is_shown_as_it_was_booked_and_its_time_is_offered_to_nobody_else(
    office: Office,
) -> None:
    mine, other = await office.asked(), await office.asked()
    call = await office.booked(mine, FIRST, time_zone="America/New_York")
    assert (await office.offer(mine)).call == call
    assert (call.status, call.time_zone, call.test) == ("booked", "America/New_York", False)
    left = next(each for each in (await office.offer(other)).slots if each.starts_at == FIRST)
    assert left.coordinator_ids == (LEE,)


async def test_a_zone_that_nobody_knows_is_the_zone_of_the_request(office: Office) -> None:
    call = await office.booked(await office.asked(), FIRST, time_zone="Mars/Olympus")
    assert call.time_zone == "America/Los_Angeles"


async def test_calls_go_to_whoever_has_fewest(office: Office) -> None:
    given = [
        (await office.booked(await office.asked(somebody(n)), SECOND + n * timedelta(hours=1))).coordinator_id
        for n in range(4)
    ]
    assert given == [DANA, LEE, DANA, LEE]


async def test_moving_frees_the_old_time_in_the_same_commit_and_keeps_the_call_and_its_coordinator(
    office: Office,
) -> None:
    request_id = await office.asked()
    before = await office.booked(request_id, FIRST)
    after = await office.booked(request_id, SECOND, now=LATER)

    assert (after.id, after.version, after.sequence) == (before.id, 2, 1)
    assert (after.coordinator_id, after.starts_at, after.booked_at) == (DANA, SECOND, before.booked_at)
    assert await office.minutes() == [SECOND + timedelta(minutes=5) * n for n in range(6)]
    fact = (await office.facts())[-1]
    assert (fact["fact"], fact["version"], fact["sequence"]) == ("rescheduled", 2, 1)
    assert (fact["previous_starts_at"], fact["previous_coordinator_id"]) == ("2026-11-24T17:00:00Z", DANA)
    assert (fact["starts_at"], fact["rescheduled_at"]) == ("2026-11-24T17:30:00Z", "2026-11-23T18:05:00Z")


async def test_a_call_may_move_into_time_that_it_takes_itself(database: Database) -> None:
    office = Office.of(database, a_coordinator(call_hours={"tue": ["09:00-09:20", "09:30-10:00"]}))
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    moved = await office.arrange(request_id, "move", starts_at=FIRST + timedelta(minutes=10))
    assert moved.done
    assert (await office.booked(request_id, FIRST)).sequence == 2
    assert (await office.minutes())[0] == FIRST


async def test_a_call_that_moves_goes_to_somebody_else_where_its_coordinator_is_not_free(
    office: Office,
) -> None:
    mine = await office.asked()
    await office.booked(mine, FIRST)
    await office.arrange(await office.asked(), "book", starts_at=SECOND, coordinator_id=DANA)
    assert (await office.booked(mine, SECOND)).coordinator_id == LEE


async def test_cancelling_frees_the_time_at_once_and_for_everybody(office: Office) -> None:
    mine, other = await office.asked(), await office.asked()
    call = await office.booked(mine, FIRST)
    done = await office.calls.cancel(mine, 1, LATER)

    assert isinstance(done, Done)
    assert (done.call.status, done.call.version, done.call.sequence) == ("cancelled", 2, 1)
    assert await office.minutes() == []
    assert (await office.booked(other, FIRST)).coordinator_id in (DANA, LEE)
    fact = (await office.facts())[1]
    assert (fact["fact"], fact["why"], fact["by"]) == ("cancelled", "person", "person")
    assert (fact["consultation_id"], fact["cancelled_at"]) == (call.id, "2026-11-23T18:05:00Z")


async def test_a_new_call_counts_its_version_on_and_its_sequence_anew(office: Office) -> None:
    request_id = await office.asked()
    first = await office.booked(request_id, FIRST)
    await office.booked(request_id, SECOND)
    await office.calls.cancel(request_id, 2, LATER)
    again = await office.booked(request_id, FIRST)
    assert again.id != first.id
    assert (again.version, again.sequence) == (4, 0)
    assert [fact["version"] for fact in await office.facts()] == [1, 2, 3, 4]
    assert [fact["sequence"] for fact in await office.facts()] == [0, 1, 2, 0]


async def test_repeating_anything_is_done_and_changes_nothing(office: Office) -> None:
    request_id = await office.asked()
    book = Wish(version=0, starts_at=FIRST)
    move = Wish(version=1, starts_at=SECOND)
    for wish in (book, move):
        first = await office.calls.book(request_id, wish, NOW)
        again = await office.calls.book(request_id, wish, LATER)
        assert isinstance(first, Done)
        assert again == Done(first.call, changed=False)
    for _ in range(2):
        await office.calls.locate(request_id, "CA", NOW)
    for _ in range(2):
        await office.calls.cancel(request_id, 2, NOW)
    assert [each["fact"] for each in await office.facts()] == [
        *("scheduled", "rescheduled", "located", "cancelled")
    ]


async def test_a_form_that_shows_an_older_call_changes_nothing(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    await office.booked(request_id, SECOND)
    stale = await office.book(request_id, FIRST, version=0)
    assert why(stale) == "changed"
    assert stale.offer.call.starts_at == SECOND
    assert why(await office.calls.cancel(request_id, 1, NOW)) == "changed"
    await office.calls.cancel(request_id, 2, NOW)
    assert why(await office.book(request_id, FIRST, version=0)) == "changed"
    assert len(await office.facts()) == 3


async def test_whoever_comes_second_is_told_and_sees_fresh_times(database: Database) -> None:
    office = Office.of(database, a_coordinator())
    mine, other = await office.asked(), await office.asked()
    await office.booked(mine, FIRST)
    second = await office.book(other, FIRST)
    assert why(second) == "taken"
    assert FIRST not in [each.starts_at for each in second.offer.slots]
    assert second.offer.slots
    assert second.offer.call is None
    assert len(await office.facts()) == 1


async def test_who_wants_to_move_to_a_taken_time_keeps_their_own(database: Database) -> None:
    office = Office.of(database, a_coordinator())
    mine, other = await office.asked(), await office.asked()
    await office.booked(mine, FIRST)
    await office.booked(other, SECOND)
    assert why(await office.book(other, FIRST)) == "taken"
    assert (await office.offer(other)).call == (await office.call(other))
    assert len(await office.minutes()) == 12


@pytest.mark.parametrize("off", [timedelta(minutes=10), timedelta(days=30), timedelta(hours=-12)])
async def test_a_time_that_was_never_offered_is_nobody_s(office: Office, off: timedelta) -> None:
    request_id = await office.asked()
    assert why(await office.book(request_id, FIRST + off)) in ("taken", "passed")
    assert await office.facts() == []


async def test_a_booking_a_moment_after_the_notice_has_begun_is_too_late_and_a_moment_before_is_not(
    office: Office,
) -> None:
    request_id, moment = await office.asked(), timedelta(microseconds=1)
    late = await office.book(request_id, FIRST, now=FIRST - timedelta(hours=2) + moment)
    assert why(late) == "passed"
    assert late.offer.slots[0].starts_at == SECOND
    just = await office.book(request_id, FIRST, now=FIRST - timedelta(hours=2))
    assert isinstance(just, Done)


async def test_a_call_that_has_begun_can_be_neither_moved_nor_cancelled_and_once_over_be_tried_again(
    office: Office,
) -> None:
    request_id = await office.asked()
    call = await office.booked(request_id, FIRST)
    assert why(await office.calls.cancel(request_id, 1, FIRST)) == "not_now"
    assert why(await office.book(request_id, FIRST + timedelta(hours=4), now=FIRST)) == "not_now"
    again = await office.booked(request_id, FIRST + timedelta(hours=4), now=call.ends_at)
    assert (again.id, again.version) == (call.id, 2)


async def test_nothing_can_be_cancelled_where_nothing_is_booked(office: Office) -> None:
    request_id = await office.asked()
    assert why(await office.calls.cancel(request_id, 0, NOW)) == "not_now"
    await office.booked(request_id, FIRST)
    await office.arrange(request_id, "attended", now=FIRST)
    assert why(await office.calls.cancel(request_id, 2, FIRST)) == "not_now"


async def test_a_person_changes_their_call_ten_times_a_day_and_may_always_cancel(office: Office) -> None:
    request_id = await office.asked()
    for turn in range(10):
        await office.booked(request_id, FIRST if turn % 2 == 0 else SECOND)
    assert why(await office.book(request_id, FIRST)) == "too_often"
    assert why(await office.calls.locate(request_id, "CA", NOW)) == "too_often"
    assert (await office.arrange(request_id, "move", starts_at=FIRST)).done
    assert isinstance(await office.calls.cancel(request_id, 11, NOW), Done)
    assert why(await office.book(request_id, FIRST)) == "too_often"
    assert isinstance(await office.book(request_id, FIRST, now=NOW + timedelta(hours=21)), Refused)
    tomorrow = NOW + timedelta(hours=24, seconds=1)
    assert isinstance(await office.book(request_id, FIRST + timedelta(days=2), now=tomorrow), Done)

"""No time is offered at which it is not safe to call somebody, by their own wall clock and their own word."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.intake.domain.call import Done
from services.intake.domain.contact import is_safe
from services.intake.domain.contact_change import Change
from services.intake.domain.submission import SafeHours
from services.intake.handlers import contact
from services.intake.handlers.contact import Mailed
from tests.intake.builders import NOW, a_consultation, a_writer, at, rules
from tests.intake.calling import PHONE, Office, local, why

LOS_ANGELES, NEW_YORK = ZoneInfo("America/Los_Angeles"), ZoneInfo("America/New_York")
EVENINGS = SafeHours(at("22:00"), at("01:00"))
MIDDAY = SafeHours(at("11:00"), at("13:00"))


def asking(hours: SafeHours | None, email: str = "sam@example.org") -> Any:
    return a_consultation(writer=a_writer(phone=PHONE, email=email), contact=rules(safe_hours=hours))


async def times(office: Office, request_id: str, zone: ZoneInfo = LOS_ANGELES) -> list[time]:
    """The times of day that are offered, by this clock."""
    offer = await office.offer(request_id)
    return sorted({each.starts_at.astimezone(zone).time() for each in offer.slots})


async def test_only_times_in_the_safe_hours_are_offered(office: Office) -> None:
    guarded, free = await office.asked(asking(MIDDAY)), await office.asked(asking(None, "pam@example.org"))

    offered = await times(office, guarded)
    assert (offered[0], offered[-1]) == (at("11:00"), at("12:30"))
    assert len(offered) == 4
    assert (await times(office, free))[0] == at("09:00")


async def test_they_count_by_the_person_s_own_clock(office: Office) -> None:
    request_id = await office.asked(asking(MIDDAY), time_zone="America/New_York")

    offered = await times(office, request_id, NEW_YORK)
    assert (offered[0], offered[-1]) == (at("12:00"), at("12:30"))


async def test_a_time_outside_them_is_not_booked_by_whoever_names_it(office: Office) -> None:
    request_id = await office.asked(asking(MIDDAY))

    assert why(await office.book(request_id, local("11-24 09:00"))) == "taken"
    assert isinstance(await office.book(request_id, local("11-24 11:00")), Done)
    assert why(await office.book(request_id, local("11-24 14:00"))) == "taken"


async def test_where_no_hour_of_ours_is_safe_none_is_offered(office: Office) -> None:
    assert await times(office, await office.asked(asking(EVENINGS))) == []


async def test_a_coordinator_who_looks_for_a_time_sees_the_same(office: Office) -> None:
    request_id = await office.asked(asking(MIDDAY))

    slots = (await office.calls.slots(request_id, NOW)).slots
    assert {each.starts_at.astimezone(LOS_ANGELES).hour for each in slots} == {11, 12}


async def test_hours_that_change_count_from_then_on(office: Office) -> None:
    request_id = await office.asked(asking(MIDDAY))
    person_id = (await office.offer(request_id)).request.person_id

    async with office.database.transaction() as tx:
        mailed = Mailed(person_id, request_id, NOW)
        wanted = Change(hours=SafeHours(at("15:00"), at("16:00")))
        await contact.change(tx, mailed, wanted, office.vault, NOW + timedelta(hours=1))

    assert await times(office, request_id) == [at("15:00"), at("15:30")]


async def test_what_somebody_else_said_at_the_address_is_not_read_off_the_times(office: Office) -> None:
    await office.asked(asking(MIDDAY))
    other = await office.asked(asking(None))

    assert (await times(office, other))[0] == at("09:00")


@pytest.mark.parametrize(
    ("hours", "begins", "safe"),
    [
        (MIDDAY, "11:00", True),
        (MIDDAY, "12:40", True),
        (MIDDAY, "12:41", False),
        (MIDDAY, "10:59", False),
        (EVENINGS, "23:50", True),
        (EVENINGS, "00:40", True),
        (EVENINGS, "00:41", False),
        (EVENINGS, "21:59", False),
        (SafeHours(at("09:00"), at("09:00")), "08:50", True),
    ],
)
def test_a_call_is_safe_from_its_beginning_to_its_end(hours: SafeHours, begins: str, safe: bool) -> None:
    starts_at = datetime.combine(NOW.date(), at(begins), LOS_ANGELES)

    assert is_safe(hours, starts_at, starts_at + timedelta(minutes=20)) is safe

"""Calls and calendars, as the practice sees them, and when a coordinator takes none."""

from collections.abc import Mapping
from datetime import datetime

from services.intake import storage
from services.intake.domain.booking_told import consultation_of
from services.intake.domain.slots import Away, Timetable, free_slots
from services.intake.handlers import answers
from services.intake.operations.reading import OPERATOR
from shared.contracts.intake import AbsenceKept, CalendarAnswered, Consultation
from shared.database import Database
from shared.practice import Practice


async def add_absence(
    database: Database,
    practice: Practice,
    absence_id: str,
    coordinator_id: str,
    begins_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> AbsenceKept:
    """The coordinator takes no calls then; the calls that are booked within it stand, and are named."""
    away = Away(absence_id, coordinator_id, begins_at, ends_at)
    return await answers.add_absence(database, practice, away, OPERATOR, now)


async def remove_absence(database: Database, absence_id: str, coordinator_id: str) -> AbsenceKept:
    """The coordinator takes calls again; not where she has no absence of this id."""
    return await answers.remove_absence(database, absence_id, coordinator_id)


async def call_of(database: Database, reference: str) -> Consultation | None:
    """The latest call of this request, whatever became of it."""
    async with database.reading() as tx:
        request = await storage.load_request(tx, reference)
        calls = await storage.load_latest_calls(tx, [request.id]) if request is not None else []
    return consultation_of(calls[0]) if calls else None


async def next_free(database: Database, practice: Practice, now: datetime) -> Mapping[str, datetime]:
    """When each coordinator could next call somebody; who could not at all is not among them."""
    timetable = Timetable.of(practice)
    async with database.reading() as tx:
        diary = await storage.load_diary(tx, [each.id for each in timetable.callers], now)
    free: dict[str, datetime] = {}
    for slot in free_slots(timetable.callers, timetable, diary, now):
        for coordinator_id in slot.coordinator_ids:
            free.setdefault(coordinator_id, slot.starts_at)
    return free


async def calendar_of(database: Database, coordinator_id: str, now: datetime) -> CalendarAnswered:
    """What the coordinator has before her: absences and calls."""
    return await answers.calendar_of(database, coordinator_id, now)

"""What intake answers about calls: codes and times, as they stand at this moment."""

from datetime import datetime

from services.intake import storage
from services.intake.domain.booking_told import absence_of, consultation_of
from services.intake.domain.slots import Away
from services.intake.handlers.calls import Calls
from shared import audit
from shared.contracts.intake import (
    AbsenceAsked,
    AbsenceKept,
    CalendarAnswered,
    CalendarAsked,
    CallAnswered,
    CallAsked,
    ConsultationsAnswered,
    ConsultationsAsked,
    SlotsAnswered,
    SlotsAsked,
)
from shared.database import Database
from shared.messaging.ask import answer
from shared.practice import Practice

A_PAGE = 200  # of calls in one answer
MOST_SHOWN = 100  # of a coordinator's calls, and of their absences


@answer(ConsultationsAsked)
async def answer_consultations(
    question: ConsultationsAsked, database: Database, now: datetime
) -> ConsultationsAnswered:
    """The latest call of each of these requests, or a page of those that are booked."""
    async with database.reading() as tx:
        if question.ending_after is None:
            calls = await storage.load_latest_calls(tx, question.request_ids)
            return ConsultationsAnswered(consultations=tuple(map(consultation_of, calls)))
        calls = await storage.load_calls_ending_after(
            tx, question.ending_after, question.after or "", A_PAGE + 1
        )
    page = tuple(map(consultation_of, calls[:A_PAGE]))
    there_are_more = len(calls) > A_PAGE
    return ConsultationsAnswered(
        consultations=page, next=page[-1].consultation_id if there_are_more else None
    )


@answer(SlotsAsked)
async def answer_slots(
    question: SlotsAsked, database: Database, now: datetime, calls: Calls
) -> SlotsAnswered:
    """When somebody could call this person, whether or not they may book by themselves."""
    return await calls.slots(question.request_id, now)


@answer(CallAsked)
async def answer_call(question: CallAsked, database: Database, now: datetime, calls: Calls) -> CallAnswered:
    """What a coordinator wants done with a call is done, or it is said why not."""
    return await calls.arrange(question, now)


@answer(CalendarAsked)
async def answer_calendar(question: CalendarAsked, database: Database, now: datetime) -> CalendarAnswered:
    """A coordinator's weeks."""
    return await calendar_of(database, question.coordinator_id, question.ending_after)


@answer(AbsenceAsked)
async def answer_absence(
    question: AbsenceAsked, database: Database, now: datetime, practice: Practice
) -> AbsenceKept:
    """Done, `kept` says; the calls within an absence stand until somebody moves them."""
    who, by = question.coordinator_id, question.by
    if question.act == "remove":
        return await remove_absence(database, question.absence_id, who)
    if question.begins_at is None or question.ends_at is None:
        return AbsenceKept(kept=False, why="no_time")
    away = Away(question.absence_id, who, question.begins_at, question.ends_at)
    return await add_absence(database, practice, away, by, now)


ANSWERS = (answer_consultations, answer_slots, answer_call, answer_calendar, answer_absence)


async def calendar_of(database: Database, coordinator_id: str, ending_after: datetime) -> CalendarAnswered:
    """A coordinator's absences and calls from then on; not the calls that were cancelled."""
    async with database.reading() as tx:
        away = await storage.load_away(tx, [coordinator_id], ending_after, MOST_SHOWN)
        calls = await storage.load_calendar(tx, coordinator_id, ending_after, MOST_SHOWN)
    return CalendarAnswered(
        absences=tuple(map(absence_of, away)), consultations=tuple(map(consultation_of, calls))
    )


async def add_absence(
    database: Database, practice: Practice, away: Away, by: str, now: datetime
) -> AbsenceKept:
    """The coordinator takes no calls then. The answer names those that are booked within it all the same."""
    if away.ends_at <= away.begins_at:
        return AbsenceKept(kept=False, why="no_time")
    if practice.coordinator(away.coordinator_id) is None:
        return AbsenceKept(kept=False, why="unknown")
    async with database.transaction() as tx:
        if not await storage.save_absence(tx, away, by, now):
            return AbsenceKept(kept=False, why="unknown")
        calls = await storage.load_calls_within(
            tx, away.coordinator_id, away.begins_at, away.ends_at, MOST_SHOWN
        )
        who = f"coordinator:{away.coordinator_id}"
        await audit.record(tx, [audit.Entry(now, audit.actor(tx, by), "absence.added", who)])
    standing = [each for each in calls if each.is_ahead(now)]
    return AbsenceKept(kept=True, consultations=tuple(map(consultation_of, standing)))


async def remove_absence(database: Database, absence_id: str, coordinator_id: str) -> AbsenceKept:
    """The coordinator takes calls again; `unknown` where she has no absence of this id."""
    async with database.transaction() as tx:
        gone = await storage.remove_absence(tx, absence_id, coordinator_id)
    return AbsenceKept(kept=gone is not None, why=None if gone is not None else "unknown")

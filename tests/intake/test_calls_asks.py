"""What others ask about calls: how they stand, when one could be, and a coordinator's weeks."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from pydantic import ValidationError

from services.intake import operations
from services.intake.domain.decision import Quarantined
from services.intake.handlers.answers import (
    A_PAGE,
    answer_absence,
    answer_calendar,
    answer_call,
    answer_consultations,
    answer_slots,
)
from services.intake.storage.calls import PAGE
from services.intake.storage.tables import calls as call_rows
from services.intake.storage.tables import requests
from shared.contracts.intake import (
    AbsenceAsked,
    AbsenceKept,
    CalendarAnswered,
    CalendarAsked,
    CallAsked,
    ConsultationsAnswered,
    ConsultationsAsked,
    SlotsAnswered,
    SlotsAsked,
)
from shared.database import Database, Transaction
from tests.intake.builders import NOW, assessed
from tests.intake.calling import DANA, LEE, Office, a_coordinator, local

FIRST, SECOND = local("11-24 09:00"), local("11-24 09:30")
BY_DANA = "coordinator:dana"


async def consultations(office: Office, **said: Any) -> ConsultationsAnswered:
    question = ConsultationsAsked(asked_by="notifications", **said)
    answered: ConsultationsAnswered = await answer_consultations(question, office.database, NOW)
    return answered


async def slots(office: Office, request_id: str) -> SlotsAnswered:
    question = SlotsAsked(request_id=request_id, asked_by=BY_DANA)
    answered: SlotsAnswered = await answer_slots(question, office.database, NOW, office.calls)
    return answered


async def absence(office: Office, act: str = "add", id_: str = "a-1", **said: Any) -> AbsenceKept:
    plain = {"coordinator_id": DANA, "by": BY_DANA, "begins_at": FIRST, "ends_at": FIRST + timedelta(days=1)}
    question = AbsenceAsked.model_validate({"absence_id": id_, "act": act, **plain, **said})
    answered: AbsenceKept = await answer_absence(question, office.database, NOW, office.practice)
    return answered


async def calendar(office: Office, who: str = DANA) -> CalendarAnswered:
    question = CalendarAsked(coordinator_id=who, ending_after=NOW, asked_by=BY_DANA)
    answered: CalendarAnswered = await answer_calendar(question, office.database, NOW)
    return answered


async def test_the_latest_call_of_each_request_is_answered_whatever_became_of_it(office: Office) -> None:
    booked, gone, none = [await office.asked() for _ in range(3)]
    call = await office.booked(booked, FIRST, remind_shortly=True)
    await office.booked(gone, SECOND)
    await office.calls.cancel(gone, 1, NOW)
    await office.calls.locate(booked, "CA", NOW)

    answered = await consultations(office, request_ids=(gone, none, booked, "0" * 36))
    assert answered.next is None
    cancelled, standing = answered.consultations
    assert (cancelled.request_id, cancelled.status, cancelled.version) == (gone, "cancelled", 2)
    assert standing.model_dump(mode="json") == {
        "consultation_id": call.id,
        "request_id": booked,
        "reference": call.reference,
        "version": 1,
        "sequence": 0,
        "status": "booked",
        "coordinator_id": DANA,
        "starts_at": "2026-11-24T17:00:00Z",
        "ends_at": "2026-11-24T17:20:00Z",
        "time_zone": "America/Los_Angeles",
        "changed_at": "2026-11-23T18:00:00Z",
        "by": "person",
        "interpreter": [],
        "remind_shortly": True,
        "state": "CA",
        "test": False,
    }


def test_at_most_sixty_four_requests_are_asked_about() -> None:
    with pytest.raises(ValidationError):
        ConsultationsAsked(request_ids=tuple(f"{n}" for n in range(65)), asked_by="notifications")


async def thousands(tx: Transaction, request_id: str, count: int, booked: int) -> None:
    """Many requests with a call each; of `booked` nobody knows yet what came of them."""
    request = (await tx.execute(sa.select(requests).where(requests.c.id == request_id))).one()
    plain = dict(request._mapping)
    ids = [f"{n:08d}-0000-4000-8000-000000000000" for n in range(count)]
    await tx.execute(
        sa.insert(requests),
        [{**plain, "id": id_, "reference": f"R{n:06d}"} for n, id_ in enumerate(ids)],
    )
    call = {
        "version": 1,
        "sequence": 0,
        "coordinator_id": DANA,
        "time_zone": "America/Los_Angeles",
        "booked_at": NOW,
        "changed_at": NOW,
        "by": "person",
        "interpreter": [],
        "remind_shortly": False,
        "located_version": 0,
    }
    rows = []
    for n, id_ in enumerate(ids):
        starts_at = NOW + timedelta(minutes=30 * n)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=20)}
        status = "booked" if n < booked else "attended"
        rows.append(
            {**call, **times, "id": id_, "request_id": id_, "status": status, "kept_until": times["ends_at"]}
        )
    await tx.execute(sa.insert(call_rows), rows)


async def test_thousands_of_booked_calls_are_paged_through_each_once(office: Office) -> None:
    request_id = await office.asked()
    async with office.database.transaction() as tx:
        await thousands(tx, request_id, count=3000, booked=1000)

    since = NOW + timedelta(minutes=30 * 100 + 20)
    found, pages, after = [], 0, None
    while True:
        answered = await consultations(office, ending_after=since, after=after)
        found += [each.consultation_id for each in answered.consultations]
        pages, after = pages + 1, answered.next
        if after is None:
            break
    assert found == sorted(set(found))
    assert (len(found), pages) == (899, 5)
    assert len(found) > A_PAGE


async def test_a_page_of_booked_calls_reads_no_call_that_is_over(office: Office) -> None:
    request_id = await office.asked()
    async with office.database.transaction() as tx:
        await thousands(tx, request_id, count=5000, booked=50)
    async with office.database.transaction() as tx:
        await tx.execute(sa.text("ANALYZE calls"))
        explain = "EXPLAIN QUERY PLAN" if tx.dialect.name == "sqlite" else "EXPLAIN"
        page = PAGE.params(ending_after=NOW, after="", most=A_PAGE)
        compiled = page.compile(dialect=tx.dialect, compile_kwargs={"literal_binds": True})
        plan = "\n".join(str(row) for row in await tx.execute(sa.text(f"{explain} {compiled}")))
    assert any(of_booked in plan for of_booked in ("calls_booked", "calls_one_booked")), plan


async def test_a_coordinator_sees_when_somebody_could_call_though_they_may_not_book_by_themselves(
    office: Office,
) -> None:
    request_id = await office.asked(age=15, age_band="teen")
    answered = await slots(office, request_id)
    assert answered.known
    assert answered.consultation is None
    assert answered.slots[0].coordinator_ids == (DANA, LEE)
    assert answered.slots[0].starts_at == NOW + timedelta(hours=2, minutes=0)

    await office.arrange(request_id, "book", starts_at=FIRST)
    answered = await slots(office, request_id)
    assert answered.consultation is not None
    assert answered.consultation.starts_at == FIRST
    assert FIRST not in [each.starts_at for each in answered.slots]


async def test_nobody_is_known_who_was_not_announced(office: Office) -> None:
    spam = await office.arrived(Quarantined(assessed(), ("honeypot",)))
    assert await slots(office, spam) == SlotsAnswered(known=False)
    assert await slots(office, "0" * 36) == SlotsAnswered(known=False)


async def test_a_coordinator_s_arrangement_is_answered_over_the_ask(office: Office) -> None:
    request_id = await office.asked()
    question = CallAsked(request_id=request_id, act="book", version=0, by=BY_DANA, starts_at=FIRST)
    answered = await answer_call(question, office.database, NOW, office.calls)
    assert answered.done


async def test_an_absence_takes_the_free_times_and_names_the_calls_that_still_stand_in_it(
    database: Database,
) -> None:
    office = Office.of(database, a_coordinator())
    mine, over, other = [await office.asked() for _ in range(3)]
    call = await office.booked(mine, FIRST)
    await office.booked(other, FIRST + timedelta(days=1))
    await office.arrange(over, "book", starts_at=SECOND)
    await office.arrange(over, "cancel")

    kept = await absence(office)
    assert kept.kept
    assert [each.consultation_id for each in kept.consultations] == [call.id]
    found = [each.starts_at for each in (await slots(office, mine)).slots]
    assert not [each for each in found if FIRST <= each < FIRST + timedelta(days=1)]
    assert (await office.call(mine)) == call

    assert (await absence(office, "remove")).kept
    assert SECOND in [each.starts_at for each in (await slots(office, mine)).slots]


async def test_repeating_an_absence_changes_nothing(office: Office) -> None:
    await absence(office)
    again = await absence(office, begins_at=SECOND)
    assert again.kept
    (kept,) = (await calendar(office)).absences
    assert (kept.absence_id, kept.begins_at) == ("a-1", FIRST)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"begins_at": None}, "no_time"),
        ({"ends_at": None}, "no_time"),
        ({"ends_at": FIRST}, "no_time"),
        ({"coordinator_id": "nobody"}, "unknown"),
        ({"act": "remove", "begins_at": None, "ends_at": None}, "unknown"),
    ],
)
async def test_an_absence_that_cannot_be_is_refused(office: Office, said: dict[str, Any], why: str) -> None:
    assert await absence(office, **said) == AbsenceKept(kept=False, why=why)


async def test_an_absence_of_somebody_else_is_neither_taken_over_nor_removed(office: Office) -> None:
    await absence(office)
    assert (await absence(office, coordinator_id=LEE)).why == "unknown"
    assert (await absence(office, "remove", coordinator_id=LEE)).why == "unknown"
    assert len((await calendar(office)).absences) == 1


async def test_a_calendar_has_what_lies_ahead_in_order_and_nothing_that_was_cancelled(
    office: Office,
) -> None:
    first, second, gone = [await office.asked() for _ in range(3)]
    await office.arrange(second, "book", starts_at=SECOND, coordinator_id=DANA)
    await office.arrange(first, "book", starts_at=FIRST, coordinator_id=DANA)
    await office.arrange(gone, "book", starts_at=local("11-24 11:00"), coordinator_id=DANA)
    await office.arrange(gone, "cancel")
    await absence(office, id_="later", begins_at=SECOND)
    await absence(office, id_="sooner")
    await absence(office, id_="over", begins_at=NOW - timedelta(hours=2), ends_at=NOW)

    weeks = await calendar(office)
    assert [each.request_id for each in weeks.consultations] == [first, second]
    assert [each.absence_id for each in weeks.absences] == ["sooner", "later"]
    assert await calendar(office, LEE) == CalendarAnswered(absences=(), consultations=())


async def test_an_operator_keeps_and_removes_absences_and_reads_a_calendar(office: Office) -> None:
    until = FIRST + timedelta(hours=3)
    kept = await operations.add_absence(office.database, office.practice, "x", DANA, FIRST, until, NOW)
    assert kept.kept
    weeks = await operations.calendar_of(office.database, DANA, NOW)
    assert [(each.absence_id, each.ends_at) for each in weeks.absences] == [("x", until)]
    assert (await operations.remove_absence(office.database, "x", DANA)).kept
    assert (await operations.calendar_of(office.database, DANA, NOW)).absences == ()

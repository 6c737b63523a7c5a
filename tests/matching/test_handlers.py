"""What happens when matching hears a fact; on both databases."""

import asyncio
import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.matching import operations
from services.matching.handlers.answers import answer_clinicians
from services.matching.handlers.requests import on_consultations_requested, on_consultations_withdrawn
from services.matching.storage import RosterCache
from shared.contracts.intake import ConsultationRequested, ConsultationWithdrawn
from shared.contracts.matching import CliniciansAsked, ReferralProposed
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.outbox import claim
from shared.practice import Practice
from tests.matching.builders import NOW, TERMS, a_requested, a_withdrawal
from tests.matching.conftest import WriteRoster


async def hear(
    database: Database, *events: ConsultationRequested, rosters: RosterCache | None = None
) -> None:
    async with database.transaction() as tx:
        cache = rosters or RosterCache()
        await on_consultations_requested(events, tx, NOW, RandomIds(), terms=TERMS, rosters=cache)


async def hear_withdrawn(database: Database, *events: ConsultationWithdrawn) -> None:
    async with database.transaction() as tx:
        await on_consultations_withdrawn(events, tx, NOW + timedelta(hours=1), RandomIds(), terms=TERMS)


async def announced(database: Database) -> list[tuple[str, dict[str, Any]]]:
    """What waits in the outbox about referrals, by subject, oldest first; left as it was."""
    async with database.reading() as tx:
        rows = await claim(tx, "looking", NOW)
    about = [row for row in rows if row.subject.startswith("matching.referral.")]
    return [(row.subject, json.loads(row.payload)) for row in about]


async def test_a_request_becomes_one_referral_in_somebodys_hands(with_three: Database) -> None:
    await hear(with_three, a_requested(1))

    (((subject, fact),), (referral,)) = (
        await announced(with_three),
        await operations.open_referrals(with_three),
    )
    assert subject == ReferralProposed.subject()
    assert [each["clinician_id"] for each in fact["candidates"]] == ["c-a", "c-b", "c-c"]
    assert fact["referral_id"] == referral.referral_id
    assert (fact["owner"], fact["policy_version"], fact["version"]) == ("dana", "test-1", 1)
    assert (referral.state, referral.next_action, referral.reference) == ("draft", "reach_out", "R-00001")


@pytest.mark.parametrize(
    ("received_at", "due_at"),
    [
        (NOW, datetime(2026, 11, 23, 22, 0, tzinfo=UTC)),
        (NOW - timedelta(days=2), datetime(2026, 11, 23, 21, 0, tzinfo=UTC)),  # Saturday: from Monday, nine
        (NOW + timedelta(hours=5), datetime(2026, 11, 24, 19, 0, tzinfo=UTC)),  # two hours before closing
    ],
)
async def test_a_person_is_owed_an_answer_within_four_working_hours_of_writing(
    with_three: Database, received_at: datetime, due_at: datetime
) -> None:
    await hear(with_three, a_requested(1, received_at=received_at))

    (referral,) = await operations.open_referrals(with_three)
    assert referral.due_at == due_at


@pytest.mark.parametrize(
    ("said", "subject"),
    [
        ({"state": "TX"}, "matching.referral.referred_out.v1"),
        ({"age": 15, "age_band": "teen"}, "matching.referral.held.v1"),
        ({"state": "unknown"}, "matching.referral.held.v1"),
        ({"safety_level": "crisis"}, "matching.referral.proposed.v1"),
        ({"preferences": {"times": ("sunday",)}}, "matching.referral.referred_out.v1"),
    ],
)
async def test_each_outcome_is_announced_as_what_it_is(
    with_three: Database, said: dict[str, Any], subject: str
) -> None:
    await hear(with_three, a_requested(1, **said))

    (found,) = await announced(with_three)
    assert found[0] == subject


async def test_a_place_that_could_free_puts_a_request_on_the_waitlist(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    full = write_roster({"id": "c-a", "caseload": 10})
    await operations.import_roster(database, full, practice, NOW)
    await hear(database, a_requested(1))

    ((subject, fact),) = await announced(database)
    assert subject == "matching.referral.waitlisted.v1"
    assert fact["nearest"] == [{"clinician_id": "c-a", "gaps": ["capacity"]}]


async def test_where_only_one_fits_the_nearest_are_announced_and_explained(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    await operations.import_roster(
        database, write_roster({"id": "c-a"}, {"id": "c-b", "caseload": 10}), practice, NOW
    )
    await hear(database, a_requested(1))

    ((_, fact),) = await announced(database)
    decision = await operations.explain(database, "R-00001")
    assert [each["clinician_id"] for each in fact["candidates"]] == ["c-a"]
    assert fact["nearest"] == [{"clinician_id": "c-b", "gaps": ["capacity"]}]
    assert decision is not None
    assert decision.nearest == ("c-b",)


async def test_with_an_empty_roster_nobody_is_lost(database: Database) -> None:
    await hear(database, a_requested(1))

    assert [subject for subject, _ in await announced(database)] == ["matching.referral.referred_out.v1"]


async def test_the_same_request_heard_twice_has_one_referral(with_three: Database) -> None:
    await hear(with_three, a_requested(1), a_requested(1))
    await hear(with_three, a_requested(1), a_requested(2))

    assert len(await announced(with_three)) == 2


async def test_a_list_of_requests_is_shared_fairly(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    equals = write_roster(*({"id": f"c-{number}"} for number in range(7)))
    await operations.import_roster(database, equals, practice, NOW)
    await hear(database, *(a_requested(number) for number in range(20)))
    await hear(database, *(a_requested(number) for number in range(20, 30)))

    facts = [fact for _, fact in await announced(database)]
    times_proposed = Counter(each["clinician_id"] for fact in facts for each in fact["candidates"])
    assert max(times_proposed.values()) - min(times_proposed.values()) <= 1
    assert len(times_proposed) == 7
    assert Counter(fact["owner"] for fact in facts) == {"dana": 15, "lee": 15}


async def test_a_test_request_counts_as_load_for_nobody(with_three: Database) -> None:
    await hear(with_three, a_requested(1, test=True))

    assert [each.open_proposals for each in await operations.list_roster(with_three)] == [0, 0, 0]
    assert [each.test for each in await operations.open_referrals(with_three)] == [True]


async def test_a_withdrawn_request_ends_its_referral_and_frees_its_load(with_three: Database) -> None:
    await hear(with_three, a_requested(1), a_requested(2))
    await hear_withdrawn(with_three, a_withdrawal(1, why="silenced"))

    subject, fact = (await announced(with_three))[-1]
    assert subject == "matching.referral.cancelled.v1"
    assert (fact["request_id"], fact["version"], fact["why"]) == ("q-1", 2, "silenced")
    assert [each.reference for each in await operations.open_referrals(with_three)] == ["R-00002"]
    assert [each.open_proposals for each in await operations.list_roster(with_three)] == [1, 1, 1]


async def test_a_withdrawal_heard_twice_ends_a_referral_once(with_three: Database) -> None:
    await hear(with_three, a_requested(1))
    await hear_withdrawn(with_three, a_withdrawal(1))
    await hear_withdrawn(with_three, a_withdrawal(1))

    assert [subject.split(".")[2] for subject, _ in await announced(with_three)] == ["proposed", "cancelled"]


async def test_a_withdrawal_that_comes_first_leaves_no_ghost(with_three: Database) -> None:
    await hear_withdrawn(with_three, a_withdrawal(1))
    await hear(with_three, a_requested(1))

    assert await announced(with_three) == []
    assert await operations.open_referrals(with_three) == []


async def test_a_request_and_its_withdrawal_heard_at_once_leave_nothing_open(with_three: Database) -> None:
    numbers = range(20)
    await asyncio.gather(
        *(hear(with_three, a_requested(number)) for number in numbers),
        *(hear_withdrawn(with_three, a_withdrawal(number)) for number in numbers),
    )

    assert await operations.open_referrals(with_three) == []


async def test_an_import_is_seen_by_the_next_request(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    rosters = RosterCache()
    await hear(with_three, a_requested(1), rosters=rosters)
    away = write_roster({"id": "c-a", "accepting": False}, {"id": "c-b"})
    await operations.import_roster(with_three, away, practice, NOW)
    await hear(with_three, a_requested(2), rosters=rosters)

    _, fact = (await announced(with_three))[-1]
    assert [each["clinician_id"] for each in fact["candidates"]] == ["c-b"]


async def test_who_a_clinician_is_can_be_asked(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    associate = {"id": "c-young", "credential": "AMFT", "registration_number": "A1", "supervisor": "c-boss"}
    await operations.import_roster(database, write_roster(associate, {"id": "c-boss"}), practice, NOW)
    asked = CliniciansAsked(clinician_ids=("c-young", "c-nobody", "c-boss"), asked_by="notifications")
    answered = await answer_clinicians(asked, database, NOW)

    young, boss = answered.clinicians
    assert (young.clinician_id, young.supervisor_name) == ("c-young", "Clinician c-boss")
    assert (young.supervisor_credential, young.free_places) == ("LMFT", 5)
    assert (boss.clinician_id, boss.supervisor_name) == ("c-boss", None)


async def test_who_left_the_roster_can_still_be_asked_about(
    with_three: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    await operations.import_roster(with_three, write_roster({"id": "c-a"}), practice, NOW)
    asked = CliniciansAsked(clinician_ids=("c-b",), asked_by="notifications")

    assert [each.name for each in (await answer_clinicians(asked, with_three, NOW)).clinicians] == [
        "Clinician c-b"
    ]

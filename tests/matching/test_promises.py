"""What the practice is told it can rely on, promise by promise, where no other test looks at just that."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from services.matching import operations
from services.matching.domain.life import ALLOWED, STATES
from services.matching.domain.referral import Referral, Refused
from services.matching.storage.tables import referrals
from shared.contracts.matching import ReferralInProgress, ReferralReleased
from shared.database import Database
from shared.practice import Practice
from tests.matching.builders import TERMS, ZONE
from tests.matching.conftest import WriteRoster
from tests.matching.loop import DANA, Loop
from tests.matching.waiting import ONE_FREE, facts

A_SECOND = timedelta(seconds=1)
CLINICIAN = "clinician:c-a"

Step = Callable[[Loop, Referral], Awaitable[object]]


@pytest.fixture
def loop(with_three: Database) -> Loop:
    return Loop(with_three)


async def state(loop: Loop, referral_id: str) -> str:
    """The state as the database keeps it, and as others are told it."""
    async with loop.database.reading() as tx:
        chosen = sa.select(referrals.c.state).where(referrals.c.referral_id == referral_id)
        return str((await tx.execute(chosen)).scalar_one())


def answer(said: str, why: str = "") -> Step:
    async def step(loop: Loop, found: Referral) -> object:
        assert found.choice is not None
        return await loop.acts.answer_offer(found.choice.offer_id, CLINICIAN, said, why)

    return step


async def choose(loop: Loop, found: Referral) -> object:
    return await loop.choose(found.referral_id, "c-a")


async def settle(loop: Loop, _found: Referral) -> object:
    return await loop.pass_time()


async def complete(loop: Loop, found: Referral) -> object:
    return await loop.acts.complete(found.referral_id, DANA, found.version)


async def none_fits(loop: Loop, found: Referral) -> object:
    return await loop.acts.none_fits(found.referral_id, DANA, found.version, "fee")


async def put_on_waitlist(loop: Loop, found: Referral) -> object:
    return await loop.acts.put_on_waitlist(found.referral_id, DANA, found.version)


def close(why: str) -> Step:
    async def step(loop: Loop, found: Referral) -> object:
        return await loop.acts.close(found.referral_id, DANA, found.version, why)

    return step


WAYS: dict[str, list[tuple[Step, str]]] = {  # what is done, and the state of FHIR's Task that follows
    "to the end": [
        (choose, "requested"),
        (settle, "requested"),
        (answer("receive"), "received"),
        (answer("accept"), "accepted"),
        (settle, "in-progress"),
        (complete, "completed"),
    ],
    "a no": [(choose, "requested"), (settle, "requested"), (answer("decline", "fee"), "rejected")],
    "none fits": [(none_fits, "on-hold")],
    "the waitlist": [(put_on_waitlist, "on-hold")],
    "somebody else": [(close("chose_other"), "cancelled")],
    "nobody there": [(close("unreachable"), "failed")],
    "elsewhere": [(close("referred_out"), "failed")],
    "twice": [(close("duplicate"), "entered-in-error")],
}


@pytest.mark.parametrize("way", WAYS)
async def test_each_step_of_a_referral_has_its_state_of_fhirs_task(loop: Loop, way: str) -> None:
    referral_id = await loop.request()
    assert await state(loop, referral_id) == "draft"

    for step, expected in WAYS[way]:
        await step(loop, await loop.get(referral_id))
        assert await state(loop, referral_id) == expected


CALL = {"arrange_call", "book_call"}
DESK = {*CALL, "contact", "still_to_reach"}
LET_GO = {"close", "silence"}
CAN_BE_DONE: dict[str, set[str]] = {  # at each stage; a withdrawal and an undo ask no table
    "proposed": {*DESK, *LET_GO, "choose", "none_fits", "put_on_waitlist"},
    "waitlisted": {
        *DESK,
        *LET_GO,
        "choose",
        *("still_waiting", "found_someone", "not_now", "check_in", "go_quiet"),
    },
    "referred_out": {*DESK, *LET_GO, "choose", "put_on_waitlist"},
    "none_fits": {*DESK, *LET_GO, "choose", "put_on_waitlist"},
    "held": {*CALL, *LET_GO, "release"},
    "silenced": {"close"},
    "offered": {*DESK, *LET_GO, "take_back", "receive", "accept", "decline", "lapse"},
    "received": {*DESK, *LET_GO, "take_back", "accept", "decline", "lapse"},
    "introduced": {*CALL, "contact", "close", "complete", "someone_else", "ask_for_someone_else"},
    "professional": {*DESK, "close", "complete"},
    "completed": {"end_care", "reopen"},
    **{end: {"reopen"} for end in ("cancelled", "failed", "in_error")},
    # These settle by themselves; until then an undo is all that anybody at the desk can do.
    **{
        each: {"silence", "arrange_call"}
        for each in ("taken_back", "released", "reopened", "given_up", "declined", "accepted")
    },
}


@pytest.mark.parametrize("stage", STATES)
def test_what_can_be_done_at_a_stage_and_nothing_else(stage: str) -> None:
    allowed = {act for act, stages in ALLOWED.items() if stage in stages}

    assert allowed == CAN_BE_DONE[stage]


async def test_after_the_introduction_no_offer_can_be_taken_back(loop: Loop) -> None:
    found = await loop.introduced()

    refused = await loop.acts.take_back(found.referral_id, DANA, found.version)

    assert isinstance(refused, Refused)
    assert await loop.get(found.referral_id) == found


def test_every_state_of_fhirs_task_that_a_referral_can_have_is_used() -> None:
    assert set(STATES.values()) == {
        *("draft", "requested", "received", "accepted", "rejected", "on-hold", "in-progress"),
        *("completed", "cancelled", "failed", "entered-in-error"),
    }


async def test_a_clinician_has_twenty_four_working_hours_from_the_mail_on(loop: Loop) -> None:
    offered = await loop.offered()  # the mail leaves on Monday at 10:10, and a day has eight working hours
    ends = datetime(2026, 11, 26, 10, 10, tzinfo=ZONE)
    assert offered.choice is not None
    assert offered.choice.answer_by == ends

    await loop.pass_time(ends - loop.clock.now - A_SECOND)
    assert (await loop.get(offered.referral_id)).stage == "offered"

    await loop.pass_time(A_SECOND)
    assert (await loop.get(offered.referral_id)).stage == "proposed"


async def test_no_weekend_counts_against_a_clinician_who_is_asked(loop: Loop) -> None:
    loop.clock.now = datetime(2026, 11, 27, 16, 50, tzinfo=ZONE)  # a Friday, ten minutes before closing
    offered = await loop.offered()

    assert offered.choice is not None
    assert offered.choice.answer_by == datetime(2026, 12, 2, 17, 0, tzinfo=ZONE)


async def test_who_released_a_hold_and_why_is_announced(loop: Loop) -> None:
    referral_id = await loop.request(flags=("danger_at_home",))
    await loop.acts.release(referral_id, DANA, 1, "spoken_with")
    await loop.pass_time()

    [released] = await facts(loop.database, ReferralReleased)
    assert (released["released_by"], released["why"]) == (DANA, "spoken_with")


async def test_the_last_place_of_who_was_silent_is_free_for_the_same_person(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    loop = Loop(database)
    await operations.import_roster(database, write_roster({"id": "c-a"} | ONE_FREE), practice, loop.clock.now)
    offered = await loop.offered()
    assert offered.choice is not None

    await loop.pass_time(offered.choice.answer_by - loop.clock.now)

    assert (await loop.get(offered.referral_id)).stage == "proposed"
    assert await loop.broken() == []


@pytest.mark.parametrize(
    ("clinician_id", "supervisor"), [("c-young", "c-boss"), ("c-boss", None)], ids=["associate", "licensed"]
)
async def test_an_introduction_names_the_supervisor_of_an_associate_and_of_nobody_else(
    database: Database,
    practice: Practice,
    write_roster: WriteRoster,
    clinician_id: str,
    supervisor: str | None,
) -> None:
    loop = Loop(database)
    associate = {"credential": "AMFT", "registration_number": "A1", "supervisor": "c-boss"}
    licensed = {"id": "c-boss", "supervisor": "c-other"}  # they meet to consult; nobody has to be told
    file = write_roster({"id": "c-young"} | associate, licensed, {"id": "c-other"})
    await operations.import_roster(database, file, practice, loop.clock.now)

    await loop.introduced(1, clinician_id)

    [begun] = await facts(database, ReferralInProgress)
    assert (begun["clinician_id"], begun["supervisor_id"]) == (clinician_id, supervisor)


async def test_a_practice_that_does_not_ask_its_clinicians_introduces_at_once_what_is_chosen(
    with_three: Database,
) -> None:
    loop = Loop(with_three, terms=replace(TERMS, asks_clinicians=False))
    referral_id = await loop.request()
    await loop.choose(referral_id, "c-a")
    assert await state(loop, referral_id) == "accepted"

    await loop.pass_time()

    assert await state(loop, referral_id) == "in-progress"
    assert "referral.requested.v1" not in await loop.announced()
    assert await loop.broken() == []


async def test_a_test_request_takes_nobodys_place(
    database: Database, practice: Practice, write_roster: WriteRoster
) -> None:
    loop = Loop(database)
    await operations.import_roster(database, write_roster({"id": "c-a"} | ONE_FREE), practice, loop.clock.now)
    await loop.introduced(1, test=True)

    person = await loop.offered(2)

    assert person.stage == "offered"
    assert await loop.broken() == []

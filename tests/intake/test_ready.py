"""Who read first and is ready is in somebody's hands until they have told what is still true."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.intake import operations, storage
from services.intake.domain.decision import Quarantined
from services.intake.domain.reopening import unchanged_zone
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.tables import requests
from services.intake.vault import answer_duties, answer_requests
from shared.contracts.intake import DutiesAsked, RequestDetail, RequestsAsked
from shared.ids import RandomIds
from tests.intake.builders import NOW, a_consultation, a_desk, a_readiness, assessed, the_practice
from tests.intake.readying import BEGIN, LATER, TOLD, Reader, reached

TAKEN_UP = "readiness.taken_up.v1"


async def detail(reader: Reader, request_id: str) -> RequestDetail:
    asked = RequestsAsked(request_ids=(request_id,), purpose="notice", asked_by="notifications")
    answered = await answer_requests(asked, reader.database, LATER, RandomIds(), the_practice())
    (found,) = answered.requests
    assert isinstance(found, RequestDetail)
    return found


async def test_somebody_answers_for_a_person_who_is_ready_by_the_clock_of_a_first_contact(
    reader: Reader,
) -> None:
    ana = await reader.asked()

    await reader.hear(reached(ana))

    due = the_practice().clocks.contact_due(the_practice().working_hours(), LATER)
    (fact,) = await reader.facts(TAKEN_UP)
    request = await reader.request(ana)
    assert request.duty is not None
    assert (request.ready_since, request.version, request.path) == (LATER, 2, "readiness")
    assert (request.duty.next_action, request.duty.due_at) == ("confirm_ready", due)
    assert (fact["request_id"], fact["version"], fact["owner"]) == (ana.request_id, 2, request.duty.owner)
    assert (fact["person_id"], fact["language"]) == (ana.person_id, "en")
    assert ("readiness.taken_up", (request.duty.owner,)) in await reader.trail(ana)
    assert (await detail(reader, ana.request_id)).ready_since == LATER


async def test_the_clock_runs_from_when_they_said_it_not_from_when_it_was_heard(reader: Reader) -> None:
    ana = await reader.asked()
    monday = LATER + timedelta(days=1)

    await reader.hear(reached(ana, at=monday), now=monday + timedelta(hours=3))

    duty = (await reader.request(ana)).duty
    assert duty is not None
    assert duty.due_at == the_practice().clocks.contact_due(the_practice().working_hours(), monday)


async def test_what_waits_is_shown_to_its_owner_and_in_practice_open(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    owner = (await reader.request(ana)).duty

    (waiting,) = await operations.open_items(reader.database)
    assert owner is not None
    question = DutiesAsked(coordinator_id=owner.owner, asked_by="notifications")
    (duty,) = (await answer_duties(question, reader.database, LATER, the_practice())).duties

    assert (waiting.kind, waiting.duty) == ("ready", owner)
    assert (duty.kind, duty.next_action, duty.due_at) == ("ready", "confirm_ready", owner.due_at)
    assert duty.reference == ana.reference


async def test_people_who_are_ready_are_shared_among_the_coordinators(reader: Reader) -> None:
    people = [await reader.asked(f"p{number}@example.org") for number in range(4)]

    await reader.hear(*(reached(each) for each in people))

    owners = [waiting.duty.owner for waiting in await operations.open_items(reader.database)]
    on_duty = [each.id for each in the_practice().coordinators if each.on_duty and "en" in each.languages]
    assert len(set(owners)) == min(len(on_duty), 4)


@pytest.mark.parametrize("times", [1, 2])
async def test_said_again_it_is_taken_up_once(reader: Reader, times: int) -> None:
    ana = await reader.asked()
    for time in range(times):
        later = LATER + timedelta(hours=time)
        await reader.hear(reached(ana, version=5 + time), reached(ana, at=later, version=9 + time))

    assert len(await reader.facts(TAKEN_UP)) == 1
    assert (await reader.request(ana)).ready_since == LATER


async def test_of_somebody_erased_nothing_is_said_or_kept(reader: Reader) -> None:
    ana, other = await reader.asked(), await reader.asked("pam@example.org")
    await reader.erase(ana)

    await reader.hear(reached(ana), reached(other))

    assert [each["request_id"] for each in await reader.facts(TAKEN_UP)] == [other.request_id]


async def test_of_a_request_that_nobody_knows_or_that_is_another_s_nothing_is_said(reader: Reader) -> None:
    ana = await reader.asked()

    await reader.hear(reached(ana, request_id="unknown", journey_id="j-2"))
    await reader.hear(reached(ana, person_id="somebody-else"))

    assert await reader.facts(TAKEN_UP) == []


async def test_who_asked_for_silence_is_not_taken_up(reader: Reader) -> None:
    ana = await reader.asked()
    await operations.silence(reader.database, ana.reference, NOW)

    await reader.hear(reached(ana))

    assert await reader.facts(TAKEN_UP) == []
    assert await operations.open_items(reader.database) == []


async def test_silence_ends_what_somebody_answered_for(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))

    await operations.silence(reader.database, ana.reference, TOLD)

    assert await operations.open_items(reader.database) == []
    assert ("readiness.ended", ("silenced",)) in await reader.trail(ana)
    assert (await detail(reader, ana.request_id)).ready_since is None


async def test_a_request_to_talk_is_never_taken_up_as_one_of_a_reader(reader: Reader) -> None:
    sam = await reader.arrived(a_consultation())
    spam = Quarantined(assessed(a_readiness()), ("honeypot",))
    async with reader.database.transaction() as tx:
        kept = await receive(tx, Post(spam), a_desk(reader.vault), NOW, reader.ids)

    assert isinstance(kept, Receipt)

    await reader.hear(reached(sam), reached(kept))

    assert await reader.facts(TAKEN_UP) == []


async def test_not_now_ends_the_duty_and_nothing_else(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    told = len(await reader.facts(TAKEN_UP, "consultation.requested.v1"))

    for _ in range(2):
        await reader.take_back(ana)

    after = await reader.request(ana)
    assert (after.ready_since, after.duty, after.path, after.version) == (None, None, "readiness", 3)
    assert await operations.open_items(reader.database) == []
    assert len(await reader.facts(TAKEN_UP, "consultation.requested.v1")) == told
    assert [name for name, _ in await reader.trail(ana)].count("readiness.not_now") == 1


async def test_not_now_after_it_was_told_changes_nothing(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    await reader.tell(ana)
    before, trail = await reader.request(ana), await reader.trail(ana)

    said = await reader.take_back(ana)

    assert said == before == await reader.request(ana)
    assert await reader.trail(ana) == trail


async def test_not_now_said_before_the_news_came_counts(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.take_back(ana, now=TOLD)

    await reader.hear(reached(ana, at=LATER), now=TOLD)

    assert await reader.facts(TAKEN_UP) == []


async def test_who_took_it_back_and_says_it_anew_is_answered_for_again(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    await reader.take_back(ana)
    anew = TOLD + timedelta(days=1)

    for _ in range(2):
        assert (await reader.reopening(ana, now=anew)).url

    assert [each["version"] for each in await reader.facts(TAKEN_UP)] == [2, 4]
    assert (await reader.request(ana)).ready_since == anew


async def test_who_took_it_back_and_said_it_anew_while_intake_was_away_is_answered_for_by_that_news(
    reader: Reader,
) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))
    await reader.take_back(ana)
    anew = TOLD + timedelta(days=1)

    await reader.hear(reached(ana, at=anew, version=6), now=anew)

    assert [each["version"] for each in await reader.facts(TAKEN_UP)] == [2, 4]
    assert (await reader.request(ana)).ready_since == anew


async def test_a_link_is_for_that_person_alone_and_for_a_day(reader: Reader) -> None:
    ana = await reader.asked()

    url = (await reader.reopening(ana)).url

    assert url is not None
    token = url.removeprefix("https://intake.example.org/begin/")
    link = BEGIN.links.read(token, "begin", LATER + timedelta(hours=23))
    assert link is not None
    assert (link.recipient, link.subject) == (f"person:{ana.person_id}", ana.request_id)
    assert BEGIN.links.read(token, "begin", LATER + timedelta(days=1)) is None
    assert await reader.facts(TAKEN_UP) == []


@pytest.mark.parametrize("whose", [{"person_id": "somebody-else"}, {"request_id": "unknown"}])
async def test_there_is_no_link_to_what_is_nobody_s_or_another_s(reader: Reader, whose: Any) -> None:
    assert (await reader.reopening(await reader.asked(), **whose)).url is None


async def test_there_is_no_link_after_silence_or_erasure(reader: Reader) -> None:
    ana, pam = await reader.asked(), await reader.asked("pam@example.org")
    await operations.silence(reader.database, ana.reference, NOW)
    await reader.erase(pam)

    assert (await reader.reopening(ana)).url is None
    assert (await reader.reopening(pam)).url is None


async def test_the_database_keeps_nobody_who_is_ready_in_limbo(reader: Reader) -> None:
    ana = await reader.asked()
    alone = sa.update(requests).where(requests.c.id == ana.request_id).values(ready_since=LATER)

    with pytest.raises(IntegrityError):
        async with reader.database.transaction() as tx:
            await tx.execute(alone)
    async with reader.database.transaction() as tx:
        await tx.execute(alone.values(owner="dana", next_action="confirm_ready", due_at=LATER))
        assert await storage.load_duty_loads(tx) == {"dana": 1}


async def test_their_zone_stays_unless_they_are_somewhere_else_now(reader: Reader) -> None:
    request = replace(await reader.request(await reader.asked()), state="CA", time_zone="America/Denver")

    assert unchanged_zone(request, "NY") is None
    for state in ("CA", "unknown", None):
        assert unchanged_zone(request, state) == "America/Denver"

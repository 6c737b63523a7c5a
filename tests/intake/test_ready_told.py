"""What is told by somebody who is ready makes their request one to talk: the same, never less safe."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.submission import Client, Partner, SafetyTicks, Wishes
from services.intake.storage.alert_tables import safety_cases
from services.intake.vault import answer_requests, answer_words
from shared.contracts.intake import RequestDetail, RequestsAsked, WordsAsked
from shared.ids import RandomIds
from tests.intake.builders import NOW, a_desk, a_readiness, a_writer, calm, reached, the_practice
from tests.intake.readying import CRISIS, LATER, TOLD, Reader, told
from tests.intake.readying import reached as ready

REQUESTED, FLAGGED = "consultation.requested.v1", "safety.flagged.v1"


async def test_the_same_request_is_announced_again_as_one_to_talk_that_comes_now(reader: Reader) -> None:
    ana = await reader.asked(state="NV", time_zone="America/Los_Angeles", suggested_concerns=("couples",))
    await reader.hear(ready(ana))

    await reader.tell(ana, told(concerns=("grief_loss",), preferences=Wishes(format="online")))

    (fact,) = await reader.facts(REQUESTED)
    assert (fact["request_id"], fact["reference"], fact["person_id"]) == (
        ana.request_id,
        ana.reference,
        ana.person_id,
    )
    assert (fact["version"], fact["reopened"]) == (3, True)
    assert fact["received_at"].startswith(TOLD.isoformat()[:19])
    assert fact["first_received_at"].startswith(NOW.isoformat()[:19])
    assert (fact["state"], fact["age"], fact["age_band"], fact["for"]) == ("CA", 34, "adult", "self")
    assert (fact["concerns"], fact["suggested_concerns"]) == (["grief_loss"], ["couples"])
    assert fact["preferences"]["format"] == "online"


async def test_the_clocks_count_from_now_and_the_first_day_stays_known(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana)

    request = await reader.request(ana)
    asked = RequestsAsked(request_ids=(ana.request_id,), purpose="refer", asked_by="notifications")
    (detail,) = (await answer_requests(asked, reader.database, TOLD, RandomIds(), the_practice())).requests

    assert (request.received_at, request.came_at, request.announced_at) == (NOW, TOLD, TOLD)
    assert isinstance(detail, RequestDetail)
    assert (detail.received_at, detail.first_received_at, detail.reopened) == (TOLD, NOW, True)
    assert (detail.path, detail.ready_since, detail.call_offered) == ("consultation", None, True)


async def test_what_is_told_ends_the_duty_and_stands_in_the_trail(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(ready(ana))
    await reader.tell(ana)

    assert await operations.open_items(reader.database) == []
    trail = await operations.trail(reader.database, ana.reference)
    assert [(each["name"], each["detail"]) for each in trail][-2:] == [
        ("readiness.told", {"by": ["person"]}),
        ("consultation.requested", {"how": ["reopened"]}),
    ]


async def test_it_can_be_told_before_the_news_of_their_being_ready_comes(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana)
    await reader.hear(ready(ana), now=TOLD)

    assert await reader.facts("readiness.taken_up.v1") == []
    assert len(await reader.facts(REQUESTED)) == 1
    assert (await reader.request(ana)).ready_since is None


async def test_what_they_wrote_then_and_now_is_read_side_by_side_with_its_days(reader: Reader) -> None:
    ana = await reader.asked(message="not yet, maybe in spring")
    await reader.tell(ana, told(message="it is spring"))

    asked = WordsAsked(
        request_ids=(ana.request_id,), purpose="coordinator_reads", asked_by="coordinator:dana"
    )
    (words,) = (await answer_words(asked, reader.database, TOLD, reader.vault, RandomIds())).words

    assert (words.message, words.written_at) == ("not yet, maybe in spring", NOW)
    assert [(each.message, each.written_at, each.written_by) for each in words.later] == [
        ("it is spring", TOLD, "person")
    ]
    shown = await operations.show(reader.database, reader.vault, ana.reference, "a look", TOLD, reader.ids)
    assert shown is not None
    assert [each.text for each in shown.words.later] == ["it is spring"]


async def test_what_was_added_is_kept_sealed(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana, told(message="Wilhelmina"))

    table = storage.metadata.tables["later_words"]
    async with reader.database.reading() as tx:
        (row,) = (await tx.execute(sa.select(table))).all()
    assert row.request_id == ana.request_id
    assert b"Wilhelmina" not in row.sealed


async def test_told_twice_it_is_announced_once_and_the_words_are_kept_once(reader: Reader) -> None:
    ana = await reader.asked()
    first = await reader.tell(ana, told(message="it is spring"))
    again = await reader.tell(ana, told(message="it is spring"), now=TOLD + timedelta(minutes=1))

    assert first == again
    assert len(await reader.facts(REQUESTED)) == 1
    assert [name for name, _ in await reader.trail(ana)].count("readiness.told") == 1
    async with reader.database.reading() as tx:
        added = await storage.load_later_words(tx, [ana.request_id], reader.vault)
    assert len(added[ana.request_id]) == 1


async def test_other_words_sent_from_another_tab_are_kept_and_judged_too(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana, told(message="it is spring", state="CA"))
    later = TOLD + timedelta(minutes=1)
    await reader.tell(ana, told(message=CRISIS, state="NV"), now=later)

    request = await reader.request(ana)
    assert (request.state, request.safety_level) == ("CA", "crisis")
    assert len(await reader.facts(REQUESTED)) == 1
    (alarm,) = await reader.facts(FLAGGED)
    assert (alarm["level"], alarm["version"]) == ("crisis", 1)
    async with reader.database.reading() as tx:
        added = await storage.load_later_words(tx, [ana.request_id], reader.vault)
    assert [each.text for each in added[ana.request_id]] == ["it is spring", CRISIS]


async def test_words_of_crisis_reach_the_person_on_call(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana, told(message=CRISIS))

    (fact,), (alarm,) = await reader.facts(REQUESTED), await reader.facts(FLAGGED)
    (waiting,) = await operations.open_items(reader.database)
    assert fact["safety_level"] == alarm["level"] == "crisis"
    assert (alarm["path"], alarm["version"]) == ("consultation", 1)
    assert alarm["flagged_at"].startswith(TOLD.isoformat()[:19])
    assert (waiting.kind, waiting.duty.owner) == ("crisis", the_practice().on_call[0])
    assert waiting.duty.due_at == TOLD + the_practice().clocks.crisis_acknowledged


async def test_a_crisis_stays_one_until_it_is_cleared_whatever_is_told(reader: Reader) -> None:
    ana = await reader.asked(safety=calm("crisis"))
    await reader.tell(ana, told(message="all is well"))

    assert (await reader.request(ana)).safety_level == "crisis"
    assert (await reader.facts(REQUESTED))[0]["safety_level"] == "crisis"
    assert len(await reader.facts(FLAGGED)) == 1  # of then
    assert [each.kind for each in await operations.open_items(reader.database)] == ["crisis"]


async def clear(reader: Reader, reference: str) -> None:
    desk = a_desk(reader.vault)
    cleared = await operations.clear_safety(
        reader.database, desk, reference, "dana", "spoke with them", LATER, RandomIds()
    )
    assert not isinstance(cleared, operations.NotCleared)


async def test_a_cleared_crisis_is_never_as_if_it_had_not_been(reader: Reader) -> None:
    ana = await reader.asked(safety=calm("crisis"))
    await clear(reader, ana.reference)
    await reader.tell(ana)

    assert (await reader.request(ana)).safety_level == "elevated"
    assert await operations.open_items(reader.database) == []


async def test_a_new_crisis_after_one_that_was_cleared_waits_for_a_name_again(reader: Reader) -> None:
    ana = await reader.asked(safety=calm("crisis"))
    await clear(reader, ana.reference)
    await reader.tell(ana, told(message=CRISIS))

    alarms = await reader.facts(FLAGGED)
    assert [each["version"] for each in alarms] == [1, 3]
    assert (await reader.request(ana)).safety_level == "crisis"
    async with reader.database.reading() as tx:
        (case,) = (await tx.execute(sa.select(safety_cases))).all()
    assert (case.status, case.cleared_by, case.version) == ("flagged", None, 3)
    await clear(reader, ana.reference)
    assert [each["version"] for each in await reader.facts("safety.cleared.v1")] == [2, 4]
    assert (await reader.request(ana)).safety_level == "elevated"


async def test_what_was_said_of_their_safety_is_never_taken_back_by_an_empty_form(reader: Reader) -> None:
    frightened = a_readiness(
        writer=a_writer(email="ana@example.org"), safety=SafetyTicks(unsafe_at_home=True)
    )
    ana = await reader.arrived(frightened, flags=("danger_at_home", "partner_violence"))
    await reader.tell(ana)

    (fact,) = await reader.facts(REQUESTED)
    (reach,) = await reached(reader.database, reader.vault, ana.request_id)
    assert fact["flags"] == ["danger_at_home", "partner_violence"]
    assert reach.permissions.unsafe_at_home


async def test_who_is_not_safe_at_home_now_is_written_to_so_from_now_on(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana, told(safety=SafetyTicks(unsafe_at_home=True)))

    (reach,) = await reached(reader.database, reader.vault, ana.request_id)
    (changed,) = await reader.facts("contact.changed.v1")
    assert reach.permissions.unsafe_at_home
    assert (changed["version"], changed["changed"]) == (2, [])
    assert "danger_at_home" in (await reader.request(ana)).flags


async def test_whom_it_is_for_is_kept_sealed_and_they_themselves_stay_who_they_are(reader: Reader) -> None:
    ana = await reader.asked()
    kit = Client(name="Kit", age=9, relation="daughter")
    await reader.tell(ana, told(for_="child", client=kit, age=None))

    (reach,) = await reached(reader.database, reader.vault, ana.request_id)
    (fact,) = await reader.facts(REQUESTED)
    assert (reach.client, reach.writer.email) == (kit, "ana@example.org")
    assert (fact["for"], fact["age"], fact["age_band"]) == ("child", 9, "child")
    assert "Kit" not in str(await reader.facts(REQUESTED, FLAGGED, "readiness.taken_up.v1"))


async def test_who_is_elsewhere_now_has_the_clock_of_that_place(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.tell(ana, told(state="NY", time_zone=None))

    assert (await reader.request(ana)).time_zone == "America/New_York"


@pytest.mark.parametrize("first", [False, True], ids=["who read", "who told"])
async def test_words_of_who_asked_for_silence_are_kept_and_judged_and_nothing_begins(
    reader: Reader, *, first: bool
) -> None:
    ana = await reader.asked()
    if first:
        await reader.tell(ana, told(message="it is spring"))
    await operations.silence(reader.database, ana.reference, TOLD)
    before = len(await reader.facts(REQUESTED, "contact.changed.v1"))

    assert await reader.tell(ana, told(message="no more, please")) is None
    assert await reader.facts(FLAGGED) == []
    assert await reader.tell(ana, told(message=CRISIS)) is None

    (alarm,) = await reader.facts(FLAGGED)
    (waiting,) = await operations.open_items(reader.database)
    async with reader.database.reading() as tx:
        added = await storage.load_later_words(tx, [ana.request_id], reader.vault)
        assert await storage.load_silent(tx, [ana.person_id]) == {ana.person_id}
    request = await reader.request(ana)
    assert (alarm["level"], waiting.duty.owner) == ("crisis", the_practice().on_call[0])
    assert {each.text for each in added[ana.request_id]} >= {"no more, please", CRISIS}
    assert (request.safety_level, request.reopened_at is None) == ("crisis", not first)
    assert len(await reader.facts(REQUESTED, "contact.changed.v1")) == before


@pytest.mark.parametrize("how", ["erased", "unknown"])
async def test_where_nothing_is_open_nothing_is_done(reader: Reader, how: str) -> None:
    ana = await reader.asked()
    if how == "erased":
        await reader.erase(ana)
    elif how == "unknown":
        ana = replace(ana, request_id="unknown")
    before = len(await reader.facts(REQUESTED, FLAGGED, "contact.changed.v1"))

    assert await reader.tell(ana, told(message=CRISIS)) is None
    assert len(await reader.facts(REQUESTED, FLAGGED, "contact.changed.v1")) == before


async def test_nothing_that_is_told_stands_in_clear_anywhere(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(ready(ana))
    canaries = ("Wilhelmina", "Quisenberry", "Ravensworth", "kit@canary.example.org")
    kit = Client(name=canaries[0], age=9, relation=canaries[1])
    partner = Partner(name="Somebody", email=canaries[3])
    await reader.tell(ana, told(for_="child", client=kit, partners=(partner,), message=canaries[2]))

    async with reader.database.reading() as tx:
        rows = [
            repr(tuple(row))
            for table in storage.metadata.sorted_tables
            for row in await tx.execute(sa.select(table))
        ]
    assert not [row for row in rows for canary in canaries if canary in row]

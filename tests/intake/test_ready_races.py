"""Two at once who tell what is still true, take it back or ask for silence: one comes first, and it holds."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.duty import CONFIRM_READY
from services.intake.storage.tables import metadata
from shared import migrations
from shared.database import Database
from tests.intake.builders import NOW
from tests.intake.readying import CRISIS, LATER, TOLD, Reader, reached, told

REQUESTED = "consultation.requested.v1"


async def test_of_two_tabs_one_reopens_the_request_and_the_words_of_both_are_kept(reader: Reader) -> None:
    ana = await reader.asked()
    await reader.hear(reached(ana))

    done = await asyncio.gather(*(reader.tell(ana, told(message=f"tab {n}")) for n in range(6)))

    assert all(done)
    assert len(await reader.facts(REQUESTED)) == 1
    assert (await reader.request(ana)).version == 3
    async with reader.database.reading() as tx:
        added = await storage.load_later_words(tx, [ana.request_id], reader.vault)
    assert sorted(each.text for each in added[ana.request_id]) == [f"tab {n}" for n in range(6)]


async def test_the_same_button_pressed_in_many_tabs_is_one(reader: Reader) -> None:
    ana = await reader.asked()

    await asyncio.gather(*(reader.tell(ana, told(message=CRISIS)) for _ in range(6)))

    assert len(await reader.facts(REQUESTED)) == 1
    assert [each["version"] for each in await reader.facts("safety.flagged.v1")] == [1]


async def test_told_and_taken_back_at_once_leaves_nobody_in_limbo(reader: Reader) -> None:
    for number in range(4):
        ana = await reader.asked(f"p{number}@example.org")
        await reader.hear(reached(ana))
        await asyncio.gather(reader.take_back(ana), reader.tell(ana), reader.take_back(ana))
        request = await reader.request(ana)
        assert (request.path, request.ready_since, request.duty) == ("consultation", None, None)


async def test_silence_at_the_same_moment_leaves_no_duty(reader: Reader) -> None:
    for number in range(4):
        ana = await reader.asked(f"p{number}@example.org")
        await asyncio.gather(
            operations.silence(reader.database, ana.reference, TOLD), reader.hear(reached(ana))
        )
        assert (await reader.request(ana)).ready_since is None
    assert await operations.open_items(reader.database) == []


async def test_the_news_from_two_consumers_at_once_is_taken_up_once(reader: Reader) -> None:
    ana = await reader.asked()

    await asyncio.gather(*(reader.hear(reached(ana, version=5 + n)) for n in range(5)))

    assert len(await reader.facts("readiness.taken_up.v1")) == 1


async def test_going_back_lets_go_of_who_is_ready_and_coming_again_keeps_everybody(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("intake")
    reader = Reader(Database.open(url))
    ana, pam = await reader.asked(), await reader.asked("pam@example.org")
    await reader.hear(reached(ana), reached(pam))
    await reader.tell(pam, told(message="it is spring"))
    await reader.database.close()

    await migrations.downgrade("intake", url, "0004")
    await migrations.upgrade("intake", url)

    reader = Reader(Database.open(url))
    assert (await reader.request(ana)).duty is None
    shown = await operations.show(reader.database, reader.vault, pam.reference, "a look", NOW, reader.ids)
    assert shown is not None
    assert (shown.request.path, shown.words.message) == ("consultation", "not yet, maybe in spring")
    await reader.hear(reached(ana, at=LATER + timedelta(days=1), version=9))
    duty = (await reader.request(ana)).duty
    assert duty is not None
    assert duty.next_action == CONFIRM_READY
    await reader.database.close()


async def test_coming_from_the_revision_before_makes_room_for_what_is_added(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("intake")
    await migrations.downgrade("intake", url, "0004")
    before = await _tables(url)
    assert "later_words" not in before
    await migrations.upgrade("intake", url)
    assert set(metadata.tables) <= await _tables(url)


async def _tables(url: str) -> set[str]:
    database = Database.open(url)
    async with database.reading() as tx:
        found = await tx.run_sync(lambda plain: set(sa.inspect(plain).get_table_names()))
    await database.close()
    return found

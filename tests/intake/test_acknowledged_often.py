"""Nobody's inbox is filled because somebody types in their address; every request is taken all the same."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.domain.contact import ACKNOWLEDGED_WITHIN, MOST_ACKNOWLEDGED
from services.intake.domain.decision import Admitted, Decision, FieldError, Quarantined, Refused
from services.intake.domain.submission import Submission
from services.intake.handlers import Post, Receipt, receive_all
from services.intake.storage.tables import metadata, requests
from services.intake.vault import Vault, answer_contacts
from shared.contracts.base import MAX_IDS_PER_ASK
from shared.contracts.intake import ContactsAsked
from shared.database import Database
from shared.ids import RandomIds
from tests.conftest import TestClock
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_claim,
    a_colleague,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
    calm,
    reached,
)
from tests.intake.webhouse import SITE_KEY, a_browser, a_front, a_request
from tests.intake.webposts import CONSULTATION

outbox = metadata.tables["outbox"]
SPELLINGS = ("sam@example.org", "SAM@example.org", "Sam@Example.Org", " sam@example.org ", "sAm@EXAMPLE.ORG")
SECOND = timedelta(seconds=1)


def to(email: str | None = "sam@example.org", **said: Any) -> Decision:
    return Admitted(assessed(a_consultation(writer=a_writer(email=email, **said))))


async def arrive(database: Database, *decisions: Decision, now: datetime = NOW) -> list[str]:
    """The ids of what came, a second after one another."""
    return [
        each
        for count, decision in enumerate(decisions)
        for each in await together(database, Post(decision), now=now + count * SECOND)
    ]


async def together(database: Database, *posts: Post, now: datetime = NOW) -> list[str]:
    """The ids of what came at the same instant."""
    async with database.transaction() as tx:
        outcomes = await receive_all(tx, posts, a_desk(), now, RandomIds())
    return [each.request_id for each in outcomes if isinstance(each, Receipt)]


async def often(database: Database, vault: Vault, *request_ids: str) -> list[bool]:
    return [each.acknowledged_often for each in await reached(database, vault, *request_ids)]


async def subjects(database: Database) -> Sequence[str]:
    """What was announced, in order, without the owner and the version of its form."""
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(outbox.c.subject).order_by(outbox.c.seq))
        return [each.removeprefix("intake.").removesuffix(".v1") for each in rows.scalars()]


async def test_the_twenty_first_in_a_day_is_taken_like_any_other_and_told_apart(
    database: Database, vault: Vault
) -> None:
    came = await arrive(database, *[to()] * (MOST_ACKNOWLEDGED + 2))

    assert MOST_ACKNOWLEDGED == 20
    assert await often(database, vault, *came) == [*[False] * 20, True, True]
    assert set(await subjects(database)) == {"consultation.requested"}


async def test_who_asks_for_contacts_is_told(database: Database, vault: Vault, ids: CountedIds) -> None:
    first, *_, last = await arrive(database, *[to()] * (MOST_ACKNOWLEDGED + 1))
    question = ContactsAsked(request_ids=(last, first), purpose="acknowledge", asked_by="notifications")

    answered = await answer_contacts(question, database, NOW, vault, ids)

    assert [each.acknowledged_often for each in answered.contacts] == [True, False]


async def test_an_address_is_the_same_in_every_spelling(database: Database, vault: Vault) -> None:
    came = await arrive(database, *[to(SPELLINGS[each % 5]) for each in range(MOST_ACKNOWLEDGED + 1)])
    pam = await arrive(database, to("pam@example.org"), now=NOW + timedelta(hours=1))

    assert await often(database, vault, came[-1], *pam) == [True, False]


async def test_every_kind_of_request_counts(database: Database, vault: Vault) -> None:
    kinds: tuple[Submission, ...] = (a_consultation(), a_readiness(), a_colleague())
    came = await arrive(database, *[Admitted(assessed(kinds[each % 3])) for each in range(23)])

    assert await often(database, vault, *came) == [*[False] * 20, True, True, True]


@pytest.mark.parametrize(
    ("passed", "expected"), [(ACKNOWLEDGED_WITHIN - SECOND, True), (ACKNOWLEDGED_WITHIN, False)]
)
async def test_a_day_later_the_address_is_answered_again(
    database: Database, vault: Vault, passed: timedelta, expected: bool
) -> None:
    await arrive(database, *[to()] * MOST_ACKNOWLEDGED)
    (later,) = await arrive(database, to(), now=NOW + passed)

    assert await often(database, vault, later) == [expected]


async def test_it_is_the_same_whenever_it_is_asked_and_with_whomever(
    database: Database, vault: Vault
) -> None:
    yesterday = await arrive(database, to(), now=NOW - timedelta(days=30))
    came = await arrive(database, *[to()] * (MOST_ACKNOWLEDGED + 1))
    tomorrow = await arrive(database, to(), now=NOW + timedelta(days=30))

    alone = [(await often(database, vault, each))[0] for each in (*yesterday, *came, *tomorrow)]
    assert alone == await often(database, vault, *yesterday, *came, *tomorrow)
    assert alone == [False, *[False] * 20, True, False]


async def test_what_waits_in_quarantine_does_not_count_and_what_is_released_does(
    database: Database, vault: Vault
) -> None:
    spam = await arrive(database, *[Quarantined(assessed(), ("honeypot",))] * 4)
    came = await arrive(database, *[to()] * 17, now=NOW + timedelta(minutes=1))
    assert not any(await often(database, vault, *came, *spam))

    waiting = await reached(database, vault, *spam)
    for each in waiting:
        await operations.release(database, each.reference, NOW + timedelta(minutes=2))

    assert await often(database, vault, *spam, *came) == [*[False] * 20, True]


async def test_who_can_only_be_called_is_never_answered_too_often(database: Database, vault: Vault) -> None:
    came = await arrive(database, *[to(None, phone="+13235550100")] * (MOST_ACKNOWLEDGED + 1))
    (mailed,) = await arrive(database, to(phone="+13235550100"), now=NOW + timedelta(minutes=1))

    assert not any(await often(database, vault, *came, mailed))


async def test_an_operators_own_tests_neither_count_nor_are_withheld(
    database: Database, vault: Vault
) -> None:
    test = Admitted(assessed(test=True))
    tests = await arrive(database, *[test] * (MOST_ACKNOWLEDGED + 1))
    came = await arrive(database, *[to()] * MOST_ACKNOWLEDGED, test, now=NOW + timedelta(minutes=1))

    assert not any(await often(database, vault, *tests, *came))


async def test_a_post_that_is_sent_again_is_not_another(database: Database, vault: Vault) -> None:
    again = [await together(database, Post(to(), a_claim(vault))) for _ in range(5)]
    came = await arrive(database, *[to()] * MOST_ACKNOWLEDGED, now=NOW + timedelta(minutes=1))

    assert len({each for (each,) in again}) == 1
    assert await often(database, vault, *came) == [*[False] * 19, True]


async def test_posts_that_come_together_count_one_by_one(database: Database, vault: Vault) -> None:
    refusal = Post(Refused("consultation", (FieldError("/state", "unknown_code"),)))
    came = await together(database, refusal, *[Post(to())] * 30, Post(to("pam@example.org")))

    *sams, pam = await often(database, vault, *came)
    assert (sams.count(True), pam) == (10, False)


async def test_a_crisis_reaches_the_person_on_call_however_many_came_before(database: Database) -> None:
    await arrive(database, *[to()] * MOST_ACKNOWLEDGED)
    await arrive(database, Admitted(assessed(safety=calm("crisis"))))

    assert (await subjects(database))[-2:] == ["consultation.requested", "safety.flagged"]


async def test_who_posts_for_many_from_one_address_is_answered_and_kept_as_ever(
    database: Database, clock: TestClock
) -> None:
    async with a_browser(a_front(database, clock), Authorization=f"Bearer {SITE_KEY}") as browser:
        answers = [
            await browser.post(CONSULTATION, json=a_request(email=SPELLINGS[n % 3])) for n in range(22)
        ]

    assert {each.status_code for each in answers} == {202}
    assert {each.json()["message"] for each in answers} == {answers[0].json()["message"]}
    async with database.reading() as tx:
        kept = await tx.execute(sa.select(requests.c.status, sa.func.count()).group_by(requests.c.status))
        assert [tuple(each) for each in kept] == [("announced", 22)]


@contextmanager
def statements_of(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What the database is asked meanwhile."""
    said: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        said.append((statement, parameters))

    engine = database._reader.sync_engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)


def asking(said: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return [each for each in said if re.match(r"\s*(SELECT|WITH)\b", each[0])]


async def test_a_full_ask_takes_no_more_statements_than_an_ask_about_one(
    database: Database, vault: Vault
) -> None:
    decisions = [to(f"sam-{each}@example.org") for each in range(MAX_IDS_PER_ASK)]
    came = await arrive(database, *decisions)

    with statements_of(database) as about_one:
        await often(database, vault, came[0])
    with statements_of(database) as about_all:
        assert len(await often(database, vault, *came)) == 64

    assert len(asking(about_one)) == len(asking(about_all))


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_how_people_are_reached_is_known_without_reading_every_request(
    database: Database, vault: Vault, engine: str
) -> None:
    """SQLite chooses its way without statistics, so it chooses the same for a full table as for this one."""
    came = await arrive(database, to(), to("pam@example.org"), to(None, phone="+13235550100"))
    with statements_of(database) as said:
        await often(database, vault, *came)

    async with database.reading() as tx:
        for statement, parameters in asking(said):
            steps = await tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
            for step in steps:
                assert not re.match(r"SCAN (people|requests)|.*requests_status", step.detail), statement

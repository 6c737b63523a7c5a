"""What an operator may do with intake, and what stays on record about it."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations, storage, timers
from services.intake.domain.decision import Admitted, Decision, Quarantined, Refused
from services.intake.domain.submission import Submission
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.sealing import ACCESS
from services.intake.storage.tables import access_log, metadata
from services.intake.vault import Vault
from shared.database import Database
from shared.practice.clocks import Retention
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_claim,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
    calm,
    own_sealer,
    the_rules,
)

LATER = NOW + timedelta(hours=2)
SPAM = Quarantined(assessed(concerns=("grief_loss",)), ("honeypot",))


async def arrive(database: Database, ids: CountedIds, decision: Decision) -> Receipt:
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


async def ask(database: Database, ids: CountedIds, submission: Submission | None = None) -> Receipt:
    return await arrive(database, ids, Admitted(assessed(submission)))


UNNAMED = "operator:unnamed"  # whoever gives a command has a name, as deploy opens the database


async def facts(database: Database) -> Sequence[dict[str, Any]]:
    outbox = metadata.tables["outbox"]
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
        return [{"subject": row.subject, **json.loads(row.payload)} for row in rows]


async def test_who_reads_a_person_s_words_is_on_record_with_the_reason_sealed(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    receipt = await ask(database, ids, a_consultation(message="my mom died in March"))
    shown = await operations.show(database, vault, receipt.reference, "Dana is on the phone", LATER, ids)
    assert shown is not None
    assert shown.words.message == "my mom died in March"
    assert shown.reach.writer.name == "Sam Rivera"
    async with database.reading() as tx:
        row = (await tx.execute(sa.select(access_log))).one()
    assert (row.kind, row.purpose, row.asked_by, row.at) == ("words", "operator_show", UNNAMED, LATER)
    assert b"Dana" not in row.sealed
    own = await own_sealer(database, vault, receipt.person_id)
    assert own.open(ACCESS, row.id, row.sealed) == {"why": "Dana is on the phone"}


async def test_a_reference_that_nobody_has_shows_nothing_and_records_nothing(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    assert await operations.show(database, vault, "R-NOONE", "curious", NOW, ids) is None
    assert await operations.trail(database, "R-NOONE") == []
    assert await operations.silence(database, "R-NOONE", NOW) is None
    async with database.reading() as tx:
        assert (await tx.execute(sa.select(access_log))).all() == []


async def test_the_trail_tells_what_happened_and_who_read_what_in_order(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids, SPAM)
    await operations.release(database, receipt.reference, NOW + timedelta(hours=1))
    await operations.show(database, vault, receipt.reference, "why", LATER, ids)
    await operations.silence(database, receipt.reference, LATER + timedelta(hours=1))
    trail = await operations.trail(database, receipt.reference)
    assert [(entry["kind"], entry["name"]) for entry in trail] == [
        ("event", "request.quarantined"),
        ("action", "quarantine.released"),
        ("event", "consultation.requested"),
        ("action", "words.read"),
        ("action", "silence.asked"),
        ("event", "contact.changed"),
    ]
    assert [entry["detail"] for entry in trail] == [
        {"why": ["honeypot"]},
        {},
        {},
        {"purpose": "operator_show", "asked_by": UNNAMED},
        {},
        {},
    ]


async def test_the_trail_names_the_rules_that_flagged_a_person_in_crisis(
    database: Database, ids: CountedIds
) -> None:
    in_crisis = assessed(safety=replace(calm("crisis"), rules=("intent",)))
    receipt = await arrive(database, ids, Admitted(in_crisis))

    trail = await operations.trail(database, receipt.reference)

    assert [entry["detail"] for entry in trail if entry["name"] == "safety.flagged"] == [
        {"rules": ["intent"]}
    ]


async def test_a_released_request_is_announced_as_if_it_came_now_with_a_higher_version(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids, SPAM)
    assert await operations.release(database, receipt.reference, LATER)
    quarantined, requested = await facts(database)
    assert requested["subject"] == "intake.consultation.requested.v1"
    assert (quarantined["version"], requested["version"]) == (1, 2)
    assert requested["received_at"] == "2026-11-23T20:00:00Z"
    assert requested["concerns"] == ["grief_loss"]
    assert await operations.quarantine(database) == []
    assert await operations.open_items(database) == []


async def test_a_released_readiness_request_is_announced_as_one(database: Database, ids: CountedIds) -> None:
    spam = Quarantined(assessed(a_readiness()), ("time_trap_too_fast",))
    receipt = await arrive(database, ids, spam)
    await operations.release(database, receipt.reference, LATER)
    assert (await facts(database))[-1]["subject"] == "intake.readiness.requested.v1"


async def test_releasing_a_crisis_does_not_raise_the_alarm_a_second_time(
    database: Database, ids: CountedIds
) -> None:
    crisis = Quarantined(assessed(safety=calm("crisis")), ("honeypot",))
    receipt = await arrive(database, ids, crisis)
    await operations.release(database, receipt.reference, LATER)
    alarms = [fact for fact in await facts(database) if fact["subject"] == "intake.safety.flagged.v1"]
    assert len(alarms) == 1


async def test_two_operators_at_once_release_a_request_once(database: Database, ids: CountedIds) -> None:
    receipt = await arrive(database, ids, SPAM)
    done = await asyncio.gather(
        *(operations.release(database, receipt.reference, LATER) for _ in range(4)),
        *(operations.discard(database, receipt.reference, LATER) for _ in range(4)),
    )
    assert len([each for each in done if each]) == 1


async def test_a_discarded_request_is_closed_and_nothing_is_announced(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids, SPAM)
    assert await operations.discard(database, receipt.reference, LATER)
    assert len(await facts(database)) == 1
    assert await operations.quarantine(database) == []
    assert await operations.release(database, receipt.reference, LATER) is None


async def test_a_request_that_is_no_spam_cannot_be_discarded(database: Database, ids: CountedIds) -> None:
    receipt = await ask(database, ids)
    assert await operations.discard(database, receipt.reference, LATER) is None
    assert await operations.release(database, receipt.reference, LATER) is None


async def test_a_discarded_crisis_waits_for_nobody_any_more(database: Database, ids: CountedIds) -> None:
    crisis = Quarantined(assessed(safety=calm("crisis")), ("honeypot",))
    receipt = await arrive(database, ids, crisis)
    assert [each.duty.next_action for each in await operations.open_items(database)] == [
        "reach_person",
        "review_quarantine",
    ]
    await operations.discard(database, receipt.reference, LATER)
    assert await operations.open_items(database) == []


async def test_silence_reaches_every_request_from_the_address(database: Database, ids: CountedIds) -> None:
    phone = "+13235550100"
    first = await ask(database, ids, a_consultation(writer=a_writer(phone=phone)))
    again = await ask(database, ids, a_readiness())
    by_phone = await ask(database, ids, a_consultation(writer=a_writer(email=None, phone=phone)))
    await ask(database, ids, a_consultation(writer=a_writer(email="pam@example.org")))
    silenced = await operations.silence(database, first.reference, LATER)
    assert silenced is not None
    assert set(silenced) == {first.reference, again.reference, by_phone.reference}
    changed = [fact for fact in await facts(database) if fact["subject"] == "intake.contact.changed.v1"]
    assert {fact["reference"] for fact in changed} == set(silenced)
    assert all(fact["silenced"] and fact["version"] == 2 for fact in changed)


async def test_a_test_request_goes_the_way_of_every_request_and_is_marked(
    database: Database, ids: CountedIds
) -> None:
    receipt = await operations.test_request(database, a_consultation(), the_rules(), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    (fact,) = await facts(database)
    assert (fact["subject"], fact["test"]) == ("intake.consultation.requested.v1", True)


async def test_a_test_request_may_be_refused_like_any_other(database: Database, ids: CountedIds) -> None:
    refused = await operations.test_request(
        database, a_consultation(state="ZZ"), the_rules(), a_desk(), NOW, ids
    )
    assert isinstance(refused, Refused)
    (kept,) = await operations.refusals(database)
    assert operations.explained(kept.reasons) == ["/state: unknown_code"]


@pytest.mark.parametrize(("days", "kept"), [(29, 1), (31, 0)])
async def test_a_key_is_remembered_for_thirty_days(
    database: Database, vault: Vault, ids: CountedIds, days: int, kept: int
) -> None:
    async with database.transaction() as tx:
        await receive(tx, Post(Admitted(assessed()), a_claim(vault)), a_desk(), NOW, ids)
    (tick,) = timers.ticks(database, Retention(), lambda: NOW + timedelta(days=days))
    await tick.run()
    async with database.reading() as tx:
        assert (await storage.load_earlier(tx, a_claim(vault)) is not None) == bool(kept)

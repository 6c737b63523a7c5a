"""What happens when a request arrives: all of it in one commit, once, and nothing of it lost."""

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from services.intake import storage
from services.intake.domain.decision import Admitted, Decision, FieldError, Quarantined, Refused
from services.intake.handlers import Conflict, Outcome, Post, Receipt, receive, receive_all
from services.intake.storage.tables import metadata, people, requests
from services.intake.vault import Vault
from shared.database import Database
from shared.ids import RandomIds
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
)

PLAIN = Admitted(assessed())
SPAM = Quarantined(assessed(), ("honeypot",))
outbox = metadata.tables["outbox"]


async def arrive(
    database: Database,
    decision: Decision = PLAIN,
    post: storage.Claim | None = None,
    ids: Any = None,
) -> Outcome:
    async with database.transaction() as tx:
        return await receive(tx, Post(decision, post), a_desk(), NOW, ids or RandomIds())


async def announced(database: Database) -> list[tuple[str, dict[str, Any]]]:
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
        return [(row.subject, json.loads(row.payload)) for row in rows]


async def count(database: Database, table: sa.Table) -> int:
    async with database.reading() as tx:
        return int(await tx.scalar(sa.select(sa.func.count()).select_from(table)) or 0)


async def test_an_admitted_request_is_announced_with_its_codes_and_no_person(database: Database) -> None:
    receipt = await arrive(database, Admitted(assessed(concerns=("grief_loss",), flags=("danger_at_home",))))
    assert isinstance(receipt, Receipt)
    ((subject, fact),) = await announced(database)
    assert subject == "intake.consultation.requested.v1"
    assert fact["request_id"] == receipt.request_id
    assert fact["reference"] == receipt.reference
    assert (fact["for"], fact["age_band"], fact["concerns"]) == ("self", "adult", ["grief_loss"])
    assert (fact["flags"], fact["version"], fact["test"]) == (["danger_at_home"], 1, False)


async def test_a_readiness_request_is_announced_as_one(database: Database) -> None:
    submission = a_readiness(context=("bereaved",))
    await arrive(database, Admitted(assessed(submission)))
    ((subject, fact),) = await announced(database)
    assert subject == "intake.readiness.requested.v1"
    assert fact["context"] == ["bereaved"]


@pytest.mark.parametrize(("level", "flagged"), [("none", False), ("elevated", False), ("crisis", True)])
async def test_only_a_crisis_raises_the_alarm(database: Database, level: str, flagged: bool) -> None:
    await arrive(database, Admitted(assessed(safety=calm(level))))
    subjects = [subject for subject, _ in await announced(database)]
    assert ("intake.safety.flagged.v1" in subjects) == flagged
    assert "intake.consultation.requested.v1" in subjects


async def test_a_crisis_has_somebody_who_answers_for_it_at_any_hour(database: Database) -> None:
    await arrive(database, Admitted(assessed(safety=calm("crisis"))))
    async with database.reading() as tx:
        (waiting,) = await storage.load_open(tx)
    assert waiting.duty.owner == "dana"
    assert waiting.duty.next_action == "reach_person"
    assert waiting.duty.due_at == NOW + timedelta(minutes=15)


async def test_what_looks_like_spam_is_kept_and_shown_and_nothing_else(database: Database) -> None:
    await arrive(database, SPAM)
    ((subject, fact),) = await announced(database)
    assert subject == "intake.request.quarantined.v1"
    assert (fact["why"], fact["path"]) == (["honeypot"], "consultation")
    async with database.reading() as tx:
        (waiting,) = await storage.load_quarantined(tx)
    assert waiting.duty is not None
    assert waiting.duty.due_at == NOW + timedelta(hours=4)


async def test_a_person_in_a_crisis_is_never_lost_in_quarantine(database: Database) -> None:
    await arrive(database, Quarantined(assessed(safety=calm("crisis")), ("honeypot",)))
    subjects = [subject for subject, _ in await announced(database)]
    assert subjects == ["intake.request.quarantined.v1", "intake.safety.flagged.v1"]


async def test_quarantine_is_shared_out_among_those_on_duty_who_speak_the_language(
    database: Database,
) -> None:
    for _ in range(3):
        await arrive(database, SPAM)
    await arrive(database, Quarantined(assessed(language="es"), ("honeypot",)))
    async with database.reading() as tx:
        owners = [each.duty.owner for each in await storage.load_quarantined(tx) if each.duty]
        spanish = [each for each in await storage.load_quarantined(tx) if each.language == "es"]
    assert sorted(owners) == ["dana", "dana", "dana", "lee"]
    assert spanish[0].duty is not None
    assert spanish[0].duty.owner == "dana"


async def test_a_refusal_is_kept_as_pointers_and_codes_and_makes_nothing(database: Database) -> None:
    refusal = Refused("consultation", (FieldError("/concerns/2", "unknown_code"),))
    assert await arrive(database, refusal) == refusal
    assert await count(database, people) == 0
    assert await announced(database) == []
    async with database.reading() as tx:
        (kept,) = await storage.load_refusals(tx, 10)
    assert kept.reasons == refusal.reasons


async def test_the_same_post_again_makes_nothing_and_gets_the_same_answer(
    database: Database, vault: Vault
) -> None:
    first = await arrive(database, post=a_claim(vault))
    assert await arrive(database, post=a_claim(vault)) == first
    assert await count(database, requests) == 1
    assert len(await announced(database)) == 1


async def test_the_same_key_with_another_body_is_a_conflict(database: Database, vault: Vault) -> None:
    await arrive(database, post=a_claim(vault, body=b"one"))
    assert await arrive(database, post=a_claim(vault, body=b"two")) == Conflict()
    assert await count(database, requests) == 1


async def test_a_refused_post_may_be_corrected_under_the_same_key(database: Database, vault: Vault) -> None:
    refusal = Refused("consultation", (FieldError("/state", "unknown_code"),))
    await arrive(database, refusal, a_claim(vault, body=b"wrong"))
    assert isinstance(await arrive(database, post=a_claim(vault, body=b"right")), Receipt)


async def test_an_accepted_post_is_answered_the_same_even_if_it_would_be_refused_now(
    database: Database, vault: Vault
) -> None:
    first = await arrive(database, post=a_claim(vault))
    refusal = Refused("consultation", (FieldError("/state", "unknown_code"),))
    assert await arrive(database, refusal, a_claim(vault)) == first


async def test_two_posts_with_one_key_at_the_same_moment_make_one_request(
    database: Database, vault: Vault
) -> None:
    answers = await asyncio.gather(*(arrive(database, post=a_claim(vault)) for _ in range(8)))
    assert len({answer.request_id for answer in answers if isinstance(answer, Receipt)}) == 1
    assert all(isinstance(answer, Receipt) for answer in answers)
    assert await count(database, requests) == 1
    assert len(await announced(database)) == 1


async def test_posts_that_come_together_are_kept_in_one_commit_and_answered_each_for_itself(
    database: Database, vault: Vault
) -> None:
    refusal = Refused("consultation", (FieldError("/state", "unknown_code"),))
    posts = [
        Post(SPAM),
        Post(PLAIN, a_claim(vault, body=b"one")),
        Post(refusal),
        Post(PLAIN, a_claim(vault, body=b"one")),
        Post(PLAIN, a_claim(vault, body=b"two")),
        Post(SPAM),
    ]
    async with database.transaction() as tx:
        spam, one, refused, again, conflict, more = await receive_all(tx, posts, a_desk(), NOW, RandomIds())

    assert isinstance(spam, Receipt)
    assert isinstance(one, Receipt)
    assert isinstance(more, Receipt)
    assert (refused, again, conflict) == (refusal, one, Conflict())
    assert await count(database, requests) == len(await announced(database)) == 3
    async with database.reading() as tx:
        waiting = {each.id: each.duty for each in await storage.load_quarantined(tx)}
        assert len(await storage.load_refusals(tx, 10)) == 1
    owners = [duty.owner for id_ in (spam.request_id, more.request_id) if (duty := waiting[id_])]
    assert owners == ["dana", "lee"]


async def test_posts_without_a_key_are_each_a_request(database: Database) -> None:
    await arrive(database)
    await arrive(database)
    assert await count(database, requests) == 2


async def test_a_request_is_kept_with_its_fact_or_not_at_all(database: Database, vault: Vault) -> None:
    nobody = assessed(a_consultation(writer=a_writer(email=None)))
    with pytest.raises(IntegrityError):
        await arrive(database, Admitted(nobody), a_claim(vault))
    for table in (people, requests, outbox):
        assert await count(database, table) == 0
    assert isinstance(await arrive(database, post=a_claim(vault)), Receipt)


async def test_a_fact_carries_the_reference_that_the_request_really_got(database: Database) -> None:
    taken = CountedIds("R-AAAAA", "R-AAAAA", "R-BBBBB")
    await arrive(database, ids=taken)
    receipt = await arrive(database, ids=taken)
    assert isinstance(receipt, Receipt)
    assert receipt.reference == "R-BBBBB"
    assert [fact["reference"] for _, fact in await announced(database)] == ["R-AAAAA", "R-BBBBB"]

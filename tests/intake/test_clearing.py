"""A crisis waits until a named coordinator says that it is taken up; then what waited for that goes on."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from services.intake import operations, storage
from services.intake.domain.decision import Admitted, Decision, Quarantined
from services.intake.domain.request import Cleared
from services.intake.handlers import Post, Receipt, receive
from services.intake.operations import ClearedBefore, Clearing, NotCleared
from services.intake.storage.tables import metadata
from services.intake.vault import Vault, answer_requests
from shared import migrations
from shared.contracts.intake import RequestsAsked
from shared.database import Database
from shared.ids import RandomIds
from tests.intake.builders import (
    ADDRESS_KEY,
    NOW,
    PRACTICE_DIR,
    CountedIds,
    a_desk,
    a_readiness,
    assessed,
    calm,
    key,
    the_practice,
)

LATER = NOW + timedelta(minutes=20)
CRISIS = assessed(safety=replace(calm("crisis"), rules=("intent",)))
outbox = metadata.tables["outbox"]


async def arrive(database: Database, decision: Decision, ids: Any = None) -> Receipt:
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids or CountedIds())
    assert isinstance(receipt, Receipt)
    return receipt


async def clear(database: Database, ids: CountedIds, reference: str, by: str = "dana") -> Clearing:
    because = "spoke with them; their sister stays tonight"
    return await operations.clear_safety(database, a_desk(), reference, by, because, LATER, ids)


async def facts(database: Database, name: str) -> Sequence[dict[str, Any]]:
    async with database.reading() as tx:
        rows = await tx.execute(
            sa.select(outbox.c.seq, outbox.c.payload).where(outbox.c.subject == name).order_by(outbox.c.seq)
        )
        return [{"seq": row.seq, **json.loads(row.payload)} for row in rows]


async def level_of(database: Database, ids: CountedIds, request_id: str) -> str:
    asked = RequestsAsked(request_ids=(request_id,), purpose="refer", asked_by="notifications")
    return (await answer_requests(asked, database, NOW, ids, the_practice())).requests[0].safety_level


async def test_a_cleared_crisis_is_announced_and_answered_as_elevated(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, Admitted(CRISIS), ids)
    assert await level_of(database, ids, receipt.request_id) == "crisis"

    assert await clear(database, ids, receipt.reference) == Cleared("dana", LATER, 2)

    (flagged,) = await facts(database, "intake.safety.flagged.v1")
    (cleared,) = await facts(database, "intake.safety.cleared.v1")
    assert (flagged["version"], cleared["version"]) == (1, 2)
    assert (cleared["level"], cleared["cleared_by"], cleared["path"]) == ("elevated", "dana", "consultation")
    assert await level_of(database, ids, receipt.request_id) == "elevated"
    assert await operations.open_items(database) == []


async def test_who_cleared_it_is_in_the_trail_and_why_stays_sealed_with_the_request(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    receipt = await arrive(database, Admitted(CRISIS), ids)
    await clear(database, ids, receipt.reference)

    trail = await operations.trail(database, receipt.reference)
    shown = await operations.show(database, vault, receipt.reference, "looking", LATER, ids)

    assert [(each["name"], each["detail"]) for each in trail][-2:] == [
        ("note.kept", {"by": ["coordinator:dana"]}),
        ("safety.cleared", {"by": ["dana"]}),
    ]
    assert "sister" not in json.dumps(trail, default=str)
    assert shown is not None
    assert [(each.by, each.text) for each in shown.words.notes] == [
        ("coordinator:dana", "spoke with them; their sister stays tonight")
    ]


async def test_clearing_again_changes_nothing_and_says_who_was_first(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, Admitted(CRISIS), ids)
    first = await clear(database, ids, receipt.reference)

    assert isinstance(first, Cleared)
    assert await clear(database, ids, receipt.reference, by="lee") == ClearedBefore(first)
    assert len(await facts(database, "intake.safety.cleared.v1")) == 1
    assert len(await operations.trail(database, receipt.reference)) == 4


async def test_of_several_at_the_same_moment_one_clears_it(database: Database, ids: CountedIds) -> None:
    receipt = await arrive(database, Admitted(CRISIS), ids)

    done = await asyncio.gather(*(clear(database, ids, receipt.reference) for _ in range(6)))

    assert [isinstance(each, Cleared) for each in done].count(True) == 1
    assert [isinstance(each, ClearedBefore) for each in done].count(True) == 5
    assert len(await facts(database, "intake.safety.cleared.v1")) == 1


async def test_only_a_crisis_can_be_cleared_and_only_by_a_coordinator(
    database: Database, ids: CountedIds
) -> None:
    calm_one = await arrive(database, Admitted(assessed(safety=calm("elevated"))), ids)
    crisis = await arrive(database, Admitted(CRISIS), ids)

    assert await clear(database, ids, calm_one.reference) == NotCleared("no_crisis")
    assert await clear(database, ids, crisis.reference, by="nobody") == NotCleared("unknown_coordinator")
    assert await clear(database, ids, "R-NOONE") == NotCleared("unknown_request")
    assert await facts(database, "intake.safety.cleared.v1") == []
    assert await level_of(database, ids, crisis.request_id) == "crisis"


async def test_a_cleared_readiness_request_says_which_path_goes_on(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, Admitted(assessed(a_readiness(), safety=calm("crisis"))), ids)
    await clear(database, ids, receipt.reference)

    assert [each["path"] for each in await facts(database, "intake.safety.cleared.v1")] == ["readiness"]


@pytest.mark.parametrize("together", [False, True])
async def test_what_is_released_after_it_was_cleared_is_no_crisis_any_more(
    database: Database, ids: CountedIds, together: bool
) -> None:
    receipt = await arrive(database, Quarantined(CRISIS, ("honeypot",)), ids)
    steps: tuple[Callable[[], Any], ...] = (
        lambda: clear(database, ids, receipt.reference),
        lambda: operations.release(database, receipt.reference, LATER),
    )
    if together:
        await asyncio.gather(*(step() for step in steps))
    else:
        for step in steps:
            await step()

    (requested,) = await facts(database, "intake.consultation.requested.v1")
    (cleared,) = await facts(database, "intake.safety.cleared.v1")
    was_cleared_first = cleared["seq"] < requested["seq"]
    assert requested["safety_level"] == ("elevated" if was_cleared_first else "crisis")
    assert was_cleared_first or together
    assert await level_of(database, ids, receipt.request_id) == "elevated"
    async with database.reading() as tx:
        found = await storage.load_request(tx, receipt.reference)
    assert found is not None
    assert found.status == "announced"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database of intake as an operator's command finds it."""
    url = f"sqlite+aiosqlite:///{tmp_path / 'intake.db'}"
    asyncio.run(migrations.upgrade("intake", url))
    return url


def practice(url: str, *words: str) -> Result:
    """The command `practice` on this database."""
    env = {
        "INTAKE_DATABASE_URL": url,
        "INTAKE_VAULT_KEYS": key("k1"),
        "INTAKE_ADDRESS_KEY": ADDRESS_KEY,
        "INTAKE_LINK_KEYS": "a link key of the tests, long enough to be one",
        "MATCHING_LINK_KEYS": "a link key of the tests, long enough to be one",
        "PRACTICE_CONFIG_DIR": str(PRACTICE_DIR),
        "COLUMNS": "200",
    }
    return CliRunner().invoke(app, list(words), env=env)


def arrived(url: str, decision: Decision) -> str:
    """The reference of what has just come in."""

    async def work() -> Receipt:
        database = Database.open(url)
        try:
            return await arrive(database, decision, RandomIds())
        finally:
            await database.close()

    return asyncio.run(work()).reference


def test_the_command_clears_a_crisis_and_says_so_and_says_it_was_cleared(url: str) -> None:
    crisis = arrived(url, Admitted(CRISIS))

    first = practice(url, "clear", crisis.lower(), "--by", "dana", "--because", "spoke with them")
    again = practice(url, "clear", crisis, "--by", "lee", "--because", "saw it too")
    shown = practice(url, "show", crisis, "--why", "a look")

    assert (first.exit_code, again.exit_code) == (0, 0), first.output + again.output
    assert first.stdout == f"{crisis} is cleared by dana; what waited for that goes on\n"
    assert again.stdout.startswith(f"{crisis} was cleared already: by dana, ")
    assert "Inside note: coordinator:dana" in shown.stdout
    assert "spoke with them" in shown.stdout
    assert "saw it too" not in shown.stdout
    assert "elevated" in shown.stdout
    as_json = json.loads(practice(url, "show", crisis, "--why", "a look", "--json").stdout)
    assert [(each["by"], each["text"]) for each in as_json["notes"]] == [
        ("coordinator:dana", "spoke with them")
    ]


@pytest.mark.parametrize(
    ("by", "because", "ends_with", "sentence"),
    [
        ("nobody", "spoke", 2, "nobody is no coordinator of practice.yaml; those are dana, lee, marguerite"),
        ("dana", " ", 2, "say what was done, in 1 to 5000 characters"),
        ("dana", "x" * 5001, 2, "say what was done, in 1 to 5000 characters"),
    ],
)
def test_a_crisis_is_cleared_by_somebody_who_says_what_they_did(
    url: str, by: str, because: str, ends_with: int, sentence: str
) -> None:
    crisis = arrived(url, Admitted(CRISIS))

    result = practice(url, "clear", crisis, "--by", by, "--because", because)

    assert (result.exit_code, result.stdout) == (ends_with, "")
    assert result.stderr.startswith(sentence)
    assert practice(url, "clear", crisis, "--by", "dana").exit_code == 2
    assert practice(url, "clear", crisis, "--because", "spoke").exit_code == 2


def test_what_is_no_crisis_cannot_be_cleared_by_the_command(url: str) -> None:
    calm_one = arrived(url, Admitted(assessed()))
    said = ("--by", "dana", "--because", "spoke with them")

    results = [practice(url, "clear", reference, *said) for reference in (calm_one, "R-00000")]

    assert [each.exit_code for each in results] == [1, 1]
    assert [each.stderr for each in results] == [
        f"{calm_one} is no crisis; there is nothing to clear\n",
        "nobody knows R-00000\n",
    ]

"""Nobody is flooded because somebody types in their address: five answers a day, then a coordinator looks."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.admission import MOST_ACKNOWLEDGED
from services.intake.domain.decision import Admitted, Decision, FieldError, Quarantined, Refused
from services.intake.domain.submission import Submission
from services.intake.handlers import Post, Receipt, receive, receive_all
from services.intake.storage.tables import metadata, requests
from services.intake.vault import Vault
from shared.database import Database
from shared.ids import RandomIds
from tests.conftest import TestClock
from tests.intake.builders import (
    NOW,
    a_claim,
    a_colleague,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
    calm,
)
from tests.intake.webhouse import SITE_KEY, a_browser, a_front, a_request
from tests.intake.webposts import CONSULTATION, READINESS

outbox = metadata.tables["outbox"]
SAM = a_consultation()
SPELLINGS = ("sam@example.org", "SAM@example.org", "Sam@Example.Org", " sam@example.org ", "sAm@EXAMPLE.ORG")


def to(email: str | None, **said: Any) -> Decision:
    return Admitted(assessed(a_consultation(writer=a_writer(email=email, **said))))


async def arrive(
    database: Database, decision: Decision, now: Any = NOW, claim: storage.Claim | None = None
) -> Receipt:
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision, claim), a_desk(), now, RandomIds())
    assert isinstance(receipt, Receipt)
    return receipt


async def subjects(database: Database) -> Sequence[str]:
    """What was announced, in order, without the owner and the version of its form."""
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(outbox.c.subject).order_by(outbox.c.seq))
        return [each.removeprefix("intake.").removesuffix(".v1") for each in rows.scalars()]


async def statuses(database: Database) -> Sequence[tuple[str, list[str]]]:
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(requests.c.status, requests.c.quarantine_why))
        return sorted((row.status, list(row.quarantine_why)) for row in rows)


async def test_the_sixth_in_a_day_is_kept_and_shown_and_nothing_is_sent_to_the_address(
    database: Database,
) -> None:
    for _ in range(MOST_ACKNOWLEDGED + 2):
        await arrive(database, to("sam@example.org"))

    assert await subjects(database) == ["consultation.requested"] * 5 + ["request.quarantined"] * 2
    async with database.reading() as tx:
        waiting = await storage.load_quarantined(tx)
    assert [each.quarantine_why for each in waiting] == [("repeated",)] * 2
    assert all(each.duty for each in waiting)


async def test_an_address_is_the_same_in_every_spelling(database: Database) -> None:
    for email in SPELLINGS:
        await arrive(database, to(email))
    await arrive(database, to("sam@example.ORG"))
    await arrive(database, to("pam@example.org"))

    assert await subjects(database) == [
        *["consultation.requested"] * 5,
        "request.quarantined",
        "consultation.requested",
    ]


async def test_every_kind_of_request_counts(database: Database) -> None:
    kinds: tuple[Submission, ...] = (SAM, a_readiness(), a_colleague(), a_readiness(), SAM, a_colleague())
    for each in kinds:
        await arrive(database, Admitted(assessed(each)))

    assert (await subjects(database))[-1] == "request.quarantined"
    assert "request.quarantined" not in (await subjects(database))[:-1]


@pytest.mark.parametrize(("passed", "why"), [(timedelta(hours=23, minutes=59), 1), (timedelta(hours=24), 0)])
async def test_a_day_later_the_address_is_answered_again(
    database: Database, passed: timedelta, why: int
) -> None:
    for _ in range(MOST_ACKNOWLEDGED):
        await arrive(database, to("sam@example.org"))
    await arrive(database, to("sam@example.org"), NOW + passed)

    assert (await subjects(database)).count("request.quarantined") == why


async def test_what_waits_in_quarantine_does_not_count_and_what_is_released_does(database: Database) -> None:
    spam = Quarantined(assessed(SAM), ("honeypot",))
    waiting = [await arrive(database, spam) for _ in range(MOST_ACKNOWLEDGED)]
    await arrive(database, to("sam@example.org"))
    assert (await subjects(database))[-1] == "consultation.requested"

    for each in waiting[:4]:
        await operations.release(database, each.reference, NOW)
    await arrive(database, to("sam@example.org"))

    assert (await subjects(database))[-1] == "request.quarantined"


async def test_a_coordinator_may_release_a_sixth_as_any_other(database: Database) -> None:
    for _ in range(MOST_ACKNOWLEDGED):
        await arrive(database, to("sam@example.org"))
    sixth = await arrive(database, to("sam@example.org"))

    assert await operations.release(database, sixth.reference, NOW)
    assert (await subjects(database))[-1] == "consultation.requested"


async def test_a_sixth_in_a_crisis_reaches_the_person_on_call_all_the_same(database: Database) -> None:
    for _ in range(MOST_ACKNOWLEDGED):
        await arrive(database, to("sam@example.org"))
    await arrive(database, Admitted(assessed(safety=calm("crisis"))))

    assert (await subjects(database))[-2:] == ["request.quarantined", "safety.flagged"]


async def test_who_can_only_be_called_is_never_too_much(database: Database) -> None:
    for _ in range(MOST_ACKNOWLEDGED + 1):
        await arrive(database, to(None, phone="+13235550100"))

    assert set(await subjects(database)) == {"consultation.requested"}


async def test_an_operators_own_tests_neither_count_nor_wait(database: Database) -> None:
    for _ in range(MOST_ACKNOWLEDGED + 1):
        await arrive(database, Admitted(assessed(SAM, test=True)))
    await arrive(database, to("sam@example.org"))

    assert set(await subjects(database)) == {"consultation.requested"}


async def test_a_post_that_is_sent_again_is_not_another(database: Database, vault: Vault) -> None:
    for _ in range(MOST_ACKNOWLEDGED + 3):
        await arrive(database, to("sam@example.org"), claim=a_claim(vault))
    for _ in range(MOST_ACKNOWLEDGED - 1):
        await arrive(database, to("sam@example.org"))

    assert await subjects(database) == ["consultation.requested"] * 5


async def test_posts_that_come_together_count_one_by_one(database: Database, vault: Vault) -> None:
    refusal = Refused("consultation", (FieldError("/state", "unknown_code"),))
    pam = Admitted(assessed(a_consultation(writer=a_writer(email="pam@example.org"))))
    again = Post(to("sam@example.org"), a_claim(vault))
    posts = [again, Post(refusal), again, again, Post(pam), *[Post(to("Sam@example.org"))] * 5]
    async with database.transaction() as tx:
        outcomes = await receive_all(tx, posts, a_desk(), NOW, RandomIds())

    assert [isinstance(each, Receipt) for each in outcomes] == [True, False, *[True] * 8]
    assert await statuses(database) == [*[("announced", [])] * 6, ("quarantined", ["repeated"])]


@pytest.mark.parametrize("headers", [{}, {"Authorization": f"Bearer {SITE_KEY}"}])
async def test_whoever_posts_gets_the_same_answer_also_with_a_site_key(
    database: Database, clock: TestClock, headers: dict[str, str]
) -> None:
    async with a_browser(a_front(database, clock), **headers) as browser:
        answers = [await browser.post(CONSULTATION, json=a_request(email=SPELLINGS[n % 3])) for n in range(6)]
        reading = {"name": "Ana", "email": "sam@example.org", "opt_in": True}
        answers.append(await browser.post(READINESS, json=reading))

    assert [each.status_code for each in answers] == [202] * 7
    assert {json.dumps(sorted(each.json())) for each in answers} == {json.dumps(sorted(answers[0].json()))}
    assert answers[5].json()["message"] == answers[0].json()["message"]
    assert await statuses(database) == [*[("announced", [])] * 5, *[("quarantined", ["repeated"])] * 2]

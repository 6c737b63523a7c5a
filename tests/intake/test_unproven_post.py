"""A request that anybody may have posted in another name binds itself, and silences nothing that stands."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.intake import storage
from services.intake.domain.contact import Reach
from services.intake.domain.submission import ContactRules, SafeHours, SafetyTicks, Submission
from services.intake.vault import Vault
from shared.database import Database
from tests.intake.builders import NOW, CountedIds, a_consultation, an_arrival, at, reached

OPEN = ContactRules(email_ok=True, text_ok=True, voicemail_ok=True, discreet=False)
UNSAFE = a_consultation(contact=OPEN, safety=SafetyTicks(unsafe_at_home=True))
NO_MAIL = a_consultation(contact=replace(OPEN, email_ok=False))
NARROW = a_consultation(contact=replace(OPEN, safe_hours=SafeHours(at("03:00"), at("03:01"))))
STRICTER = pytest.mark.parametrize("later", [UNSAFE, NO_MAIL, NARROW], ids=["unsafe", "no-mail", "hours"])


async def both(database: Database, vault: Vault, ids: CountedIds, *posts: Submission) -> list[Reach]:
    """How each of these is reached, a day apart."""
    kept = [an_arrival(ids, each) for each in posts]
    came = [
        replace(each, request=replace(each.request, received_at=NOW + timedelta(days=day)))
        for day, each in enumerate(kept)
    ]
    async with database.transaction() as tx:
        await storage.save_requests(tx, came, vault, ids)
    return await reached(database, vault, *(each.request.id for each in came))


@STRICTER
async def test_a_later_post_withholds_no_mail_of_an_earlier_request(
    database: Database, vault: Vault, ids: CountedIds, later: Submission
) -> None:
    earlier, _ = await both(database, vault, ids, a_consultation(contact=OPEN), later)

    rules = earlier.permissions.rules
    assert (earlier.permissions.unsafe_at_home, rules.email_ok, rules.safe_hours) == (False, True, None)


@STRICTER
async def test_what_was_said_first_binds_a_later_request(
    database: Database, vault: Vault, ids: CountedIds, later: Submission
) -> None:
    own, bound = await both(database, vault, ids, later, a_consultation(contact=OPEN))

    assert bound.permissions == own.permissions


async def test_a_later_word_of_danger_makes_every_mail_there_discreet(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    earlier, _ = await both(database, vault, ids, a_consultation(contact=OPEN), UNSAFE)

    assert earlier.permissions.rules.discreet


async def test_danger_said_behind_a_mailed_link_binds_whatever_goes_to_that_inbox(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    earlier, later = await both(database, vault, ids, a_consultation(contact=OPEN), a_consultation())
    async with database.transaction() as tx:
        assert await storage.save_unsafe(tx, later.person_id)
        assert not await storage.save_unsafe(tx, later.person_id)

    now = await reached(database, vault, earlier.request_id, later.request_id)
    assert [each.permissions.unsafe_at_home for each in now] == [True, True]

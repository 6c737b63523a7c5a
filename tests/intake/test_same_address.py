"""Who writes from one address is one person as far as anybody can tell: facts name their other requests."""

from typing import Any

import pytest

from services.intake import operations, storage
from services.intake.domain.decision import Admitted, Quarantined
from services.intake.handlers import Post, Receipt, receive, receive_all
from tests.intake.builders import (
    NOW,
    a_colleague,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
)
from tests.intake.readying import Reader

SAM, PAM = a_writer(email="sam@example.org"), a_writer(email="pam@example.org")
TALK, READ = "consultation.requested.v1", "readiness.requested.v1"


async def same_address(reader: Reader) -> dict[str, list[str]]:
    """What each request's last fact says of others, by its id."""
    return {each["request_id"]: each["same_address"] for each in await reader.facts(TALK, READ)}


async def test_other_open_requests_from_the_same_inbox_are_named_the_latest_first(reader: Reader) -> None:
    one = await reader.arrived(a_readiness(writer=SAM))
    two = await reader.arrived(a_consultation(writer=a_writer(email="SAM@Example.org")))
    await reader.arrived(a_consultation(writer=PAM))
    three = await reader.arrived(a_readiness(writer=SAM))

    named = await same_address(reader)
    assert named[one.request_id] == []
    assert named[two.request_id] == [one.request_id]
    assert set(named[three.request_id]) == {one.request_id, two.request_id}


async def test_requests_kept_together_know_of_each_other(reader: Reader) -> None:
    posts = [Post(Admitted(assessed(a_consultation(writer=who)))) for who in (SAM, SAM, PAM)]
    async with reader.database.transaction() as tx:
        one, two, other = await receive_all(tx, posts, a_desk(reader.vault), NOW, reader.ids)
    assert isinstance(one, Receipt)
    assert isinstance(two, Receipt)
    assert isinstance(other, Receipt)

    named = await same_address(reader)
    assert (named[one.request_id], named[two.request_id]) == ([two.request_id], [one.request_id])
    assert named[other.request_id] == []


async def test_at_most_sixty_four_are_named(reader: Reader) -> None:
    posts = [Post(Admitted(assessed(a_consultation(writer=SAM)))) for _ in range(70)]
    async with reader.database.transaction() as tx:
        await receive_all(tx, posts, a_desk(reader.vault), NOW, reader.ids)
    last = await reader.arrived(a_readiness(writer=SAM))

    named = await same_address(reader)
    assert {len(each) for each in named.values()} == {64}
    assert all(own not in others for own, others in named.items())
    assert last.request_id in named


@pytest.mark.parametrize("what", ["spam", "discarded", "ended", "colleague", "test", "phone alone"])
async def test_what_is_not_open_or_nobody_s_wish_for_care_is_not_named(reader: Reader, what: str) -> None:
    plain: Any = a_consultation(writer=SAM)
    if what in ("spam", "discarded"):
        async with reader.database.transaction() as tx:
            spam = Quarantined(assessed(plain), ("honeypot",))
            kept = await receive(tx, Post(spam), a_desk(reader.vault), NOW, reader.ids)
        assert isinstance(kept, Receipt)
        if what == "discarded":
            await operations.discard(reader.database, kept.reference, NOW)
    elif what == "ended":
        kept = await reader.arrived(plain)
        async with reader.database.transaction() as tx:
            await storage.save_ended_referrals(tx, {kept.request_id: True})
    elif what == "colleague":
        await reader.arrived(a_colleague(writer=SAM))
    elif what == "test":
        await reader.arrived(plain, test=True)
    else:
        await reader.arrived(a_consultation(writer=a_writer(email=None, phone="+13235550100")))

    new = await reader.arrived(a_readiness(writer=SAM))

    assert (await same_address(reader))[new.request_id] == []


async def test_two_who_gave_a_number_alone_are_nobody_s_same_inbox(reader: Reader) -> None:
    nobody = a_writer(email=None, phone="+13235550100")
    await reader.arrived(a_consultation(writer=nobody))
    two = await reader.arrived(a_consultation(writer=nobody))

    assert (await same_address(reader))[two.request_id] == []


async def test_a_request_out_of_quarantine_names_the_others_too(reader: Reader) -> None:
    one = await reader.arrived(a_consultation(writer=SAM))
    async with reader.database.transaction() as tx:
        spam = Quarantined(assessed(a_readiness(writer=SAM)), ("honeypot",))
        kept = await receive(tx, Post(spam), a_desk(reader.vault), NOW, reader.ids)
    assert isinstance(kept, Receipt)
    await operations.release(reader.database, kept.reference, NOW)

    assert (await same_address(reader))[kept.request_id] == [one.request_id]


async def test_a_reopened_request_names_the_others_too(reader: Reader) -> None:
    read = await reader.arrived(a_readiness(writer=SAM))
    talk = await reader.arrived(a_consultation(writer=SAM))
    await reader.tell(read)

    assert (await same_address(reader))[read.request_id] == [talk.request_id]

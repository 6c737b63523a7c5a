"""Two changes at once: neither is lost, nothing stands half done, and nobody waits for ever."""

import asyncio
from collections.abc import Awaitable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.intake.domain.contact_change import Card
from services.intake.domain.submission import SafeHours
from services.intake.storage import cards
from services.intake.storage.tables import people
from shared.database import Database, Transaction
from tests.intake.builders import at
from tests.intake.calling import Office
from tests.intake.contacting import EVE, LATER, NEW, OTHER_PHONE, PAM, PHONE, SAM, Inbox

MORNING = SafeHours(at("08:00"), at("12:00"))
ROUNDS = 8


@pytest.fixture
async def inbox(database: Database) -> Inbox:
    return Inbox(database)


async def at_once(*acts: Awaitable[object]) -> list[object]:
    return list(await asyncio.wait_for(asyncio.gather(*acts), timeout=60))


async def test_two_changes_of_different_things_are_both_kept(inbox: Inbox) -> None:
    for number in range(ROUNDS):
        address = f"sam{number}@example.org"
        first, second = await inbox.note(address), await inbox.note(address)

        await at_once(
            inbox.change(first, phone=PHONE),
            inbox.change(second, hours=MORNING),
            inbox.change(first, discreet=False),
            inbox.change(second, text_ok=True),
        )

        for note in (first, second):
            reach = await inbox.reach(note)
            rules = reach.permissions.rules
            assert reach.writer.phone == PHONE
            assert (rules.safe_hours, rules.discreet, rules.text_ok) == (MORNING, False, True)
            assert reach.version == 5


async def test_of_two_new_addresses_one_counts_for_every_note(inbox: Inbox) -> None:
    for number in range(ROUNDS):
        address = f"sam{number}@example.org"
        notes = [await inbox.note(address) for _ in range(3)]

        await at_once(
            *(inbox.change(note, email=f"new{number}{place}@example.org") for place, note in enumerate(notes))
        )

        assert len({await inbox.email(note) for note in notes}) == 1
        assert len({(await inbox.row(note)).email_key for note in notes}) == 1


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_an_attempt_that_came_too_late_lets_go_of_its_rows(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two that hold on while they try again wait for each other; here the other asks without waiting."""
    notes = [await inbox.note(SAM) for _ in range(2)]
    person_id = (await inbox.row(notes[1])).id
    looks: list[Card | None] = []

    async def load_card(tx: Transaction, of: str, load=cards.load_card) -> Card | None:
        looks.append(await load(tx, of))
        if len(looks) == 1:
            await move_everybody()
        else:
            await take_theirs()
        return looks[-1]

    async def move_everybody() -> None:
        async with inbox.database.transaction() as tx:
            await tx.execute(sa.update(people).values(email_key="new"))

    async def take_theirs() -> None:
        async with inbox.database.transaction() as tx:
            await tx.execute(
                sa.select(people.c.id).where(people.c.id == person_id).with_for_update(nowait=True)
            )

    monkeypatch.setattr(cards, "load_card", load_card)
    async with inbox.database.transaction() as tx:
        taken = await cards.take_cards(tx, person_id)

    assert len(looks) == 2
    assert {card.email_key for card in taken} == {"new"}
    assert len(taken) == 2


async def test_a_stop_and_a_new_address_at_once_leave_them_silent(inbox: Inbox) -> None:
    for number in range(ROUNDS):
        note = await inbox.note(f"sam{number}@example.org", PHONE)

        done = await at_once(
            inbox.stop(note),
            inbox.change(note, email=f"new{number}@example.org"),
        )

        assert None not in done
        assert False not in done
        assert await inbox.silenced(note) == [True]


async def test_people_who_share_a_number_do_not_wait_for_each_other(inbox: Inbox) -> None:
    for _ in range(ROUNDS):
        sam, pam, eve = (
            await inbox.note(SAM, PHONE),
            await inbox.note(PAM, PHONE),
            await inbox.note(EVE, PHONE),
        )
        await at_once(
            inbox.stop(sam),
            inbox.stop(pam),
            inbox.change(eve, text_ok=True),
            inbox.allow(sam, LATER + timedelta(minutes=1)),
            inbox.allow(pam, LATER + timedelta(minutes=1)),
        )
        await at_once(inbox.allow(sam), inbox.allow(pam))

    assert await inbox.silenced(sam, pam, eve) == [False] * 3


async def test_a_stop_and_a_booking_at_once_leave_no_call(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    for number in range(ROUNDS):
        note = await inbox.note(f"sam{number}@example.org", f"+1323555011{number}")
        slot = (await office.offer(note.request_id)).slots[0].starts_at

        await at_once(office.book(note.request_id, slot), inbox.stop(note))

        call = await office.call(note.request_id)
        assert call is None or call.status == "cancelled"
        assert await office.minutes() == []


async def test_a_number_given_with_a_booking_and_a_change_at_once_are_both_kept(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    note = await inbox.note(SAM)
    slot = (await office.offer(note.request_id)).slots[0].starts_at

    await at_once(
        office.book(note.request_id, slot, phone=OTHER_PHONE, voicemail_ok=True),
        inbox.change(note, email=NEW, text_ok=True),
    )

    reach = await inbox.reach(note)
    assert (reach.writer.email, reach.writer.phone) == (NEW, OTHER_PHONE)
    assert (reach.permissions.rules.text_ok, reach.permissions.rules.voicemail_ok) == (True, True)

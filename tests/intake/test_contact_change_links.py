"""A link acts for the address to which it was mailed: never for a stranger's, nor for ever for an old one."""

from datetime import datetime, timedelta

import pytest

from services.intake.domain.contact_change import ON_ITS_WAY, SLIP
from services.intake.domain.submission import ContactRules
from tests.intake.builders import NOW
from tests.intake.contacting import AN_HOUR, EVE, LATER, NEW, PAM, PHONE, SAM, Inbox

IN_TIME = LATER + SLIP - timedelta(seconds=1)
TOO_LATE = LATER + SLIP
AFTER_THE_MOVE = LATER + ON_ITS_WAY


@pytest.mark.parametrize(
    "mailed_at", [NOW, LATER, LATER + timedelta(milliseconds=200), LATER + timedelta(minutes=9)]
)
async def test_who_gives_a_stranger_s_address_as_their_own_gets_none_of_their_mail(
    inbox: Inbox, mailed_at: datetime
) -> None:
    pam, eve = await inbox.note(PAM), await inbox.note(EVE)
    before = await inbox.reach(pam)
    await inbox.change(eve, email=PAM)

    await inbox.change(eve, LATER + timedelta(minutes=10), mailed_at, email=EVE, discreet=False)

    assert await inbox.email(eve) == EVE
    assert await inbox.reach(pam) == before
    assert {each["request_id"] for each in await inbox.facts()} == {eve.request_id}


async def test_nor_can_they_silence_the_stranger(inbox: Inbox) -> None:
    pam, eve = await inbox.note(PAM), await inbox.note(EVE)
    await inbox.change(eve, email=PAM)

    await inbox.stop(eve, LATER + timedelta(minutes=10))

    again = await inbox.note(PAM)
    assert await inbox.silenced(pam, eve, again) == [False, True, False]


async def test_nor_can_they_take_the_stranger_s_silence_away(inbox: Inbox) -> None:
    pam, eve = await inbox.note(PAM), await inbox.note(EVE)
    await inbox.stop(pam, LATER)
    await inbox.change(eve, LATER + timedelta(minutes=1), email=PAM)

    await inbox.allow(eve, LATER + timedelta(minutes=10))

    assert await inbox.silenced(pam, eve) == [True, True]


async def test_whoever_has_the_address_holds_everything_that_came_to_it(inbox: Inbox) -> None:
    pam, eve = await inbox.note(PAM), await inbox.note(EVE)
    await inbox.change(eve, email=PAM)

    await inbox.change(pam, LATER + AN_HOUR, phone=PHONE)

    assert (await inbox.reach(eve)).writer.phone == PHONE


async def test_a_mail_to_the_new_address_holds_everything_that_stands_there(inbox: Inbox) -> None:
    there, moved = await inbox.note(NEW), await inbox.note(SAM)
    await inbox.change(moved, email=NEW)

    await inbox.change(moved, AFTER_THE_MOVE + AN_HOUR, AFTER_THE_MOVE, phone=PHONE)

    assert (await inbox.reach(there)).writer.phone == PHONE
    assert (await inbox.reach(moved)).writer.phone == PHONE


async def test_what_moved_together_is_put_right_together(inbox: Inbox) -> None:
    first, second = await inbox.note(), await inbox.note()
    await inbox.change(first, email="smn@example.org")

    await inbox.change(second, IN_TIME, email=NEW)

    assert [await inbox.email(each) for each in (first, second)] == [NEW, NEW]


async def test_whoever_reads_the_old_inbox_gets_nothing_back(inbox: Inbox) -> None:
    note = await inbox.note()
    await inbox.change(note, email=NEW)

    assert await inbox.is_good(note, IN_TIME)
    assert not await inbox.is_good(note, TOO_LATE)
    assert await inbox.change(note, TOO_LATE, email=SAM) is None
    assert not await inbox.stop(note, TOO_LATE)
    assert not await inbox.allow(note, TOO_LATE)
    assert await inbox.email(note) == NEW
    assert await inbox.silenced(note) == [False]


async def test_an_address_that_was_mended_is_as_old_as_its_last_letter(inbox: Inbox) -> None:
    note = await inbox.note()
    await inbox.change(note, email="smn@example.org")
    await inbox.change(note, IN_TIME, email=NEW)

    assert await inbox.is_good(note, IN_TIME + SLIP - timedelta(seconds=1))
    assert not await inbox.is_good(note, IN_TIME + SLIP)


@pytest.mark.parametrize(
    "after", [timedelta(0), timedelta(milliseconds=300), timedelta(minutes=5), timedelta(days=3)]
)
async def test_the_first_mail_to_a_new_address_has_a_link_that_lasts(inbox: Inbox, after: timedelta) -> None:
    note = await inbox.note()
    moved_at = LATER + timedelta(milliseconds=900)
    await inbox.change(note, moved_at, email=NEW)
    made = (moved_at + after).replace(microsecond=0)  # a link's end is in whole seconds

    assert await inbox.is_good(note, LATER + timedelta(days=50), made)
    assert await inbox.change(note, LATER + timedelta(days=50), made, email=EVE) is not None
    assert await inbox.email(note) == EVE


async def test_another_number_or_hour_leaves_every_link_as_it_was(inbox: Inbox) -> None:
    note, stranger = await inbox.note(), await inbox.note(PAM, PHONE)
    await inbox.change(note, phone=PHONE, text_ok=True)

    assert await inbox.is_good(note, LATER + timedelta(days=50))
    await inbox.change(note, LATER + timedelta(days=50), discreet=False)
    assert (await inbox.reach(stranger)).permissions.rules == ContactRules()

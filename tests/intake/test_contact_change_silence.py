"""Please stop: nothing more goes to the person, wherever they are reached, until they say otherwise."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from services.intake import operations, storage
from services.intake.domain.submission import ContactRules
from shared import migrations
from shared.database import Database
from tests.intake.builders import NOW
from tests.intake.calling import Office
from tests.intake.contacting import (
    AN_HOUR,
    EVE,
    LATER,
    NEW,
    OTHER_PHONE,
    PAM,
    PHONE,
    SAM,
    Inbox,
)

LATER_STILL = LATER + AN_HOUR


async def test_everybody_at_the_address_of_the_link_is_silent_at_once_and_ever_after(inbox: Inbox) -> None:
    note, again = await inbox.note(SAM, PHONE), await inbox.note(SAM)
    stranger = await inbox.note(PAM, OTHER_PHONE)

    assert await inbox.stop(note)

    later = await inbox.note(SAM, OTHER_PHONE)
    assert await inbox.silenced(note, again, later, stranger) == [True] * 3 + [False]
    told = {each["request_id"]: (each["silenced"], each["changed"]) for each in await inbox.facts()}
    assert told == {each.request_id: (True, ["silence"]) for each in (note, again)}


async def test_whoever_shares_neither_address_nor_number_is_left_alone(inbox: Inbox) -> None:
    sam, by_phone = await inbox.note(SAM, PHONE), await inbox.note(None, PHONE)
    await inbox.note(PAM), await inbox.note(None, OTHER_PHONE)

    async with inbox.database.reading() as tx:
        for note in (sam, by_phone):
            cards = await storage.load_cards(tx, note.person_id)
            assert {card.person_id for card in cards} == {sam.person_id, by_phone.person_id}


async def test_stop_said_twice_is_said_once(inbox: Inbox) -> None:
    note = await inbox.note(SAM, PHONE)
    await inbox.stop(note)
    assert await inbox.stop(note, LATER_STILL)

    assert len(await inbox.facts()) == 1
    assert (await inbox.reach(note)).version == 2


async def test_a_call_that_is_booked_is_cancelled_and_its_time_is_free(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    note = await inbox.note(SAM, PHONE)
    again = await inbox.note(SAM, OTHER_PHONE)
    call = await office.booked(note.request_id)
    await office.booked(again.request_id)

    await inbox.stop(note)

    for each in (note, again):
        ended = await office.call(each.request_id)
        assert ended is not None
        assert (ended.status, ended.by) == ("cancelled", "person")
    assert await office.minutes() == []
    assert [each["why"] for each in await office.facts() if each["fact"] == "cancelled"] == ["silenced"] * 2
    offer = await office.offer((await inbox.note(PAM, "+13235550188")).request_id)
    assert call.starts_at in [each.starts_at for each in offer.slots]
    assert (await office.offer(note.request_id)).not_offered == "silenced"


async def test_a_call_that_was_arranged_after_it_is_cancelled_by_saying_it_again(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    note = await inbox.note(SAM, PHONE)
    await inbox.stop(note)
    arranged = await office.arrange(note.request_id, "book", starts_at=NOW + timedelta(days=1), minutes=20)
    assert arranged.done, arranged

    await inbox.stop(note, LATER_STILL)

    ended = await office.call(note.request_id)
    assert ended is not None
    assert ended.status == "cancelled"


async def test_mail_that_is_allowed_again_may_come_again(inbox: Inbox) -> None:
    note, again = await inbox.note(SAM, PHONE), await inbox.note(SAM)
    await inbox.stop(note)
    later = await inbox.note(SAM)

    assert await inbox.allow(again, LATER_STILL)

    assert await inbox.silenced(note, again, later) == [False] * 3
    assert [each["silenced"] for each in await inbox.facts()] == [True, True, False, False, False]
    assert await inbox.allow(again, LATER_STILL)
    assert len(await inbox.facts()) == 5


async def test_a_silence_that_grew_is_lifted_whole(inbox: Inbox) -> None:
    first, second = await inbox.note(SAM, PHONE), await inbox.note(SAM, OTHER_PHONE)
    await inbox.stop(first)
    await inbox.stop(second, LATER + timedelta(minutes=5))

    await inbox.allow(first, LATER_STILL)

    assert await inbox.silenced(first, second) == [False, False]


async def test_nobody_takes_away_what_somebody_else_silenced_at_a_shared_number(inbox: Inbox) -> None:
    by_phone, eve = await inbox.note(None, PHONE), await inbox.note(EVE, PHONE)
    await operations.silence(inbox.database, by_phone.reference, NOW)

    await inbox.allow(eve, LATER)
    await inbox.stop(eve, LATER)
    await inbox.allow(eve, LATER_STILL)

    assert await inbox.silenced(by_phone, eve) == [True, True]


async def test_nor_what_outlives_whoever_asked_for_it(inbox: Inbox) -> None:
    gone, eve = await inbox.note(None, PHONE), await inbox.note(EVE, PHONE)
    await operations.silence(inbox.database, gone.reference, NOW)
    await inbox.erase(gone)

    await inbox.allow(eve, LATER)

    assert await inbox.silenced(eve, await inbox.note(None, PHONE)) == [True, True]


async def test_who_asked_themselves_stays_silent_when_another_lifts_a_shared_number(inbox: Inbox) -> None:
    eve, pam = await inbox.note(EVE, PHONE), await inbox.note(PAM, PHONE)
    await inbox.stop(eve)
    await inbox.stop(pam, LATER + timedelta(minutes=5))

    await inbox.allow(eve, LATER_STILL)

    assert await inbox.silenced(eve, pam) == [False, True]


@pytest.mark.parametrize("wanted", [{"email": NEW}, {"email": NEW, "phone": OTHER_PHONE}])
async def test_silence_goes_along_to_a_new_address_and_silences_nobody_else_there(
    inbox: Inbox, wanted: dict[str, str]
) -> None:
    note, there = await inbox.note(SAM, PHONE), await inbox.note(NEW, OTHER_PHONE)
    await inbox.stop(note)

    await inbox.change(note, LATER_STILL, **wanted)

    assert await inbox.silenced(note, there) == [True, False]
    moved = (await inbox.facts())[-1]
    assert (moved["request_id"], moved["silenced"]) == (note.request_id, True)
    assert await inbox.silenced(await inbox.note(SAM), await inbox.note(NEW)) == [True, False]


async def test_silence_said_at_an_address_before_they_wrote_goes_along_too(inbox: Inbox) -> None:
    await operations.silence(inbox.database, (await inbox.note(SAM)).reference, NOW)
    later = await inbox.note(SAM)

    await inbox.change(later, email=NEW)

    assert await inbox.silenced(later) == [True]
    assert await inbox.allow(later)
    assert await inbox.silenced(later) == [False]


async def test_an_address_of_somebody_silent_stays_silent_whoever_moves_there(inbox: Inbox) -> None:
    silent, note = await inbox.note(PAM), await inbox.note(SAM)
    await inbox.stop(silent)

    await inbox.change(note, email=PAM, email_ok=True)

    assert await inbox.silenced(note, silent) == [True, True]
    assert (await inbox.facts())[-1]["silenced"]


async def test_who_leaves_an_address_leaves_what_somebody_else_silenced_there(inbox: Inbox) -> None:
    silent, note = await inbox.note(PAM), await inbox.note(SAM)
    await inbox.stop(silent)
    await inbox.change(note, email=PAM)

    await inbox.change(note, LATER + timedelta(minutes=5), email=NEW)

    assert await inbox.silenced(note, silent) == [False, True]
    assert [each["silenced"] for each in await inbox.facts()] == [True, True, False]


async def test_a_change_lifts_no_silence(inbox: Inbox) -> None:
    note = await inbox.note(SAM, PHONE)
    await inbox.stop(note)

    done = await inbox.change(note, email_ok=True, text_ok=True, discreet=False, hours="any")

    assert done is not None
    assert done != "too_often"
    assert done.silent
    assert await inbox.silenced(note) == [True]
    assert (await inbox.reach(note)).permissions.rules == ContactRules(text_ok=True, discreet=False)


async def test_a_change_tells_of_nobody_s_silence_but_one_s_own(inbox: Inbox) -> None:
    pam, eve = await inbox.note(PAM, PHONE), await inbox.note(EVE)
    await inbox.stop(pam)

    for wanted in ({"email": PAM}, {"phone": PHONE}, {"text_ok": True}):
        done = await inbox.change(eve, **wanted)
        assert done is not None
        assert done != "too_often"
        assert not done.silent


async def test_the_practice_takes_a_silence_back_wherever_it_was_said(inbox: Inbox) -> None:
    eve, pam = await inbox.note(EVE, PHONE), await inbox.note(PAM, PHONE)
    await operations.silence(inbox.database, eve.reference, NOW)
    await inbox.stop(pam)

    changed = await operations.allow(inbox.database, pam.reference, LATER_STILL)

    assert changed == [pam.reference]
    assert await inbox.silenced(eve, pam) == [True, False]
    assert await operations.allow(inbox.database, eve.reference, LATER_STILL) == [eve.reference]
    assert await inbox.silenced(eve, pam) == [False, False]
    assert await operations.allow(inbox.database, pam.reference, LATER_STILL) == []
    assert await operations.allow(inbox.database, "R-NOONE", LATER_STILL) is None
    assert ("silence.lifted", ()) in await inbox.trail(pam)


async def test_what_the_practice_decides_is_not_told_as_the_person_s_own_change(inbox: Inbox) -> None:
    note = await inbox.note()
    await operations.silence(inbox.database, note.reference, NOW)
    await operations.allow(inbox.database, note.reference, LATER)

    assert [(each["silenced"], each["changed"]) for each in await inbox.facts()] == [(True, []), (False, [])]


async def test_the_practice_cancels_the_call_of_whom_it_silences(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    note = await inbox.note(SAM, PHONE)
    await office.booked(note.request_id)

    await operations.silence(database, note.reference, NOW)

    ended = await office.call(note.request_id)
    assert ended is not None
    assert (ended.status, ended.by) == ("cancelled", "intake")


async def test_an_older_version_keeps_everybody_silent_who_is(
    database_url: Callable[[str], Awaitable[str]],
) -> None:
    url = await database_url("intake")
    database = Database.open(url)
    inbox = Inbox(database)
    note = await inbox.note(SAM, PHONE)
    await inbox.stop(note)
    await inbox.change(note, LATER_STILL, email=NEW)
    await database.close()

    await migrations.downgrade("intake", url, "0003")
    await migrations.upgrade("intake", url)

    inbox = Inbox(Database.open(url))
    assert await inbox.silenced(note) == [True]
    await inbox.database.close()

"""A number is no inbox: a link in a mail silences nobody by it, and the practice may."""

from datetime import timedelta

from services.intake import operations
from shared.database import Database
from tests.intake.builders import NOW
from tests.intake.calling import Office
from tests.intake.contacting import AN_HOUR, EVE, LATER, PAM, PHONE, SAM, Inbox

LATER_STILL = LATER + AN_HOUR


async def test_whoever_types_a_strangers_number_silences_nobody_by_a_link(inbox: Inbox) -> None:
    pam, by_phone = await inbox.note(PAM, PHONE), await inbox.note(None, PHONE)
    eve = await inbox.note(EVE, PHONE)

    assert await inbox.stop(eve)

    later = await inbox.note("else@example.org", PHONE)
    assert await inbox.silenced(pam, by_phone, later, eve) == [False, False, False, True]
    assert [each["request_id"] for each in await inbox.facts()] == [eve.request_id]
    assert await inbox.allow(eve, LATER_STILL)
    assert await inbox.silenced(eve) == [False]


async def test_the_calls_of_whoever_has_that_number_stand(database: Database) -> None:
    office, inbox = Office.of(database), Inbox(database)
    pam, silent, eve = (
        await inbox.note(PAM, PHONE),
        await inbox.note(SAM, PHONE),
        await inbox.note(EVE, PHONE),
    )
    call = await office.booked(pam.request_id)
    await inbox.stop(silent)
    tomorrow = NOW + timedelta(days=1)
    arranged = await office.arrange(silent.request_id, "book", starts_at=tomorrow, minutes=20)
    assert arranged.done, arranged

    await inbox.stop(eve, LATER_STILL)

    assert await office.call(pam.request_id) == call
    stands = await office.call(silent.request_id)
    assert stands is not None
    assert stands.is_booked


async def test_the_practice_silences_the_number_with_whoever_has_it(inbox: Inbox) -> None:
    note, by_phone = await inbox.note(SAM, PHONE), await inbox.note(None, PHONE)

    await operations.silence(inbox.database, note.reference, NOW)

    assert await inbox.silenced(note, by_phone, await inbox.note(PAM, PHONE)) == [True] * 3

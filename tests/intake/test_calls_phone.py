"""The number at which somebody is called: asked for where it is missing, never changed unseen."""

import pytest

from services.intake import operations
from services.intake.domain.booking import PhoneSaid, Standing, what_counts
from services.intake.domain.call import Done
from services.intake.domain.contact import Reach
from services.intake.domain.submission import ContactRules, SafetyTicks
from services.intake.handlers.calls import Wish
from tests.intake.builders import NOW, a_consultation, a_writer, reached
from tests.intake.calling import PHONE, Office, local, why

FIRST = local("11-24 09:00")
OTHER = "+13235550177"
WITHOUT = a_consultation(writer=a_writer())


async def contact(office: Office, request_id: str) -> Reach:
    (reach,) = await reached(office.database, office.vault, request_id)
    return reach


async def test_nobody_books_a_call_without_a_number(office: Office) -> None:
    request_id = await office.asked(WITHOUT)
    refused = await office.book(request_id, FIRST)
    assert why(refused) == "phone_missing"
    assert not refused.offer.phone_known
    assert await office.facts() == []


async def test_a_number_that_was_missing_is_kept_sealed_with_what_was_said_about_voicemail(
    office: Office,
) -> None:
    request_id = await office.asked(WITHOUT)
    await office.booked(request_id, FIRST, phone=PHONE, voicemail_ok=True)

    reach = await contact(office, request_id)
    assert (reach.writer.phone, reach.writer.email) == (PHONE, "sam@example.org")
    assert (reach.permissions.rules.voicemail_ok, reach.permissions.rules.text_ok) == (True, False)
    assert reach.version == 2
    assert (await office.offer(request_id)).phone_known
    (fact,) = await office.facts("contact")
    assert (fact["version"], fact["silenced"], fact["changed"]) == (2, False, [])


async def test_a_number_that_is_known_stays_whatever_a_booking_says(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST, phone=OTHER)
    assert (await contact(office, request_id)).writer.phone == PHONE
    assert await office.facts("contact") == []


@pytest.mark.parametrize("said", [True, False])
async def test_what_is_said_about_voicemail_is_kept_and_told(office: Office, said: bool) -> None:
    rules = ContactRules(voicemail_ok=not said)
    request_id = await office.asked(a_consultation(writer=a_writer(phone=PHONE), contact=rules))
    await office.booked(request_id, FIRST, voicemail_ok=said)
    assert (await contact(office, request_id)).permissions.rules.voicemail_ok is said
    assert len(await office.facts("contact")) == 1


async def test_what_is_said_again_is_no_change(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST, voicemail_ok=False)
    assert await office.facts("contact") == []


@pytest.mark.parametrize(
    ("phone_known", "rules_changed", "said", "counts"),
    [
        (True, False, PhoneSaid(OTHER, True), PhoneSaid(None, True)),
        (True, True, PhoneSaid(OTHER, True), PhoneSaid(None, None)),
        (False, True, PhoneSaid(OTHER, True), PhoneSaid(OTHER, True)),
        (False, False, PhoneSaid(None, None), PhoneSaid(None, None)),
        (True, True, PhoneSaid(None, False), PhoneSaid(None, None)),
    ],
)
def test_a_booking_never_loosens_what_its_person_said_later(
    phone_known: bool, rules_changed: bool, said: PhoneSaid, counts: PhoneSaid
) -> None:
    standing = Standing(
        "p",
        phone_known=phone_known,
        voicemail_ok=False,
        silenced=False,
        unsafe_at_home=False,
        ended=False,
        rules_changed=rules_changed,
    )
    assert what_counts(said, standing) == counts


async def test_a_number_is_taken_whoever_asked_for_silence_there_and_the_fact_says_so(office: Office) -> None:
    owner, other = await office.asked(), await office.asked(WITHOUT_PAM)
    await operations.silence(office.database, (await office.offer(owner)).request.reference, NOW)
    assert isinstance(await office.book(other, FIRST, phone=PHONE), Done)
    reach = await contact(office, other)
    assert (reach.writer.phone, reach.silenced) == (PHONE, True)
    fact = (await office.facts("contact"))[-1]
    assert (fact["request_id"], fact["silenced"], fact["changed"]) == (other, True, [])


async def test_a_number_is_taken_whoever_said_that_calls_there_endanger_them(office: Office) -> None:
    at_home = a_consultation(writer=a_writer(phone=PHONE), safety=SafetyTicks(unsafe_at_home=True))
    await office.asked(at_home, flags=("danger_at_home",))
    other = await office.asked(WITHOUT_PAM)
    assert isinstance(await office.book(other, FIRST, phone=PHONE), Done)
    assert (await contact(office, other)).permissions.unsafe_at_home


async def test_a_booking_that_fails_keeps_no_number(office: Office) -> None:
    request_id = await office.asked(WITHOUT)
    assert why(await office.calls.book(request_id, Wish(0, local("11-24 03:00"), PHONE), NOW)) == "taken"
    assert (await contact(office, request_id)).writer.phone is None


WITHOUT_PAM = a_consultation(writer=a_writer(email="pam@example.org"))

"""How a person may be reached, as the database knows it: never looser than anything said at their address."""

from dataclasses import replace

from services.intake import storage
from services.intake.domain.request import quarantined
from services.intake.domain.submission import ContactRules, SafeHours, SafetyTicks
from services.intake.handlers import contact
from services.intake.vault import Vault
from shared.database import Database
from tests.intake.builders import (
    NOW,
    SPAM_DUTY,
    CountedIds,
    a_consultation,
    a_writer,
    an_arrival,
    at,
    reached,
    saved,
)


async def test_what_was_said_under_one_address_binds_every_request_from_it(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    strict = ContactRules(email_ok=False, text_ok=True, voicemail_ok=True, discreet=True)
    loose = ContactRules(email_ok=True, text_ok=False, voicemail_ok=True, discreet=False)
    kept = await saved(
        database,
        vault,
        ids,
        a_consultation(contact=strict, safety=SafetyTicks(unsafe_at_home=True)),
        a_consultation(writer=a_writer(email="SAM@example.org"), contact=loose),
    )
    for reach in await reached(database, vault, *kept):
        assert reach.permissions.rules == ContactRules(
            email_ok=False, text_ok=False, voicemail_ok=True, discreet=True
        )
        assert reach.permissions.unsafe_at_home


async def test_a_shared_phone_number_binds_as_a_shared_address_does(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    phone = "+13235550100"
    _, other = await saved(
        database,
        vault,
        ids,
        a_consultation(writer=a_writer(phone=phone), contact=ContactRules(email_ok=False)),
        a_consultation(writer=a_writer(email="pam@example.org", phone=phone)),
    )
    (reach,) = await reached(database, vault, other)
    assert not reach.permissions.rules.email_ok


async def test_somebody_at_another_address_is_not_bound(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    _, other = await saved(
        database,
        vault,
        ids,
        a_consultation(contact=ContactRules(email_ok=False)),
        a_consultation(writer=a_writer(email="pam@example.org")),
    )
    (reach,) = await reached(database, vault, other)
    assert reach.permissions.rules.email_ok


async def test_safe_hours_given_once_hold_for_every_request_from_the_address(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    morning = SafeHours(at("08:00"), at("12:00"))
    late_morning = SafeHours(at("10:00"), at("14:00"))
    kept = await saved(
        database,
        vault,
        ids,
        a_consultation(contact=ContactRules(safe_hours=morning)),
        a_consultation(contact=ContactRules(safe_hours=late_morning)),
        a_consultation(),
    )
    for reach in await reached(database, vault, *kept):
        assert reach.permissions.rules.safe_hours == SafeHours(at("10:00"), at("12:00"))


async def test_spam_and_tests_in_somebody_s_name_bind_nobody(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    (own,) = await saved(database, vault, ids, a_consultation())
    silent = a_consultation(contact=ContactRules(email_ok=False))
    await saved(database, vault, ids, silent, test=True)
    spam = an_arrival(ids, silent)
    spam = replace(spam, request=quarantined(spam.request, ("honeypot",), SPAM_DUTY))
    async with database.transaction() as tx:
        await storage.save_requests(tx, [spam], vault, ids)
    (reach,) = await reached(database, vault, own)
    assert reach.permissions.rules.email_ok


async def test_a_silence_holds_for_the_address_for_ever_after(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one, two = await saved(database, vault, ids, a_consultation(), a_consultation())
    other = a_consultation(writer=a_writer(email="pam@example.org"))
    (free,) = await saved(database, vault, ids, other)
    async with database.transaction() as tx:
        (request,) = await storage.load_requests(tx, [one])
        changed = await contact.silence(tx, request.person_id, NOW)
        concerned = await storage.load_requests(tx, [one, two])
    assert changed == [each.reference for each in concerned]
    (later,) = await saved(database, vault, ids, a_consultation())
    silenced = {
        each.request_id: each.silenced for each in await reached(database, vault, one, two, free, later)
    }
    assert silenced == {one: True, two: True, free: False, later: True}


async def test_silencing_twice_is_silencing_once(database: Database, vault: Vault, ids: CountedIds) -> None:
    (one,) = await saved(database, vault, ids, a_consultation())
    async with database.transaction() as tx:
        (request,) = await storage.load_requests(tx, [one])
        await contact.silence(tx, request.person_id, NOW)
        assert await contact.silence(tx, request.person_id, NOW) == []
    (reach,) = await reached(database, vault, one)
    assert (reach.silenced, reach.version) == (True, 2)

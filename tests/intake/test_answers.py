"""Answers about people: on record before they are given, and as strict as the person was."""

from typing import Any

import pytest

from services.intake import storage
from services.intake.domain.decision import Admitted, Quarantined
from services.intake.domain.submission import Client, ContactRules, SafeHours, Submission, Wishes
from services.intake.handlers import Post, Receipt, receive
from services.intake.vault import Vault, answer_contacts, answer_requests
from shared.contracts.intake import ContactsAsked, RequestsAsked
from shared.database import Database
from shared.errors import Retryable
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_consultation,
    a_desk,
    a_readiness,
    a_writer,
    assessed,
    at,
    the_practice,
)


async def kept(database: Database, ids: CountedIds, submission: Submission, **known: Any) -> str:
    async with database.transaction() as tx:
        decision = Admitted(assessed(submission, **known))
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt.request_id


def contacts(*request_ids: str) -> ContactsAsked:
    return ContactsAsked(request_ids=request_ids, purpose="refer", asked_by="notifications")


def details(*request_ids: str) -> RequestsAsked:
    return RequestsAsked(request_ids=request_ids, purpose="refer", asked_by="notifications")


async def test_a_contact_is_answered_as_the_person_asked_to_be_reached(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    submission = a_consultation(
        writer=a_writer(name="Thích Nhất Hạnh", pronouns="ông", phone="+13235550100"),
        contact=ContactRules(voicemail_ok=True, safe_hours=SafeHours(at("09:00"), at("11:30"))),
        client=Client("Ari", 15, "my son"),
    )
    id_ = await kept(database, ids, submission, test=True)
    answered = await answer_contacts(contacts(id_), database, NOW, vault, ids)
    (contact,) = answered.contacts
    assert (contact.name, contact.pronouns, contact.email, contact.phone) == (
        "Thích Nhất Hạnh",
        "ông",
        "sam@example.org",
        "+13235550100",
    )
    assert (contact.email_ok, contact.text_ok, contact.voicemail_ok, contact.discreet) == (
        True,
        False,
        True,
        True,
    )
    assert contact.safe_hours is not None
    assert contact.safe_hours.model_dump() == {"from": "09:00", "to": "11:30"}
    assert (contact.client_name, contact.client_relation) == ("Ari", "my son")
    assert (contact.test, contact.silenced, contact.version) == (True, False, 1)


async def test_a_request_is_answered_in_codes(database: Database, ids: CountedIds) -> None:
    wishes = Wishes(format="online", times=("saturday",), fee_max=180)
    id_ = await kept(database, ids, a_consultation(preferences=wishes), concerns=("grief_loss",))
    other = await kept(database, ids, a_readiness(context=("bereaved",)))
    answered = await answer_requests(details(other, id_), database, NOW, ids, the_practice())
    readiness, consultation = answered.requests
    assert (consultation.path, consultation.age, consultation.concerns) == (
        "consultation",
        34,
        ("grief_loss",),
    )
    assert (consultation.preferences.times, consultation.preferences.fee_max) == (("saturday",), 180)
    assert (readiness.path, readiness.age, readiness.context) == ("readiness", None, ("bereaved",))
    assert not consultation.quarantined


async def test_a_request_in_quarantine_says_so(database: Database, ids: CountedIds) -> None:
    async with database.transaction() as tx:
        decision = Quarantined(assessed(), ("honeypot",))
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    answered = await answer_requests(details(receipt.request_id), database, NOW, ids, the_practice())
    assert answered.requests[0].quarantined


async def test_one_record_a_batch_names_the_asker_the_purpose_and_everybody_asked_about(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    one = await kept(database, ids, a_consultation())
    two = await kept(database, ids, a_consultation())
    await answer_contacts(contacts(one, two, one), database, NOW, vault, ids)
    async with database.reading() as tx:
        (of_one,) = await storage.load_accesses(tx, one)
        (of_two,) = await storage.load_accesses(tx, two)
    assert of_one == of_two
    assert (of_one.kind, of_one.purpose, of_one.asked_by) == ("contacts", "refer", "notifications")


async def test_asking_about_somebody_unknown_is_on_record_too(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    answered = await answer_contacts(contacts("x" * 64), database, NOW, vault, ids)
    assert answered.contacts == ()
    async with database.reading() as tx:
        assert len(await storage.load_accesses(tx, "x" * 64)) == 1


class CannotWrite(Database):
    """A database that can be read and not written."""

    def transaction(self) -> Any:
        raise Retryable("the disk is full")


async def test_nothing_is_answered_that_could_not_be_recorded(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    id_ = await kept(database, ids, a_consultation())
    broken = CannotWrite(database._writer, database._reader)
    with pytest.raises(Retryable):
        await answer_contacts(contacts(id_), broken, NOW, vault, ids)
    with pytest.raises(Retryable):
        await answer_requests(details(id_), broken, NOW, ids, the_practice())

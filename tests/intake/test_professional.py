"""Therapists and practice owners: a door of their own, nothing clinical, kept like everybody."""

import json
from collections.abc import Sequence
from typing import Any

import pytest
import sqlalchemy as sa

from services.intake import operations, storage
from services.intake.domain.admission import AdmissionRules, admit
from services.intake.domain.decision import Admitted, Decision, FieldError, Quarantined, Refused
from services.intake.domain.submission import Signals, Submission
from services.intake.handlers import Post, Receipt, receive
from services.intake.storage.tables import metadata
from services.intake.vault import Vault, answer_contacts, answer_requests
from shared.contracts.intake import ContactsAsked, RequestsAsked
from shared.database import Database
from tests.intake.builders import (
    NOW,
    CountedIds,
    a_colleague,
    a_desk,
    a_writer,
    assessed,
    rules,
    the_facts,
    the_practice,
    the_rules,
)

CRISIS = "I want to kill myself tonight"
outbox = metadata.tables["outbox"]


@pytest.fixture
def reviewed() -> AdmissionRules:
    return the_rules()


def decided(submission: Submission, reviewed: AdmissionRules, **signals: Any) -> Decision:
    return admit(submission, Signals(**signals), reviewed, the_facts(), NOW)


async def arrive(database: Database, ids: CountedIds, decision: Decision) -> Receipt:
    async with database.transaction() as tx:
        receipt = await receive(tx, Post(decision), a_desk(), NOW, ids)
    assert isinstance(receipt, Receipt)
    return receipt


async def facts(database: Database) -> Sequence[tuple[str, dict[str, Any]]]:
    async with database.reading() as tx:
        rows = await tx.execute(sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq))
        return [(row.subject, json.loads(row.payload)) for row in rows]


def test_a_colleague_s_words_are_not_judged_for_urgency(reviewed: AdmissionRules) -> None:
    decision = decided(a_colleague(message=CRISIS, state="NY"), reviewed)

    assert isinstance(decision, Admitted)
    request = decision.request
    assert (request.path, request.safety.level, request.safety.rules) == ("professional", "none", ())
    assert (request.age, request.age_band, request.flags) == (None, None, ())
    assert (request.concerns, request.suggested_concerns) == ((), ())
    assert request.time_zone == "America/New_York"


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"writer": a_writer(name=" ")}, FieldError("/name", "required")),
        ({"writer": a_writer(email=None, phone="+13235550100")}, FieldError("/email", "required")),
        ({"topic": "therapy"}, FieldError("/topic", "unknown_code")),
        ({"role": "wizard"}, FieldError("/role", "unknown_code")),
        ({"state": "ZZ"}, FieldError("/state", "unknown_code")),
        ({"language": "tlh"}, FieldError("/language", "unknown_code")),
    ],
)
def test_what_a_colleague_can_put_right_is_told(
    reviewed: AdmissionRules, said: dict[str, Any], reason: FieldError
) -> None:
    assert decided(a_colleague(**said), reviewed) == Refused("professional", (reason,))


@pytest.mark.parametrize(
    ("signals", "message", "why"),
    [
        ({"honeypot_filled": True}, "", "honeypot"),
        ({"time_trap": "too_fast"}, "", "time_trap_too_fast"),
        ({"time_trap": "invalid"}, "", "time_trap_invalid"),
        ({}, "https://a.example https://b.example www.c.example", "many_links"),
    ],
)
def test_what_looks_like_spam_is_kept_aside_from_a_colleague_too(
    reviewed: AdmissionRules, signals: dict[str, Any], message: str, why: str
) -> None:
    decision = decided(a_colleague(message=message), reviewed, **signals)

    assert isinstance(decision, Quarantined)
    assert decision.why == (why,)


async def test_a_colleague_is_announced_without_a_word_about_the_matter(
    database: Database, ids: CountedIds
) -> None:
    receipt = await arrive(database, ids, Admitted(assessed(a_colleague(role="therapist"), test=True)))

    ((subject, fact),) = await facts(database)
    assert subject == "intake.professional.requested.v1"
    assert fact == {
        "request_id": receipt.request_id,
        "reference": receipt.reference,
        "version": 1,
        "person_id": receipt.person_id,
        "received_at": "2026-11-23T18:00:00Z",
        "language": "en",
        "test": True,
    }
    names = [each["name"] for each in await operations.trail(database, receipt.reference)]
    assert names == ["professional.requested"]


async def test_a_released_colleague_is_announced_as_one(database: Database, ids: CountedIds) -> None:
    receipt = await arrive(database, ids, Quarantined(assessed(a_colleague()), ("honeypot",)))
    assert await operations.release(database, receipt.reference, NOW)

    quarantined, requested = await facts(database)
    assert (quarantined[1]["professional"], quarantined[1]["why"]) == (True, ["honeypot"])
    assert requested[0] == "intake.professional.requested.v1"
    assert requested[1]["version"] == 2


async def test_a_colleague_s_request_is_answered_in_codes_and_the_person_as_they_asked(
    database: Database, vault: Vault, ids: CountedIds
) -> None:
    colleague = a_colleague(
        writer=a_writer(name="Kim Ode", pronouns="she/her", phone="+13235550100"),
        role="practice_owner",
        contact=rules(discreet=False, voicemail_ok=True),
    )
    receipt = await arrive(database, ids, Admitted(assessed(colleague)))
    asked = {"request_ids": (receipt.request_id,), "purpose": "notice", "asked_by": "notifications"}

    (detail,) = (await answer_requests(RequestsAsked(**asked), database, NOW, ids, the_practice())).requests
    (contact,) = (await answer_contacts(ContactsAsked(**asked), database, NOW, vault, ids)).contacts

    assert (detail.professional, detail.topic, detail.role) == (True, "supervision", "practice_owner")
    assert (detail.age, detail.unit, detail.for_, detail.safety_level) == (None, "individual", "self", "none")
    assert (detail.concerns, detail.suggested_concerns, detail.flags) == ((), (), ())
    assert (contact.name, contact.pronouns, contact.phone) == ("Kim Ode", "she/her", "+13235550100")
    assert (contact.discreet, contact.voicemail_ok, contact.unsafe_at_home) == (False, True, False)


async def test_a_colleague_can_be_silenced_like_everybody(database: Database, ids: CountedIds) -> None:
    receipt = await arrive(database, ids, Admitted(assessed(a_colleague())))

    assert await operations.silence(database, receipt.reference, NOW) == [receipt.reference]
    assert (await facts(database))[-1][0] == "intake.contact.changed.v1"


async def test_a_discarded_colleague_is_closed(database: Database, ids: CountedIds) -> None:
    receipt = await arrive(database, ids, Quarantined(assessed(a_colleague()), ("honeypot",)))

    assert await operations.discard(database, receipt.reference, NOW)
    async with database.reading() as tx:
        kept = await storage.load_request(tx, receipt.reference)
    assert kept is not None
    assert (kept.status, kept.path) == ("discarded", "professional")

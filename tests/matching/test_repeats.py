"""A fact that comes twice, again, or after a later one changes nothing; on both databases."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from services.matching.handlers import LISTENERS
from services.matching.storage.tables import clinicians, referrals, steps
from shared.contracts.base import Fact
from shared.contracts.intake import (
    CallFact,
    ConsultationWithdrawn,
    ContactChanged,
    PersonErased,
    ProfessionalRequested,
    SafetyCleared,
    SafetyFlagged,
)
from shared.contracts.notifications import MailFailed, MailSuppressed
from shared.database import Database, Transaction
from shared.messaging import inbox
from shared.messaging.tables import outbox
from tests.matching.builders import NOW, a_requested
from tests.matching.calls import attended, cancelled, missed, rescheduled, scheduled
from tests.matching.loop import DANA, Loop

ABOUT = {"request_id": "q-1", "reference": "R-00001"}
LISTENING = {each.fact: each for each in LISTENERS}


class Heard:
    """Matching, as far as hearing goes: every fact comes through the inbox."""

    def __init__(self, database: Database) -> None:
        self.loop = Loop(database)
        self._given: dict[str, Any] = {"terms": self.loop.terms, "rosters": self.loop.rosters}

    async def __call__(self, fact: Fact, event_id: str | None = None) -> None:
        """The fact is delivered, under an id of its own unless one is given."""
        listener = LISTENING[type(fact)]
        given = {name: self._given[name] for name in listener.needs}
        async with self.loop.database.transaction() as tx:
            delivered = {event_id or self.loop.ids.new(): fact}
            events = await inbox.admit_new(tx, type(fact).subject(), delivered, self.loop.clock.now)
            if events:
                await listener(events, tx, self.loop.clock.now, self.loop.ids, **given)

    async def everything(self) -> list[Any]:
        """What is so, what happened, and what was said of it."""
        async with self.loop.database.reading() as tx:
            return [
                await _all(tx, sa.select(referrals).order_by(referrals.c.referral_id)),
                await _all(tx, sa.select(steps).order_by(steps.c.referral_id, steps.c.version)),
                await _all(tx, sa.select(clinicians.c.clinician_id, clinicians.c.held, clinicians.c.taken)),
                await _all(tx, sa.select(outbox.c.subject, outbox.c.payload).order_by(outbox.c.seq)),
            ]


async def _all(tx: Transaction, query: sa.Select[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in (await tx.execute(query)).mappings()]


@pytest.fixture
async def heard(with_three: Database) -> Heard:
    """Dana has offered q-1, whose words were of crisis and were cleared, to somebody; q-2 is open."""
    heard = Heard(with_three)
    await heard(a_requested(1, safety_level="crisis"))
    await heard(cleared(2))
    await heard.loop.choose(await heard.loop.referral_of("q-1"), "c-a", DANA)
    await heard(a_requested(2))
    return heard


def cleared(version: int, level: str = "elevated") -> SafetyCleared:
    said = {"path": "consultation", "level": level, "cleared_at": NOW, "cleared_by": "dana"}
    return SafetyCleared.model_validate(ABOUT | said | {"version": version})


def flagged(version: int) -> SafetyFlagged:
    said = {"path": "consultation", "level": "crisis", "rules": ("en.direct.die",), "rules_version": "1"}
    when = {"version": version, "flagged_at": NOW, "language": "en"}
    return SafetyFlagged.model_validate(ABOUT | said | when)


def erased(version: int) -> PersonErased:
    """Somebody who is gone before their request is told."""
    return PersonErased(version=version, person_id="p-4", request_ids=("q-4",), erased_at=NOW)


def contact_changed(version: int, *, silenced: bool) -> ContactChanged:
    said = {"version": version, "person_id": "p-1", "changed_at": NOW, "silenced": silenced}
    return ContactChanged.model_validate(ABOUT | said)


def withdrawn(version: int) -> ConsultationWithdrawn:
    said = {"version": version, "withdrawn_at": NOW, "why": "person"}
    return ConsultationWithdrawn.model_validate(ABOUT | said)


def professional() -> ProfessionalRequested:
    said = {"request_id": "q-9", "reference": "R-00009", "person_id": "p-9", "language": "en"}
    return ProfessionalRequested.model_validate(said | {"version": 1, "received_at": NOW})


def unsent(kind: type[Fact], at: str) -> Fact:
    said = {"version": 1, "delivery_id": "d-1", "request_id": "q-1", "recipient_role": "client"}
    return kind.model_validate(said | {"template": "waitlist_check_in", "why": "silenced", at: NOW})


EVERY_FACT = [
    a_requested(3),
    a_requested(1),
    professional(),
    cleared(2),
    cleared(3),
    cleared(3, "none"),
    flagged(1),
    flagged(3),
    erased(1),
    contact_changed(2, silenced=True),
    contact_changed(2, silenced=False),
    withdrawn(2),
    unsent(MailSuppressed, "suppressed_at"),
    unsent(MailFailed, "failed_at"),
    scheduled(1),
    scheduled(1, by="coordinator:lee", coordinator_id="lee"),
    rescheduled(1, starts_at=NOW + timedelta(days=2), coordinator_id="lee"),
    cancelled(1),
    cancelled(2, by="intake", why="referral_closed"),
    attended(1),
    attended(2),
    missed(1),
    missed(2),
]


def named(fact: Fact) -> str:
    return f"{type(fact).__name__}-{fact.version}"


def test_every_fact_that_is_listened_to_is_tried() -> None:
    assert {type(fact) for fact in EVERY_FACT} == set(LISTENING)


@pytest.mark.parametrize("fact", EVERY_FACT, ids=named)
async def test_a_fact_that_is_delivered_again_changes_nothing(heard: Heard, fact: Fact) -> None:
    await heard(fact, "the-same")
    once = await heard.everything()

    await heard(fact, "the-same")
    await heard(fact)  # announced again: another id, the same version

    assert await heard.everything() == once


@pytest.mark.parametrize("fact", EVERY_FACT, ids=named)
async def test_a_fact_that_is_delivered_again_after_an_act_undoes_nothing(heard: Heard, fact: Fact) -> None:
    await heard(fact)
    for request_id in ("q-1", "q-2"):
        found = await heard.loop.referral_of(request_id)
        await heard.loop.acts.contact(found, DANA, (await heard.loop.get(found)).version)
    later = await heard.everything()

    await heard(fact)

    assert await heard.everything() == later


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (contact_changed(3, silenced=False), contact_changed(2, silenced=True)),
        (contact_changed(3, silenced=True), contact_changed(2, silenced=False)),
        (cleared(4, "none"), cleared(3)),
        (withdrawn(2), a_requested(1)),
        (cancelled(1, version=3), scheduled(1)),
        (attended(1, version=4), cancelled(1, version=3)),
        (missed(1, version=4), rescheduled(1, version=3)),
        (scheduled(1, version=5, call=2), missed(1, version=4)),
    ],
    ids=named,
)
async def test_an_older_fact_that_comes_late_changes_nothing(heard: Heard, newer: Fact, older: Fact) -> None:
    await heard(newer)
    since = await heard.everything()

    await heard(older)

    assert await heard.everything() == since


CALLS: dict[str, list[CallFact]] = {
    "booked": [scheduled(1, coordinator_id="lee")],
    "moved": [scheduled(1), rescheduled(1, coordinator_id="lee")],
    "cancelled": [scheduled(1), cancelled(1)],
    "attended": [scheduled(1), attended(1)],
    "missed": [scheduled(1), missed(1)],
}


@pytest.mark.parametrize("silenced", [True, False])
@pytest.mark.parametrize("level", ["elevated", "none"])
@pytest.mark.parametrize("call", CALLS)
async def test_what_comes_before_its_request_counts_as_if_it_had_come_after(
    with_three: Database, silenced: bool, level: str, call: str
) -> None:
    asked = a_requested(1, safety_level="crisis")
    news = [*CALLS[call], cleared(2, level), contact_changed(2, silenced=silenced)]
    ends = []
    for number, order in (("first", [asked, *news]), ("later", [*reversed(news), asked])):
        heard = Heard(with_three)
        for fact in order:
            await heard(_of(fact, number))
        found = await heard.loop.get(await heard.loop.referral_of(f"q-{number}"))
        stands, said = found.standing, (found.request.safety_level, found.owner, found.contacted)
        ends.append((found.stage, *said, found.call, stands.next_action, stands.due_at))

    assert ends[0] == ends[1]


def _of(fact: Fact, number: str) -> Fact:
    return fact.model_copy(update={"request_id": f"q-{number}", "reference": f"R-{number}"})

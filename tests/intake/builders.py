"""Invented people and their requests; a test says only what matters to it."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from services.intake import storage
from services.intake.domain.admission import AdmissionRules
from services.intake.domain.contact import Reach
from services.intake.domain.decision import Assessed
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.request import Duty, announced
from services.intake.domain.submission import (
    ConsultationSubmission,
    ContactRules,
    ProfessionalSubmission,
    ReadinessSubmission,
    Submission,
    Writer,
)
from services.intake.domain.triage import Triage
from services.intake.handlers import Desk
from services.intake.settings import admission_rules
from services.intake.vault import Vault
from shared.contracts.intake import Path as Path_
from shared.database import Database
from shared.practice import Practice, load_practice

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)  # Monday, ten in the morning in Los Angeles
PRACTICE_DIR = Path(__file__).parents[2] / "deploy" / "practice" / "los_angeles"
PATHS: dict[type[Submission], Path_] = {
    ConsultationSubmission: "consultation",
    ReadinessSubmission: "readiness",
    ProfessionalSubmission: "professional",
}
ADDRESS_KEY = "an address key of the tests, long enough"


class CountedIds:
    """Ids that count up; references as given first, then counted."""

    def __init__(self, *references: str) -> None:
        self._count, self._references = 0, list(references)

    def new(self) -> str:
        self._count += 1
        return f"00000000-0000-4000-8000-{self._count:012d}"

    def reference(self) -> str:
        if self._references:
            return self._references.pop(0)
        self._count += 1
        return f"R-{self._count:05d}"


def key(name: str) -> str:
    """A vault key of 32 bytes, as the setting has it."""
    return f"{name}:{base64.b64encode(name.ljust(32, '.').encode()).decode()}"


def a_vault(*names: str) -> Vault:
    """A vault whose current key is the first named."""
    return Vault.of(",".join(key(name) for name in names or ("k1",)), ADDRESS_KEY)


@cache
def the_practice() -> Practice:
    return load_practice(PRACTICE_DIR)


@cache
def the_rules() -> AdmissionRules:
    return admission_rules(PRACTICE_DIR)


@cache
def the_facts() -> PracticeFacts:
    return PracticeFacts.of(the_practice())


def a_desk(vault: Vault | None = None) -> Desk:
    return Desk.of(the_practice(), vault or a_vault())


def a_writer(**said: Any) -> Writer:
    return Writer(**{"name": "Sam Rivera", "email": "sam@example.org", **said})


def a_consultation(**said: Any) -> ConsultationSubmission:
    """A grown-up who writes for themselves, from California."""
    return ConsultationSubmission(**{"writer": a_writer(), "state": "CA", "age": 34, **said})


def a_readiness(**said: Any) -> ReadinessSubmission:
    """Somebody not ready yet, who opted in."""
    return ReadinessSubmission(**{"writer": a_writer(), "opt_in": True, "state": "CA", **said})


def a_colleague(**said: Any) -> ProfessionalSubmission:
    """A therapist who looks for supervision."""
    return ProfessionalSubmission(**{"writer": a_writer(), "topic": "supervision", **said})


def rules(**said: Any) -> ContactRules:
    return ContactRules(**said)


def calm(level: Any = "none") -> Triage:
    return Triage(level, (), (), "2026-11")


def assessed(submission: Submission | None = None, **known: Any) -> Assessed:
    """A submission already held against the practice."""
    submission = submission or a_consultation()
    asks_to_talk = isinstance(submission, ConsultationSubmission)
    plain = Assessed(
        path=PATHS[type(submission)],
        submission=submission,
        language=submission.language,
        state=submission.state,
        time_zone="America/Los_Angeles",
        for_="self",
        unit="individual",
        age=34 if asks_to_talk else None,
        age_band="adult" if asks_to_talk else None,
        flags=(),
        safety=calm(),
        concerns=(),
        suggested_concerns=(),
        test=False,
    )
    return replace(plain, **known)


async def own_sealer(database: Database, vault: Vault, person_id: str) -> storage.OwnSealer:
    """What seals for this person, as it stands now."""
    async with database.reading() as tx:
        own = await storage.hold_key(tx, person_id, vault)
    assert own is not None
    return own


def a_claim(vault: Vault, key_: str = "key-1", body: bytes = b"{}") -> storage.Claim:
    return vault.claim("consultation", key_, body)


def at(text: str) -> time:
    """The time of day of `09:30`."""
    return time.fromisoformat(text)


SPAM_DUTY = Duty("dana", "review_quarantine", NOW + timedelta(hours=4))


def an_arrival(ids: CountedIds, submission: Submission | None = None, **known: Any) -> storage.Arrival:
    """A request that can be saved."""
    what = assessed(submission, **known)
    request = announced(what, id_=ids.new(), person_id=ids.new(), reference=ids.reference(), now=NOW)
    return storage.Arrival(request, what.submission)


async def saved(
    database: Database, vault: Vault, ids: CountedIds, *submissions: Submission, **known: Any
) -> list[str]:
    """Saves these requests; gives their ids."""
    arrivals = [an_arrival(ids, each, **known) for each in submissions]
    async with database.transaction() as tx:
        return [each.id for each in await storage.save_requests(tx, arrivals, vault, ids)]


async def reached(database: Database, vault: Vault, *request_ids: str) -> list[Reach]:
    """How the writers of these requests may be reached."""
    async with database.reading() as tx:
        return await storage.load_reaches(tx, request_ids, vault)

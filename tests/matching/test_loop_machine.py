"""Whatever happens in whatever order: nobody in limbo, nobody over-filled, and every place accounted for."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import yaml
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.matching import operations, storage
from services.matching.domain.referral import Moved, Referral
from services.matching.storage.records import referral_of
from services.matching.storage.tables import referrals
from shared.contracts.intake import CallFact
from shared.contracts.matching import CLOSE_CODES, DECLINE_CODES, NONE_FIT_CODES, RELEASE_CODES
from shared.database import Database
from shared.practice import load_practice
from tests.matching.announcer import Announcer, duties_of_the_call
from tests.matching.calls import PERSON, hear
from tests.matching.conftest import LOS_ANGELES, ordinary
from tests.matching.fresh import copies_of_a_file, copies_of_a_schema
from tests.matching.loop import Loop

PRACTICE = load_practice(LOS_ANGELES)
WHO = ("c-a", "c-b", "c-c")
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {},
    {"age": 15},
    {"safety_level": "crisis"},
    {"flags": ("danger_at_home",)},
    {"state": "TX"},
    {"state": "unknown"},
    {"test": True},
)
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=11),
    timedelta(hours=5),
    timedelta(days=3),
    timedelta(days=20),
)
TURNS = ("book", "book", "book", "move", "cancel", "attended", "missed")
STALE = st.sampled_from((0, 0, 0, -1))
NUMBER = st.integers(0, 7)


class TheLoop(RuleBasedStateMachine):
    """Coordinators, clinicians, people, intake, the clock and the operator, all at once."""

    fresh: Callable[[], str]
    folder: Path

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.new_event_loop()
        self.url, self.count, self.full = type(self).fresh(), 0, 0
        self.offers: list[tuple[str, str]] = []
        self.announcer = Announcer()
        self.unheard: list[CallFact] = []
        self.last: Callable[[], Coroutine[Any, Any, Any]] | None = None
        self.loop = Loop(Database.open(self.url))
        self.roster(capacity=1)
        self.somebody_writes(kind={})
        self.somebody_writes(kind={})

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            self.run(self.loop.database.close())
            self.runner.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run_until_complete(work)

    def do(self, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
        """Does it, and remembers it, so that it can come twice."""
        self.last = work
        self.run(work())

    @rule(capacity=st.integers(0, 2))
    def roster(self, capacity: int) -> None:
        file = type(self).folder / "clinicians.yaml"
        entries = [{**ordinary(who), "capacity": capacity, "caseload": 0} for who in WHO]
        file.write_text(yaml.safe_dump({"clinicians": entries}), encoding="utf-8")
        self.run(operations.import_roster(self.loop.database, file, PRACTICE, self.loop.clock.now))
        self.full = max(self.full, capacity)

    @rule(kind=st.sampled_from(KINDS))
    def somebody_writes(self, kind: dict[str, Any]) -> None:
        if self.count < 8:
            number = self.count
            self.count += 1
            self.do(lambda: self.loop.request(number, **kind))

    @rule()
    def a_colleague_writes(self) -> None:
        if self.count < 8:
            number = self.count
            self.count += 1
            self.do(lambda: self.loop.professional(number))

    @rule(
        number=NUMBER,
        act=st.sampled_from(
            (
                "contact",
                "still_to_reach",
                "put_on_waitlist",
                "take_back",
                "someone_else",
                "complete",
                "end_care",
                "reopen",
            )
        ),
        by=st.sampled_from(("dana", "lee")),
        stale=STALE,
    )
    def a_coordinator_acts(self, number: int, act: str, by: str, stale: int) -> None:
        self.at_the_desk(number, by, stale, act, ())

    @rule(number=NUMBER, who=st.sampled_from(WHO), by=st.sampled_from(("dana", "lee")), stale=STALE)
    def a_coordinator_chooses(self, number: int, who: str, by: str, stale: int) -> None:
        self.at_the_desk(number, by, stale, "choose", (who,))

    @rule(number=NUMBER, why=st.sampled_from(NONE_FIT_CODES), stale=STALE)
    def none_is_right(self, number: int, why: str, stale: int) -> None:
        self.at_the_desk(number, "dana", stale, "none_fits", (why,))

    @rule(number=NUMBER, why=st.sampled_from(RELEASE_CODES), state=st.sampled_from((None, "CA")))
    def a_hold_is_released(self, number: int, why: str, state: str | None) -> None:
        self.at_the_desk(number, "lee", 0, "release", (why, state))

    @rule(number=NUMBER, why=st.sampled_from(CLOSE_CODES), stale=STALE)
    def a_coordinator_closes(self, number: int, why: str, stale: int) -> None:
        self.at_the_desk(number, "dana", stale, "close", (why,))

    @rule(number=NUMBER, by=st.sampled_from(("coordinator:lee", "clinician:c-a")))
    def somebody_undoes(self, number: int, by: str) -> None:
        self.do(lambda: self.undo(number % self.count, by))

    @rule(
        which=st.integers(0, 20),
        answer=st.sampled_from(("receive", "accept", "accept", "decline", "undo")),
        why=st.sampled_from(DECLINE_CODES),
    )
    def a_clinician_answers(self, which: int, answer: str, why: str) -> None:
        if self.offers:
            offer_id, who = self.offers[which % len(self.offers)]
            self.do(lambda: self.loop.acts.answer_offer(offer_id, f"clinician:{who}", answer, why))

    @rule(which=st.integers(0, 20))
    def a_person_asks_for_someone_else(self, which: int) -> None:
        if self.offers:
            offer_id, _ = self.offers[which % len(self.offers)]
            self.do(lambda: self.loop.acts.ask_for_someone_else(offer_id))

    @rule(number=NUMBER, answer=st.sampled_from(("still_waiting", "found_someone", "not_now")))
    def who_waits_answers(self, number: int, answer: str) -> None:
        self.do(lambda: self.answer_waiting(number % self.count, answer))

    @rule(number=NUMBER, news=st.sampled_from(("withdraw", "silence", "speak", "clear")))
    def intake_has_news(self, number: int, news: str) -> None:
        """For requests that have yet to arrive, too: facts overtake each other."""
        loop = self.loop
        told: dict[str, Callable[[], Coroutine[Any, Any, None]]] = {
            "withdraw": lambda: loop.withdraw(number),
            "silence": lambda: loop.silence(number),
            "speak": lambda: loop.silence(number, silenced=False),
            "clear": lambda: loop.clear(number),
        }
        self.do(told[news])

    @rule(
        number=st.integers(0, 3),
        turns=st.lists(st.sampled_from(TURNS), min_size=1, max_size=3),
        by=st.sampled_from((PERSON, "coordinator:dana", "coordinator:lee", "intake")),
        who=st.sampled_from(("dana", "lee", "somebody-who-left")),
        in_hours=st.sampled_from((1, 6, 50)),
        heard=st.sampled_from(("now", "now", "now", "later", "twice")),
    )
    def a_call_changes(
        self, number: int, turns: list[str], by: str, who: str, in_hours: int, heard: str
    ) -> None:
        """Intake announces in order; matching hears late, twice, or before it knows the request."""
        at = self.loop.clock.now + timedelta(hours=in_hours)
        facts = [self.announcer.told(number, each, by, who, at, self.loop.clock.now) for each in turns]
        if heard == "later":
            self.unheard += facts
        else:
            self.do(lambda: hear(self.loop, *facts, *(facts if heard == "twice" else ())))

    @rule()
    def what_was_held_up_is_heard(self) -> None:
        for fact in reversed(self.unheard):
            self.run(hear(self.loop, fact))
        self.unheard = []

    @rule(pause=st.sampled_from(PAUSES))
    def time_passes(self, pause: timedelta) -> None:
        self.run(self.loop.pass_time(pause))

    @rule()
    def the_same_comes_again(self) -> None:
        if self.last is not None:
            self.run(self.last())

    @rule()
    def the_service_restarts(self) -> None:
        self.run(self.loop.database.close())
        self.loop = Loop(Database.open(self.url), self.loop.clock)
        self.run(self.loop.look())

    @invariant()
    def nobody_is_in_limbo_and_every_place_is_accounted_for(self) -> None:
        if hasattr(self, "loop"):
            assert self.run(self.loop.broken()) == []
            assert self.run(self.given()) <= self.full

    @invariant()
    def a_call_that_is_booked_comes_next_and_one_that_is_over_is_no_duty(self) -> None:
        for found in self.run(self.everybody()) if hasattr(self, "loop") else []:
            assert duties_of_the_call(found) == []

    async def everybody(self) -> list[Referral]:
        """Every referral, open or not."""
        async with self.loop.database.reading() as tx:
            return [referral_of(row) for row in (await tx.execute(sa.select(referrals))).mappings()]

    async def given(self) -> int:
        """The most places that any clinician gave; the roster never had more."""
        async with self.loop.database.reading() as tx:
            stored = await storage.load_clinicians(tx)
        return max((each.given for each in stored), default=0)

    def at_the_desk(self, number: int, by: str, stale: int, act: str, more: tuple[Any, ...]) -> None:
        self.do(lambda: self.desk_act(number % self.count, f"coordinator:{by}", stale, act, more))

    async def desk_act(self, number: int, by: str, stale: int, act: str, more: tuple[Any, ...]) -> None:
        referral_id = await self.loop.referral_of(f"q-{number}")
        if referral_id == "none":
            return
        found = await self.loop.get(referral_id)
        done = await getattr(self.loop.acts, act)(referral_id, by, max(0, found.version + stale), *more)
        if isinstance(done, Moved) and act == "choose" and done.after.choice is not None:
            self.offers.append((done.after.choice.offer_id, done.after.choice.clinician_id))

    async def undo(self, number: int, by: str) -> None:
        await self.loop.acts.undo(await self.loop.referral_of(f"q-{number}"), by)

    async def answer_waiting(self, number: int, answer: str) -> None:
        await self.loop.acts.answer_waiting(await self.loop.referral_of(f"q-{number}"), answer)


def machine(fresh_one: Callable[[], str], where: Path) -> type[TheLoop]:
    class Here(TheLoop):
        fresh = staticmethod(fresh_one)
        folder = where

    return Here


def often(examples: int, steps: int) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.explicit, Phase.generate),  # a whole life takes minutes to shrink; the steps are enough
    )


@pytest.mark.timeout(400)
def test_no_order_of_acts_loses_a_referral_or_a_place(tmp_path: Path) -> None:
    run_state_machine_as_test(machine(copies_of_a_file(tmp_path), tmp_path), settings=often(60, 40))


@pytest.mark.timeout(400)
def test_nor_on_postgresql(tmp_path: Path, postgres_url: str) -> None:
    run_state_machine_as_test(machine(copies_of_a_schema(postgres_url), tmp_path), settings=often(12, 30))

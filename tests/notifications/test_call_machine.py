"""Whatever happens to calls, in whatever order: nothing untrue, twice, past or skipped."""

import asyncio
import shutil
import sqlite3
import uuid
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.notifications.handlers import Office
from shared import migrations
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.builders import NOW, desk
from tests.notifications.call_world import DAY, HOUR, CallWorld
from tests.notifications.calls import LENGTH, Booked
from tests.notifications.test_reminders import CLOCKS

OFFICE = Office(desk(), "example.org", CLOCKS)
ZONES = ("America/Los_Angeles", "Europe/Dublin", "Australia/Lord_Howe")
WHO = st.sampled_from(("dana", "lee", "gone"))
AHEAD = st.sampled_from((1, 3, 8, 20, 26, 31, 50, 80, 100, 200)).map(lambda hours: hours * HOUR)
REQUESTS = st.sampled_from(("request-1", "request-2"))
STARTS = st.sampled_from(  # an ordinary week, and those in which the clocks there change
    (NOW, datetime(2026, 3, 5, 18, tzinfo=UTC), datetime(2026, 10, 22, 18, tzinfo=UTC))
)
PAUSES = st.sampled_from(
    (timedelta(minutes=1), timedelta(minutes=5), HOUR, 3 * HOUR, 9 * HOUR, DAY, 2 * DAY, -DAY)
)
MOMENTS = st.sampled_from(
    (3 * DAY, 3 * DAY, DAY, DAY, HOUR, timedelta(minutes=15), timedelta(minutes=9), timedelta(minutes=-26))
)
BY = st.sampled_from(("person", "person", "coordinator:lee"))
ONE = st.integers(0, 1)
ON_THE_BUS = ("arrives", "arrives", "comes again", "while it is sent", "is lost")
PICK = st.integers(0, 30)
HEARD = st.sampled_from(("at once", "at once", "at once", "twice", "later", "never"))


class TheCalls(RuleBasedStateMachine):
    """People, coordinators, intake, the bus, the clock and the replicas, all at once."""

    fresh: Callable[[], str]
    replicas: int  # one on SQLite, where a process that begins knows that it is alone

    @initialize(ahead=st.tuples(AHEAD, AHEAD), zone=st.sampled_from(ZONES), heard=HEARD, start=STARTS)
    def begin(self, ahead: tuple[timedelta, timedelta], zone: str, heard: str, start: datetime) -> None:
        self.runner = asyncio.new_event_loop()
        self.database = Database.open(type(self).fresh())
        self.world = CallWorld(self.database, OFFICE, TestClock(start), type(self).replicas)
        for number in (0, 1):
            self.books(f"request-{number + 1}", ahead[number], "dana", zone, "person", heard)

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.run(self.database.close())
            self.runner.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run_until_complete(work)

    @property
    def now(self) -> datetime:
        return self.world.clock.now

    def announce(self, call: Booked, heard: str) -> None:
        """Intake keeps it and says so; the bus does as it does."""
        self.world.announce(call)
        if heard == "never":
            self.world.on_their_way.pop()
        elif heard != "later":
            fact = self.world.on_their_way.pop()
            for _ in range(2 if heard == "twice" else 1):
                self.run(self.world.hear(fact))
            if heard == "at once":
                self.run(self.world.tick(0))  # as a commit wakes the sender

    # --- what people and coordinators do ------------------------------------------------------------------

    @rule(request=REQUESTS, ahead=AHEAD, who=WHO, zone=st.sampled_from(ZONES), by=BY, heard=HEARD)
    def books(self, request: str, ahead: timedelta, who: str, zone: str, by: str, heard: str) -> None:
        call = self.world.calls.get(request)
        if call is None:
            made = Booked(self.now + ahead, request, f"call-of-{request}", changed_at=self.now)
            self.announce(replace(made, coordinator_id=who, zone=zone, by=by), heard)
        elif call.status != "booked":
            self.announce(call.again(self.now + ahead, self.now, coordinator_id=who, by=by), heard)

    @rule(request=REQUESTS, ahead=AHEAD, who=WHO, heard=HEARD)
    def moves(self, request: str, ahead: timedelta, who: str, heard: str) -> None:
        call = self.world.calls[request]
        if call.status == "booked" and call.starts_at > self.now:
            self.announce(call.moved(self.now + ahead, self.now, coordinator_id=who), heard)

    @rule(request=REQUESTS, by=BY, heard=HEARD)
    def cancels(self, request: str, by: str, heard: str) -> None:
        call = self.world.calls[request]
        if call.status == "booked" and call.starts_at > self.now:
            self.announce(call.cancelled(self.now, by), heard)

    @rule(request=REQUESTS, status=st.sampled_from(("attended", "missed")), heard=HEARD)
    def says_how_it_went(self, request: str, status: str, heard: str) -> None:
        call = self.world.calls[request]
        if call.status == "booked" and call.starts_at <= self.now:
            self.announce(call.marked(status, self.now), heard)

    # --- the bus --------------------------------------------------------------------------------------------

    @rule(
        which=PICK, what=st.sampled_from(("arrives", "arrives", "comes again", "while it is sent", "is lost"))
    )
    def a_fact(self, which: int, what: str) -> None:
        """In any order; one that arrives while its mail is being sent stops what is no longer true."""
        facts = self.world.heard if what == "comes again" else self.world.on_their_way
        if not facts:
            return
        fact = facts[which % len(facts)]
        if what != "comes again":
            facts.remove(fact)
        if what == "while it is sent":
            self.run(self.at_once(self.world.tick(0), self.world.hear(fact)))
        elif what != "is lost":
            self.run(self.world.hear(fact))

    async def at_once(self, *work: Coroutine[Any, Any, None]) -> None:
        await asyncio.gather(*work)

    @rule()
    def intake_goes_away_or_comes_back(self) -> None:
        self.world.intake.away ^= {"intake"}

    # --- the clock and the replicas -------------------------------------------------------------------------

    @rule(pause=PAUSES)
    def time_passes(self, pause: timedelta) -> None:
        self.world.pass_time(pause)

    @rule(request=REQUESTS, which=ONE, before=MOMENTS, late=st.sampled_from((0, 0, 4)))
    def it_is_time(self, request: str, which: int, before: timedelta, late: int) -> None:
        """The clock goes to a moment that matters to a call, or somewhat later, and a replica looks."""
        call = self.world.calls[request]
        if call.starts_at - before > self.now:
            self.world.pass_time(call.starts_at - before - self.now + late * HOUR)
            self.run(self.world.tick(which))

    @rule(which=ONE, what=st.sampled_from(("sends", "all send", "crashes", "compares", "both compare")))
    def a_replica(self, which: int, what: str) -> None:
        world = self.world
        work = {
            "sends": lambda: [world.tick(which)],
            "all send": lambda: [world.tick_all()],
            "crashes": lambda: [world.crash(which)],
            "compares": lambda: [world.compare()],
            "both compare": lambda: [world.compare(), world.compare(), world.tick(which)],
        }
        self.run(self.at_once(*work[what]()))

    @rule(pause=st.sampled_from((timedelta(0), HOUR, 3 * HOUR, 7 * HOUR, 13 * HOUR)))
    def on_a_good_day_nothing_is_skipped(self, pause: timedelta) -> None:
        """Intake answers, crashed leases end, both replicas look: then everything due has been read."""
        world = self.world
        world.pass_time_forward(pause)
        world.intake.away = set()
        self.run(self._look(world))
        assert world.skipped() == []

    async def _look(self, world: CallWorld) -> None:
        world.pass_time_forward(timedelta(minutes=1))
        await world.sweep()
        for which in (0, 1, 0):
            await world.tick(which)
            world.pass_time_forward(timedelta(seconds=6))
        await world.tick(1)

    @rule()
    def after_a_comparison_nothing_is_missing_and_nothing_extra(self) -> None:
        """Lost facts are healed: both sides have what is true, and nothing else waits for them."""
        world = self.world
        world.intake.away = set()
        world.pass_time_forward(timedelta(minutes=3))
        self.run(world.compare())
        self.run(self._look(world))
        assert world.skipped() == []
        booked = {(one.call_id, one.version) for one in world.calls.values() if one.status == "booked"}
        waiting = self.run(world.waiting())
        assert {(one.plan.subject_id, one.plan.subject_version) for one in waiting} <= booked
        for call in world.calls.values():
            still = call.status == "booked" and call.starts_at + LENGTH > self.now
            assert not still or (call.call_id, call.version) in world.known

    @invariant()
    def every_mail_was_true_when_it_left(self) -> None:
        if hasattr(self, "world"):
            assert self.world.untrue == []


def machine(fresh_one: Callable[[], str], count: int) -> type[TheCalls]:
    class Running(TheCalls):
        fresh = staticmethod(fresh_one)
        replicas = count

    return Running


@pytest.fixture
def migrated(tmp_path: Path) -> Path:
    file = tmp_path / "migrated.db"
    asyncio.run(migrations.upgrade("notifications", f"sqlite+aiosqlite:///{file}"))
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


EXAMPLES = settings(
    stateful_step_count=50,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)


@pytest.mark.timeout(600)
def test_the_calls_on_sqlite(migrated: Path, tmp_path: Path) -> None:
    def fresh() -> str:
        file = tmp_path / f"{uuid.uuid4().hex}.db"
        shutil.copy(migrated, file)
        return f"sqlite+aiosqlite:///{file}"

    run_state_machine_as_test(machine(fresh, 1), settings=settings(EXAMPLES, max_examples=100))


@pytest.mark.timeout(600)
def test_the_calls_on_postgresql(postgres_url: str) -> None:
    """The same with two replicas that truly write at once."""
    base, _, query = postgres_url.partition("?")
    server, tail = base.rsplit("/", 1)[0], f"?{query}" if query else ""

    async def create(name: str, template: str) -> str:
        connection = await asyncpg.connect(postgres_url)
        await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        await connection.close()
        return f"{server}/{name}{tail}".replace("postgresql://", "postgresql+asyncpg://")

    template = f"calls_{uuid.uuid4().hex}"
    asyncio.run(migrations.upgrade("notifications", asyncio.run(create(template, "template0"))))

    def fresh() -> str:
        return asyncio.run(create(f"calls_{uuid.uuid4().hex}", template))

    run_state_machine_as_test(machine(fresh, 2), settings=settings(EXAMPLES, max_examples=25))

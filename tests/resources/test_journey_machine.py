"""Whatever happens in whatever order, a journey is what a calendar and a pencil would make of it.

Nothing after the end, nothing twice, nothing while it is paused, nothing early, nothing skipped.
"""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from services.resources.storage import metadata
from shared import migrations
from shared.contracts.resources import ReadinessReached, ReadinessStepDue, ReadinessStopped
from shared.database import Database
from shared.practice import Catalogue, Practice
from tests.resources import builders
from tests.resources.builders import a_consultation_request, a_readiness_request, erased, flagged, silence
from tests.resources.house import Resources
from tests.resources.model import Paper

BEGIN = datetime(2026, 10, 20, 18, 0, tzinfo=UTC)  # the clocks change soon
ZONES = ("America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu", "America/Phoenix")
JUMPS = (
    *(timedelta(minutes=-30), timedelta(minutes=1), timedelta(hours=5), timedelta(hours=14)),
    *(timedelta(days=days) for days in (1, 3, 7, 8, 14, 15, 32, 90)),
)
CALLS = {
    "scheduled": "booked",
    "rescheduled": "booked",
    "cancelled": "over",
    "missed": "over",
    "attended": "attended",
}
CARE = {
    "accepted": "accepted",
    "rejected": "open",
    "reopened": "open",
    "cancelled": "ended",
    "failed": "ended",
}
OWN, KIN = 1, 2


class TheJourney(RuleBasedStateMachine):
    """The person, the practice, the clock, and a service that is started again."""

    url: ClassVar[str]
    practice: ClassVar[Practice]
    catalogue: ClassVar[Catalogue]

    @initialize(zone=st.sampled_from(ZONES), kin_first=st.booleans(), mails=st.integers(0, 7))
    def begin(self, zone: str, kin_first: bool, mails: int) -> None:
        self.runner = asyncio.new_event_loop()
        self.house = self.opened()
        self.run(self.emptied())
        self.now, self.versions = BEGIN, dict.fromkeys(("call", "care", "contact", "safety"), 1)
        self.mails: list[tuple[str, datetime]] = []
        self.paper = Paper(zone, self.now.astimezone(ZoneInfo(zone)).date())
        kin, opt_in = a_consultation_request(KIN), a_readiness_request(time_zone=zone, received_at=BEGIN)
        if kin_first:
            self.hear(kin)
            opt_in = opt_in.model_copy(update={"same_address": ("req-2",)})
        self.hear(opt_in)
        if not kin_first:
            self.hear(kin.model_copy(update={"same_address": ("req-1",)}))
        self.journey = self.run(self.house.journey_id())
        self.time_passes(timedelta(minutes=1))
        for _ in range(mails):
            self.time_passes(timedelta(days=14, hours=1))
            self.the_clock_looks()

    def opened(self) -> Resources:
        return Resources(Database.open(self.url), self.practice, self.catalogue)

    async def emptied(self) -> None:
        async with self.house.database.transaction() as tx:
            for table in set(metadata.tables.values()) - {metadata.tables["audit"]}:  # it only grows
                await tx.execute(sa.delete(table))

    def teardown(self) -> None:
        """Whoever is held by nothing comes to an end, however long nobody looks."""
        if not hasattr(self, "journey"):
            return
        for _ in range(20):
            self.time_passes(timedelta(days=60))
            self.the_clock_looks()
        assert self.paper.held or not self.paper.goes_on
        self.it_is_what_paper_says()
        self.run(self.house.database.close())
        self.runner.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.runner.run_until_complete(work)

    def hear(self, *facts: Any) -> None:
        for fact in facts:
            self.run(self.house.hear_all([fact], at=self.now))

    @rule(by=st.sampled_from(JUMPS))
    def time_passes(self, by: timedelta) -> None:
        """Sometimes a clock is set back a little; never to before they wrote."""
        self.now = max(self.now + by, BEGIN + timedelta(minutes=1))

    @rule()
    def the_clock_looks(self) -> None:
        came = self.paper.look(self.now)
        self.mails += [came] if came is not None else []
        self.run(self.house.look(self.now))

    @rule(by=st.sampled_from(JUMPS), often=st.integers(1, 4))
    def some_mails_come(self, by: timedelta, often: int) -> None:
        for _ in range(often):
            self.time_passes(by)
            self.the_clock_looks()

    @rule()
    def the_service_is_started_again(self) -> None:
        self.run(self.house.database.close())
        self.house = self.opened()

    @rule(twice=st.booleans())
    def they_pause(self, twice: bool) -> None:
        for _ in range(1 + twice):
            self.paper.pause(self.now)
            self.run(self.house.acts.pause(self.journey, self.now))

    @rule(twice=st.booleans())
    def they_resume(self, twice: bool) -> None:
        for _ in range(1 + twice):
            self.paper.resume(self.now)
            self.run(self.house.acts.resume(self.journey, self.now))

    @rule(slower=st.booleans())
    def they_change_the_pace(self, slower: bool) -> None:
        self.paper.pace(2 if slower else 1, self.now)
        self.run(self.house.acts.change_pace(self.journey, "slower" if slower else "as_planned", self.now))

    @rule(twice=st.booleans())
    def they_keep_it(self, twice: bool) -> None:
        for _ in range(1 + twice):
            self.paper.keep(self.now)
            self.run(self.house.acts.keep(self.journey, self.now))

    @rule(often=st.integers(0, 12))
    def they_stop(self, often: int) -> None:
        if often == 0:
            self.paper.ends("stopped", "one_click")
            self.run(self.house.acts.stop(self.journey, "one_click", self.now))

    @rule(often=st.integers(0, 8), twice=st.booleans())
    def they_are_ready(self, often: int, twice: bool) -> None:
        if often == 0:
            self.paper.ready()
            for _ in range(1 + twice):
                self.run(self.house.acts.ready(self.journey, self.now))

    @rule(what=st.sampled_from(sorted(CALLS)))
    def a_call_changes(self, what: str) -> None:
        self.turn("call", CALLS[what], lambda version: builders.call(what, KIN, **version))

    @rule(what=st.sampled_from(sorted(CARE)))
    def a_referral_changes(self, what: str) -> None:
        self.turn("care", CARE[what], lambda version: builders.referral(what, KIN, **version))

    @rule(often=st.integers(0, 12))
    def care_begins(self, often: int) -> None:
        if often == 0:
            self.paper.ends("stopped", "in_care")
            self.turn("care", "completed", lambda version: builders.referral("completed", KIN, **version))

    def turn(self, aspect: str, becomes: str, fact: Any) -> None:
        """Something new is told; then what was told before comes late, and what is new again."""
        self.versions[aspect] += 1
        setattr(self.paper, aspect, becomes)
        self.paper.heed(self.now)
        told = {"version": self.versions[aspect], "at": self.now}
        late = builders.call("cancelled", KIN) if aspect == "call" else builders.referral("accepted", KIN)
        self.hear(fact(told), late, fact(told))

    @rule(often=st.integers(0, 8), silenced=st.booleans())
    def silence_is_asked_for_or_lifted(self, often: int, silenced: bool) -> None:
        if often == 0:
            self.versions["contact"] += 1
            self.paper.silenced = silenced
            if silenced:
                self.paper.ends("stopped", "silenced")
            self.hear(silence(version=self.versions["contact"], silenced=silenced))

    @rule(often=st.integers(0, 12), of=st.sampled_from((OWN, KIN)))
    def words_of_crisis_come(self, often: int, of: int) -> None:
        if often == 0:
            self.versions["safety"] += 1
            self.paper.ends("stopped", "safety")
            self.hear(flagged(of, version=self.versions["safety"]))

    @rule(
        why=st.sampled_from(("bounced", "quiet_hours", "expired", "series_paused")), often=st.integers(0, 6)
    )
    def a_mail_does_not_go(self, why: str, often: int) -> None:
        if often == 0:
            if why == "bounced":
                self.paper.ends("stopped", "unreachable")
            self.hear(builders.not_sent("readiness_practice", why), builders.failed("acknowledgement", why))

    @rule(often=st.integers(0, 15), twice=st.booleans())
    def they_are_erased(self, often: int, twice: bool) -> None:
        if often == 0:
            self.paper.ends("stopped", "erased")
            self.paper.erased = True
            for _ in range(1 + twice):
                self.hear(erased(1), a_readiness_request())

    @rule()
    def the_request_is_heard_again(self) -> None:
        self.hear(a_readiness_request(time_zone=self.paper.zone))

    @invariant()
    def it_is_what_paper_says(self) -> None:
        if not hasattr(self, "journey"):
            return
        paper, seen = self.paper, self.run(self.house.acts.view(self.journey, self.now))
        assert (seen is None) is paper.erased
        if seen is not None:
            assert (seen.state, seen.why, seen.next_at) == (paper.state, paper.why, paper.next_at)
            assert (seen.check_in_open, seen.silenced) == (paper.asked, paper.silenced)
            assert [each.item for each in seen.came] == paper.came
        told = self.run(self.house.steps())
        if paper.erased:
            assert told == []
            return
        steps = [each for each in told if isinstance(each, ReadinessStepDue)]
        assert [(each.item or "check_in", each.due_at) for each in steps] == self.mails
        assert [each.version for each in told] == list(range(2, 2 + len(told)))
        ends = [
            index for index, each in enumerate(told) if isinstance(each, ReadinessStopped | ReadinessReached)
        ]
        assert all(isinstance(each, ReadinessReached) for each in told[ends[0] + 1 :]) if ends else True
        assert sum(isinstance(each, ReadinessReached) for each in told) <= 1


@pytest.mark.timeout(300)
def test_no_order_of_things_makes_a_journey_anything_else(
    tmp_path: Path, practice: Practice, catalogue: Catalogue
) -> None:
    url = f"sqlite+aiosqlite:///{tmp_path / 'resources.db'}"
    asyncio.run(migrations.upgrade("resources", url))
    given = {"url": url, "practice": practice, "catalogue": catalogue}

    run_state_machine_as_test(
        type("OfThisTest", (TheJourney,), given),
        settings=settings(
            max_examples=60,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )

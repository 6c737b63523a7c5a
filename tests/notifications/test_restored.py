"""After a restore nothing goes twice by itself, no alert is lost, and an operator lets go what waits."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from services.notifications import operations, storage
from services.notifications.delivery import Postman
from services.notifications.domain.decide import HOLDS
from services.notifications.domain.outcome import Held
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, rows, send_all_due

BACKED_UP = NOW + timedelta(minutes=1)
ALIVE_UNTIL = NOW + timedelta(hours=2)
RESTORED_AT = NOW + timedelta(hours=5)


@dataclass
class Life:
    """The mail of a system, before and after a restore."""

    database: Database
    postman: Postman
    server: MailServerDouble
    clock: TestClock

    async def restored(self, until: datetime = ALIVE_UNTIL) -> int:
        """The backup is in place, hours later; gives how many mails are kept back."""
        self.clock.now = RESTORED_AT
        return await operations.keep_back(self.database, BACKED_UP, until, RESTORED_AT)

    async def sends(self) -> dict[str, tuple[str, str | None]]:
        """Everything that may go has gone; gives what became of each."""
        await send_all_due(self.postman)
        return await self.states()

    async def states(self) -> dict[str, tuple[str, str | None]]:
        return {each.template: (each.state, each.reason) for each in await rows(self.database)}

    async def kept_back(self) -> dict[str, storage.ListedDelivery]:
        found, _ = await operations.kept_back(self.database)
        return {each.template: each for each in found}

    async def holds(self, template: str, why: str) -> None:
        async with self.database.transaction() as tx:
            claimed = {one.plan.template: one.id for one in await storage.claim_due(tx, "lease", 16, NOW)}
            held = Held(NOW + timedelta(minutes=15), why)
            await storage.save_outcomes(tx, "lease", {claimed[template]: held}, NOW)


@pytest.fixture
def life(
    database: Database, postman: Postman, server: MailServerDouble, answers: Answers, clock: TestClock
) -> Life:
    answers.people["request-1"] = someone()
    return Life(database, postman, server, clock)


async def test_what_was_due_before_the_old_system_ended_is_not_sent_again(life: Life, save: Save) -> None:
    await save(planned("referral"), planned("acknowledgement"))

    assert await life.restored() == 2

    assert await life.sends() == {
        "referral": ("not_sent", "restored"),
        "acknowledgement": ("not_sent", "restored"),
    }
    assert life.server.taken == []


async def test_what_was_being_sent_at_the_backup_counts_as_sent(life: Life, save: Save) -> None:
    await save(planned("referral"))
    async with life.database.transaction() as tx:
        await storage.claim_due(tx, "lease of a life before", 16, NOW)

    await life.restored(NOW - timedelta(seconds=1))

    assert await life.sends() == {"referral": ("not_sent", "restored")}
    assert life.server.taken == []
    assert [each.uncertain for each in await rows(life.database)] == [True]


async def test_what_is_due_later_goes_on(life: Life, save: Save) -> None:
    await save(planned("referral", due_at=ALIVE_UNTIL + timedelta(seconds=1)))

    assert await life.restored() == 0

    assert await life.sends() == {"referral": ("sent", None)}


async def test_an_alert_goes_twice_rather_than_never(life: Life, save: Save) -> None:
    await save(planned("safety_alert"))

    await life.restored()

    assert await life.sends() == {"safety_alert": ("sent", None)}


async def test_what_a_person_must_decide_about_goes_on_waiting_for_them(life: Life, save: Save) -> None:
    await save(planned("waitlist"))
    await life.holds("waitlist", HOLDS[0])

    assert await life.restored() == 0
    assert await life.states() == {"waitlist": ("held", HOLDS[0])}


async def test_what_waited_for_the_morning_was_sent_that_morning(life: Life, save: Save) -> None:
    await save(planned("waitlist"))
    await life.holds("waitlist", "quiet_hours")

    assert await life.restored() == 1


async def test_a_fact_that_comes_again_sends_nothing_of_the_time_before(life: Life, save: Save) -> None:
    await life.restored()

    await save(planned("referral"), planned("safety_alert"))

    assert await life.sends() == {"referral": ("not_sent", "restored"), "safety_alert": ("sent", None)}


async def test_what_is_kept_back_is_listed_and_goes_when_it_is_let_go(life: Life, save: Save) -> None:
    await save(planned("referral"), planned("nobody_fits"))
    await life.restored()
    before = await life.kept_back()
    await life.sends()
    settled = await life.kept_back()

    assert before.keys() == settled.keys() == {"referral", "nobody_fits"}
    referral = settled["referral"].id
    assert await operations.let_go(life.database, [referral], RESTORED_AT) == 1

    assert await life.sends() == {"referral": ("sent", None), "nobody_fits": ("not_sent", "restored")}
    assert await operations.let_go(life.database, [referral], RESTORED_AT) == 0
    [went] = [each for each in await rows(life.database) if each.template == "referral"]
    assert went.message_id == before["referral"].message_id


async def test_what_was_closed_meanwhile_stays_although_it_is_let_go(life: Life, save: Save) -> None:
    await save(planned("acknowledgement"))
    await life.restored()
    await life.sends()
    async with life.database.transaction() as tx:
        await storage.close(tx, ["request-1"], "withdrawn", NOW)

    kept = (await life.kept_back())["acknowledgement"]
    await operations.let_go(life.database, [kept.id], RESTORED_AT)

    assert await life.sends() == {"acknowledgement": ("not_sent", "withdrawn")}
    assert life.server.taken == []


async def test_the_trail_says_what_a_restore_kept_back(life: Life, save: Save) -> None:
    await save(planned("referral"))
    await life.restored()

    [entry] = await operations.trail(life.database, "R-7F3K2")

    assert entry["detail"]["why"] == "restored"

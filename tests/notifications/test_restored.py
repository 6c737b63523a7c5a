"""After a restore nothing goes twice by itself, no alert is lost, and an operator lets go what waits."""

from datetime import datetime, timedelta

from services.notifications import operations, storage
from services.notifications.delivery import Postman
from services.notifications.domain.decide import HOLDS
from services.notifications.domain.outcome import Held
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, clinician, planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, rows, send_all_due

BACKED_UP = NOW + timedelta(minutes=1)
ALIVE_UNTIL = NOW + timedelta(hours=2)
RESTORED_AT = NOW + timedelta(hours=5)


async def states(database: Database) -> dict[str, tuple[str, str | None]]:
    return {each.template: (each.state, each.reason) for each in await rows(database)}


async def restore(database: Database, clock: TestClock, until: datetime = ALIVE_UNTIL) -> int:
    """The backup is in place, hours later; gives how many mails are kept back."""
    clock.now = RESTORED_AT
    return await operations.keep_back(database, BACKED_UP, until, RESTORED_AT)


async def claim(database: Database) -> None:
    async with database.transaction() as tx:
        await storage.claim_due(tx, "lease-of-a-life-before", 16, NOW)


async def hold(database: Database, template: str, until: timedelta, why: str) -> None:
    async with database.transaction() as tx:
        claimed = {one.plan.template: one.id for one in await storage.claim_due(tx, "lease", 16, NOW)}
        await storage.save_outcomes(tx, "lease", {claimed[template]: Held(NOW + until, why)}, NOW)


async def test_what_was_due_before_the_old_system_ended_is_not_sent_again(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned("referral"), planned("acknowledgement"))

    kept = await restore(database, clock)
    await send_all_due(postman)

    assert kept == 2
    assert server.taken == []
    assert await states(database) == {
        "referral": ("not_sent", "restored"),
        "acknowledgement": ("not_sent", "restored"),
    }


async def test_what_was_being_sent_at_the_backup_counts_as_sent(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned("referral"))
    await claim(database)

    await restore(database, clock, NOW - timedelta(seconds=1))
    await send_all_due(postman)

    assert server.taken == []
    [kept] = await rows(database)
    assert (kept.state, kept.reason, kept.uncertain) == ("not_sent", "restored", True)


async def test_what_is_due_later_goes_on(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned("referral", due_at=ALIVE_UNTIL + timedelta(seconds=1)))

    assert await restore(database, clock) == 0

    await send_all_due(postman)
    assert [each for each in await rows(database) if each.state == "sent"]


async def test_an_alert_goes_twice_rather_than_never(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone(level="crisis")
    await save(planned("safety_alert"))

    await restore(database, clock)
    await send_all_due(postman)

    assert await states(database) == {"safety_alert": ("sent", None)}


async def test_what_a_person_must_decide_about_goes_on_waiting_for_them(
    database: Database, save: Save, clock: TestClock
) -> None:
    await save(planned("waitlist"))
    await hold(database, "waitlist", timedelta(minutes=15), HOLDS[0])

    assert await restore(database, clock) == 0
    assert await states(database) == {"waitlist": ("held", HOLDS[0])}


async def test_what_waited_for_the_morning_was_sent_that_morning(
    database: Database, save: Save, clock: TestClock
) -> None:
    await save(planned("waitlist"))
    await hold(database, "waitlist", timedelta(minutes=15), "quiet_hours")

    assert await restore(database, clock) == 1


async def test_a_fact_that_comes_again_sends_nothing_of_the_time_before(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone(level="crisis")
    await restore(database, clock)

    await save(planned("referral"), planned("safety_alert"))
    await send_all_due(postman)

    assert await states(database) == {
        "referral": ("not_sent", "restored"),
        "safety_alert": ("sent", None),
    }


async def test_what_is_kept_back_is_listed_and_goes_when_it_is_let_go(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    answers.clinicians["c-rivera"] = clinician()
    await save(planned("referral"), planned("nobody_fits"))
    await restore(database, clock)
    before, _ = await operations.kept_back(database)
    await send_all_due(postman)
    settled, _ = await operations.kept_back(database)

    assert (
        {each.template for each in before}
        == {each.template for each in settled}
        == {"referral", "nobody_fits"}
    )
    [referral] = [each.id for each in settled if each.template == "referral"]
    assert await operations.let_go(database, [referral], RESTORED_AT) == 1
    await send_all_due(postman)

    assert await states(database) == {"referral": ("sent", None), "nobody_fits": ("not_sent", "restored")}
    assert await operations.let_go(database, [referral], RESTORED_AT) == 0
    [went] = [each for each in await rows(database) if each.template == "referral"]
    assert went.message_id == next(each.message_id for each in before if each.template == "referral")


async def test_what_was_closed_meanwhile_stays_although_it_is_let_go(
    database: Database,
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    answers: Answers,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone()
    await save(planned("acknowledgement"))
    await restore(database, clock)
    await send_all_due(postman)
    async with database.transaction() as tx:
        await storage.close(tx, ["request-1"], "withdrawn", NOW)

    [kept], _ = await operations.kept_back(database)
    await operations.let_go(database, [kept.id], RESTORED_AT)
    await send_all_due(postman)

    assert server.taken == []
    assert await states(database) == {"acknowledgement": ("not_sent", "withdrawn")}


async def test_the_trail_says_what_a_restore_kept_back(
    database: Database, save: Save, clock: TestClock
) -> None:
    await save(planned("referral"))
    await restore(database, clock)

    [entry] = await operations.trail(database, "R-7F3K2")

    assert entry["detail"]["why"] == "restored"

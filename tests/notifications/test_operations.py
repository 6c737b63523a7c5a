"""What an operator sees of the mail."""

import json
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import operations, storage
from services.notifications.domain.delivery import Template
from services.notifications.domain.outcome import Failed, Held, Outcome, Reply, Sent
from services.notifications.settings import NotificationsSettings
from shared.database import Database
from shared.errors import Misconfigured
from tests.notifications.builders import (
    DOMAIN,
    INTAKE_LINK_KEY,
    LINK_KEY,
    NOW,
    RESOURCES_LINK_KEY,
    CountedIds,
    planned,
)
from tests.notifications.mail_servers import MailServerDouble


async def settled(database: Database, ids: CountedIds) -> dict[str, str]:
    """One mail sent, one held, one failed, one waiting; their ids by template."""
    mails = [planned(template) for template in ("acknowledgement", "waitlist", "referral")]
    async with database.transaction() as tx:
        await storage.save_planned(tx, mails, ids, DOMAIN, NOW)
        claimed: dict[str, str] = {
            one.plan.template: one.id for one in await storage.claim_due(tx, "lease", 16, NOW)
        }
        outcomes: dict[str, Outcome] = {
            claimed["acknowledgement"]: Sent(Reply(250, "2.0.0"), "a" * 64),
            claimed["waitlist"]: Held(NOW + timedelta(hours=1), "clinical_hold"),
            claimed["referral"]: Failed("recipient_refused", Reply(550)),
        }
        await storage.save_outcomes(tx, "lease", outcomes, NOW)
        await storage.save_planned(tx, [planned("held")], ids, DOMAIN, NOW)
    return claimed


async def test_the_trail_tells_every_mail_in_codes(database: Database, ids: CountedIds) -> None:
    await settled(database, ids)

    entries = await operations.trail(database, "R-7F3K2")

    assert {(one["kind"], one["name"], one["detail"]["state"], one["detail"]["why"]) for one in entries} == {
        ("mail", "acknowledgement", "sent", None),
        ("mail", "waitlist", "held", "clinical_hold"),
        ("mail", "referral", "failed", "recipient_refused"),
        ("mail", "held", "planned", None),
    }
    assert all(one["at"] == NOW for one in entries)
    assert "@example.org" not in json.dumps(entries, default=str).replace(DOMAIN, "")
    assert await operations.trail(database, "R-00000") == []


async def test_the_trail_says_to_whom_in_which_role_a_mail_went(database: Database, ids: CountedIds) -> None:
    templates: tuple[Template, ...] = ("introduction", "overdue", "offer", "safety_alert")
    async with database.transaction() as tx:
        await storage.save_planned(tx, [planned(each) for each in templates], ids, DOMAIN, NOW)

    entries = await operations.trail(database, "R-7F3K2")

    assert {one["name"]: (one["detail"]["to"], one["detail"]["recipient_id"]) for one in entries} == {
        "introduction": ("client", "request-1"),
        "overdue": ("coordinator", "dana"),
        "offer": ("clinician", "c-rivera"),
        "safety_alert": ("on_call", "dana"),
    }


async def test_failed_and_held_mails_are_listed_with_their_reason(
    database: Database, ids: CountedIds
) -> None:
    await settled(database, ids)

    page, cursor = await operations.undelivered(database)

    assert sorted((one.template, one.reason) for one in page) == [
        ("referral", "recipient_refused"),
        ("waitlist", "clinical_hold"),
    ]
    assert cursor is None


async def test_the_health_of_the_mail_counts_states_and_what_is_late(
    database: Database, ids: CountedIds
) -> None:
    await settled(database, ids)

    soon = await operations.health(database, NOW + timedelta(minutes=10))
    late = await operations.health(database, NOW + timedelta(minutes=11))

    assert soon.by_state == {"sent": 1, "held": 1, "failed": 1, "planned": 1}
    assert (soon.late, soon.late_since) == (0, None)
    assert (late.late, late.late_since) == (1, NOW)


async def test_a_failed_mail_can_be_tried_again_and_no_other(database: Database, ids: CountedIds) -> None:
    claimed = await settled(database, ids)

    assert await operations.retry(database, list(claimed.values()), NOW) == 1
    async with database.transaction() as tx:
        again = await storage.claim_due(tx, "lease-2", 16, NOW)
    assert {one.plan.template for one in again} == {"held", "referral"}


def settings(**changes: Any) -> NotificationsSettings:
    return NotificationsSettings(
        database_url="sqlite+aiosqlite://",
        matching_link_keys=LINK_KEY,
        intake_link_keys=INTAKE_LINK_KEY,
        resources_link_keys=RESOURCES_LINK_KEY,
        **changes,
    )


async def test_the_doctor_hears_whether_the_mail_server_lets_us_in(server: MailServerDouble) -> None:
    assert await operations.check_mail_server(settings(smtp_url=server.url)) is None
    assert server.taken == []

    await server.stop()
    found = await operations.check_mail_server(settings(smtp_url=server.url))
    assert found is not None
    assert "does not answer" in found
    assert "NOTIFICATIONS_SMTP_URL" in found


async def test_the_doctor_hears_of_an_unsafe_way_to_the_mail_server() -> None:
    with pytest.raises(Misconfigured, match="only for this machine"):
        await operations.check_mail_server(settings(smtp_url="smtp://mail.example.org"))

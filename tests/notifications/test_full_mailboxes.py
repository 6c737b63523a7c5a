"""A full mailbox is tried until it has room; one that takes no mail for ever is somebody's to hear of."""

from datetime import timedelta

import pytest

from services.notifications.delivery import Postman
from services.notifications.domain.delivery import Template
from services.notifications.storage import ListedDelivery
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import clinician, planned, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, announced, dana, rows, send_all_due

ADDRESSES: dict[Template, str] = {  # one mail to each kind of reader
    "acknowledgement": "request-1@example.org",
    "introduction": "request-1@example.org",
    "referral": dana(),
    "overdue": dana(),
    "safety_alert": dana(),
    "offer": "c-rivera@example.org",
    "introduction_clinician": "c-rivera@example.org",
    "proof_code": dana(),
}
FULL = "452 4.2.2 mailbox full"
A_WHILE = timedelta(minutes=2)


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    answers.people["request-1"] = someone()
    answers.clinicians["c-rivera"] = clinician("c-rivera")


@pytest.mark.parametrize("template", ADDRESSES)
async def test_what_does_not_fit_into_a_full_mailbox_arrives_once_there_is_room(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    address = ADDRESSES[template]
    server.rcpt_answers[address] = FULL
    await save(planned(template))
    await send_all_due(postman)
    assert server.taken == []
    [waiting] = await _about(database, template)
    assert (waiting.state, waiting.smtp_code) == ("planned", 452)

    del server.rcpt_answers[address]
    clock.move(A_WHILE)
    await send_all_due(postman)

    assert server.recipients == [address]
    assert [row.state for row in await _about(database, template)] == ["sent"]
    told = ["notifications.alert.sent.v1"] if template == "safety_alert" else []
    assert await announced(database) == told


@pytest.mark.parametrize("template", ["offer", "introduction_clinician"])
async def test_a_clinician_whose_mailbox_refuses_leaves_the_owner_to_know(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    template: Template,
) -> None:
    server.rcpt_answers["c-rivera@example.org"] = "550 5.1.1 nobody here"
    await save(planned(template))

    await send_all_due(postman)
    await send_all_due(postman)

    assert server.recipients == [dana()]
    assert [row.state for row in await _about(database, template)] == ["failed"]
    assert await announced(database) == ["notifications.mail.failed.v1"]


async def _about(database: Database, template: Template) -> list[ListedDelivery]:
    reference = "-" if template == "proof_code" else "R-7F3K2"
    return [row for row in await rows(database, reference) if row.template == template]

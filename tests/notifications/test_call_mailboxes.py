"""A mailbox that is full, or refuses: what was to be said of a call is said later, or to somebody else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.delivery import Postman
from services.notifications.domain.delivery import Template
from shared.contracts.intake import Consultation
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import NOW, planned, someone
from tests.notifications.calls import IN_FIVE_DAYS, LENGTH, TO_THE_DESK, TO_THE_PERSON, Booked, call_mail
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, announced, dana, owner, rows, send_all_due

ADDRESSES: dict[Template, str] = {  # every mail that this brought
    **dict.fromkeys((*TO_THE_PERSON, "contact_changed"), "request-1@example.org"),
    **dict.fromkeys(TO_THE_DESK, dana()),
}
THEIRS = (*TO_THE_PERSON, "contact_changed")
FULL = "452 4.2.2 mailbox full"
NOBODY_HERE = "550 5.1.1 nobody here"
A_WHILE = timedelta(minutes=2)
BOOKED = Booked()
STANDS: dict[Template, Consultation] = {  # when each mail is true, if not of a call that is booked
    "call_cancelled": BOOKED.cancelled(NOW).stands,
    "call_cancelled_notice": BOOKED.cancelled(NOW).stands,
    "call_missed": BOOKED.marked("missed", NOW).stands,
    "call_elsewhere": BOOKED.stands.model_copy(update={"state": "NV"}),
}
CODES = {
    "consultation_id": "call-1",
    "sequence": 0,
    "coordinator_id": "dana",
    "starts_at": IN_FIVE_DAYS.isoformat(),
    "ends_at": (IN_FIVE_DAYS + LENGTH).isoformat(),
    "time_zone": "America/Los_Angeles",
    "by": "person",
    "test": False,
    "interpreter": [],
    "why": "person",
    "state": "NV",
    "licensed": False,
    "offset": "1d",
    "last": True,
    "previous_starts_at": (IN_FIVE_DAYS - LENGTH).isoformat(),
    "previous_coordinator_id": "dana",
}


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    answers.people["request-1"] = someone()


@pytest.fixture
def say(save: Save, answers: Answers) -> Save:
    """Plans the mail, of a call of which it is true."""

    async def about(template: Template) -> None:
        answers.calls["request-1"] = STANDS.get(template, BOOKED.stands)
        if template == "contact_changed":
            address = replace(planned("acknowledgement"), template=template, dedup_key=template, codes={})
            await save(address)
        else:
            await save(call_mail(template, codes=CODES).plan)

    return about


@pytest.mark.parametrize("template", ADDRESSES)
async def test_what_does_not_fit_into_a_full_mailbox_arrives_once_when_there_is_room(
    postman: Postman,
    say: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    server.rcpt_answers[ADDRESSES[template]] = FULL
    await say(template)
    await send_all_due(postman)
    assert server.taken == []
    assert [(row.state, row.smtp_code) for row in await rows(database)] == [("planned", 452)]

    del server.rcpt_answers[ADDRESSES[template]]
    clock.move(A_WHILE)
    await send_all_due(postman)
    clock.move(A_WHILE)
    await send_all_due(postman)

    assert server.recipients == [ADDRESSES[template]]
    assert [(row.template, row.state) for row in await rows(database)] == [(template, "sent")]
    assert await announced(database) == []


@pytest.mark.parametrize("template", THEIRS)
async def test_an_address_of_theirs_that_does_not_exist_is_tried_once_and_never_again(
    postman: Postman,
    say: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    server.rcpt_answers[ADDRESSES[template]] = NOBODY_HERE
    await say(template)
    await send_all_due(postman)
    del server.rcpt_answers[ADDRESSES[template]]
    clock.move(A_WHILE)
    await send_all_due(postman)

    assert server.recipients == [owner()]  # the desk, who reaches them in another way
    assert [(row.template, row.state) for row in await rows(database)] == [
        (template, "failed"),
        ("unreachable_notice", "sent"),
    ]
    assert await announced(database) == ["notifications.mail.failed.v1"]


@pytest.mark.parametrize("template", TO_THE_DESK)
async def test_what_a_coordinator_s_address_refuses_goes_to_a_colleague(
    postman: Postman, say: Save, server: MailServerDouble, database: Database, template: Template
) -> None:
    server.rcpt_answers[dana()] = NOBODY_HERE
    await say(template)
    await send_all_due(postman)
    await send_all_due(postman)

    assert len(server.taken) == 1
    assert dana() not in server.recipients
    assert sorted(row.state for row in await rows(database)) == ["failed", "sent"]
    assert await announced(database) == ["notifications.mail.failed.v1"]

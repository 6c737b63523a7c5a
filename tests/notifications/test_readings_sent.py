"""What somebody reads before they begin, as it leaves: to a real server, on both databases."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from services.notifications.delivery import Postman
from services.notifications.domain.delivery import READINGS, SERIES, Template
from shared.database import Database
from shared.tokens import Links
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import (
    CLIENT_TEMPLATES,
    DESK_TEMPLATES,
    INTAKE_LINK_KEY,
    NIGHT,
    NOW,
    RESOURCES_LINK_KEY,
    RESOURCES_PAGES,
    clinician,
    planned,
    someone,
)
from tests.notifications.calls import TO_THE_PERSON, Booked, call_mail
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.test_call_mailboxes import CODES as OF_A_CALL
from tests.notifications.watching import Save, announced, dana, rows, send_all_due, words_of

ADDRESSES: Mapping[Template, str] = {
    **dict.fromkeys(sorted(READINGS), "request-1@example.org"),
    "ready_notice": dana(),
}
FULL = "452 4.2.2 mailbox full"
NOBODY_HERE = "550 5.1.1 nobody here"
A_WHILE = timedelta(minutes=2)
MORNING = NIGHT + timedelta(hours=9)


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    know(answers)
    answers.clinicians |= {one: clinician(one) for one in ("c-rivera", "c-okafor")}


def know(answers: Answers, level: str = "none", **changes: object) -> None:
    answers.people["request-1"] = someone(level=level, **changes)


@pytest.mark.parametrize("template", ADDRESSES)
async def test_what_does_not_fit_into_a_full_mailbox_arrives_once_when_there_is_room(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    server.rcpt_answers[ADDRESSES[template]] = FULL
    await save(planned(template))
    await send_all_due(postman)
    assert server.taken == []
    assert [(row.state, row.smtp_code) for row in await rows(database)] == [("planned", 452)]

    del server.rcpt_answers[ADDRESSES[template]]
    for _ in range(2):
        clock.move(A_WHILE)
        await send_all_due(postman)

    assert server.recipients == [ADDRESSES[template]]
    assert [(row.template, row.state) for row in await rows(database)] == [(template, "sent")]
    assert await announced(database) == []


@pytest.mark.parametrize("template", sorted(READINGS))
async def test_an_address_that_does_not_exist_is_tried_once_and_others_are_told(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    server.rcpt_answers[ADDRESSES[template]] = NOBODY_HERE
    await save(planned(template))
    await send_all_due(postman)
    del server.rcpt_answers[ADDRESSES[template]]
    clock.move(A_WHILE)
    await save(planned("readiness_practice", dedup_key="the next"))
    await send_all_due(postman)

    assert ADDRESSES[template] not in server.recipients
    theirs = [(row.state, row.reason) for row in await rows(database) if row.role == "client"]
    assert sorted(theirs) == [("failed", "recipient_refused"), ("not_sent", "bounced")]
    assert await announced(database) == ["notifications.mail.failed.v1", "notifications.mail.suppressed.v1"]


async def test_who_is_ready_is_brought_to_a_colleague_where_her_address_refuses(
    postman: Postman, save: Save, server: MailServerDouble, database: Database
) -> None:
    server.rcpt_answers[dana()] = NOBODY_HERE
    await save(planned("ready_notice"))
    await send_all_due(postman)
    await send_all_due(postman)

    assert len(server.taken) == 1
    assert dana() not in server.recipients
    assert sorted(row.state for row in await rows(database)) == ["failed", "sent"]


async def test_who_has_told_the_rest_is_brought_to_nobody(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    contact, request = answers.people["request-1"]
    answers.people["request-1"] = (contact, request.model_copy(update={"ready_since": None}))
    await save(planned("ready_notice"))
    await send_all_due(postman)

    assert server.taken == []
    assert [(row.state, row.reason) for row in await rows(database)] == [("not_sent", "confirmed")]


async def test_who_has_been_erased_is_brought_to_nobody(
    postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    del answers.people["request-1"]
    await save(planned("ready_notice"))
    await send_all_due(postman)

    assert [(row.state, row.reason) for row in await rows(database)] == [("not_sent", "unknown_person")]


@pytest.mark.parametrize("discreet", [True, False])
@pytest.mark.parametrize("template", sorted(READINGS))
async def test_a_mail_program_can_stop_the_series_by_one_click(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    template: Template,
    discreet: bool,
) -> None:
    know(answers, discreet=discreet, name="Wolfeschlegelsteinhausenbergerdorff Ñandú")
    await save(planned(template, subject_id="list-1"))
    await send_all_due(postman)

    (mail,) = server.taken
    head, _, _ = mail.content.partition(b"\r\n\r\n")
    (line,) = [one for one in head.split(b"\r\n") if one.lower().startswith(b"list-unsubscribe:")]
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in head
    url = line.decode().removeprefix("List-Unsubscribe: <").removesuffix(">")
    token = url.removeprefix(f"{RESOURCES_PAGES}/readiness/").removesuffix("/stop")
    link = Links((RESOURCES_LINK_KEY,)).read(token, "readiness", NOW)
    assert link is not None
    assert (link.recipient, link.subject) == ("person:person-of-request-1", "list-1")
    assert len(line) < 998
    assert url in words_of(mail) or template == "reading_list"


@pytest.mark.parametrize("template", [*CLIENT_TEMPLATES, *DESK_TEMPLATES, *TO_THE_PERSON])
async def test_nothing_but_a_reading_says_how_to_unsubscribe(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, template: Template
) -> None:
    booked = Booked()
    off = booked.cancelled(NOW)
    states = {"call_cancelled": off, "overdue": off, "call_missed": booked.marked("missed", NOW)}
    answers.calls["request-1"] = states.get(template, booked).stands
    row = call_mail(template, codes=OF_A_CALL).plan if template in TO_THE_PERSON else planned(template)
    await save(replace(row, occurred_at=NOW))
    await send_all_due(postman)

    (mail,) = server.taken
    names = {name.lower() for name in mail.message}
    wanted = {"list-unsubscribe", "list-unsubscribe-post"} if template in READINGS else set()
    assert {name for name in names if name.startswith("list-")} == wanted


@pytest.mark.parametrize("template", sorted(SERIES))
async def test_a_series_waits_for_the_morning(
    postman: Postman,
    save: Save,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
    template: Template,
) -> None:
    clock.move(NIGHT - NOW)
    await save(planned(template, occurred_at=NIGHT, not_after=NIGHT + timedelta(days=6)))
    await send_all_due(postman)
    assert server.taken == []
    assert [(row.state, row.reason) for row in await rows(database)] == [("held", "quiet_hours")]

    clock.move(MORNING - NIGHT)
    await send_all_due(postman)

    assert server.recipients == ["request-1@example.org"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"silenced": True}, "silenced"),
        ({"email_ok": False}, "email_not_ok"),
        ({"email": None}, "no_email"),
        ({"unsafe_at_home": True}, "unsafe_at_home"),
        ({"safe_hours": {"from_": "09:00", "to": "9"}}, "safe_hours_unusable"),
    ],
)
@pytest.mark.parametrize("template", sorted(READINGS))
async def test_nothing_to_read_goes_to_whom_nothing_may(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    template: Template,
    changes: dict[str, object],
    why: str,
) -> None:
    know(answers, **changes)
    await save(planned(template))
    await send_all_due(postman)

    assert server.taken == []
    assert [(row.state, row.reason) for row in await rows(database)] == [("not_sent", why)]
    assert await announced(database) == ["notifications.mail.suppressed.v1"]


@pytest.mark.parametrize("template", sorted(SERIES))
async def test_a_series_waits_while_a_crisis_is_not_cleared(
    postman: Postman, save: Save, answers: Answers, database: Database, template: Template
) -> None:
    know(answers, level="crisis")
    await save(planned(template))
    await send_all_due(postman)

    assert [(row.state, row.reason) for row in await rows(database)] == [("held", "clinical_hold")]


async def test_an_address_with_many_answers_still_gets_what_is_no_answer(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    know(answers, acknowledged_often=True)
    await save(planned("reading_list"), planned("readiness_practice"))
    await send_all_due(postman)

    found = {row.template: row.reason for row in await rows(database)}
    assert found == {"reading_list": "acknowledged_often", "readiness_practice": None}
    assert len(server.taken) == 1


async def test_the_coordinators_link_opens_what_is_still_true_for_her_alone(
    postman: Postman, save: Save, server: MailServerDouble
) -> None:
    await save(planned("ready_notice"))
    await send_all_due(postman)

    (mail,) = server.taken
    links = [word for word in words_of(mail).split() if re.match(r"https://[\w.]+/begin/", word)]
    (token,) = {link.rpartition("/begin/")[2] for link in links}
    link = Links((INTAKE_LINK_KEY,)).read(token, "begin", NOW)
    assert link is not None
    assert (link.recipient, link.subject) == ("coordinator:dana", "request-1")


async def test_a_reading_that_the_catalogue_no_longer_has_fails_and_goes_once_it_is_back(
    postman: Postman, save: Save, server: MailServerDouble, database: Database
) -> None:
    codes = {"item": "gone", "number": 1, "left": 1, "next_at": None}
    await save(planned("readiness_practice", codes=codes))
    await send_all_due(postman)

    assert server.taken == []
    assert [(row.state, row.reason) for row in await rows(database)] == [("failed", "defect")]

"""The test mail that an operator asks the doctor for, taken by a real mail server."""

from collections.abc import AsyncIterator

import pytest
from typer.testing import CliRunner

from deploy.checks.mail import mail_server
from deploy.cli.app import app
from shared.practice import Practice, load_practice
from tests.deploy.round import PRACTICE, environ, given, problems
from tests.notifications.mail_servers import MailServerDouble, serving

TO = "you@example.org"


@pytest.fixture
async def server() -> AsyncIterator[MailServerDouble]:
    async with serving() as made:
        yield made


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(PRACTICE)


async def test_nothing_is_sent_unless_somebody_asks_for_it(server: MailServerDouble) -> None:
    found = await mail_server(given(environ(NOTIFICATIONS_SMTP_URL=server.url)))

    assert [each.check for each in found] == ["smtp"]
    assert server.taken == []


async def test_the_test_mail_goes_to_the_one_who_asked_and_says_what_it_is(
    server: MailServerDouble, practice: Practice
) -> None:
    found = await mail_server(given(environ(NOTIFICATIONS_SMTP_URL=server.url), send_to=TO))

    assert [(each.check, each.level) for each in found] == [("smtp", "ok"), ("test mail", "ok")]
    [mail] = server.taken
    assert (mail.sender, mail.recipients) == (practice.from_, [TO])
    assert mail.message["Subject"].startswith("[test]")
    assert mail.message["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.message.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]
    assert "this is a test" in mail.content.decode("ascii")
    assert "about no request and no person" in mail.content.decode("ascii")
    assert max(map(len, mail.content.splitlines())) <= 78


async def test_a_test_mail_that_is_not_taken_is_a_problem_that_says_why(server: MailServerDouble) -> None:
    server.rcpt_answers[TO] = "550 5.1.1 nobody here"

    found = await mail_server(given(environ(NOTIFICATIONS_SMTP_URL=server.url), send_to=TO))

    assert problems(found) == [f"test mail: a test mail to {TO} was not taken: recipient_refused"]


async def test_a_mail_server_that_is_away_is_one_problem_and_not_two(server: MailServerDouble) -> None:
    await server.stop()

    found = await mail_server(given(environ(NOTIFICATIONS_SMTP_URL=server.url), send_to=TO))

    assert len(problems(found)) == len(found) == 1


@pytest.mark.parametrize("typed", ["nobody", "a@example.org,b@example.org", "a@b.org\r\nRCPT TO:<x@y.org>"])
def test_what_is_no_address_is_wrong_usage(typed: str) -> None:
    result = CliRunner().invoke(app, ["doctor", "--send-to", typed])

    assert result.exit_code == 2
    assert "--send-to needs one address" in result.stderr

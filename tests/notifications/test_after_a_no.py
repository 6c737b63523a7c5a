"""After a clinician's no the person reads what comes next, and never that there was a no, nor why."""

import re
from collections.abc import Callable

import pytest

from services.notifications import words
from services.notifications.delivery import Postman
from shared.contracts.base import Fact
from shared.contracts.matching import DECLINE_CODES, After
from tests.notifications.answers import Answers
from tests.notifications.builders import clinician, someone
from tests.notifications.facts import referral_proposed, referral_waitlisted, referred_out, rejected
from tests.notifications.hearing import Hearing
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import send_all_due, words_of

TOKEN = re.compile(r"/[\w-]{60,}")
PERSON, ANOTHER = "request-1", "request-2"


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    answers.people = {each: someone(each) for each in (PERSON, ANOTHER)}
    answers.clinicians = {"c-rivera": clinician("c-rivera")}


def after(why: str) -> After:
    return After(what="declined", clinician_id="c-rivera", why=why)


async def sent(postman: Postman, server: MailServerDouble) -> dict[str, list[str]]:
    """What has gone to whom, subject and both parts, without what is each one's own in a link."""
    await send_all_due(postman)
    gone: dict[str, list[str]] = {}
    for mail in server.taken:
        gone.setdefault(mail.recipients[0], []).append(
            f"{mail.message['Subject']}\n{TOKEN.sub('/…', words_of(mail))}"
        )
    return gone


@pytest.mark.parametrize("why", DECLINE_CODES)
@pytest.mark.parametrize("next_for_them", [referral_waitlisted, referred_out], ids=["waitlist", "elsewhere"])
async def test_who_was_refused_reads_the_same_as_who_was_not(
    hear: Hearing,
    postman: Postman,
    server: MailServerDouble,
    next_for_them: Callable[..., Fact],
    why: str,
) -> None:
    await hear(rejected(2), next_for_them(version=2, after=after(why)))
    await hear(next_for_them(version=1, request_id=ANOTHER))

    gone = await sent(postman, server)

    (theirs,) = gone.pop(f"{PERSON}@example.org")
    assert [theirs] == gone.pop(f"{ANOTHER}@example.org")
    assert any(words.DECLINES[why] in text for texts in gone.values() for text in texts)  # the desk knows


async def test_a_new_proposal_after_a_no_is_the_desks_alone(
    hear: Hearing, postman: Postman, server: MailServerDouble
) -> None:
    await hear(rejected(2), referral_proposed(version=2, after=after("fee")))

    gone = await sent(postman, server)

    assert f"{PERSON}@example.org" not in gone
    assert gone

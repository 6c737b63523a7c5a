"""Where an answer to a mail goes: to somebody who reads it."""

import pytest

from services.notifications.delivery import Postman
from services.notifications.domain.delivery import Template
from tests.notifications.answers import Answers
from tests.notifications.builders import CLIENT_TEMPLATES, clinician, planned, practice, someone
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import Save, send_all_due


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    know(answers)
    answers.clinicians |= {one: clinician(one) for one in ("c-rivera", "c-okafor")}


def know(answers: Answers, **changes: object) -> None:
    answers.people["request-1"] = someone(**changes)


@pytest.mark.parametrize(
    ("template", "changes", "reply_to"),
    [
        ("waitlist", {"codes": {"owner": "lee"}}, "lee"),
        ("waitlist", {"codes": {"owner": "gone"}}, "marguerite"),
        ("acknowledgement", {}, "dana"),
        ("readiness_practice", {}, "dana"),
        ("reading_list", {}, "dana"),
        ("offer", {}, "dana"),
        ("offer_ended", {}, "dana"),
    ],
)
async def test_an_answer_to_open_mail_reaches_a_coordinator(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    template: Template,
    changes: dict[str, object],
    reply_to: str,
) -> None:
    know(answers, discreet=False)
    await save(planned(template, **changes))
    await send_all_due(postman)

    found = practice().coordinator(reply_to)
    assert found is not None
    (mail,) = server.taken
    assert practice().from_ in str(mail.message["From"])
    assert mail.message["Reply-To"] == f"{found.name} <{found.email}>"


@pytest.mark.parametrize("template", CLIENT_TEMPLATES)
async def test_a_discreet_mail_is_answered_to_the_front_desk_that_it_came_from(
    postman: Postman, save: Save, server: MailServerDouble, template: Template
) -> None:
    await save(planned(template))
    await send_all_due(postman)

    (mail,) = server.taken
    assert practice().discreet_from in str(mail.message["From"])
    assert mail.message["Reply-To"] is None


@pytest.mark.parametrize("template", ["referral", "ready_notice", "safety_alert", "proof_code"])
async def test_what_the_practice_tells_itself_asks_for_no_answer_by_mail(
    postman: Postman, save: Save, server: MailServerDouble, template: Template
) -> None:
    await save(planned(template))
    await send_all_due(postman)

    (mail,) = server.taken
    assert mail.message["Reply-To"] is None

"""The mails of a referral that goes on, over a real mail server, on both databases."""

import re
from datetime import timedelta

import pytest

from services.notifications.delivery import Postman
from services.notifications.domain.delivery import Template
from shared.contracts.intake import ContactsAsked
from shared.database import Database
from shared.tokens import Links
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import (
    CLIENT_TEMPLATES,
    CLINICIAN_TEMPLATES,
    CODES,
    DESK_TEMPLATES,
    LINK_KEY,
    NOW,
    PAGES,
    clinician,
    planned,
    practice,
    someone,
)
from tests.notifications.mail_servers import MailServerDouble
from tests.notifications.watching import (
    Save,
    announced,
    dana,
    owner,
    rows,
    send_all_due,
    send_due,
    states,
    words_of,
)

MATCHING = Links((LINK_KEY,))
ABOUT_A_REQUEST: list[Template] = [*CLIENT_TEMPLATES, *DESK_TEMPLATES, *CLINICIAN_TEMPLATES, "safety_alert"]
# Of every mail that has a link: the path, the purpose, for whom, about what.
DOORS: dict[Template, tuple[str, str, str, str]] = {
    "referral": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "nobody_fits": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "held": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "professional_notice": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "introduced_notice": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "withdrawn_notice": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "overdue": ("/referrals/case/", "case", "coordinator:dana", "referral-1"),
    "offer": ("/referrals/offer/", "offer", "clinician:c-rivera", "offer-1"),
    "introduction_clinician": (
        "/referrals/introduction/",
        "introduction",
        "clinician:c-rivera",
        "offer-1",
    ),
    "introduction": ("/answers/introduction/", "introduced", "person:request-1", "offer-1"),
    "waitlist_check_in": ("/answers/waiting/", "waiting", "person:request-1", "referral-1"),
}


@pytest.fixture(autouse=True)
def everybody_is_known(answers: Answers) -> None:
    answers.people["request-1"] = someone()
    answers.clinicians = {
        "c-rivera": clinician("c-rivera"),
        "c-okafor": clinician("c-okafor", name="Jo Okafor"),
    }


async def about_the_referral(save: Save, *templates: Template) -> None:
    await save(*(planned(template, subject_id="referral-1") for template in templates))


@pytest.mark.parametrize("template", sorted(DOORS))
async def test_every_link_is_for_its_reader_and_opens_the_right_door(
    postman: Postman, save: Save, server: MailServerDouble, template: Template
) -> None:
    await about_the_referral(save, template)

    await send_due(postman)

    path, purpose, recipient, subject = DOORS[template]
    (mail,) = server.taken
    tokens = set(re.findall(re.escape(PAGES + path) + r"([\w.-]+)", words_of(mail)))
    assert tokens
    for token in tokens:
        link = MATCHING.read(token, purpose, NOW)
        assert link is not None
        assert (link.recipient, link.subject) == (recipient, subject)


@pytest.mark.parametrize("template", CLINICIAN_TEMPLATES)
async def test_a_clinicians_mail_goes_to_them_from_the_practice_and_names_nobody(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, template: Template
) -> None:
    answers.people["request-1"] = someone(name="Canary Featherstone", phone="+13235550100")
    await about_the_referral(save, template)

    await send_due(postman)

    (mail,) = server.taken
    assert (mail.recipients, mail.sender) == (["c-rivera@example.org"], practice().from_)
    assert "R-7F3K2" in words_of(mail)
    for canary in ("Canary", "Featherstone", "request-1@", "5550100"):
        assert canary not in words_of(mail) + str(mail.message)


async def test_a_supervisors_notice_goes_to_the_supervisor(
    postman: Postman, save: Save, server: MailServerDouble
) -> None:
    await save(planned("supervisor_notice", recipient_id="c-okafor"))

    await send_due(postman)

    assert server.recipients == ["c-okafor@example.org"]
    assert "Alex Rivera" in words_of(server.taken[0])


async def test_intake_is_told_why_somebody_is_asked_for(
    postman: Postman, save: Save, answers: Answers
) -> None:
    await about_the_referral(save, "offer", "introduction", "overdue", "waitlist_check_in")

    await send_due(postman)

    purposes = {one.purpose for one in answers.asked if isinstance(one, ContactsAsked)}
    assert purposes == {"offer", "introduction", "remind"}


async def test_of_a_test_request_every_mail_reaches_its_maker_alone(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.people["request-1"] = someone(test=True, email="operator@example.org")
    await about_the_referral(save, *ABOUT_A_REQUEST)

    await send_all_due(postman)
    await send_all_due(postman)

    assert set(server.recipients) == {"operator@example.org"}
    assert len(server.taken) == len(ABOUT_A_REQUEST)
    assert all(str(mail.message["Subject"]).startswith("[test]") for mail in server.taken)


async def test_a_silenced_person_is_not_introduced(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble, database: Database
) -> None:
    answers.people["request-1"] = someone(silenced=True)
    await about_the_referral(save, "introduction", "waitlist_check_in", "waitlist_close")

    await send_due(postman)

    assert set((await states(database)).values()) == {("not_sent", "silenced")}
    assert server.taken == []


async def test_introductions_wait_while_a_crisis_is_not_cleared(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.people["request-1"] = someone(level="crisis")
    await about_the_referral(save, "introduction", "introduction_clinician")

    await send_due(postman)
    assert set((await states(database)).values()) == {("held", "clinical_hold")}

    answers.people["request-1"] = someone(level="elevated")
    clock.move(timedelta(hours=1))
    await send_due(postman)
    assert sorted(server.recipients) == ["c-rivera@example.org", "request-1@example.org"]


# --- somebody who cannot be reached ----------------------------------------------------------------------


async def test_the_coordinator_hears_when_the_clinicians_address_refuses_the_offer(
    postman: Postman, save: Save, server: MailServerDouble, database: Database
) -> None:
    server.rcpt_answers["c-rivera@example.org"] = "550 5.1.1 nobody here"
    await about_the_referral(save, "offer")

    await send_due(postman)
    await send_due(postman)

    assert await states(database) == {
        "offer to c-rivera": ("failed", "recipient_refused"),
        "overdue to dana": ("sent", None),
    }
    assert server.recipients == [dana()]
    assert "Alex Rivera" in words_of(server.taken[0])
    assert await announced(database) == ["notifications.mail.failed.v1"]


@pytest.mark.parametrize("known", [True, False])
async def test_the_coordinator_hears_when_there_is_no_address_to_ask_a_clinician_at(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    known: bool,
) -> None:
    answers.clinicians = {"c-rivera": clinician(email=None)} if known else {}
    await about_the_referral(save, "offer")

    await send_due(postman)
    await send_due(postman)

    assert (await states(database))["offer to c-rivera"] == ("failed", "no_email")
    assert server.recipients == [dana()]


async def test_an_offer_waits_while_matching_does_not_answer(
    postman: Postman,
    save: Save,
    answers: Answers,
    server: MailServerDouble,
    database: Database,
    clock: TestClock,
) -> None:
    answers.away = {"matching"}
    await about_the_referral(save, "offer", "overdue")

    await send_due(postman)
    assert await states(database) == {
        "offer to c-rivera": ("planned", "matching_away"),
        "overdue to dana": ("sent", None),
    }

    answers.away = set()
    clock.move(timedelta(seconds=5))
    await send_due(postman)
    assert "c-rivera@example.org" in server.recipients


async def test_who_stands_in_for_a_coordinator_gets_links_of_their_own(
    postman: Postman, save: Save, server: MailServerDouble
) -> None:
    await save(planned("overdue", subject_id="referral-1", recipient_id="left-last-week"))

    await send_due(postman)

    (mail,) = server.taken
    assert mail.recipients == [owner()]
    (token,) = set(re.findall(r"/referrals/case/([\w.-]+)", words_of(mail)))
    link = MATCHING.read(token, "case", NOW)
    assert link is not None
    assert link.recipient == f"coordinator:{practice().owner}"


async def test_a_clinician_who_has_left_the_roster_does_not_stop_the_coordinators_mail(
    postman: Postman, save: Save, answers: Answers, server: MailServerDouble
) -> None:
    answers.clinicians = {}
    after = {"what": "declined", "clinician_id": "c-rivera", "why": "schedule"}
    await save(
        planned("introduced_notice", subject_id="referral-1"),
        planned("referral", subject_id="referral-1", codes=dict(CODES["referral"]) | {"after": after}),
    )

    await send_due(postman)

    assert server.recipients == [dana(), dana()]


async def test_nothing_of_a_referral_that_goes_on_is_kept_but_codes(
    postman: Postman, save: Save, answers: Answers, database: Database
) -> None:
    answers.people["request-1"] = someone(name="Canary Featherstone", phone="+13235550100")
    await about_the_referral(save, *ABOUT_A_REQUEST)

    await send_all_due(postman)
    await send_all_due(postman)

    found = await rows(database)
    assert {row.state for row in found} == {"sent"}
    kept = repr(found)
    for canary in ("Canary", "request-1@", "5550100", "c-rivera@", "Rivera", PAGES, dana()):
        assert canary not in kept

"""Whose browser is it? Six digits tell, mailed once more to whom the link is for."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.matching.handlers.answers import answer_code, answer_digits
from services.matching.storage.tables import proofs
from services.matching.web.proof import PROOF
from shared.contracts.matching import CodeAsked, DigitsChecked, DigitsTold
from shared.database import Database
from shared.ids import RandomIds
from shared.messaging.tables import outbox
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import LINKS, WebHouse, a_link, case_link, offer_link, text_of

WRONG = "000000"


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def facts(house: WebHouse) -> list[str]:
    async with house.front.database.reading() as tx:
        chosen = sa.select(outbox.c.payload).where(outbox.c.subject == "matching.proof.requested.v1")
        return [str(payload) for payload in (await tx.execute(chosen)).scalars()]


async def test_a_code_is_asked_for_in_the_name_of_the_links_recipient_and_is_in_no_fact(
    house: WebHouse,
) -> None:
    page = case_link(await house.loop.request())

    said = await house.browser().post(f"{page}/code")

    assert (said.status_code, said.headers["location"]) == (303, f"{page}?said=code_sent")
    (fact,) = await facts(house)
    assert '"recipient":"coordinator:dana"' in fact
    assert await house.digits() not in fact


async def test_the_digits_open_the_page_they_were_asked_on(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()
    asked = await browser.post(f"{page}/code", data={"to": "read"})
    assert "We mailed you a code" in text_of((await browser.get(asked.headers["location"])).text)

    proven = await browser.post(f"{page}/prove", data={"digits": await house.digits(), "to": "read"})

    assert (proven.status_code, proven.headers["location"]) == (303, f"{page}/read")
    cookie = proven.headers["set-cookie"]
    assert all(said in cookie for said in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"))
    assert "Show what they wrote" in text_of((await browser.get(f"{page}/read")).text)


async def test_nobody_is_sent_on_to_anywhere_else(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    said = await house.browser().post(f"{page}/code", data={"to": "https://example.com/"})

    assert said.headers["location"] == f"{page}?said=code_sent"


async def test_a_proof_lasts_until_the_practices_day_ends(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = await house.proven(page)

    house.clock.move(timedelta(hours=13, minutes=59))  # one minute before midnight in Los Angeles
    assert "Who fits" in (await browser.get(page)).text
    house.clock.move(timedelta(minutes=1))
    assert "Who fits" not in (await browser.get(page)).text


async def test_digits_may_be_typed_with_a_space(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()
    await browser.post(f"{page}/code")
    digits = await house.digits()

    proven = await browser.post(f"{page}/prove", data={"digits": f" {digits[:3]} {digits[3:]} "})

    assert proven.status_code == 303


async def test_five_wrong_tries_use_a_code_up(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()
    await browser.post(f"{page}/code")

    said = [await browser.post(f"{page}/prove", data={"digits": WRONG}) for _ in range(5)]
    right = await browser.post(f"{page}/prove", data={"digits": await house.digits()})

    assert [each.status_code for each in said] == [422] * 5
    assert "You can try 4 more times." in text_of(said[0].text)
    assert "You can try one more time." in text_of(said[3].text)
    assert right.status_code == 422
    assert "Please ask for another." in text_of(right.text)


async def test_many_tries_at_once_are_no_more_than_five(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    await house.browser().post(f"{page}/code")

    await asyncio.gather(*(house.browser().post(f"{page}/prove", data={"digits": WRONG}) for _ in range(20)))

    async with house.front.database.reading() as tx:
        assert await tx.scalar(sa.select(proofs.c.tries)) == 5


async def test_digits_are_good_for_ten_minutes(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()
    await browser.post(f"{page}/code")
    house.clock.move(timedelta(minutes=10))

    assert (await browser.post(f"{page}/prove", data={"digits": await house.digits()})).status_code == 422


async def test_a_code_proves_once_but_a_second_press_of_the_button_is_the_same_press(
    house: WebHouse,
) -> None:
    page = case_link(await house.loop.request())
    await house.browser().post(f"{page}/code")
    form = {"digits": await house.digits()}

    first, second = [await house.browser().post(f"{page}/prove", data=form) for _ in range(2)]
    house.clock.move(timedelta(minutes=1))
    later = await house.browser().post(f"{page}/prove", data=form)

    assert [each.status_code for each in (first, second, later)] == [303, 303, 422]


async def test_an_earlier_code_still_works_after_another_was_asked_for(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    browser = house.browser()
    await browser.post(f"{page}/code")
    first = await house.digits()
    house.clock.move(timedelta(minutes=1))
    await browser.post(f"{page}/code")

    assert (await browser.post(f"{page}/prove", data={"digits": first})).status_code == 303


async def test_no_more_than_five_codes_an_hour_leave_for_one_recipient(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    page = case_link(referral_id)
    said = [await house.browser().post(f"{page}/code") for _ in range(7)]

    assert [each.status_code for each in said] == [303] * 5 + [429] * 2
    assert "You can ask for another at 11:00 am." in text_of(said[-1].text)
    assert said[-1].headers["retry-after"] == "3600"
    assert len(await facts(house)) == 5
    assert (await house.browser().post(f"{case_link(referral_id, 'lee')}/code")).status_code == 303

    house.clock.move(timedelta(hours=1, seconds=1))
    assert (await house.browser().post(f"{page}/code")).status_code == 303


async def test_who_abuses_one_link_locks_nobody_out_of_the_others(house: WebHouse) -> None:
    leaked, other = [case_link(await house.loop.request(number)) for number in (1, 2)]
    for _ in range(5):
        await house.browser().post(f"{leaked}/code")
    dana = house.browser()
    await dana.post(f"{other}/code")
    digits = await house.digits()
    for _ in range(5):
        await house.browser().post(f"{leaked}/prove", data={"digits": WRONG})

    refused = await dana.post(f"{leaked}/code")
    proven = await dana.post(f"{other}/prove", data={"digits": digits})

    assert refused.status_code == 429
    assert "use the link of another mail" in text_of(refused.text)
    assert proven.status_code == 303
    assert "Who fits" in (await dana.get(leaked)).text  # proven once, she is let in by any of hers


async def test_all_the_links_of_one_recipient_mail_no_more_than_twenty_codes_an_hour(house: WebHouse) -> None:
    pages = [case_link(await house.loop.request(number)) for number in range(1, 6)]

    said = [await house.browser().post(f"{page}/code") for page in pages for _ in range(5)]

    assert [each.status_code for each in said] == [303] * 20 + [429] * 5
    house.clock.move(timedelta(hours=1, seconds=1))
    assert (await house.browser().post(f"{pages[0]}/code")).status_code == 303


async def test_many_who_ask_at_once_get_no_more_than_five(house: WebHouse) -> None:
    page = case_link(await house.loop.request())

    said = await asyncio.gather(*(house.browser().post(f"{page}/code") for _ in range(20)))

    assert sorted(each.status_code for each in said) == [303] * 5 + [429] * 15
    assert len(await facts(house)) == 5


async def test_a_forwarded_link_opens_nothing_for_another_coordinators_browser(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    danas = case_link(referral_id, "dana")
    lee = await house.proven(case_link(referral_id, "lee"))

    for said in (
        await lee.get(danas),
        await lee.get(f"{danas}/why"),
        await lee.post(f"{danas}/read"),
        await lee.post(f"{danas}/close", data={"version": "1", "why": "unreachable"}),
    ):
        assert "Mail me a code" in said.text
        assert "Clinician c-a" not in said.text
    assert house.intake.asked == []
    assert (await house.loop.get(referral_id)).version == 1


async def test_a_proof_cannot_be_carried_to_another_name(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    danas, lees = case_link(referral_id, "dana"), case_link(referral_id, "lee")
    lee = await house.proven(lees)
    proof = lee.cookies[PROOF.cookie("coordinator:lee")]

    forger = house.browser()
    forger.cookies.set(PROOF.cookie("coordinator:dana"), proof)

    assert "Mail me a code" in (await forger.get(danas)).text


async def test_one_browser_may_hold_the_proofs_of_several(house: WebHouse) -> None:
    offered = await house.loop.offered()
    assert offered.choice
    case, offer = case_link(offered.referral_id), offer_link(offered.choice.offer_id, "c-a")
    browser = await house.proven(case)
    await house.prove(browser, offer)

    assert "What happened" in (await browser.get(case)).text
    assert "Yes, I will see them" in (await browser.get(offer)).text


async def test_a_link_in_the_name_of_nobody_of_the_practice_opens_nothing(house: WebHouse) -> None:
    referral_id = await house.loop.request()

    for recipient in ("coordinator:gone", "clinician:c-a", "person:q-1", "coordinator:"):
        page = a_link("/referrals/case", "case", recipient, referral_id)
        assert (await house.browser().get(page)).status_code == 404, recipient


async def test_a_link_is_good_for_its_own_page_alone(house: WebHouse) -> None:
    offered = await house.loop.offered()
    assert offered.choice
    token = offer_link(offered.choice.offer_id, "c-a").rpartition("/")[2]

    for path in ("/referrals/case", "/referrals/introduction", "/answers/introduction", "/answers/waiting"):
        assert (await house.browser().get(f"{path}/{token}")).status_code == 404


async def test_yesterdays_proofs_are_forgotten(house: WebHouse) -> None:
    page = case_link(await house.loop.request())
    await house.browser().post(f"{page}/code")
    house.clock.move(timedelta(days=1, minutes=1))
    await house.browser().post(f"{page}/code")

    async with house.front.database.reading() as tx:
        assert len((await tx.execute(sa.select(proofs.c.proof_id))).all()) == 1


def test_the_cookie_names_nobody() -> None:
    assert "dana" not in PROOF.cookie("coordinator:dana")
    assert LINKS.read("", "browser", TestClock()()) is None


async def test_a_page_of_another_service_is_proved_by_the_same_digits_and_counted_with_ours(
    house: WebHouse,
) -> None:
    page, now, database = case_link(await house.loop.request()), house.clock(), house.front.database
    theirs = {"recipient": "coordinator:dana", "matter": "begin:req-1", "asked_by": "intake"}

    async def told(digits: str, **otherwise: str) -> DigitsChecked:
        question = DigitsTold(digits=digits, **{**theirs, **otherwise})
        return await answer_digits(question, database, now, LINKS)

    asked = await answer_code(CodeAsked(**theirs), database, now, RandomIds())
    digits = await house.digits()
    wrong, other = await told(WRONG), await told(digits, matter="begin:req-2")
    met = await told(digits)
    for _ in range(4):
        await answer_code(CodeAsked(**theirs), database, now, RandomIds())
    full = await answer_code(CodeAsked(**theirs), database, now, RandomIds())

    assert asked.again_at is None
    assert (wrong.proof_id, wrong.tries_left, other.proof_id, other.tries_left) == (None, 4, None, 0)
    assert met.proof_id
    assert full.again_at == now + timedelta(hours=1)
    assert (await house.browser().post(f"{page}/code")).status_code == 303

"""A website's server sends what somebody wrote as a signed event: it goes the way of any other note."""

from datetime import timedelta

from tests.intake.webevents import READINESS_SUBMITTED, Server, an_event
from tests.journeys.inbox import NOTE, PERSON, candidates, referral_mail
from tests.journeys.product import Product

A_READER = {"name": "Ana", "email": "ana@example.org", "opt_in": True, "concerns": ["relational"]}


async def test_a_consultation_that_comes_as_an_event_is_answered_and_matched_once(product: Product) -> None:
    server = Server(product.website, product.clock)
    answers = [await server.send(an_event(data=dict(NOTE))) for _ in range(3)]
    answers.append(await server.send_binary(an_event(data=dict(NOTE)), "msg-2"))

    assert {answer.status_code for answer in answers} == {202}
    [reference] = {answer.json()["reference"] for answer in answers}
    referral, _ = await referral_mail(product, reference)
    await product.pass_time(timedelta(minutes=1))
    assert "Sam Rivera" in referral.text
    assert await candidates(product, reference)
    assert len(product.to(PERSON)) == 1


async def test_a_reading_request_that_comes_as_an_event_begins_the_readings(product: Product) -> None:
    server = Server(product.website, product.clock)

    answer = await server.send_binary(an_event(type=READINESS_SUBMITTED, data=A_READER))

    assert answer.status_code == 202, answer.text
    mail = await product.mail("ana@example.org")
    assert mail.leads_to("/readiness/")

"""Everybody can be seen with why they are in or out, one is chosen, and what was written is read."""

import asyncio
from datetime import timedelta

import pytest
import sqlalchemy as sa

from services.matching.domain import life
from services.matching.storage.tables import clinicians
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, case_link, text_of

NOTE = "Her sister will call on Thursday."


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_a_full_clinician_is_told_with_since_when(house: WebHouse) -> None:
    await fill(house, "c-b")
    house.clock.move(timedelta(minutes=32))
    referral_id, page, dana = await house.at_the_desk(number=20)

    said = await house.act(dana, page, "choose", referral_id, clinician_id="c-b")

    assert said.status_code == 409
    assert "Clinician c-b has no free place any more. Full since 10:00 am." in text_of(said.text)


async def test_a_crisis_that_nobody_cleared_is_named_with_how_to_clear_it(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(safety_level="crisis")

    shown = await dana.get(page)
    assert "Choose Clinician" not in shown.text
    said = await house.act(dana, page, "choose", referral_id, clinician_id="c-a")

    assert said.status_code == 409
    assert "practice clear R-00001" in text_of(said.text)
    assert (await house.loop.get(referral_id)).stage == life.PROPOSED


@pytest.mark.parametrize(("below", "why"), [("none", "fee"), ("waitlist", ""), ("close", "unreachable")])
async def test_nothing_that_ends_or_puts_off_is_offered_before_a_crisis_is_cleared(
    house: WebHouse, below: str, why: str
) -> None:
    referral_id, page, dana = await house.at_the_desk(safety_level="crisis")
    assert f'{page}/{below}"' not in (await dana.get(page)).text

    said = [await house.act(dana, page, below, referral_id, why=why)]
    if below != "waitlist":
        said.append(await dana.get(f"{page}/{below}"))

    for each in said:
        assert each.status_code == 409
        assert "practice clear R-00001 --by dana --because" in text_of(each.text)
    assert (await house.loop.get(referral_id)).stage == life.PROPOSED
    await house.loop.clear(1)
    assert f'{page}/{below}"' in (await dana.get(page)).text


async def test_in_a_crisis_too_who_comes_second_is_told_who_was_first(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(safety_level="crisis")
    await house.loop.acts.contact(referral_id, "coordinator:lee", 1)

    late = await dana.post(f"{page}/contact", data={"version": "1"})

    assert "Already done by Lee at 10:00 am: spoke with the person." in text_of(late.text)
    assert "practice clear R-00001" in text_of((await dana.get(f"{page}/choose")).text)


async def test_whom_the_law_bars_is_listed_with_why_and_cannot_be_chosen(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(state="NY")
    await house.loop.pass_time(timedelta(0))

    listed = await dana.get(f"{page}/choose")
    assert 'type="radio"' not in listed.text
    assert "Holds no licence for their state" in text_of(listed.text)

    said = await house.act(dana, page, "choose", referral_id, clinician_id="c-a")
    assert said.status_code == 409
    assert "Clinician c-a cannot be offered this: holds no licence" in text_of(said.text)


async def test_what_could_give_can_be_set_aside(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(preferences={"times": ["sunday"]})

    listed = text_of((await dana.get(f"{page}/choose")).text)
    assert "Something would have to give" in listed
    assert "Shares none of the times they asked for" in listed

    assert (await house.act(dana, page, "choose", referral_id, clinician_id="c-c")).status_code == 303


async def test_a_full_caseload_is_nobodys_to_set_aside(house: WebHouse) -> None:
    await fill(house, "c-b")
    _, page, dana = await house.at_the_desk(number=20)

    listed = (await dana.get(f"{page}/choose")).text

    assert 'value="c-a"' in listed
    assert 'value="c-b"' not in listed
    assert "Clinician c-b" in listed


@pytest.mark.parametrize("clinician_id", ["", "nobody"])
async def test_somebody_who_is_not_there_cannot_be_chosen(house: WebHouse, clinician_id: str) -> None:
    referral_id, page, dana = await house.at_the_desk()

    said = await house.act(dana, page, "choose", referral_id, clinician_id=clinician_id)

    assert said.status_code == (409 if clinician_id else 422)
    assert (await house.loop.get(referral_id)).version == 1


async def test_of_two_who_press_at_once_one_wins_and_the_other_is_told(house: WebHouse) -> None:
    referral_id = await house.loop.request()
    danas, lees = case_link(referral_id), case_link(referral_id, "lee")
    dana, lee = await house.proven(danas), await house.proven(lees)

    said = await asyncio.gather(
        dana.post(f"{danas}/choose", data={"version": "1", "clinician_id": "c-a"}),
        lee.post(f"{lees}/choose", data={"version": "1", "clinician_id": "c-b"}),
    )

    assert sorted(each.status_code for each in said) == [303, 409]
    (loser,) = (each for each in said if each.status_code == 409)
    assert "Already done by" in text_of(loser.text)


async def test_everybody_is_listed_with_why_as_it_was_decided(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk(preferences={"times": ["sunday"]})

    said = text_of((await dana.get(f"{page}/why")).text)

    for clinician in ("c-a", "c-b", "c-c"):
        assert f"Clinician {clinician}" in said
    assert "Shares none of the times they asked for." in said


async def test_what_was_noted_is_shown_with_what_they_wrote(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.note("q-1", NOTE)

    shown = text_of((await dana.post(f"{page}/read")).text)

    assert f"Lee, Mon, Nov 23, 10:00 am {NOTE}" in shown
    assert "No texts; no voicemail." in shown
    assert "Discreet:" in shown


async def test_reading_while_intake_is_away_can_be_tried_again(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.away = True

    said = await dana.post(f"{page}/read")

    assert said.status_code == 503
    assert "Show what they wrote" in said.text


async def test_who_was_erased_is_not_shown(house: WebHouse) -> None:
    _, page, dana = await house.at_the_desk()
    house.intake.known.clear()

    assert "There is nothing to show any more" in text_of((await dana.post(f"{page}/read")).text)


async def fill(house: WebHouse, clinician_id: str) -> None:
    """Every place of this clinician goes."""
    async with house.front.database.transaction() as tx:
        await tx.execute(
            sa.update(clinicians)
            .where(clinicians.c.clinician_id == clinician_id)
            .values(taken=clinicians.c.capacity - clinicians.c.caseload, filled_at=house.clock.now)
        )

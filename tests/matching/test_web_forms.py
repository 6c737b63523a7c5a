"""What a coordinator's forms ask for is done once, with its note, or refused with a plain sentence."""

from datetime import timedelta

import pytest

from services.matching.domain import life
from shared.contracts.intake import NoteOffered
from shared.database import Database
from shared.practice import Practice
from tests.conftest import TestClock
from tests.matching.webhouse import WebHouse, case_link, field_of, text_of

NOTE = "Her sister will call on Thursday."


@pytest.fixture
def house(with_three: Database, clock: TestClock, practice: Practice) -> WebHouse:
    return WebHouse(with_three, clock, practice)


async def test_who_has_spoken_with_the_person_says_so_with_one_press(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()

    assert (await house.act(dana, page, "contact", referral_id)).status_code == 303

    after = await house.loop.get(referral_id)
    assert (after.contacted, after.standing.next_action) == (True, life.CHOOSE)


async def test_a_note_is_kept_with_intake_before_anything_is_done(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    form = (await dana.get(f"{page}/none")).text
    note_id = field_of(form, "note_id")

    for _ in range(2):  # pressed twice
        await dana.post(
            f"{page}/none", data={"version": "1", "why": "schedule", "note": NOTE, "note_id": note_id}
        )

    (kept,) = house.intake.notes.values()
    assert (kept.note_id, kept.written_by, kept.text) == (note_id, "coordinator:dana", NOTE)
    assert (await house.loop.get(referral_id)).stage == life.NONE_FITS


async def test_while_intake_is_away_nothing_is_done_and_nothing_typed_is_lost(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    house.intake.away = True

    said = await house.act(dana, page, "close", referral_id, why="unreachable", note=NOTE, note_id="n-7")

    assert said.status_code == 503
    assert NOTE in said.text
    assert field_of(said.text, "note_id") == "n-7"
    assert 'value="unreachable" required checked' in said.text
    assert (await house.loop.get(referral_id)).version == 1


async def test_without_a_note_intake_is_not_needed(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    house.intake.away = True

    assert (await house.act(dana, page, "close", referral_id, why="unreachable")).status_code == 303


async def test_a_note_on_a_request_that_was_erased_is_told_and_nothing_done(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    house.intake.known.clear()

    said = await house.act(dana, page, "close", referral_id, why="duplicate", note=NOTE)

    assert said.status_code == 409
    assert "nobody knows this request any more" in text_of(said.text)
    assert (await house.loop.get(referral_id)).version == 1


async def test_who_comes_second_with_a_note_keeps_its_words_and_intake_hears_nothing(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    await house.loop.acts.close(referral_id, "coordinator:lee", 1, "duplicate")

    late = await dana.post(f"{page}/close", data={"version": "1", "why": "unreachable", "note": NOTE})

    assert late.status_code == 409
    assert "Already done by Lee at 10:00 am: closed it: it was here twice." in text_of(late.text)
    assert "It can be undone until 10:10 am." in text_of(late.text)
    assert "Your note was not kept" in text_of(late.text)
    assert NOTE in late.text
    assert not any(isinstance(each, NoteOffered) for each in house.intake.asked)


@pytest.mark.parametrize(
    ("act", "why"), [("none", ""), ("none", "because"), ("close", ""), ("close", "bored")]
)
async def test_a_reason_is_one_of_the_list(house: WebHouse, act: str, why: str) -> None:
    referral_id, page, dana = await house.at_the_desk()

    said = await house.act(dana, page, act, referral_id, why=why, note=NOTE)

    assert said.status_code == 422
    assert "Please choose a reason." in text_of(said.text)
    assert NOTE in said.text
    assert house.intake.notes == {}


async def test_a_hold_for_an_unknown_state_is_released_with_the_state(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(state="unknown")

    without = await house.act(dana, page, "release", referral_id, why="spoken_with")
    assert without.status_code == 422
    assert "Please choose the state they live in." in text_of(without.text)

    assert (
        await house.act(dana, page, "release", referral_id, why="spoken_with", state="CA")
    ).status_code == 303
    await house.loop.pass_time()
    after = await house.loop.get(referral_id)
    assert (after.stage, after.request.state) == (life.PROPOSED, "CA")


async def test_a_hold_for_another_reason_asks_for_no_state(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk(age=15, age_band="teen")

    form = (await dana.get(f"{page}/release")).text
    assert 'name="state"' not in form
    assert "Settle who may consent." in text_of(form)
    released = await house.act(dana, page, "release", referral_id, why="consent_settled")
    assert released.status_code == 303


async def test_the_whole_way_from_the_offer_to_the_end(house: WebHouse) -> None:
    introduced = await house.loop.introduced()
    page = case_link(introduced.referral_id)
    dana = await house.proven(page)

    assert (await house.act(dana, page, "complete", introduced.referral_id)).status_code == 303
    await house.loop.pass_time()
    assert "Their work has come to its end" in (await dana.get(page)).text
    assert (await house.act(dana, page, "end-care", introduced.referral_id)).status_code == 303
    assert "Their work has come to its end" not in (await dana.get(page)).text
    await house.loop.pass_time()
    assert "Their work has come to its end" not in (await dana.get(page)).text
    assert (await house.act(dana, page, "reopen", introduced.referral_id)).status_code == 303
    shown = text_of((await dana.get(page)).text)
    assert "It is opened again. Next Somebody is looked for" in shown
    assert "Undo until" in shown
    await house.loop.pass_time()
    assert (await house.loop.get(introduced.referral_id)).stage == life.PROPOSED
    assert await house.loop.broken() == []


async def test_an_offer_can_be_taken_back(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = case_link(offered.referral_id)
    dana = await house.proven(page)

    assert (await house.act(dana, page, "take-back", offered.referral_id)).status_code == 303
    assert (await house.loop.get(offered.referral_id)).stage == life.TAKEN_BACK


async def test_who_fits_nobody_is_put_on_the_waitlist(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()

    assert (await house.act(dana, page, "waitlist", referral_id)).status_code == 303
    assert (await house.loop.get(referral_id)).stage == life.WAITLISTED


async def test_an_undo_that_shows_an_older_act_undoes_nothing(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    await house.act(dana, page, "choose", referral_id, clinician_id="c-a")
    version = (await house.loop.get(referral_id)).version
    await house.loop.acts.undo(referral_id, "coordinator:lee")
    await house.loop.acts.close(referral_id, "coordinator:lee", version + 1, "duplicate")

    stale = await dana.post(f"{page}/undo", data={"version": str(version)})

    assert stale.status_code == 409
    assert (await house.loop.get(referral_id)).stage == life.IN_ERROR


async def test_an_undo_that_comes_too_late_is_told_so(house: WebHouse) -> None:
    referral_id, page, dana = await house.at_the_desk()
    await house.act(dana, page, "choose", referral_id, clinician_id="c-a")
    house.clock.move(timedelta(minutes=10))

    late = await house.act(dana, page, "undo", referral_id)

    assert late.status_code == 409
    assert (await house.loop.get(referral_id)).stage == life.OFFERED


@pytest.mark.parametrize("version", ["", "x", "-1", "0", "2", "9" * 20, "१"])
async def test_a_form_that_names_no_version_or_another_does_nothing(house: WebHouse, version: str) -> None:
    referral_id, page, dana = await house.at_the_desk()

    for act in ("contact", "undo"):
        assert (await dana.post(f"{page}/{act}", data={"version": version})).status_code == 409
    assert (await house.loop.get(referral_id)).version == 1


async def test_a_page_for_what_cannot_be_done_says_why(house: WebHouse) -> None:
    offered = await house.loop.offered()
    page = case_link(offered.referral_id)
    dana = await house.proven(page)

    for below in ("choose", "none", "release"):
        said = await dana.get(f"{page}/{below}")
        assert said.status_code == 409
        assert "offered to Clinician c-a" in text_of(said.text)

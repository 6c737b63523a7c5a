"""Who may book a call by themselves, with whom, and what is kept about where they will be."""

import pytest
import sqlalchemy as sa

from services.intake import operations
from services.intake.domain.booking import why_not_offered_at_first
from services.intake.domain.call import Done
from services.intake.domain.decision import Admitted, Decision, Quarantined
from services.intake.domain.submission import SafetyTicks, Wishes
from services.intake.handlers.calls import Wish
from services.intake.storage.tables import requests
from shared.database import Database
from tests.intake.builders import (
    NOW,
    a_colleague,
    a_consultation,
    a_readiness,
    a_writer,
    assessed,
    calm,
    reached,
)
from tests.intake.calling import DANA, PHONE, Office, local, somebody, why

FIRST, SECOND = local("11-24 09:00"), local("11-24 09:30")


async def test_nobody_knows_an_unknown_request(office: Office) -> None:
    nobody = "0" * 36
    assert await office.calls.offer(nobody, NOW) is None
    assert await office.calls.book(nobody, Wish(0, FIRST), NOW) is None
    assert await office.calls.cancel(nobody, 1, NOW) is None
    assert await office.calls.locate(nobody, "CA", NOW) is None


CONSULTATION = a_consultation(writer=a_writer(phone=PHONE))
NOBODY: list[tuple[Decision, str | None]] = [
    (Admitted(assessed(CONSULTATION)), None),
    (Admitted(assessed(CONSULTATION, safety=calm("elevated"))), None),
    (Admitted(assessed(CONSULTATION, for_="child", age=9, age_band="child")), None),
    (Admitted(assessed(CONSULTATION, flags=("partner_violence",))), None),
    (Admitted(assessed(CONSULTATION, safety=calm("crisis"))), "crisis"),
    (Admitted(assessed(CONSULTATION, age=15, age_band="teen")), "minor"),
    (Admitted(assessed(a_readiness())), "not_a_consultation"),
    (Admitted(assessed(a_colleague())), "not_a_consultation"),
    (Quarantined(assessed(CONSULTATION), ("honeypot",)), "quarantined"),
]


@pytest.mark.parametrize(("decision", "reason"), NOBODY, ids=lambda value: str(value)[:30])
async def test_a_call_is_offered_to_who_may_book_one_by_themselves(
    office: Office, decision: Decision, reason: str | None
) -> None:
    request_id = await office.arrived(decision)
    offer = await office.offer(request_id)
    assert offer.not_offered == reason
    assert await office.calls.barred(request_id) == reason
    assert why_not_offered_at_first(decision, office.practice) == reason
    assert bool(offer.slots) == (reason is None)
    outcome = await office.calls.book(request_id, Wish(0, FIRST), NOW)
    assert isinstance(outcome, Done) if reason is None else why(outcome) == "not_offered"


async def test_a_practice_that_begins_without_a_call_offers_none(database: Database) -> None:
    office = Office.of(database, first_step="none")
    request_id = await office.asked()
    assert (await office.offer(request_id)).not_offered == "no_calls"
    assert why(await office.calls.book(request_id, Wish(0, FIRST), NOW)) == "not_offered"


async def test_danger_at_home_bars_whoever_said_it_and_shows_at_no_other_note_of_the_address(
    office: Office,
) -> None:
    ticked = a_consultation(writer=a_writer(phone=PHONE), safety=SafetyTicks(unsafe_at_home=True))
    decision = Admitted(assessed(ticked, flags=("danger_at_home",)))
    assert why_not_offered_at_first(decision, office.practice) == "unsafe_at_home"
    own, other = await office.arrived(decision), await office.asked()

    assert (await office.offer(own)).not_offered == "unsafe_at_home"
    assert why(await office.calls.book(own, Wish(0, FIRST), NOW)) == "not_offered"
    assert await office.calls.barred(other) is None
    assert isinstance(await office.book(other, FIRST), Done)
    (reach,) = await reached(office.database, office.vault, other)
    assert reach.permissions.unsafe_at_home  # no mail is sent, and the coordinator is told why


async def test_silence_bars_whom_it_names_and_shows_at_no_later_note_of_the_address(office: Office) -> None:
    own, twin = await office.asked(), await office.asked()
    await operations.silence(office.database, (await office.offer(own)).request.reference, NOW)
    later = await office.asked()

    for silent in (own, twin):
        assert await office.calls.barred(silent) == "silenced"
        assert why(await office.calls.book(silent, Wish(0, FIRST), NOW)) == "not_offered"
    assert (await office.offer(later)).not_offered is None
    assert isinstance(await office.book(later, FIRST), Done)
    (reach,) = await reached(office.database, office.vault, later)
    assert reach.silenced  # as above


async def test_a_number_that_somebody_silenced_shows_at_no_other_note(office: Office) -> None:
    own, other = await office.asked(), await office.asked(somebody(1))
    await operations.silence(office.database, (await office.offer(own)).request.reference, NOW)

    assert (await office.offer(other)).not_offered is None


async def test_a_crisis_that_was_cleared_may_book(office: Office) -> None:
    request_id = await office.asked(safety=calm("crisis"))
    async with office.database.transaction() as tx:
        await tx.execute(sa.update(requests).values(safety_level="elevated"))
    assert isinstance(await office.book(request_id, FIRST), Done)


async def test_who_speaks_spanish_is_called_by_who_does(office: Office) -> None:
    request_id = await office.asked(language="es")
    assert {each.coordinator_ids for each in (await office.offer(request_id)).slots} == {(DANA,)}


async def test_where_nobody_speaks_their_language_the_fact_names_what_to_interpret(office: Office) -> None:
    wishes = Wishes(languages=("fa",), language_required=True)
    submission = a_consultation(writer=a_writer(phone=PHONE), preferences=wishes)
    call = await office.booked(await office.asked(submission), FIRST)
    assert call.interpreter == ("fa",)
    assert (await office.facts())[0]["interpreter"] == ["fa"]


async def test_a_marked_request_marks_its_call(office: Office) -> None:
    call = await office.booked(await office.asked(test=True), FIRST)
    assert call.test
    assert (await office.facts())[0]["test"] is True


async def test_where_the_person_will_be_is_counted_by_itself_over_all_their_calls(office: Office) -> None:
    request_id = await office.asked()
    await office.booked(request_id, FIRST)
    await office.calls.locate(request_id, "NV", NOW)
    call = await office.call(request_id)
    assert call is not None
    assert (call.state, call.version, call.sequence, call.located_version) == ("NV", 1, 0, 1)
    await office.calls.cancel(request_id, 1, NOW)
    await office.booked(request_id, SECOND)
    await office.calls.locate(request_id, "CA", NOW)
    located = [fact for fact in await office.facts() if fact["fact"] == "located"]
    assert [(fact["state"], fact["licensed"], fact["version"]) for fact in located] == [
        ("NV", False, 1),
        ("CA", True, 2),
    ]


async def test_only_a_state_that_there_is_can_be_said_and_only_before_the_call_is_over(
    office: Office,
) -> None:
    request_id = await office.asked()
    assert why(await office.calls.locate(request_id, "CA", NOW)) == "not_now"
    call = await office.booked(request_id, FIRST)
    assert why(await office.calls.locate(request_id, "ZZ", NOW)) == "unknown_state"
    assert isinstance(await office.calls.locate(request_id, "unknown", NOW), Done)
    assert isinstance(await office.calls.locate(request_id, "CA", FIRST), Done)
    assert why(await office.calls.locate(request_id, "NV", call.ends_at)) == "not_now"

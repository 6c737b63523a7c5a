"""A person changes how they are reached: at once, for every note of theirs, and for nobody else's."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake import operations
from services.intake.domain.contact_change import (
    LINK_LASTS,
    MOVES_A_DAY,
    Card,
    Change,
    Said,
    altered,
)
from services.intake.domain.decision import Quarantined
from services.intake.domain.submission import ContactRules, SafeHours, SafetyTicks
from services.notifications.links import CONTACT_FOR
from tests.intake.builders import a_consultation, a_writer, assessed, at
from tests.intake.contacting import (
    AN_HOUR,
    EVE,
    LATER,
    NEW,
    OTHER_PHONE,
    PAM,
    PHONE,
    SAM,
    Inbox,
)

MORNING = SafeHours(at("08:00"), at("12:00"))
STRICT = ContactRules(email_ok=False, text_ok=False, voicemail_ok=False, discreet=True, safe_hours=MORNING)
EVERYTHING = Change(NEW, OTHER_PHONE, MORNING, True, True, True, False)


async def test_what_is_filled_in_counts_for_every_note_from_the_address(inbox: Inbox) -> None:
    first, second, stranger = await inbox.note(), await inbox.note(), await inbox.note(PAM)

    await inbox.change(first, phone=PHONE, hours=MORNING, text_ok=True)

    for note in (first, second):
        reach = await inbox.reach(note)
        assert reach.writer.phone == PHONE
        assert reach.permissions.rules == ContactRules(text_ok=True, safe_hours=MORNING)
        assert reach.version == 2
    assert (await inbox.reach(stranger)).version == 1


async def test_what_is_left_out_stays_as_it_is(inbox: Inbox) -> None:
    note = await inbox.note(phone=PHONE, contact=replace(STRICT, email_ok=True))
    before = await inbox.reach(note)

    await inbox.change(note, email=NEW)

    after = await inbox.reach(note)
    assert after == replace(before, writer=replace(before.writer, email=NEW), version=2)


async def test_a_new_address_is_found_as_if_it_had_been_given_first(inbox: Inbox) -> None:
    note = await inbox.note()
    await inbox.change(note, email=NEW, email_ok=False)

    there, here = await inbox.note("NEW@example.org"), await inbox.note(SAM)

    assert not (await inbox.reach(there)).permissions.rules.email_ok
    assert (await inbox.reach(here)).permissions.rules.email_ok
    assert (await inbox.row(note)).email_key == inbox.vault.address_key("email", NEW)


async def test_a_rule_may_be_loosened_by_whom_it_protects(inbox: Inbox) -> None:
    note, again = await inbox.note(contact=STRICT), await inbox.note()

    await inbox.change(note, email_ok=True, text_ok=True, voicemail_ok=True, discreet=False, hours="any")

    for each in (note, again):
        assert (await inbox.reach(each)).permissions.rules == ContactRules(
            text_ok=True, voicemail_ok=True, discreet=False
        )


async def test_what_somebody_else_said_at_a_shared_number_stays(inbox: Inbox) -> None:
    note = await inbox.note(phone=PHONE)
    await inbox.note(PAM, PHONE, contact=STRICT)

    await inbox.change(note, text_ok=True, voicemail_ok=True, discreet=False, hours="any")

    assert (await inbox.reach(note)).permissions.rules == STRICT


async def test_danger_at_home_is_never_taken_back_here(inbox: Inbox) -> None:
    note = await inbox.note(safety=SafetyTicks(unsafe_at_home=True))

    await inbox.change(note, email=NEW, phone=PHONE, hours="any", email_ok=True, discreet=False)

    assert (await inbox.reach(note)).permissions.unsafe_at_home


async def test_everybody_hears_in_codes_that_a_request_is_reached_otherwise(inbox: Inbox) -> None:
    first, second = await inbox.note(), await inbox.note()

    await inbox.change(second, email=NEW, text_ok=True, hours=MORNING)

    facts = await inbox.facts()
    assert [each["request_id"] for each in facts] == [first.request_id, second.request_id]
    for fact in facts:
        assert fact["changed"] == ["email", "hours", "channels"]
        assert (fact["version"], fact["silenced"], fact["changed_at"]) == (2, False, "2026-11-23T19:00:00Z")
        assert NEW not in str(fact)


async def test_each_request_is_told_only_what_is_new_for_it(inbox: Inbox) -> None:
    first, second = await inbox.note(phone=PHONE), await inbox.note()

    await inbox.change(first, phone=PHONE, discreet=True)

    (fact,) = await inbox.facts()
    assert (fact["request_id"], fact["changed"]) == (second.request_id, ["phone"])


@pytest.mark.parametrize("times", [2, 5])
async def test_the_same_change_sent_again_is_done_and_changes_nothing(inbox: Inbox, times: int) -> None:
    note = await inbox.note()

    done = [await inbox.change(note, email=NEW, phone=PHONE) for _ in range(times)]

    assert len(set(done)) == 1
    assert len(await inbox.facts()) == 1
    assert (await inbox.reach(note)).version == 2


async def test_a_note_in_quarantine_changes_too_and_nobody_is_told(inbox: Inbox) -> None:
    note = await inbox.note()
    caught = await inbox.arrived(Quarantined(assessed(a_consultation(writer=a_writer())), ("honeypot",)))

    await inbox.change(note, email=NEW)
    await operations.release(inbox.database, caught.reference, LATER)

    assert await inbox.email(caught) == NEW
    assert [each["request_id"] for each in await inbox.facts()] == [note.request_id]


async def test_the_trail_says_what_changed_and_never_to_what(inbox: Inbox) -> None:
    note = await inbox.note()
    await inbox.change(note, email=NEW, phone=PHONE, discreet=False)

    trail = await operations.trail(inbox.database, note.reference)

    assert trail[-1]["name"] == "contact.changed"
    assert trail[-1]["detail"] == {"changed": ["email", "phone", "discreet"]}
    assert "example.org" not in str(trail)


async def test_an_address_moves_a_few_times_a_day_at_most(inbox: Inbox) -> None:
    note = await inbox.note()
    for number in range(MOVES_A_DAY):
        assert await inbox.change(note, email=f"{number}@example.org") != "too_often"

    assert await inbox.change(note, email=NEW) == "too_often"
    assert await inbox.email(note) == f"{MOVES_A_DAY - 1}@example.org"
    assert await inbox.change(note, phone=PHONE) != "too_often"

    tomorrow, mailed = LATER + timedelta(days=1), LATER + AN_HOUR
    assert await inbox.change(note, tomorrow, mailed, email=EVE) != "too_often"


async def test_who_is_erased_or_gave_no_address_holds_nothing(inbox: Inbox) -> None:
    by_phone, erased = await inbox.note(None, PHONE), await inbox.note(PAM)
    await inbox.erase(erased)

    for note in (by_phone, erased):
        assert not await inbox.is_good(note)
        assert await inbox.change(note, phone=OTHER_PHONE) is None
        assert not await inbox.stop(note)
        assert not await inbox.allow(note)
    assert await inbox.facts() == []


def test_a_link_lasts_as_long_as_mails_make_it() -> None:
    assert LINK_LASTS == CONTACT_FOR


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "email": st.sampled_from([SAM, NEW]),
            "phone": st.sampled_from([PHONE, OTHER_PHONE]),
            "hours": st.sampled_from([MORNING, "any"]),
            **{name: st.booleans() for name in ("email_ok", "text_ok", "voicemail_ok", "discreet")},
        },
    ),
    st.builds(ContactRules, st.booleans(), st.booleans(), st.booleans(), st.booleans(), st.none()),
)
def test_only_what_is_filled_in_changes_and_only_what_differs_is_new(
    wanted: dict[str, Any], rules: ContactRules
) -> None:
    change = Change(**wanted)
    before = Said(a_writer(phone=PHONE), rules)

    once = altered(Card("p", "k", None, None), before, change)
    again = altered(once.card, once.said, change)

    assert set(once.codes) <= set(change.codes)
    assert (once.codes == ()) == (once.said == before)
    assert (again.said, again.codes) == (once.said, ())
    said = {"email": once.said.writer.email, "phone": once.said.writer.phone}
    ways = {
        name: getattr(once.said.rules, name) for name in ("email_ok", "text_ok", "voicemail_ok", "discreet")
    }
    for name, value in {**said, **ways}.items():
        assert value == wanted.get(name, getattr(before.writer, name, getattr(rules, name, None)))
    assert once.said.rules.safe_hours == (MORNING if change.hours == MORNING else None)
    assert once.said.writer.name == before.writer.name


def test_every_field_of_a_change_has_a_code() -> None:
    assert EVERYTHING.codes == ("email", "phone", "hours", "channels", "discreet")
    assert Change().codes == ()

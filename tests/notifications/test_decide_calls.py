"""Contact safety, for what is said about a call."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.notifications.domain.call import CallNow
from services.notifications.domain.decide import (
    JUST_NOW,
    HoldUntil,
    NotSent,
    QuietHours,
    Send,
    Standing,
    decide,
)
from services.notifications.domain.delivery import Template
from services.notifications.domain.hours import DailyHours
from tests.notifications.builders import CALM, NIGHT, NOW, delivery, reach
from tests.notifications.calls import IN_FIVE_DAYS, TO_THE_DESK, TO_THE_PERSON, call_mail, true_for

QUIET = QuietHours(DailyHours.read("21:00", "08:00"))
OPEN = Send(False, False)
EVERY = (*TO_THE_PERSON, *TO_THE_DESK)
OF_A_BOOKING = tuple(
    one
    for one in EVERY
    if one not in ("call_cancelled", "call_cancelled_notice", "call_missed", "call_elsewhere")
)
HOUR = timedelta(hours=1)
EIGHT_IN_THE_MORNING = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)


def standing(status: str = "booked", **changes: Any) -> Standing:
    fields: dict[str, Any] = {"consultation_id": "call-1", "version": 1, "coordinator_id": "dana"}
    return Standing("none", call=CallNow(**{"status": status} | fields | changes))


def decided(template: Template, request: Standing, now: datetime = NOW, **changes: Any) -> object:
    return decide(call_mail(template, **changes), reach(), request, QUIET, now)


# --- is it true -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("template", EVERY)
def test_what_is_true_of_the_call_goes(template: Template) -> None:
    assert decided(template, true_for(template)) == OPEN


@pytest.mark.parametrize("template", OF_A_BOOKING)
@pytest.mark.parametrize(
    ("request_now", "why"),
    [
        (standing(version=2), "call_changed"),
        (standing(consultation_id="call-2", version=3), "call_changed"),
        (standing("cancelled", version=2), "call_cancelled"),
        (standing("attended", version=2), "call_marked"),
        (standing("missed", version=2), "call_marked"),
        (standing("attended", consultation_id="call-2", version=4), "call_changed"),
        (CALM, "call_changed"),
    ],
)
def test_what_is_no_longer_true_of_the_call_does_not_go(
    template: Template, request_now: Standing, why: str
) -> None:
    assert decided(template, request_now) == NotSent(why)


@pytest.mark.parametrize(
    ("template", "request_now", "expected"),
    [
        # that a call is off stays true, and has to reach the calendars, whatever is booked after it
        ("call_cancelled", standing("booked", consultation_id="call-2", version=3), OPEN),
        ("call_cancelled", standing("booked", version=3), NotSent("call_changed")),
        ("call_cancelled_notice", standing("booked", consultation_id="call-2", version=3), OPEN),
        ("call_cancelled_notice", standing("booked", version=3, coordinator_id="lee"), OPEN),
        ("call_cancelled_notice", standing("booked", version=3), NotSent("call_changed")),
        ("call_missed", standing("attended", version=3), NotSent("call_marked")),
        ("call_missed", standing("booked", consultation_id="call-2", version=3), NotSent("call_changed")),
        ("call_elsewhere", standing(version=7, state="NV"), OPEN),
        ("call_elsewhere", standing(version=7, state="CA"), NotSent("call_changed")),
        ("call_elsewhere", standing("cancelled", state="NV"), NotSent("call_cancelled")),
    ],
)
def test_each_kind_is_true_of_what_it_speaks_of(
    template: Template, request_now: Standing, expected: object
) -> None:
    assert decided(template, request_now) == expected


def test_a_reminder_is_not_sent_beside_the_confirmation_of_the_same_booking() -> None:
    fresh = true_for("call_reminder", just_confirmed=True)

    assert decided("call_reminder", fresh) == NotSent("just_confirmed")
    assert decided("call_soon", fresh) == OPEN


# --- at which hour ----------------------------------------------------------------------------------------


def at_night(template: Template, call_in: timedelta, **changes: Any) -> object:
    """Due at eleven at night, about a call so long after."""
    starts_at = NIGHT + call_in
    fields: dict[str, Any] = {"occurred_at": NIGHT - 2 * HOUR, "not_after": starts_at}
    fields["codes"] = {"starts_at": starts_at.isoformat(), **changes.pop("codes", {})}
    return decided(template, true_for(template), NIGHT, **fields | changes)


@pytest.mark.parametrize("template", ["call_reminder", "call_confirmed", "call_moved", "call_cancelled"])
@pytest.mark.parametrize("call_in", [HOUR, 9 * HOUR, 9 * HOUR + timedelta(minutes=59)])
def test_quiet_hours_hold_nothing_about_a_call_that_is_near(template: Template, call_in: timedelta) -> None:
    assert at_night(template, call_in) == OPEN


@pytest.mark.parametrize("template", ["call_reminder", "call_confirmed", "call_moved", "call_cancelled"])
def test_quiet_hours_hold_what_has_an_hour_left_at_their_end(template: Template) -> None:
    assert at_night(template, 10 * HOUR) == HoldUntil(EIGHT_IN_THE_MORNING, "quiet_hours")


def test_a_call_that_is_moved_away_from_the_morning_is_said_at_night() -> None:
    tomorrow_at_seven = (NIGHT + 8 * HOUR).isoformat()
    next_week = {"starts_at": (NIGHT + timedelta(days=7)).isoformat()}

    assert (
        at_night("call_moved", 8 * HOUR, codes=next_week | {"previous_starts_at": tomorrow_at_seven}) == OPEN
    )


def test_what_the_person_just_did_is_answered_at_night() -> None:
    answer = {"immediate": True, "occurred_at": NIGHT}

    assert at_night("call_confirmed", timedelta(days=3), **answer) == OPEN
    late = {"immediate": True, "occurred_at": NIGHT - JUST_NOW - timedelta(minutes=1)}
    assert at_night("call_confirmed", timedelta(days=3), **late) == HoldUntil(
        EIGHT_IN_THE_MORNING, "quiet_hours"
    )


@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_safe_hours_hold_what_is_said_of_a_call(template: Template) -> None:
    lunch = reach(safe_hours=("12:30", "13:00"))
    half_past_twelve = datetime(2026, 11, 23, 20, 30, tzinfo=UTC)

    assert decide(call_mail(template), lunch, true_for(template), QUIET, NOW) == HoldUntil(
        half_past_twelve, "safe_hours"
    )


@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_what_safe_hours_would_hold_for_too_long_is_not_sent_and_says_why(template: Template) -> None:
    lunch, soon = reach(safe_hours=("12:30", "13:00")), {"not_after": NOW + HOUR}

    assert decide(call_mail(template, **soon), lunch, true_for(template), QUIET, NOW) == NotSent("safe_hours")


def test_the_coordinator_is_told_whatever_the_persons_hours() -> None:
    lunch = reach(safe_hours=("12:30", "13:00"), email_ok=False, unsafe_at_home=True)

    for template in TO_THE_DESK:
        assert decide(call_mail(template), lunch, true_for(template), QUIET, NIGHT) == OPEN


def test_quiet_hours_that_end_too_late_are_said_as_the_reason() -> None:
    news = delivery("waitlist", not_after=NIGHT + HOUR)

    assert decide(news, reach(), CALM, QUIET, NIGHT) == NotSent("quiet_hours")


UNTIL_RELEASED = ("clinical_hold", "partner_violence", "minor")  # by name: none may get lost


# --- what is held -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("why", UNTIL_RELEASED)
@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_a_held_referral_holds_all_but_answers(template: Template, why: str) -> None:
    held = true_for(template, barriers=frozenset({why}))
    waits = HoldUntil(NOW + HOUR, why)

    assert decided(template, held) == waits
    answers = template in ("call_confirmed", "call_moved", "call_cancelled")
    assert decided(template, held, immediate=True) == (OPEN if answers else waits)


@pytest.mark.parametrize("why", UNTIL_RELEASED)
def test_a_held_referral_holds_news_but_no_acknowledgement_and_nothing_of_the_desks(why: str) -> None:
    held = Standing("none", frozenset({why}))

    assert decide(delivery("waitlist"), reach(), held, QUIET, NOW) == HoldUntil(NOW + HOUR, why)
    assert decide(delivery("acknowledgement"), reach(), held, QUIET, NOW) == OPEN
    assert decide(delivery("held"), reach(), held, QUIET, NOW) == OPEN


def test_the_gravest_reason_to_wait_is_said() -> None:
    both = Standing("none", frozenset({"minor", "partner_violence"}))

    assert decide(delivery("waitlist"), reach(), both, QUIET, NOW) == HoldUntil(
        NOW + HOUR, "partner_violence"
    )


@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_a_crisis_holds_reminders_and_answers_who_moves_or_cancels_a_call(template: Template) -> None:
    crisis = true_for(template, "crisis")
    answers = template in ("call_confirmed", "call_moved", "call_cancelled")

    assert decided(template, crisis) == HoldUntil(NOW + HOUR, "clinical_hold")
    assert isinstance(decided(template, crisis, immediate=True), Send if answers else HoldUntil)


@pytest.mark.parametrize("template", TO_THE_PERSON)
@pytest.mark.parametrize(
    ("wishes", "barriers", "why"),
    [
        ({"silenced": True}, (), "silenced"),
        ({"email": None}, (), "no_email"),
        ({"email_ok": False}, (), "email_not_ok"),
        ({}, ("bounced",), "bounced"),
        ({"unsafe_at_home": True}, (), "unsafe_at_home"),
        ({"unsafe_at_home": True, "safe_hours": ("00:00", "23:59")}, (), "unsafe_at_home"),
    ],
)
def test_who_must_not_be_written_to_hears_nothing_of_a_call(
    template: Template, wishes: dict[str, Any], barriers: tuple[str, ...], why: str
) -> None:
    request = true_for(template, barriers=frozenset(barriers))

    assert decide(call_mail(template, immediate=True), reach(**wishes), request, QUIET, NOW) == NotSent(why)


def test_an_address_that_does_not_exist_gets_nothing_at_all() -> None:
    bounced = Standing("none", frozenset({"bounced"}))

    for template in ("acknowledgement", "waitlist", "reading_list"):
        assert decide(delivery(template), reach(), bounced, QUIET, NOW) == NotSent("bounced")
    assert decide(delivery("referral"), reach(), bounced, QUIET, NOW) == OPEN


@pytest.mark.parametrize("template", EVERY)
def test_nothing_is_said_of_a_call_too_late(template: Template) -> None:
    assert decided(template, true_for(template), IN_FIVE_DAYS) == NotSent("expired")

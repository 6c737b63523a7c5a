"""Contact safety: what may go, when, to whom."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifications.domain.decide import (
    JUST_NOW,
    HoldUntil,
    NotSent,
    QuietHours,
    Send,
    Standing,
    decide,
    refused_already,
)
from services.notifications.domain.delivery import Delivery, Role, Template
from services.notifications.domain.hours import DailyHours
from tests.notifications.builders import (
    CALM,
    CLIENT_TEMPLATES,
    CLINICIAN_TEMPLATES,
    CODES,
    CRISIS,
    DESK_TEMPLATES,
    NIGHT,
    NOW,
    delivery,
    reach,
)

QUIET = QuietHours(DailyHours.read("21:00", "08:00"))
EIGHT_IN_THE_MORNING = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
STOPPED = "withdrawn"

OPEN, DISCREET, NEUTRAL = Send(False, False), Send(True, False), Send(True, True)
EXPIRED, UNKNOWN = NotSent("expired"), NotSent("unknown_person")


def at_night(template: Template, **changes: Any) -> Delivery:
    """A mail about something that happened just now, at eleven at night."""
    return delivery(template, **({"occurred_at": NIGHT, "not_after": NIGHT + timedelta(days=3)} | changes))


@pytest.mark.parametrize("template", CLIENT_TEMPLATES)
@pytest.mark.parametrize(
    ("wishes", "expected"),
    [
        ({}, OPEN),
        ({"discreet": True}, DISCREET),
        ({"silenced": True}, NotSent("silenced")),
        ({"email": None}, NotSent("no_email")),
        ({"email_ok": False}, NotSent("email_not_ok")),
        ({"silenced": True, "email": None, "email_ok": False}, NotSent("silenced")),
        ({"safe_hours": ("09:00", "11:00")}, OPEN),
        (
            {"safe_hours": ("12:30", "13:00")},
            HoldUntil(datetime(2026, 11, 23, 20, 30, tzinfo=UTC), "safe_hours"),
        ),
        (
            {"safe_hours": ("23:00", "01:00")},
            HoldUntil(datetime(2026, 11, 24, 7, 0, tzinfo=UTC), "safe_hours"),
        ),
        ({"safe_hours": ("09:00", "09:00")}, NotSent("safe_hours_unusable")),
        ({"safe_hours": ("mornings", "")}, NotSent("safe_hours_unusable")),
    ],
)
def test_a_client_mail_follows_the_persons_wishes_by_day(
    template: Template, wishes: dict[str, Any], expected: object
) -> None:
    assert decide(delivery(template), reach(**wishes), CALM, QUIET, NOW) == expected


@pytest.mark.parametrize(
    ("template", "held"),
    [
        ("acknowledgement", False),
        ("professional_acknowledgement", False),
        ("reading_list", False),
        ("waitlist", True),
        ("waitlist_check_in", True),
        ("waitlist_close", True),
        ("referred_out", True),
        ("introduction", True),
    ],
)
def test_quiet_hours_hold_only_what_nobody_is_waiting_for(template: Template, held: bool) -> None:
    decision = decide(at_night(template), reach(), CALM, QUIET, NIGHT)

    assert decision == (HoldUntil(EIGHT_IN_THE_MORNING, "quiet_hours") if held else OPEN)


def test_an_answer_that_comes_hours_late_is_no_longer_immediate() -> None:
    late = delivery("acknowledgement", occurred_at=NIGHT - JUST_NOW - timedelta(minutes=1))

    assert decide(late, reach(), CALM, QUIET, NIGHT) == HoldUntil(EIGHT_IN_THE_MORNING, "quiet_hours")


def test_quiet_hours_are_by_the_persons_wall_clock() -> None:
    nine_in_new_york = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)  # six in Los Angeles
    due = delivery("waitlist", occurred_at=nine_in_new_york, not_after=nine_in_new_york + timedelta(days=1))

    assert decide(due, reach(zone=ZoneInfo("America/New_York")), CALM, QUIET, nine_in_new_york) == OPEN
    assert isinstance(decide(due, reach(), CALM, QUIET, nine_in_new_york), HoldUntil)


def test_safe_hours_at_night_come_before_quiet_hours() -> None:
    asked_for_night = reach(safe_hours=("22:30", "23:30"))

    assert decide(at_night("waitlist"), asked_for_night, CALM, QUIET, NIGHT) == OPEN


def test_a_practice_may_have_no_quiet_hours() -> None:
    assert decide(at_night("waitlist"), reach(), CALM, QuietHours(None), NIGHT) == OPEN


BUT_FOR_THE_ACKNOWLEDGEMENT = [one for one in CLIENT_TEMPLATES if one != "acknowledgement"]


@pytest.mark.parametrize("template", BUT_FOR_THE_ACKNOWLEDGEMENT)
def test_somebody_unsafe_at_home_gets_nothing_but_an_acknowledgement(template: Template) -> None:
    unsafe = reach(unsafe_at_home=True, safe_hours=("00:00", "23:59"))

    assert decide(delivery(template), unsafe, CALM, QUIET, NOW) == NotSent("unsafe_at_home")


@pytest.mark.parametrize(
    ("safe_hours", "later", "expected"),
    [
        (("09:00", "11:00"), timedelta(0), NEUTRAL),
        (("09:00", "11:00"), timedelta(hours=24), NEUTRAL),
        (
            ("11:00", "12:00"),
            timedelta(0),
            HoldUntil(datetime(2026, 11, 23, 19, 0, tzinfo=UTC), "safe_hours"),
        ),
        (None, timedelta(minutes=59), NEUTRAL),
        (None, timedelta(minutes=61), NotSent("unsafe_at_home")),
    ],
)
def test_the_acknowledgement_of_somebody_unsafe_is_neutral_and_in_safe_hours(
    safe_hours: tuple[str, str] | None, later: timedelta, expected: object
) -> None:
    unsafe = reach(unsafe_at_home=True, safe_hours=safe_hours)

    assert decide(delivery("acknowledgement"), unsafe, CALM, QUIET, NOW + later) == expected


@pytest.mark.parametrize("template", BUT_FOR_THE_ACKNOWLEDGEMENT)
def test_words_of_crisis_hold_the_rest_until_they_are_cleared(template: Template) -> None:
    held = decide(delivery(template), reach(), CRISIS, QUIET, NOW)

    assert held == HoldUntil(NOW + timedelta(hours=1), "clinical_hold")
    assert decide(delivery(template), reach(), Standing("elevated"), QUIET, NOW) == OPEN


ANSWERS: list[Template] = ["acknowledgement", "professional_acknowledgement", "reading_list"]


@pytest.mark.parametrize("template", CLIENT_TEMPLATES)
def test_an_address_that_had_answers_enough_for_a_day_gets_no_other_but_still_hears_news(
    template: Template,
) -> None:
    expected = NotSent("acknowledged_often") if template in ANSWERS else OPEN

    assert decide(delivery(template), reach(acknowledged_often=True), CALM, QUIET, NOW) == expected
    assert (
        decide(delivery(template), reach(acknowledged_often=True), Standing("elevated"), QUIET, NOW)
        == expected
    )


@pytest.mark.parametrize("template", [*DESK_TEMPLATES, *CLINICIAN_TEMPLATES])
def test_the_practice_hears_of_a_request_however_many_came_from_its_address(template: Template) -> None:
    assert decide(delivery(template), reach(acknowledged_often=True), CALM, QUIET, NOW) == OPEN


def test_a_crisis_is_answered_however_many_came_from_its_address() -> None:
    often = reach(acknowledged_often=True)

    assert decide(delivery("acknowledgement"), often, CRISIS, QUIET, NOW) == Send(False, True)


def test_the_acknowledgement_goes_in_a_crisis_and_promises_nothing() -> None:
    assert decide(delivery("acknowledgement"), reach(), CRISIS, QUIET, NOW) == Send(False, True)


def test_a_mail_is_not_held_beyond_its_end() -> None:
    ends = NOW + timedelta(minutes=20)

    assert decide(delivery("waitlist", not_after=ends), reach(), CRISIS, QUIET, NOW) == HoldUntil(
        ends, "clinical_hold"
    )
    assert decide(delivery("waitlist", not_after=ends), reach(), CRISIS, QUIET, ends) == EXPIRED


@pytest.mark.parametrize("template", CLIENT_TEMPLATES)
def test_what_was_stopped_is_not_sent_for_that_reason(template: Template) -> None:
    stopped = delivery(template, stopped=STOPPED)

    assert decide(stopped, reach(), CALM, QUIET, NOW) == NotSent(STOPPED)
    assert decide(stopped, None, None, QUIET, NOW) == NotSent(STOPPED)


@pytest.mark.parametrize("template", [*CLIENT_TEMPLATES, *DESK_TEMPLATES, *CLINICIAN_TEMPLATES])
def test_a_mail_about_somebody_unknown_or_erased_does_not_go(template: Template) -> None:
    assert decide(delivery(template), None, CALM, QUIET, NOW) == UNKNOWN
    assert decide(delivery(template), reach(), None, QUIET, NOW) == UNKNOWN


def test_an_alert_waits_for_nothing_and_nobody() -> None:
    assert decide(at_night("safety_alert"), None, None, QUIET, NIGHT) == OPEN


@pytest.mark.parametrize("template", DESK_TEMPLATES)
def test_the_practices_own_mail_is_never_held_by_a_clients_wishes(template: Template) -> None:
    unreachable = reach(email=None, email_ok=False, silenced=True, unsafe_at_home=True)

    assert decide(at_night(template), unreachable, CRISIS, QUIET, NIGHT) == OPEN


def test_who_has_told_what_is_still_true_is_nobodys_to_ask() -> None:
    notice = delivery("ready_notice")

    assert decide(notice, reach(), CALM, QUIET, NOW) == OPEN
    assert decide(notice, reach(), replace(CALM, ready=False), QUIET, NOW) == NotSent("confirmed")


@pytest.mark.parametrize("template", CLINICIAN_TEMPLATES)
def test_a_clinician_is_written_to_at_any_hour_whatever_the_client_wishes(template: Template) -> None:
    unreachable = reach(email=None, email_ok=False, silenced=True, unsafe_at_home=True)

    assert decide(at_night(template), unreachable, CALM, QUIET, NIGHT) == OPEN


@pytest.mark.parametrize("template", ["offer", "introduction_clinician", "supervisor_notice"])
def test_nobody_is_introduced_to_anybody_while_a_crisis_is_not_cleared(template: Template) -> None:
    held = HoldUntil(NOW + timedelta(hours=1), "clinical_hold")

    assert decide(delivery(template), reach(), CRISIS, QUIET, NOW) == held


def test_a_clinician_hears_of_an_offers_end_even_in_a_crisis() -> None:
    assert decide(delivery("offer_ended"), reach(), CRISIS, QUIET, NOW) == OPEN


def test_an_offer_that_nobody_could_answer_in_time_is_not_made() -> None:
    assert decide(delivery("offer", not_after=NOW), reach(), CALM, QUIET, NOW) == EXPIRED


@pytest.mark.parametrize(("open_duties", "expected"), [(0, NotSent("nothing_open")), (1, OPEN), (40, OPEN)])
def test_a_digest_goes_when_something_is_open_and_only_then(open_duties: int, expected: object) -> None:
    assert decide(delivery("digest"), None, None, QUIET, NOW, open_duties=open_duties) == expected


@pytest.mark.parametrize("role", ["coordinator", "clinician"])
def test_a_code_goes_at_any_hour_until_it_expires(role: Role) -> None:
    code = at_night("proof_code", role=role, not_after=NIGHT + timedelta(minutes=10))

    assert decide(code, None, None, QUIET, NIGHT) == OPEN
    assert decide(code, None, None, QUIET, NIGHT + timedelta(minutes=10)) == EXPIRED


@pytest.mark.parametrize("template", sorted(CODES))
def test_what_was_stopped_or_came_too_late_is_refused_before_anybody_is_asked(template: Template) -> None:
    assert refused_already(delivery(template, not_after=None), NOW) is None
    assert refused_already(delivery(template, stopped="overtaken"), NOW) == NotSent("overtaken")
    assert refused_already(delivery(template, not_after=NOW), NOW) == EXPIRED

"""Contact safety, for every mail, person and moment."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.decide import HoldUntil, QuietHours, Reach, Send, Standing, decide
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.hours import DailyHours
from tests.notifications.builders import CALM, CODES, CRISIS, delivery, role_of

STOPPED = "withdrawn"
OPEN = Send(False, False)
ZONES = ["America/Los_Angeles", "America/New_York", "Europe/Dublin", "Asia/Kathmandu", "Australia/Lord_Howe"]
CLOCKS = st.times().map(lambda at: at.strftime("%H:%M"))
SPANS = st.tuples(CLOCKS, CLOCKS)
INSTANTS = st.datetimes(
    min_value=datetime(2026, 1, 1), max_value=datetime(2027, 12, 31), timezones=st.just(UTC)
)
REACHES = st.builds(
    Reach,
    email=st.sampled_from(["sam@example.org", None]),
    email_ok=st.booleans(),
    discreet=st.booleans(),
    safe_hours=st.none() | SPANS,
    unsafe_at_home=st.booleans(),
    silenced=st.booleans(),
    acknowledged_often=st.booleans(),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
STANDINGS = st.sampled_from([CALM, Standing("elevated", ready=True), CRISIS])
QUIETS = SPANS.map(lambda span: QuietHours(DailyHours.read(*span)))


@st.composite
def deliveries(draw: st.DrawFn) -> Delivery:
    template = draw(st.sampled_from(sorted(CODES)))
    occurred_at = draw(INSTANTS)
    stands = draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=14)))
    return delivery(
        template,
        occurred_at=occurred_at,
        not_after=None if stands is None else occurred_at + stands,
        stopped=draw(st.none() | st.just(STOPPED)),
    )


EVERYTHING = given(deliveries(), REACHES, STANDINGS, QUIETS, st.timedeltas(timedelta(0), timedelta(days=15)))


@EVERYTHING
def test_no_client_mail_goes_against_a_wish(
    due: Delivery, person: Reach, standing: Standing, quiet: QuietHours, later: timedelta
) -> None:
    now = due.plan.occurred_at + later
    decision = decide(due, person, standing, quiet, now)

    if not isinstance(decision, Send) or due.plan.role != "client":
        return
    assert person.email is not None
    assert person.email_ok
    assert not person.silenced
    assert due.stopped is None
    assert due.plan.not_after is None or now < due.plan.not_after
    assert decision.discreet or not (person.discreet or person.unsafe_at_home)
    if person.safe_hours is not None:
        hours = DailyHours.read(*person.safe_hours)
        assert hours is not None
        assert hours.holds(now, person.zone)
    if due.plan.template in ("acknowledgement", "professional_acknowledgement", "reading_list"):
        assert standing == CRISIS or not person.acknowledged_often
    if due.plan.template != "acknowledgement":
        assert not person.unsafe_at_home
        assert standing != CRISIS
    elif person.unsafe_at_home:
        assert decision.neutral


@EVERYTHING
def test_a_hold_is_in_the_future_and_within_two_days(
    due: Delivery, person: Reach, standing: Standing, quiet: QuietHours, later: timedelta
) -> None:
    now = due.plan.occurred_at + later
    decision = decide(due, person, standing, quiet, now)

    if isinstance(decision, HoldUntil):
        assert now < decision.until <= now + timedelta(hours=48)
        assert due.plan.role == "client" or (due.plan.role == "clinician" and standing == CRISIS)


@EVERYTHING
def test_a_held_mail_reaches_an_end(
    due: Delivery, person: Reach, standing: Standing, quiet: QuietHours, later: timedelta
) -> None:
    now = due.plan.occurred_at + later
    why: list[str] = []
    for _ in range(4):
        decision = decide(due, person, Standing("none"), quiet, now)
        if not isinstance(decision, HoldUntil):
            return
        now, why = decision.until, [*why, decision.why]
    pytest.fail(f"held for ever: {why}")


@EVERYTHING
def test_nothing_of_the_practices_own_is_held_or_made_discreet(
    due: Delivery, person: Reach, standing: Standing, quiet: QuietHours, later: timedelta
) -> None:
    now = due.plan.occurred_at + later
    if role_of(due.plan.template) in ("coordinator", "on_call"):
        open_ended = delivery(due.plan.template, occurred_at=due.plan.occurred_at)

        assert decide(open_ended, person, standing, quiet, now, open_duties=1) == OPEN

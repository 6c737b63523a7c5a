"""Joining what several people at one address said never loosens a contact rule."""

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.contact import Permissions, narrowest
from services.intake.domain.submission import ContactRules, SafeHours
from tests.intake.builders import at

minutes = st.integers(0, 24 * 60 - 1).map(lambda minute: time(minute // 60, minute % 60))
hours = st.builds(SafeHours, minutes, minutes)
rules = st.builds(ContactRules, st.booleans(), st.booleans(), st.booleans(), st.booleans())
permissions = st.builds(Permissions, rules, st.booleans())


def is_within(moment: time, window: SafeHours) -> bool:
    if window.from_ < window.to:
        return window.from_ <= moment < window.to
    return moment >= window.from_ or moment < window.to


@given(permissions, permissions)
def test_joining_allows_only_what_both_allow(one: Permissions, other: Permissions) -> None:
    joined = one.joined(other)
    for name in ("email_ok", "text_ok", "voicemail_ok"):
        assert getattr(joined.rules, name) == (getattr(one.rules, name) and getattr(other.rules, name))
    assert joined.rules.discreet == (one.rules.discreet or other.rules.discreet)
    assert joined.unsafe_at_home == (one.unsafe_at_home or other.unsafe_at_home)


@given(st.lists(hours, min_size=1, max_size=4), minutes)
def test_a_moment_in_the_narrowest_hours_is_safe_by_every_window(
    windows: list[SafeHours], moment: time
) -> None:
    narrow = narrowest(windows)
    assert narrow is not None
    if narrow != windows[0] and is_within(moment, narrow):
        assert all(is_within(moment, window) for window in windows)


def test_nobody_s_hours_are_no_hours() -> None:
    assert narrowest([]) is None


def test_hours_that_never_meet_leave_the_newest() -> None:
    morning, evening = SafeHours(at("08:00"), at("10:00")), SafeHours(at("18:00"), at("20:00"))
    assert narrowest([evening, morning]) == evening


def test_of_hours_in_two_pieces_the_longer_counts() -> None:
    night, shift = SafeHours(at("20:00"), at("10:00")), SafeHours(at("08:00"), at("21:00"))
    assert narrowest([night, shift]) == SafeHours(at("08:00"), at("10:00"))


def test_hours_over_midnight_stay_over_midnight() -> None:
    night, later = SafeHours(at("21:00"), at("06:00")), SafeHours(at("22:30"), at("07:00"))
    assert narrowest([night, later]) == SafeHours(at("22:30"), at("06:00"))

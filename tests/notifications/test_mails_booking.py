"""Who is offered a time for a call: in their mail as at intake's own door."""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import product
from typing import Any

import pytest

from services.intake.domain.answering import detail_of
from services.intake.domain.booking import Standing, why_not_offered
from services.intake.domain.request import Request
from services.intake.domain.submission import Wishes
from services.notifications import drafts
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact

NOW = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
PLAIN = Request(
    id="request-1",
    person_id="person-1",
    reference="R-7F3K2",
    version=1,
    path="consultation",
    status="announced",
    received_at=NOW,
    announced_at=NOW,
    language="en",
    state="CA",
    time_zone="America/Los_Angeles",
    for_="self",
    age=34,
    age_band="adult",
    unit="individual",
    safety_level="none",
    safety_rules=(),
    rules_version="1",
    flags=(),
    concerns=(),
    suggested_concerns=(),
    preferences=Wishes(),
    context=(),
    test=False,
)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def is_offered(
    asked: Request, practice: Practice, *, silenced: bool = False, unsafe: bool = False
) -> tuple[bool, bool]:
    """By intake, and by the mail."""
    standing = Standing(
        person_id="person-1",
        phone_known=True,
        voicemail_ok=False,
        silenced=silenced,
        unsafe_at_home=unsafe,
        ended=False,
        rules_changed=False,
    )
    someone = contact(practice, silenced=silenced, unsafe_at_home=unsafe)
    at_the_door = why_not_offered(asked, standing, practice) is None
    return at_the_door, drafts.may_book(someone, detail_of(asked, call_offered=at_the_door))


def test_somebody_plain_is_offered_a_time(practice: Practice) -> None:
    assert is_offered(PLAIN, practice) == (True, True)


def test_a_mail_offers_a_time_exactly_where_the_page_does(practice: Practice) -> None:
    without_calls = practice.model_copy(update={"first_step": "none"})
    ages: tuple[dict[str, Any], ...] = (
        {"age": 34, "age_band": "adult"},
        {"age": 18, "age_band": "adult"},
        {"age": 17, "age_band": "teen"},
        {"age": 9, "age_band": "child"},
        {"age": None, "age_band": None},
    )
    every = product(
        (practice, without_calls),
        ("consultation", "readiness", "professional"),
        ("announced", "quarantined"),
        ("none", "elevated", "crisis"),
        ("self", "couple", "family", "child", "other"),
        ages,
        (False, True),
        (False, True),
    )
    seen = set()
    for ours, path, status, level, for_, age, silenced, unsafe in every:
        changes: dict[str, Any] = {"path": path, "status": status, "safety_level": level, "for_": for_} | age
        offered = is_offered(replace(PLAIN, **changes), ours, silenced=silenced, unsafe=unsafe)
        assert offered[0] == offered[1], (changes, silenced, unsafe)
        seen.add(offered)

    assert seen == {(True, True), (False, False)}

"""A referral goes on: what that stops, what it lifts, and which clinician hears of an end."""

import pytest

from shared.contracts.base import Fact
from shared.contracts.matching import After
from tests.notifications.facts import (
    accepted,
    cancelled,
    completed,
    failed,
    held,
    in_progress,
    offered,
    opened,
    overdue,
    referral_proposed,
    referral_waitlisted,
    referred_out,
    rejected,
    released,
    reopened,
    still_waiting,
    withdrawn,
)
from tests.notifications.hearing import Hearing, named

LATER: list[Fact] = [
    referral_proposed(version=3),
    referral_waitlisted(version=3),
    referred_out(3),
    held(3),
    opened(3),
    released(3),
    offered(3),
    accepted(3),
    rejected(3),
    in_progress(3),
    reopened(3),
    still_waiting(3),
    completed(3),
    cancelled(3),
    failed(3),
]


async def stopped(hear: Hearing) -> set[str]:
    return {template for template, why in await hear.planned() if why == "overtaken"}


# --- what still waits and is no longer true --------------------------------------------------------------


@pytest.mark.parametrize("fact", LATER, ids=named)
async def test_nobody_is_reminded_of_what_has_moved_on(hear: Hearing, fact: Fact) -> None:
    await hear(overdue(2), fact)

    assert ("overdue", "overtaken") in await hear.planned()


@pytest.mark.parametrize("fact", LATER, ids=named)
async def test_a_reminder_that_comes_late_is_not_sent_either(hear: Hearing, fact: Fact) -> None:
    await hear(fact, overdue(2))

    assert ("overdue", "overtaken") in await hear.planned()


@pytest.mark.parametrize("version", [3, 4])
async def test_a_reminder_of_what_is_due_now_goes(hear: Hearing, version: int) -> None:
    await hear(referral_proposed(version=3), overdue(version))

    assert ("overdue", None) in await hear.planned()


async def test_another_referrals_step_stops_nothing(hear: Hearing) -> None:
    await hear(overdue(2), referral_proposed("request-2", version=3))

    assert ("overdue", None) in await hear.planned()


async def test_each_level_of_a_duty_is_heard_once(hear: Hearing) -> None:
    await hear(overdue(2), overdue(2), overdue(2, "deputy", "lee"), overdue(2, "owner", "lee"))

    asked = sorted((one.plan.recipient_id, one.plan.codes["level"]) for one in await hear.claim())
    assert asked == [("dana", "nudge"), ("lee", "deputy"), ("lee", "owner")]


@pytest.mark.parametrize(
    "fact", [one for one in LATER if named(one) not in ("ReferralOpened", "ReferralReleased")], ids=named
)
async def test_an_offer_that_no_longer_stands_is_not_made(hear: Hearing, fact: Fact) -> None:
    await hear(offered(2), fact)

    still_stands = named(fact) == "ReferralStillWaiting"
    why = {
        one.plan.subject_version: one.stopped for one in await hear.claim() if one.plan.template == "offer"
    }
    assert why[2] == (None if still_stands else "overtaken")
    assert why.get(3) is None


@pytest.mark.parametrize(
    "fact",
    [
        cancelled(3, clinician_id="c-rivera"),
        failed(3, "c-rivera"),
        reopened(3, "c-rivera"),
        held(3, clinician_id="c-rivera"),
        referral_proposed(version=3, after=After(what="someone_else", clinician_id="c-rivera")),
        completed(3),
    ],
    ids=named,
)
async def test_nobody_is_introduced_once_that_has_ended(hear: Hearing, fact: Fact) -> None:
    await hear(in_progress(2, supervisor_id="c-okafor"), fact)

    why = dict(await hear.planned())
    parts = ("introduction", "introduction_clinician", "supervisor_notice", "introduced_notice")
    assert {why[part] for part in parts} <= {"overtaken", "referral_cancelled"}


@pytest.mark.parametrize("fact", [accepted(3), in_progress(3)], ids=named)
async def test_an_introduction_is_not_stopped_by_the_change_that_made_it(hear: Hearing, fact: Fact) -> None:
    await hear(in_progress(3), fact)

    assert await hear.planned() == [
        ("introduced_notice", None),
        ("introduction", None),
        ("introduction_clinician", None),
    ]


@pytest.mark.parametrize(
    ("fact", "asked"),
    [
        (referral_proposed(version=3), False),
        (offered(3), False),
        (in_progress(3), False),
        (cancelled(3, "found_someone"), False),
        (referral_waitlisted(version=3), True),
    ],
    ids=lambda value: named(value) if isinstance(value, Fact) else "",
)
async def test_nobody_is_asked_whether_they_wait_who_does_not(hear: Hearing, fact: Fact, asked: bool) -> None:
    await hear(still_waiting(2), fact)

    assert (dict(await hear.planned())["waitlist_check_in"] is None) is asked


async def test_a_mail_that_is_held_is_stopped_and_its_end_recorded_at_once(hear: Hearing) -> None:
    await hear(in_progress(2))
    await hear.hold("safe_hours")

    await hear(reopened(3, "c-rivera"))

    assert await stopped(hear) == {"introduction", "introduction_clinician", "introduced_notice"}


async def test_what_was_sent_stays_sent(hear: Hearing) -> None:
    await hear(in_progress(2))
    await hear.settle()

    await hear(completed(3))

    assert await hear.planned() == []


async def test_what_tells_a_coordinator_of_a_request_is_never_stopped(hear: Hearing) -> None:
    await hear(referral_proposed(), referral_proposed(version=2), cancelled(3))

    assert await hear.planned() == [("referral", None), ("referral", None)]


# --- the end, and the end of the end ---------------------------------------------------------------------


async def test_who_went_quiet_gets_a_last_kind_word_and_nothing_else(hear: Hearing) -> None:
    await hear(referral_waitlisted(), still_waiting(2), cancelled(3, "gone_quiet"))

    assert dict(await hear.planned()) == {
        "nobody_fits": None,
        "waitlist": "referral_cancelled",
        "waitlist_check_in": "referral_cancelled",
        "waitlist_close": None,
    }


async def test_a_referral_that_is_taken_up_again_says_no_farewell(hear: Hearing) -> None:
    await hear(cancelled(2, "gone_quiet"), reopened(3, why="reopened"))

    assert await hear.planned() == [("waitlist_close", "overtaken")]


@pytest.mark.parametrize(
    "again",
    [
        [reopened(3, why="reopened")],
        [referral_proposed(version=3, after=After(what="reopened"))],
        [referral_proposed(version=3, after=After(what="reopened")), reopened(3, why="reopened")],
    ],
    ids=["reopened", "proposed", "both"],
)
async def test_a_referral_that_is_reopened_may_write_to_the_person_again(
    hear: Hearing, again: list[Fact]
) -> None:
    await hear(cancelled(2), *again)
    await hear.settle()

    await hear(offered(4), in_progress(5))

    assert dict(await hear.planned())["introduction"] is None


async def test_a_first_proposal_opens_nothing_that_was_closed_before_it_came(hear: Hearing) -> None:
    await hear(cancelled(1), referral_proposed(), still_waiting(2))

    assert dict(await hear.planned())["waitlist_check_in"] == "referral_cancelled"


async def test_a_withdrawn_request_stays_so_whatever_its_referral_does(hear: Hearing) -> None:
    await hear(withdrawn(), cancelled(2), reopened(3, why="reopened"), in_progress(4))

    assert dict(await hear.planned())["introduction"] == "withdrawn"


async def test_the_same_news_goes_to_a_person_once_whatever_is_proposed_again(hear: Hearing) -> None:
    await hear(referral_waitlisted())
    await hear.settle()

    await hear(
        referral_waitlisted(version=4, after=After(what="declined", clinician_id="c-rivera", why="schedule"))
    )

    assert await hear.planned() == [("nobody_fits", None)]


async def test_whose_duty_it_was_hears_once_that_a_request_was_taken_back(hear: Hearing) -> None:
    """Overdue reminders of it stop; the person hears nothing more."""
    gone = cancelled(3, "withdrawn")
    await hear(referral_proposed(), overdue(2), withdrawn(), gone, gone)

    planned = await hear.planned()
    assert [why for template, why in planned if template == "withdrawn_notice"] == [None]
    assert ("overdue", "overtaken") in planned


@pytest.mark.parametrize("why", ["chose_other", "gone_quiet", "duplicate", "unreachable"])
async def test_no_other_end_is_told_as_taken_back(hear: Hearing, why: str) -> None:
    await hear(referral_proposed(), cancelled(2, why))

    assert "withdrawn_notice" not in dict(await hear.planned())

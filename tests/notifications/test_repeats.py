"""A fact that comes again, or after a later one, leads to no second mail and brings nothing back to life."""

import pytest

from services.notifications.handlers import LISTENERS
from shared.contracts.base import Fact
from shared.contracts.matching import ReferralFact
from tests.notifications.builders import NOW
from tests.notifications.calls import IN_FIVE_DAYS, Booked
from tests.notifications.facts import (
    accepted,
    cancelled,
    completed,
    consultation_requested,
    contact_changed,
    digest_due,
    erased,
    failed,
    held,
    in_progress,
    offered,
    opened,
    overdue,
    paused,
    professional_requested,
    proof_requested,
    quarantined,
    reached,
    readiness_requested,
    reading_list_prepared,
    referral_proposed,
    referral_waitlisted,
    referred_out,
    rejected,
    released,
    reopened,
    safety_acknowledged,
    safety_cleared,
    safety_escalated,
    safety_flagged,
    step_due,
    still_waiting,
    stopped,
    taken_up,
    withdrawn,
)
from tests.notifications.hearing import Hearing, named


def about_the_referral(version: int) -> list[Fact]:
    return [
        referral_proposed(version=version),
        referral_waitlisted(version=version),
        referred_out(version),
        held(version, clinician_id="c-rivera"),
        opened(version),
        released(version),
        offered(version),
        accepted(version),
        rejected(version),
        in_progress(version, supervisor_id="c-okafor"),
        reopened(version, "c-rivera"),
        overdue(version),
        still_waiting(version),
        completed(version),
        cancelled(version, "gone_quiet", "c-rivera"),
        failed(version, "c-rivera"),
    ]


BOOKED = Booked()
EVERY_FACT = [
    consultation_requested(),
    withdrawn(),
    professional_requested(),
    readiness_requested(safety_level="crisis"),
    reading_list_prepared(),
    step_due(),
    paused(3),
    reached(3),
    stopped(3),
    taken_up(),
    erased(),
    quarantined(),
    safety_flagged(),
    safety_escalated(),
    safety_acknowledged(),
    safety_cleared(),
    contact_changed(silenced=True),
    contact_changed(silenced=False),
    digest_due(),
    proof_requested(),
    *about_the_referral(3),
    BOOKED.fact,
    BOOKED.moved(IN_FIVE_DAYS, NOW, coordinator_id="lee").fact,
    BOOKED.cancelled(NOW).fact,
    BOOKED.marked("attended", NOW).fact,
    BOOKED.marked("missed", NOW).fact,
    BOOKED.located(),
]


STEPS = [each for each in about_the_referral(3) if named(each) != "ReferralOverdue"]  # a reminder is no step


def test_every_fact_that_is_listened_to_is_tried() -> None:
    assert {type(fact) for fact in EVERY_FACT} == {each.fact for each in LISTENERS}


@pytest.mark.parametrize("fact", EVERY_FACT, ids=named)
async def test_a_fact_that_is_announced_again_has_its_mails_once(hear: Hearing, fact: Fact) -> None:
    await hear(offered(2, "c-rivera"))
    await hear.settle()  # so that there is a clinician to whom an end is told

    await hear(fact)
    await hear.settle()
    await hear(fact)

    assert await hear.planned() == []


@pytest.mark.parametrize("fact", EVERY_FACT, ids=named)
async def test_a_mail_that_waits_is_planned_once_and_not_stopped_by_its_own_repeat(
    hear: Hearing, fact: Fact
) -> None:
    await hear(offered(2, "c-rivera"))
    await hear.settle()
    await hear(fact, fact, fact)

    planned = await hear.planned()

    assert len(planned) == len({template for template, _ in planned})
    assert {why for _, why in planned} <= {None}


@pytest.mark.parametrize("older", about_the_referral(2), ids=named)
@pytest.mark.parametrize("newer", STEPS, ids=named)
async def test_an_older_fact_of_a_referral_that_comes_late_causes_no_mail(
    hear: Hearing, newer: ReferralFact, older: ReferralFact
) -> None:
    await hear(newer)
    await hear.settle()

    await hear(older)

    assert {why for _, why in await hear.planned()} <= {"overtaken"}


@pytest.mark.parametrize("sent", [True, False])
async def test_a_silence_that_comes_after_it_was_lifted_stops_nothing(hear: Hearing, sent: bool) -> None:
    await hear(consultation_requested())
    if sent:
        await hear.settle()
    await hear(contact_changed(silenced=False).model_copy(update={"version": 3}))

    await hear(contact_changed(silenced=True).model_copy(update={"version": 2}))

    assert await hear.planned() == ([] if sent else [("acknowledgement", None)])

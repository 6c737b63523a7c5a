"""From others' facts to rows, on both databases."""

import pytest

from services.notifications.domain.delivery import ABOUT_NO_REQUEST, NO_REFERENCE, SERIES
from shared.contracts.base import Fact
from shared.contracts.matching import After
from shared.errors import Rejected
from tests.notifications.builders import CODES
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
    safety_cleared,
    safety_flagged,
    step_due,
    still_waiting,
    stopped,
    taken_up,
    withdrawn,
)
from tests.notifications.hearing import Hearing

BY_HAND = After(what="by_hand")
INTRODUCED = ["introduced_notice", "introduction", "introduction_clinician"]


@pytest.mark.parametrize(
    ("fact", "mails"),
    [
        (consultation_requested(), ["acknowledgement"]),
        (professional_requested(), ["professional_acknowledgement"]),
        (readiness_requested(), ["readiness_notice"]),
        (readiness_requested(safety_level="crisis"), ["acknowledgement", "readiness_notice"]),
        (reading_list_prepared(), ["reading_list"]),
        (step_due(), ["readiness_practice"]),
        (step_due(step="reading", item="letter"), ["readiness_reading"]),
        (step_due(step="check_in", item=None), ["readiness_check_in"]),
        (paused(2), []),
        (reached(2), []),
        (stopped(2), []),
        (taken_up(), []),  # an hour later, as test_readings says
        (erased(), []),
        (consultation_requested(version=2, reopened=True), ["acknowledgement"]),
        (safety_flagged(), ["safety_alert"]),
        (safety_flagged(level="elevated"), []),
        (safety_cleared(), []),
        (quarantined(), ["quarantine_notice"]),
        (withdrawn(), []),
        (contact_changed(silenced=True), []),
        (referral_proposed(), ["referral"]),
        (referral_waitlisted(), ["nobody_fits", "waitlist"]),
        (referral_waitlisted(version=3, after=BY_HAND), ["waitlist"]),
        (referral_waitlisted(version=3, after=After(what="declined")), ["nobody_fits", "waitlist"]),
        (referred_out(), ["nobody_fits", "referred_out"]),
        (held(), ["held"]),
        (opened(), ["professional_notice"]),
        (released(2), []),
        (offered(2), ["offer"]),
        (accepted(3), []),
        (rejected(3), []),
        (in_progress(4), INTRODUCED),
        (in_progress(4, supervisor_id="c-okafor"), [*INTRODUCED, "supervisor_notice"]),
        (reopened(5), []),
        (overdue(2), ["overdue"]),
        (still_waiting(2), ["waitlist_check_in"]),
        (completed(5), []),
        (cancelled(2), []),
        (cancelled(2, "gone_quiet"), ["waitlist_close"]),
        (cancelled(2, "found_someone"), []),
        (failed(2), []),
        (digest_due(), ["digest"]),
        (proof_requested(), ["proof_code"]),
    ],
)
async def test_every_fact_becomes_its_rows(hear: Hearing, fact: Fact, mails: list[str]) -> None:
    await hear(fact)

    assert await hear.planned() == [(template, None) for template in mails]


async def test_a_fact_that_comes_twice_has_its_mails_once(hear: Hearing) -> None:
    await hear(*(fact for fact in (referral_waitlisted(), offered(2), in_progress(3)) for _ in range(2)))

    assert [template for template, _ in await hear.planned()] == sorted(
        ["nobody_fits", "waitlist", "offer", *INTRODUCED]
    )


async def test_a_withdrawal_that_comes_first_leaves_no_ghost(hear: Hearing) -> None:
    await hear(withdrawn(), consultation_requested(), referral_waitlisted(), in_progress(2), still_waiting(3))

    assert dict(await hear.planned()) == {
        "acknowledgement": "withdrawn",
        "nobody_fits": None,
        "waitlist": "withdrawn",
        "waitlist_check_in": "withdrawn",
        "introduction": "withdrawn",
        "introduction_clinician": None,
        "introduced_notice": None,
    }


async def test_a_cancelled_referral_does_not_take_back_the_acknowledgement(hear: Hearing) -> None:
    await hear(consultation_requested(), referral_waitlisted(), cancelled())

    assert await hear.planned() == [
        ("acknowledgement", None),
        ("nobody_fits", None),
        ("waitlist", "referral_cancelled"),
    ]


async def test_silence_stops_what_waits(hear: Hearing) -> None:
    await hear(consultation_requested(), referral_proposed(), in_progress(2), contact_changed(silenced=True))

    assert dict(await hear.planned()) == {
        "acknowledgement": "silenced",
        "referral": None,
        "introduction": "silenced",
        "introduction_clinician": None,
        "introduced_notice": None,
    }


async def test_what_a_crisis_holds_is_looked_at_as_soon_as_it_is_cleared(hear: Hearing) -> None:
    await hear(referral_waitlisted())
    await hear.hold("clinical_hold")
    assert await hear.claim() == []

    await hear(safety_cleared())

    assert await hear.planned() == [("nobody_fits", None), ("waitlist", None)]


async def test_a_proof_for_nobody_we_write_to_is_refused_as_the_senders_mistake(hear: Hearing) -> None:
    for recipient in ("person:request-1", "coordinator:", "dana"):
        with pytest.raises(Rejected):
            await hear(proof_requested(recipient))


@pytest.mark.parametrize(
    ("recipient", "to"),
    [
        ("coordinator:dana", ("coordinator", "dana")),
        ("coordinator:gone", ("coordinator", "gone")),
        ("clinician:c-rivera", ("clinician", "c-rivera")),
    ],
)
async def test_a_code_is_for_whose_link_was_opened_and_nobody_else(
    hear: Hearing, recipient: str, to: tuple[str, str]
) -> None:
    await hear(proof_requested(recipient))

    (one,) = await hear.claim()
    assert (one.plan.role, one.plan.recipient_id) == to


async def test_what_is_about_no_request_says_so(hear: Hearing) -> None:
    await hear(digest_due(), proof_requested())

    claimed = {one.plan.template: one.plan for one in await hear.claim()}
    assert set(claimed) == ABOUT_NO_REQUEST
    assert {one.reference for one in claimed.values()} == {NO_REFERENCE}
    assert claimed["digest"].request_id == "digest-1"
    assert claimed["proof_code"].request_id == "proof-1"


async def test_rows_keep_only_the_codes_that_their_mail_shows(hear: Hearing) -> None:
    await hear(
        consultation_requested(),
        professional_requested(),
        readiness_requested(),
        reading_list_prepared(),
        safety_flagged(),
        quarantined(),
        referral_proposed(),
        referral_waitlisted(),
        held(),
        opened(),
        overdue(1),
        still_waiting(2),
        offered(3),
        in_progress(4, supervisor_id="c-okafor"),
        cancelled(5, "gone_quiet", clinician_id="c-rivera"),
        digest_due(),
        proof_requested(),
    )

    kept = {one.plan.template: set(one.plan.codes) for one in await hear.claim()}
    shown = {template: set(codes) for template, codes in CODES.items()}
    assert kept.pop("waitlist") == {"owner", "due_at", "outcome", "nearest", "after"}
    assert kept == {name: shown[name] for name in kept}
    others = {
        "waitlist",
        "referred_out",
        "offer_ended",
        "ready_notice",
        "unreachable_notice",
        "withdrawn_notice",
        *SERIES,
    }
    assert shown.keys() - kept.keys() == others


async def test_what_a_decision_follows_is_kept_in_codes(hear: Hearing) -> None:
    after = After(what="declined", clinician_id="c-chen", why="schedule")
    await hear(referral_proposed(version=4, after=after))

    (one,) = await hear.claim()
    assert one.plan.codes["after"] == {"what": "declined", "clinician_id": "c-chen", "why": "schedule"}

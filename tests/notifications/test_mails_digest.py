"""What a coordinator finds in the morning: everything open, once, where it belongs."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import Digest
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import BEGIN, CALENDAR, CASE, DUE_AT, ROSTER, WRITTEN_AT
from shared.contracts.intake import Duty
from shared.contracts.matching import OpenReferral
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def said(mail: Any, practice: Practice) -> Rendered:
    return render(mail, Letterhead.of(practice))


def open_referral(reference: str, stage: str, next_action: str, **changes: Any) -> OpenReferral:
    fields: dict[str, Any] = {
        "referral_id": f"id-{reference}",
        "reference": reference,
        "state": "draft",
        "stage": stage,
        "owner": "dana",
        "next_action": next_action,
        "due_at": DUE_AT,
        "received_at": WRITTEN_AT,
        "overdue": False,
        "new": False,
    }
    return OpenReferral.model_validate(fields | changes)


def duty(reference: str, kind: str, next_action: str, **changes: Any) -> Duty:
    fields = {
        "request_id": f"request-{reference}",
        "reference": reference,
        "kind": kind,
        "owner": "dana",
        "next_action": next_action,
        "due_at": DUE_AT,
        "overdue": False,
    }
    return Duty.model_validate(fields | changes)


def digest(practice: Practice, *referrals: OpenReferral, duties: tuple[Duty, ...] = ()) -> Digest:
    return drafts.digest(
        practice,
        coordinator_id="dana",
        day="2026-11-24",
        referrals=referrals,
        duties=duties,
        case_urls={one.referral_id: f"{CASE}/{one.referral_id}" for one in referrals},
        begin_urls={one.request_id: BEGIN for one in duties if one.kind == "ready"},
        roster_url=ROSTER,
        calendar_url=CALENDAR,
    )


EVERYTHING = (
    open_referral("R-WAITS", "waitlisted", "wait"),
    open_referral("R-NEW", "proposed", "reach_out", new=True),
    open_referral("R-NOBODY", "waitlisted", "reach_out", new=True),
    open_referral("R-HELD", "held", "review_hold", new=True),
    open_referral("R-SILENT", "silenced", "review_silence"),
    open_referral("R-CHOOSE", "proposed", "choose"),
    open_referral("R-OFFERED", "offered", "await_answer"),
    open_referral("R-SEEN", "received", "await_answer"),
    open_referral("R-ASKED", "waitlisted", "hear_back"),
    open_referral("R-CALL", "proposed", "call"),
    open_referral("R-MET", "introduced", "follow_up"),
    open_referral("R-YES", "accepted", "introduce"),
    open_referral("R-LATE", "held", "review_hold", overdue=True),
)
DUTIES = (
    duty("R-SPAM", "quarantined", "review_quarantine"),
    duty("R-CRISIS", "crisis", "reach_person"),
    duty("R-READY", "ready", "confirm_ready"),
)


def test_a_digest_puts_everything_once_where_it_belongs_and_the_overdue_first(practice: Practice) -> None:
    mail = digest(practice, *EVERYTHING, duties=DUTIES)

    assert [(group.title, [line.reference for line in group.lines]) for group in mail.groups] == [
        ("Overdue", ["R-LATE"]),
        ("Urgent words, not cleared yet", ["R-CRISIS"]),
        ("Ready to begin", ["R-READY"]),
        ("New", ["R-NEW", "R-NOBODY"]),
        ("Held", ["R-HELD", "R-SILENT"]),
        ("In your hands", ["R-CHOOSE"]),
        ("Waiting for a clinician", ["R-OFFERED", "R-SEEN"]),
        ("Waiting for the person", ["R-ASKED"]),
        ("A call is booked", ["R-CALL"]),
        ("Introduced", ["R-MET"]),
        ("Leaves by itself", ["R-YES"]),
        ("Set aside as spam", ["R-SPAM"]),
        ("On the waitlist", ["R-WAITS"]),
    ]
    assert said(mail, practice).subject == "Tuesday, November 24: 16 open, 1 overdue"


def test_every_line_of_a_digest_says_state_next_action_due_and_where(practice: Practice) -> None:
    mail = digest(practice, open_referral("R-7F3K2", "offered", "await_answer"))

    text = said(mail, practice).text

    assert (
        "Waiting for a clinician (1)\n\n"
        "R-7F3K2 by Tue, Nov 24, 1:00 pm\n"
        "Offered to a clinician. Next: the clinician answers.\n"
        f"{CASE}/id-R-7F3K2\n"
    ) in text
    assert f"the roster: {ROSTER}\n" in text


def test_who_is_ready_has_a_page_of_their_own_in_it(practice: Practice) -> None:
    text = said(digest(practice, duties=DUTIES), practice).text

    assert f"Ready to begin. Next: be in touch, and say with them what is still true.\n{BEGIN}\n" in text
    assert "practice show R-SPAM" in text


def test_a_group_is_in_the_order_of_what_is_due_first(practice: Practice) -> None:
    mail = digest(
        practice,
        open_referral("R-LATER", "proposed", "choose", due_at=DUE_AT + timedelta(hours=1)),
        open_referral("R-SOON", "proposed", "choose"),
    )

    assert [line.reference for line in mail.groups[0].lines] == ["R-SOON", "R-LATER"]


def test_what_somebody_else_left_says_whose_it_was(practice: Practice) -> None:
    mail = digest(
        practice,
        open_referral("R-LEES", "proposed", "choose", owner="lee"),
        open_referral("R-GONE", "proposed", "choose", owner="left_since"),
        open_referral("R-MINE", "proposed", "choose"),
    )

    owners = {line.reference: line.owner for group in mail.groups for line in group.lines}
    assert owners == {"R-LEES": "Lee", "R-GONE": "left_since", "R-MINE": None}


def test_what_lies_with_intake_alone_is_named_by_its_command(practice: Practice) -> None:
    mail = digest(
        practice,
        open_referral("R-CRISIS", "proposed", "reach_out"),
        duties=(
            duty("R-CRISIS", "crisis", "reach_person"),
            duty("R-SPAM", "quarantined", "review_quarantine"),
        ),
    )

    urls = {line.next_action: line.url for group in mail.groups for line in group.lines}
    assert urls["read the note, see to the person, then clear it"] == f"{CASE}/id-R-CRISIS"
    assert urls["say whether a person wrote it"] is None
    assert "practice show R-SPAM" in said(mail, practice).text


@pytest.mark.parametrize(
    ("late", "calm", "told"),
    [
        (0, 1, "One is open in your hands.\n"),
        (1, 0, "One is open in your hands. It is overdue.\n"),
        (2, 0, "Two are open in your hands. All are overdue.\n"),
        (1, 2, "Three are open in your hands. One is overdue, and comes first.\n"),
        (2, 38, "40 are open in your hands. Two are overdue, and come first.\n"),
    ],
)
def test_a_digest_begins_with_how_much_there_is(late: int, calm: int, told: str, practice: Practice) -> None:
    referrals = [
        open_referral(f"R-{number:05}", "proposed", "choose", overdue=number < late)
        for number in range(late + calm)
    ]

    assert f"It is Tuesday, November 24. {told}" in said(digest(practice, *referrals), practice).text

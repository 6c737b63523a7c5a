"""What a coordinator can do from the mail about a decision, what it follows, and who is asked after her."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import Held, NobodyFits, Outcome, Referral, Step
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import CASE, CLINICIANS, DUE_AT, NEAREST
from shared.contracts.matching import After, Candidate
from shared.practice import Coordinator, Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request

FITS = (Candidate(clinician_id="c-rivera", score=0.8, reasons=()),)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def fields(owner: str = "dana", **changes: Any) -> dict[str, Any]:
    return {"owner": owner, "due_at": DUE_AT, "case_url": CASE} | changes


def referral(practice: Practice, /, asked: dict[str, Any] | None = None, **changes: Any) -> Referral:
    someone = contact(practice, silenced=changes.pop("silenced", False))
    wanted = request(practice, **asked or {})
    return drafts.referral(
        someone, wanted, practice, candidates=FITS, clinicians=CLINICIANS, **fields(**changes)
    )


def nobody(practice: Practice, outcome: Outcome = "waitlist", **changes: Any) -> NobodyFits:
    return drafts.nobody_fits(
        contact(practice),
        request(practice),
        practice,
        outcome=outcome,
        nearest=NEAREST,
        clinicians=CLINICIANS,
        **fields(**changes),
    )


def held(practice: Practice, **changes: Any) -> Held:
    return drafts.held(contact(practice), request(practice), practice, why="minor", **fields(**changes))


def said(mail: Any, practice: Practice) -> Rendered:
    return render(mail, Letterhead.of(practice))


def links(steps: Sequence[Step]) -> list[tuple[str, str]]:
    return [(step.label, step.url.removeprefix(CASE)) for step in steps]


def test_every_link_of_a_referral_lies_below_its_readers_own_page(practice: Practice) -> None:
    mail = referral(practice)

    assert links(mail.steps) == [
        ("Read the request", "/read"),
        ("Choose", "/choose"),
        ("None of these", "/none"),
    ]
    assert (mail.why_url, mail.close_url) == (f"{CASE}/why", f"{CASE}/close")
    html = said(mail, practice).html
    assert all(f'href="{CASE}/{page}"' in html for page in ("read", "choose", "none", "why", "close"))


def test_where_nobody_fits_somebody_can_be_chosen_all_the_same(practice: Practice) -> None:
    mail = nobody(practice)

    assert links(mail.steps) == [("Read the request", "/read"), ("Choose somebody all the same", "/choose")]


def test_a_held_request_can_be_released_from_the_mail(practice: Practice) -> None:
    assert links(held(practice).steps) == [("Read the request", "/read"), ("Release it", "/release")]


def test_before_a_crisis_is_cleared_a_mail_offers_no_choice_that_would_be_refused(practice: Practice) -> None:
    mail = referral(practice, {"safety_level": "crisis"})

    text = said(mail, practice).text

    assert links(mail.steps) == [("Read the request", "/read")]
    assert "/choose" not in text
    assert "/close" not in text
    assert "practice clear R-7F3K2" in text


def test_of_somebody_who_wants_silence_a_mail_lets_the_note_be_read_and_the_referral_closed(
    practice: Practice,
) -> None:
    mail = referral(practice, silenced=True)

    text = said(mail, practice).text

    assert links(mail.steps) == [("Read the request", "/read")]
    assert f"They wish for no answer? Close it: {CASE}/close" in text


def test_no_mail_about_a_decision_names_a_command_that_a_link_replaces(practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})

    for ours in (practice, minimal):
        for mail in (referral(ours), referral(ours, silenced=True), nobody(ours), held(ours)):
            text = said(mail, ours).text
            assert "practice show" not in text
            assert "practice explain" not in text


@pytest.mark.parametrize(
    ("after", "begins", "subject"),
    [
        (
            After(what="declined", clinician_id="c-haddad", why="no_capacity"),
            "Noor Haddad said no: no room at present. Please look again by Tuesday, November 24 at 1:00 pm.",
            "R-7F3K2: the clinician said no, please look again by Tue 1:00 pm",
        ),
        (
            After(what="someone_else", clinician_id="c-haddad"),
            "Sam Rivera would rather have somebody else than Noor Haddad. Please look again by",
            "R-7F3K2: somebody else is wished for, please look again by Tue 1:00 pm",
        ),
        (
            After(what="place_freed"),
            "A place freed, or the roster changed, while they waited. Please look again by",
            "R-7F3K2: a place freed, please look again by Tue 1:00 pm",
        ),
    ],
)
def test_a_new_proposal_begins_by_saying_what_happened(
    after: After, begins: str, subject: str, practice: Practice
) -> None:
    mail = referral(practice, after=after, after_clinician=CLINICIANS["c-haddad"])

    rendered = said(mail, practice)

    assert rendered.text.startswith(begins)
    assert rendered.subject == subject
    assert "No call is booked yet" not in rendered.text


def test_what_happened_names_no_person_where_mail_is_minimal(practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})
    after = After(what="someone_else", clinician_id="c-haddad")

    text = said(referral(minimal, after=after, after_clinician=CLINICIANS["c-haddad"]), minimal).text

    assert text.startswith("The person would rather have somebody else than Noor Haddad.")


def test_who_gave_no_name_is_called_the_person(practice: Practice) -> None:
    mail = drafts.referral(
        contact(practice, name=""),
        request(practice),
        practice,
        candidates=FITS,
        clinicians=CLINICIANS,
        after=After(what="someone_else", clinician_id="c-haddad"),
        after_clinician=CLINICIANS["c-haddad"],
        **fields(),
    )

    assert said(mail, practice).text.startswith("The person would rather have somebody else")


def test_a_clinician_who_left_since_is_named_by_id(practice: Practice) -> None:
    after = After(what="no_answer", clinician_id="c-gone")

    text = said(referral(practice, after=after), practice).text

    assert text.startswith("c-gone did not answer in time.")


def test_the_reader_hears_when_they_are_reminded_and_who_is_asked_after_them(practice: Practice) -> None:
    text = said(referral(practice), practice).text

    assert (
        "No call is booked yet; once one is, the clock waits for it. "
        "Otherwise we remind you Tuesday at 1:00 pm, then ask Lee, then Marguerite.\n"
    ) in text


@pytest.mark.parametrize(
    ("owner", "deputy", "head", "then"),
    [
        ("dana", "lee", "marguerite", ("Lee", "Marguerite")),
        ("dana", "lee", "lee", ("Lee",)),
        ("dana", "lee", "dana", ("Lee",)),
        ("dana", None, "marguerite", ("Marguerite",)),
        ("dana", None, "dana", ()),
        ("left_since", "lee", "marguerite", ()),
    ],
)
def test_nobody_is_named_twice_among_those_who_are_asked(
    owner: str, deputy: str | None, head: str, then: tuple[str, ...], practice: Practice
) -> None:
    desk = (
        Coordinator(id="dana", name="Dana", email="dana@example.org", deputy=deputy),
        Coordinator(id="lee", name="Lee", email="lee@example.org"),
        Coordinator(id="marguerite", name="Marguerite", email="marguerite@example.org"),
    )
    ours = practice.model_copy(update={"coordinators": desk, "owner": head})

    reminders = referral(ours, owner=owner).reminders

    assert reminders is not None
    assert reminders.then == then


def test_where_no_call_comes_first_none_is_spoken_of(practice: Practice) -> None:
    ours = practice.model_copy(update={"first_step": "none"})

    text = said(referral(ours), ours).text

    assert "No call is booked" not in text
    assert "We remind you Tuesday at 1:00 pm" in text


def test_a_call_lifts_no_hold(practice: Practice) -> None:
    text = said(held(practice), practice).text

    assert "No call is booked" not in text
    assert "We remind you Tuesday at 1:00 pm" in text


def test_who_waits_again_may_be_nobodys_duty_and_then_no_reminder_is_promised(practice: Practice) -> None:
    after = After(what="declined", clinician_id="c-haddad", why="schedule")
    again = said(nobody(practice, after=after, due_at=DUE_AT + timedelta(days=14)), practice).text
    elsewhere = said(nobody(practice, "referred_out", after=after), practice).text

    assert again.startswith(
        "c-haddad said no: the times do not fit. Nobody fits now. The next step is due by"
    )
    assert "remind you" not in again
    assert "We remind you" in elsewhere

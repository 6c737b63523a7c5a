"""What each mail says, and to whom; what a discreet or a minimal mail leaves out."""

from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import SafetyAlert
from services.notifications.rendering import Letterhead, render
from services.notifications.samples import CASE, CLINICIANS, CONTACT, DUE_AT, NEAREST, WRITTEN_AT
from shared.contracts.intake import Contact
from shared.contracts.matching import Candidate, NearMiss
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request

DUTY: dict[str, Any] = {"owner": "dana", "due_at": DUE_AT, "case_url": CASE}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def alert(someone: Contact | None, practice: Practice) -> SafetyAlert:
    return drafts.safety_alert(
        someone,
        practice,
        reference="R-7F3K2",
        path="consultation",
        level="crisis",
        rules=("en.direct.die",),
        flagged_at=WRITTEN_AT,
        safety_url="https://hello.example.org/safety/token",
    )


@pytest.mark.parametrize("permitted", [{"text_ok": True}, {"voicemail_ok": True}])
def test_the_answer_is_promised_only_through_channels_they_opened(
    permitted: dict[str, Any], practice: Practice
) -> None:
    def through(**changes: Any) -> str:
        return drafts.acknowledgement(
            contact(practice, **changes), practice, answer_by=DUE_AT, contact_url=CONTACT
        ).answer_through

    assert through() == "email_only"
    assert through(**permitted) == "email_or_phone"
    assert through(**permitted, phone=None) == "email_only"


def test_minimal_coordinator_mail_names_nobody(practice: Practice) -> None:
    minimal = practice.model_copy(update={"coordinator_mail": "minimal"})
    letterhead = Letterhead.of(minimal)
    someone = contact(minimal, client_name="Leo", client_relation="son")
    mails = (
        drafts.held(someone, request(minimal), minimal, why="minor", **DUTY),
        drafts.readiness_notice(someone, request(minimal, "readiness"), minimal),
        alert(someone, minimal),
    )

    for mail in mails:
        rendered = render(mail, letterhead)
        for secret in ("Sam", "Rivera", "they/them", "sam@", "555-0100", "Leo"):
            assert secret not in rendered.subject + rendered.text + rendered.html


def test_a_quarantine_notice_never_carries_its_senders_name_or_address(practice: Practice) -> None:
    bait = contact(practice, name="Win Prizes")

    rendered = render(
        drafts.quarantine_notice(
            bait,
            practice,
            path="consultation",
            why=("honeypot",),
            quarantined_at=WRITTEN_AT,
            due_at=DUE_AT,
        ),
        Letterhead.of(practice),
    )

    assert "Win Prizes" not in rendered.text + rendered.html
    assert "sam@example.org" not in rendered.text + rendered.html


def test_an_alert_goes_without_a_contact_too(practice: Practice) -> None:
    text = render(alert(None, practice), Letterhead.of(practice)).text

    assert "Who it is and how to reach them: practice show R-7F3K2" in text


def test_an_associate_is_never_shown_without_the_supervisor(practice: Practice) -> None:
    mail = drafts.referral(
        contact(practice),
        request(practice),
        practice,
        candidates=(Candidate(clinician_id="c-haddad", score=0.5, reasons=()),),
        clinicians=CLINICIANS,
        **DUTY,
    )

    assert mail.fits[0].supervised_by == "Jo Okafor, LMFT"
    assert "Noor Haddad, AMFT, supervised by Jo Okafor, LMFT" in render(mail, Letterhead.of(practice)).text


def test_a_clinician_who_left_meanwhile_costs_no_mail(practice: Practice) -> None:
    gone = (Candidate(clinician_id="c-gone", score=0.5, reasons=("times:saturday",)),)
    near = (*NEAREST, NearMiss(clinician_id="c-gone", gaps=("capacity",)))
    fields: dict[str, Any] = {**DUTY, "clinicians": {}}

    referral = drafts.referral(contact(practice), request(practice), practice, candidates=gone, **fields)
    nobody = drafts.nobody_fits(
        contact(practice), request(practice), practice, outcome="waitlist", nearest=near, **fields
    )

    assert "1. c-gone: Saturdays." in render(referral, Letterhead.of(practice)).text
    assert "3. c-gone: has no free place." in render(nobody, Letterhead.of(practice)).text


@pytest.mark.parametrize(
    ("others", "said"),
    [(None, None), (0, None), (1, "One other does not fit today."), (30, "30 others do not fit today.")],
)
def test_how_many_do_not_fit_is_said_only_when_it_is_known(
    others: int | None, said: str | None, practice: Practice
) -> None:
    mail = drafts.referral(
        contact(practice),
        request(practice),
        practice,
        candidates=(),
        clinicians={},
        others=others,
        **DUTY,
    )

    text = render(mail, Letterhead.of(practice)).text

    assert (said in text) if said else ("not fit today" not in text)


def test_where_only_one_fits_the_coordinator_sees_who_could_make_it_a_choice(practice: Practice) -> None:
    mail = drafts.referral(
        contact(practice),
        request(practice),
        practice,
        candidates=(Candidate(clinician_id="c-rivera", score=0.8, reasons=()),),
        clinicians=CLINICIANS,
        others=4,
        **DUTY,
        nearest=(NearMiss(clinician_id="c-haddad", gaps=("schedule", "fee")),),
    )

    text = render(mail, Letterhead.of(practice)).text

    assert (
        "Who comes nearest, and what would have to give\n"
        "1. Noor Haddad, AMFT: shares none of the times asked for and asks more than they can pay.\n"
        "\nThree more do not fit today. See why: "
    ) in text


def test_where_the_nearest_are_all_who_do_not_fit_nobody_more_is_counted(practice: Practice) -> None:
    fields: dict[str, Any] = {
        **DUTY,
        "candidates": (),
        "clinicians": CLINICIANS,
        "nearest": NEAREST,
    }
    mail = drafts.referral(contact(practice), request(practice), practice, others=len(NEAREST), **fields)

    assert "not fit today" not in render(mail, Letterhead.of(practice)).text


def test_in_a_crisis_every_mail_to_the_desk_says_that_nothing_goes_further(practice: Practice) -> None:
    crisis = request(practice, safety_level="crisis")
    mail = drafts.held(contact(practice), crisis, practice, why="minor", **DUTY)

    rendered = render(mail, Letterhead.of(practice))

    assert "has read their note and cleared it: practice clear R-7F3K2\n" in rendered.text
    assert rendered.subject.startswith("R-7F3K2: urgent words, ")


def test_a_hold_nobody_described_is_still_told(practice: Practice) -> None:
    mail = drafts.held(contact(practice), request(practice), practice, why="full_moon", **DUTY)

    assert mail.why == "It is held: full moon."


def test_a_discreet_mail_leaves_out_places_whose_name_tells(practice: Practice) -> None:
    def places(**changes: Any) -> set[str]:
        mail = drafts.referred_out(
            contact(practice, **changes), request(practice), practice, owner="dana", contact_url=CONTACT
        )
        return {place.name for place in mail.places}

    assert places(discreet=True) == {"211 LA", "Open Path Collective"}
    assert places(discreet=False) == {"211 LA", "Open Path Collective", "FindTreatment.gov"}
    assert places(discreet=False, unsafe_at_home=True) == {"211 LA", "Open Path Collective"}


def test_only_places_that_serve_their_state_are_named(practice: Practice) -> None:
    mail = drafts.referred_out(
        contact(practice, discreet=False),
        request(practice, state="NV"),
        practice,
        owner="dana",
        contact_url=CONTACT,
    )

    assert [place.name for place in mail.places] == ["FindTreatment.gov", "Open Path Collective"]


def test_with_no_place_to_name_a_person_offers_to_look(practice: Practice) -> None:
    nowhere = practice.model_copy(update={"refer_out": ()})
    mail = drafts.referred_out(contact(nowhere), request(nowhere), nowhere, owner="dana", contact_url=CONTACT)

    text = render(mail, Letterhead.of(nowhere)).text

    assert "answer too, and I will look with you for somebody elsewhere" in text
    assert "turn now" not in text


@pytest.mark.parametrize(
    ("language", "nobody", "turn", "different"),
    [
        ("en", "nobody who fits what you asked for", "Where you can turn now", "could be different"),
        ("es", "nadie adecuado para lo que nos pidió", "A dónde puede acudir ahora", "puede ser distinto"),
    ],
)
def test_who_is_sent_elsewhere_may_answer_that_something_could_be_different(
    language: str, nobody: str, turn: str, different: str, practice: Practice
) -> None:
    mail = drafts.referred_out(
        contact(practice, language), request(practice), practice, owner="dana", contact_url=CONTACT
    )

    text = render(mail, Letterhead.of(practice)).text

    assert text.index(nobody) < text.index(turn) < text.index("Open Path") < text.index(different)


def test_the_coordinator_who_owns_the_request_signs(practice: Practice) -> None:
    assert drafts.waitlist(contact(practice), practice, owner="lee", contact_url=CONTACT).signed == "Lee"
    assert drafts.waitlist(
        contact(practice), practice, owner="gone", contact_url=CONTACT
    ).signed == practice.discreet_name.text("en")


@pytest.mark.parametrize(
    ("changes", "request_changes", "reading"),
    [
        ({}, {}, "sent"),
        ({"unsafe_at_home": True}, {}, "danger_at_home"),
        ({}, {"flags": ("danger_at_home",)}, "danger_at_home"),
        ({"unsafe_at_home": True}, {"safety_level": "crisis"}, "crisis"),
    ],
)
def test_a_readiness_notice_says_whether_a_reading_list_goes(
    changes: dict[str, Any], request_changes: dict[str, Any], reading: str, practice: Practice
) -> None:
    asked_for = request(practice, "readiness", **request_changes)

    assert drafts.readiness_notice(contact(practice, **changes), asked_for, practice).reading == reading

"""What a clinician is told, and how little; and a code that no locked screen shows."""

from datetime import timedelta
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import Offer, ProofCode
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import CLINICIANS, DUE_AT, REFERENCE, WRITTEN_AT
from shared.contracts.intake import Preferences
from shared.contracts.matching import AFTER_CODES, CLOSE_CODES, OwnWords
from shared.practice import Practice, load_practice
from tests.mails.page import Page
from tests.notifications.people import LOS_ANGELES, request

OFFER = "https://desk.example.org/referrals/offer/a1b2c3"
PREVIEW = 200  # characters that a telephone shows of a mail it was not asked to open


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def said(mail: Any, practice: Practice) -> Rendered:
    return render(mail, Letterhead.of(practice))


def offer(practice: Practice, **asked: Any) -> Offer:
    return drafts.offer(
        request(practice, **asked),
        practice,
        reference=REFERENCE,
        clinician=CLINICIANS["c-rivera"],
        answer_by=DUE_AT,
        offer_url=OFFER,
        test=False,
    )


def test_an_offer_tells_what_a_yes_or_no_needs(practice: Practice) -> None:
    wishes = Preferences(
        format="in_person",
        sites=("highland_park",),
        languages=("es",),
        times=("weekday_evening", "saturday"),
        fee_max=150,
    )

    text = said(offer(practice, concerns=("grief_loss", "couples"), preferences=wishes), practice).text

    assert (
        "One adult, in person, Highland Park, weekday evenings or Saturdays.\n"
        "Asked for: grief and loss and couples therapy.\n"
        "Language: Spanish.\n"
        "Fee: a reduced one, within your own range from $120.\n"
    ) in text
    assert "We keep a place with you until Tuesday, November 24 at 1:00 pm." in text
    assert f"Answer: {OFFER}\n" in text


def test_an_offer_tells_no_exact_age_no_guess_no_wish_about_the_clinician_and_no_limit(
    practice: Practice,
) -> None:
    rendered = said(offer(practice, age=13, for_="child", flags=("partner_violence",)), practice)

    whole = rendered.subject + rendered.text + rendered.html
    assert "One teen" in whole
    for too_much in ("(13)", "guess", "LGBTQIA", "EMDR", "parent", "$180", "California", "violence"):
        assert too_much not in whole


def test_an_offer_of_somebody_who_wished_for_nothing_still_reads(practice: Practice) -> None:
    bare = offer(practice, concerns=(), suggested_concerns=(), preferences=Preferences())

    assert "\nOne adult.\n\nWe keep a place" in said(bare, practice).text


@pytest.mark.parametrize(
    ("limit", "fee"),
    [
        (None, None),
        (220, "your full fee, $220"),
        (219, "a reduced one, within your own range from $120"),
        (120, "a reduced one, within your own range from $120"),
        (119, "less than your lowest, $120"),
    ],
)
def test_a_clinician_hears_which_of_their_fees_fits(
    limit: int | None, fee: str | None, practice: Practice
) -> None:
    assert offer(practice, preferences=Preferences(fee_max=limit)).wanted.fee == fee


def test_a_no_is_as_welcome_as_a_yes(practice: Practice) -> None:
    text = said(offer(practice), practice).text

    assert "A yes and a no are equally welcome." in text
    assert "nobody holds it against you" in text


@pytest.mark.parametrize("why", sorted({*AFTER_CODES, *CLOSE_CODES, "withdrawn", "minor", "full_moon"}))
def test_the_end_of_an_offer_gives_no_reason_of_the_persons(why: str, practice: Practice) -> None:
    mail = drafts.offer_ended(
        practice, reference=REFERENCE, clinician=CLINICIANS["c-rivera"], why=why, test=False
    )

    text = said(mail, practice).text

    assert "There is nothing you need to do." in text
    assert "please leave that to us" in text
    for telling in (
        "minor",
        "silence",
        "unreachable",
        "withdrawn",
        "duplicate",
        "chose",
        why.replace("_", " "),
    ):
        assert telling not in text.replace("no answer", "")


def test_an_introduced_clinician_hears_what_the_person_is_told_and_finds_the_rest_behind_the_link(
    practice: Practice,
) -> None:
    mail = drafts.introduction_clinician(
        practice,
        reference=REFERENCE,
        clinician=CLINICIANS["c-haddad"].model_copy(
            update={"pronouns": "she/her", "introduction": OwnWords(en="I listen first.", es="")}
        ),
        introduction_url=OFFER,
        test=False,
    )

    text = said(mail, practice).text

    assert (
        "We tell the person your name, your pronouns, your licence, who supervises you, what you wrote about "
        "yourself and what a first session is like. We tell them too that they may ask for somebody else."
    ) in text
    assert f"See who it is: {OFFER}\n" in text


def test_what_a_clinician_did_not_give_is_not_said_to_be_told(practice: Practice) -> None:
    plain = CLINICIANS["c-rivera"].model_copy(
        update={"pronouns": None, "introduction": OwnWords(en=" ", es="")}
    )

    mail = drafts.introduction_clinician(
        practice, reference=REFERENCE, clinician=plain, introduction_url=OFFER, test=False
    )

    assert mail.told == ("your name", "your licence", "what a first session is like")


def test_a_supervisor_hears_of_the_work_and_of_nobody_in_it(practice: Practice) -> None:
    supervisor = CLINICIANS["c-rivera"].model_copy(update={"name": "Jo Okafor"})

    text = said(
        drafts.supervisor_notice(
            practice,
            reference=REFERENCE,
            supervisor=supervisor,
            clinician=CLINICIANS["c-haddad"],
            test=False,
        ),
        practice,
    ).text

    assert "Hello Jo," in text
    assert "Noor Haddad, AMFT, whom you supervise, said yes to R-7F3K2." in text


def proof(practice: Practice, recipient: str = "coordinator:dana", name: str = "Dana") -> ProofCode:
    return drafts.proof_code(
        practice,
        name=name,
        code="380215",
        expires_at=WRITTEN_AT + timedelta(minutes=10),
        recipient=recipient,
    )


def test_a_code_stands_in_the_body_alone_beyond_what_a_locked_screen_shows(practice: Practice) -> None:
    rendered = said(proof(practice), practice)
    shown = Page(rendered.html).shown

    assert "380215" not in rendered.subject
    assert rendered.text.index("380215") > PREVIEW
    assert shown.index("380215") > PREVIEW
    assert rendered.text.count("380215") == 1


def test_a_code_is_one_word_that_a_tap_selects(practice: Practice) -> None:
    page = Page(said(proof(practice), practice).html)

    (code,) = [node for node in page.body if node.text == "380215"]
    assert "user-select: all" in code.around[-1][1]["style"]


def test_a_code_says_until_when_it_works(practice: Practice) -> None:
    assert "They work until 10:30 am, ten minutes after" in said(proof(practice), practice).text


@pytest.mark.parametrize(
    ("recipient", "tell"),
    [
        ("coordinator:dana", "Marguerite"),
        ("clinician:c-rivera", "Marguerite"),
        ("coordinator:marguerite", None),
    ],
)
def test_who_did_not_ask_for_a_code_is_told_whom_to_tell(
    recipient: str, tell: str | None, practice: Practice
) -> None:
    text = said(proof(practice, recipient), practice).text

    assert "without the digits nobody sees more" in text
    assert (f"Please tell {tell} that" in text) if tell else ("Please tell" not in text)

"""What a person hears of the free call, and of how they are reached."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from services.notifications import drafts
from services.notifications.drafts import TheirCall
from services.notifications.mails import CallMail
from services.notifications.rendering import zone_name
from services.notifications.samples import BOOK, CALL_AT, CONTACT
from shared.language import house_languages
from shared.practice import Practice, load_practice
from tests.notifications.people import LOS_ANGELES, contact, request
from tests.notifications.reading import letter, own_links

A_DAY_EARLIER = CALL_AT - timedelta(days=1)


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def call(practice: Practice, language: str = "en", **changes: Any) -> TheirCall:
    plain = TheirCall(
        contact=contact(practice, language),
        request=request(practice),
        coordinator_id="dana",
        starts_at=CALL_AT,
        ends_at=CALL_AT + timedelta(minutes=20),
        zone="America/Los_Angeles",
        book_url=BOOK,
        contact_url=CONTACT,
    )
    return replace(plain, **changes)


def reminder(practice: Practice, planned: TheirCall, offset: str, **changes: Any) -> CallMail:
    fields: dict[str, Any] = {"offset": offset, "last": False, "state_known": False}
    return drafts.call_reminder(practice, planned, **fields | changes)


def before_it(practice: Practice, planned: TheirCall) -> tuple[CallMail, ...]:
    """Every mail about a call that is still to come."""
    moved = drafts.call_moved(practice, planned, was_at=A_DAY_EARLIER, was_with="dana", by="person")
    reminders = (reminder(practice, planned, offset) for offset in ("3d", "1d", "1h"))
    return (drafts.call_confirmed(practice, planned), moved, *reminders)


@pytest.mark.parametrize(
    ("language", "zone", "subject", "when"),
    [
        ("en", "America/Los_Angeles", "November 25 at 10:00 am", "10:00 am, Pacific Time, for about 20"),
        ("en", "America/New_York", "November 25 at 1:00 pm", "1:00 pm, Eastern Time, for about 20"),
        ("es", "America/Los_Angeles", "25 de noviembre a las 10:00", "10:00, hora del Pacífico, unos 20"),
        ("es", "America/New_York", "25 de noviembre a las 13:00", "13:00, hora oriental, unos 20"),
    ],
)
def test_a_call_is_told_on_the_clock_on_which_it_was_chosen_and_whose_clock_that_is_is_said(
    language: str, zone: str, subject: str, when: str, practice: Practice
) -> None:
    for mail in before_it(practice, call(practice, language, zone=zone)):
        rendered = letter(mail, practice)

        assert rendered.subject.endswith(subject)
        assert when in rendered.text


@pytest.mark.parametrize(
    ("zone", "at", "en", "es"),
    [
        ("America/Los_Angeles", datetime(2026, 7, 1, tzinfo=UTC), "Pacific Time", "hora del Pacífico"),
        (
            "America/Phoenix",
            datetime(2026, 7, 1, tzinfo=UTC),
            "Mountain Standard Time",
            "hora estándar de las Montañas Rocosas",
        ),
        ("America/Indiana/Indianapolis", datetime(2026, 7, 1, tzinfo=UTC), "Eastern Time", "hora oriental"),
        (
            "America/Los_Angeles",
            datetime(2026, 11, 1, 8, 30, tzinfo=UTC),  # the first of two half past ones
            "Pacific Daylight Time",
            "hora de verano del Pacífico",
        ),
        (
            "America/Los_Angeles",
            datetime(2026, 11, 1, 9, 30, tzinfo=UTC),
            "Pacific Standard Time",
            "hora estándar del Pacífico",
        ),
    ],
)
def test_a_zone_is_called_as_people_call_it_and_told_apart_where_they_do_not(
    zone: str, at: datetime, en: str, es: str
) -> None:
    assert [zone_name(ZoneInfo(zone), at, language) for language in ("en", "es")] == [en, es]


@pytest.mark.parametrize("language", house_languages())
def test_whoever_has_a_call_ahead_can_move_and_cancel_it_from_every_mail(
    language: str, practice: Practice
) -> None:
    for mail in before_it(practice, call(practice, language)):
        rendered = letter(mail, practice)

        assert {BOOK, f"{BOOK}/cancel"} <= set(own_links(rendered))
        assert f": {BOOK}\n" in rendered.text
        assert f": {BOOK}/cancel\n" in rendered.text


@pytest.mark.parametrize("language", house_languages())
def test_where_they_will_be_is_asked_a_day_before_and_only_of_who_has_not_said_it(
    language: str, practice: Practice
) -> None:
    def asked(offset: str, **changes: Any) -> bool:
        mail = reminder(practice, call(practice, language), offset, **changes)
        return f"{BOOK}/where" in own_links(letter(mail, practice))

    assert asked("1d")
    assert asked("2d", last=True)
    assert not asked("1d", state_known=True)
    assert not asked("3d")
    assert not asked("1h", last=True)


@pytest.mark.parametrize(("language", "said"), [("en", "What to expect"), ("es", "Cómo será")])
def test_the_mail_a_day_before_says_what_the_call_is_like(
    language: str, said: str, practice: Practice
) -> None:
    told = {
        offset: said in letter(reminder(practice, call(practice, language), offset), practice).text
        for offset in ("3d", "1d", "1h")
    }

    assert told == {"3d": False, "1d": True, "1h": False}


def test_two_digits_show_which_number_is_called_and_no_more_of_it_is_told(practice: Practice) -> None:
    someone = contact(practice, phone="+13235550142")

    for mail in before_it(practice, call(practice, contact=someone)):
        rendered = letter(mail, practice)

        assert "the number that ends in 42." in rendered.text
        assert not re.search(r"555|0142", rendered.text + rendered.html)


@pytest.mark.parametrize(
    ("language", "asked"), [("en", "tell me which one to call"), ("es", "Dígame, por favor, a cuál llamar")]
)
def test_who_is_to_be_called_without_a_number_is_asked_for_one(
    language: str, asked: str, practice: Practice
) -> None:
    someone = contact(practice, language, phone=None)

    text = letter(drafts.call_confirmed(practice, call(practice, contact=someone)), practice).text

    assert asked in text
    assert "number that ends" not in text


@pytest.mark.parametrize(
    ("voicemail_ok", "language", "said"),
    [
        (False, "en", "I will leave no message"),
        (True, "en", None),
        (False, "es", "no dejaré ningún mensaje"),
        (True, "es", None),
    ],
)
def test_who_wants_no_voicemail_reads_that_none_is_left(
    voicemail_ok: bool, language: str, said: str | None, practice: Practice
) -> None:
    someone = contact(practice, language, voicemail_ok=voicemail_ok)

    text = letter(drafts.call_confirmed(practice, call(practice, contact=someone)), practice).text

    assert (said in text) if said else not re.search("leave no message|ningún mensaje", text)


def test_who_calls_in_another_language_looks_for_somebody_to_interpret(practice: Practice) -> None:
    def said(language: str) -> str:
        planned = call(practice, language, interpreter=("es",))
        return letter(drafts.call_confirmed(practice, planned), practice).text

    assert "I will look for somebody who speaks Spanish" in said("en")
    assert "Buscaré a alguien que hable español" in said("es")


def test_a_move_says_when_it_was_and_who_calls_instead(practice: Practice) -> None:
    def said(was_at: datetime, was_with: str, by: str) -> tuple[str, str]:
        mail = drafts.call_moved(practice, call(practice), was_at=was_at, was_with=was_with, by=by)
        rendered = letter(mail, practice)
        return rendered.subject, rendered.text.split("\n\n")[1]

    at = "Wednesday, November 25 at 10:00 am"
    assert said(A_DAY_EARLIER, "dana", "person") == (
        f"Phone call moved to {at}",
        "Our call has moved, as you asked. It was on Tuesday, November 24 at 10:00 am.",
    )
    assert said(A_DAY_EARLIER, "lee", "coordinator:dana") == (
        f"Phone call moved to {at}",
        "Our call has moved. It was on Tuesday, November 24 at 10:00 am. I will call you in place of Lee.",
    )
    assert said(CALL_AT, "lee", "coordinator:lee") == (
        f"Phone call on {at}",
        "The time of our call stays the same. I will call you in place of Lee.",
    )


@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize(
    ("why", "chooses"), [("person", True), ("coordinator", True), ("referral_closed", False), ("x", False)]
)
def test_another_time_is_offered_unless_the_request_has_ended(
    why: str, chooses: bool, language: str, practice: Practice
) -> None:
    rendered = letter(drafts.call_cancelled(practice, call(practice, language), why=why), practice)

    assert own_links(rendered) == ([BOOK] if chooses else [])
    assert bool(re.search("answer this mail|responda a este correo", rendered.text)) is not chooses


@pytest.mark.parametrize("language", house_languages())
def test_a_missed_call_is_met_with_one_offer_and_no_reproach(language: str, practice: Practice) -> None:
    rendered = letter(drafts.call_missed(practice, call(practice, language)), practice)

    assert own_links(rendered) == [BOOK]
    assert not re.search(r"miss|fail|forgot|sorry|why\b|perdi|falt|olvid|por qué", rendered.text.lower())


@pytest.mark.parametrize("changes", [{"safety_level": "crisis"}, {"call_offered": False}])
def test_who_cannot_choose_a_time_is_not_sent_to_a_page_that_offers_none(
    changes: dict[str, Any], practice: Practice
) -> None:
    planned = call(practice, request=request(practice, **changes))

    for mail in (*before_it(practice, planned), drafts.call_missed(practice, planned)):
        assert BOOK not in own_links(letter(mail, practice))


def test_a_call_with_somebody_who_has_left_is_signed_by_the_front_desk(practice: Practice) -> None:
    mail = drafts.call_confirmed(practice, call(practice, coordinator_id="gone"))

    assert mail.signed == practice.discreet_name.text("en")


@pytest.mark.parametrize(
    ("language", "offered", "nothing"),
    [
        ("en", "choose a time for a free 20-minute call", "There is nothing you need to do"),
        ("es", "elija la hora de una llamada gratuita de 20 minutos", "no tiene que hacer nada"),
    ],
)
def test_an_acknowledgement_offers_a_call_or_says_that_nothing_is_to_be_done(
    language: str, offered: str, nothing: str, practice: Practice
) -> None:
    def said(book_url: str | None) -> str:
        someone = contact(practice, language)
        mail = drafts.acknowledgement(
            someone, practice, answer_by=CALL_AT, contact_url=CONTACT, book_url=book_url
        )
        rendered = letter(mail, practice)
        assert own_links(rendered) == ([book_url] if book_url else [])
        return rendered.text

    assert offered in said(BOOK)
    assert nothing not in said(BOOK)
    assert nothing in said(None)
    assert offered not in said(None)


@pytest.mark.parametrize("language", house_languages())
def test_a_new_address_learns_that_mails_come_there_and_how_to_end_that(
    language: str, practice: Practice
) -> None:
    rendered = letter(
        drafts.contact_changed(contact(practice, language), practice, contact_url=CONTACT, book_url=None),
        practice,
    )

    assert own_links(rendered) == []
    stop = "Please stop" if language == "en" else "Por favor, no me escriban más"
    assert rendered.text.count(stop) == 2  # what to press, and where it is

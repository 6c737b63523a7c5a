"""What a person hears of the clinician who has a place for them."""

import re
from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.mails import Introduction
from services.notifications.samples import CLINICIANS, CONTACT, Persona
from shared.contracts.intake import Contact
from shared.contracts.matching import ClinicianDetail, OwnWords
from shared.language import house_languages
from shared.practice import Practice, load_practice
from tests.mails.printed import press_in, sample
from tests.mails.rules import breaches
from tests.notifications.people import LOS_ANGELES, contact, request
from tests.notifications.reading import letter, own_links

LINK = "https://desk.example.org/answers/introduction/a1b2c3"
BOTH = {"en": "I listen first.", "es": "Primero escucho."}
OPEN: dict[str, Any] = {"discreet": False}


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def licensed(**changes: Any) -> ClinicianDetail:
    return CLINICIANS["c-rivera"].model_copy(update={"introduction": OwnWords(**BOTH)} | changes)


def associate(**changes: Any) -> ClinicianDetail:
    return CLINICIANS["c-haddad"].model_copy(update={"introduction": OwnWords(**BOTH)} | changes)


def introduced(
    someone: Contact,
    practice: Practice,
    clinician: ClinicianDetail,
    supervisor: ClinicianDetail | None = None,
    **asked: Any,
) -> Introduction:
    return drafts.introduction(
        someone,
        request(practice, **asked),
        practice,
        clinician=clinician,
        supervisor=supervisor,
        owner="dana",
        answer_url=LINK,
        contact_url=CONTACT,
    )


@pytest.mark.parametrize("changes", [{"discreet": True}, {"discreet": False, "unsafe_at_home": True}])
@pytest.mark.parametrize("language", house_languages())
def test_a_discreet_introduction_holds_nothing_of_the_clinician(
    language: str, changes: dict[str, Any], practice: Practice
) -> None:
    someone = contact(practice, language, **changes)

    mail = introduced(someone, practice, associate(pronouns="she/her"))
    rendered = letter(mail, practice)

    assert mail.clinician is None
    for secret in ("Noor", "Haddad", "Jo Okafor", "she/her", "AMFT", *BOTH.values(), practice.name):
        assert secret not in rendered.subject + rendered.text + rendered.html
    assert not re.search(r"licen|session|sesión|superv", rendered.text + rendered.html, re.IGNORECASE)
    assert own_links(rendered) == [LINK]


@pytest.mark.parametrize(
    ("language", "subject", "said"),
    [
        (
            "en",
            "Meet Alex Rivera",
            (
                "a free place: Alex Rivera (he/him), Licensed Marriage and Family Therapist.",
                "In Alex's own words\n\nI listen first.\n",
                "You set the pace.",
                "Alex will write to you, by e-mail only, as you asked, to find a time for a first session.",
                "That is always fine, and you need give no reason.",
                f"I'd rather have someone else: {LINK}\n",
            ),
        ),
        (
            "es",
            "Le presento a Alex Rivera",
            (
                "un lugar libre: Alex Rivera (he/him), terapeuta matrimonial y familiar con licencia.",
                "En palabras de Alex\n\nPrimero escucho.\n",
                "El ritmo lo marca usted.",
                "Alex le escribirá, solo por correo, como nos pidió, para acordar una primera cita.",
                "Siempre está bien, y no hace falta dar razones.",
                f"Prefiero a otra persona: {LINK}\n",
            ),
        ),
    ],
)
def test_an_introduction_says_who_it_is_and_that_somebody_else_is_always_fine(
    language: str, subject: str, said: tuple[str, ...], practice: Practice
) -> None:
    rendered = letter(introduced(contact(practice, language, **OPEN), practice, licensed()), practice)

    assert rendered.subject == subject
    for sentence in said:
        assert sentence in rendered.text
    assert rendered.text.endswith(f"\n\nDana\n{practice.name}\n")
    assert own_links(rendered) == [LINK]


def test_an_associate_is_introduced_with_who_supervises(practice: Practice) -> None:
    someone = contact(practice, **OPEN)
    now = licensed(name="Mia Chen", credential="LCSW")

    by_roster = letter(introduced(someone, practice, associate()), practice).text
    by_fact = letter(introduced(someone, practice, associate(), supervisor=now), practice).text

    not_yet = "Noor Haddad is not licensed yet and works under the supervision of "
    assert f"{not_yet}Jo Okafor, Licensed Marriage and Family Therapist." in by_roster
    assert f"{not_yet}Mia Chen, Licensed Clinical Social Worker." in by_fact


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "is not licensed yet and works under supervision. Ask me whose, and I will tell you."),
        ("es", "todavía no cuenta con licencia propia y trabaja bajo supervisión. Pregúnteme de quién"),
    ],
)
def test_an_associate_whose_supervisor_cannot_be_named_still_says_there_is_one(
    language: str, said: str, practice: Practice
) -> None:
    nameless = associate(supervisor_name=None, supervisor_credential=None)

    text = letter(introduced(contact(practice, language, **OPEN), practice, nameless), practice).text

    assert said in text


def test_who_is_licensed_is_never_called_an_associate(practice: Practice) -> None:
    listed = licensed(supervisor_name="Jo Okafor", supervisor_credential="LMFT")

    text = letter(introduced(contact(practice, **OPEN), practice, listed), practice).text

    assert "not licensed" not in text
    assert "Okafor" not in text


@pytest.mark.parametrize(
    ("language", "written", "heading", "mark"),
    [
        ("en", "es", "In Alex's own words, so far only in Spanish", 'lang="es"'),
        ("es", "en", "En palabras de Alex, por ahora solo en inglés", 'lang="en"'),
    ],
)
def test_words_in_the_other_language_are_said_to_be_so(
    language: str, written: str, heading: str, mark: str, practice: Practice
) -> None:
    one = licensed(introduction=OwnWords(**{written: BOTH[written], language: "  "}))

    rendered = letter(introduced(contact(practice, language, **OPEN), practice, one), practice)

    assert f"{heading}\n\n{BOTH[written]}\n" in rendered.text
    assert mark in rendered.html


def test_words_in_the_readers_language_carry_no_mark(practice: Practice) -> None:
    rendered = letter(introduced(contact(practice, **OPEN), practice, licensed()), practice)

    assert 'lang="es"' not in rendered.html
    assert "so far only" not in rendered.text


@pytest.mark.parametrize("nothing", [None, OwnWords(), OwnWords(en=" \n")])
def test_who_wrote_nothing_of_themselves_is_introduced_all_the_same(
    nothing: OwnWords | None, practice: Practice
) -> None:
    rendered = letter(
        introduced(contact(practice, **OPEN), practice, licensed(introduction=nothing)), practice
    )

    assert "own words" not in rendered.text
    assert "Licensed Marriage and Family Therapist.\n\nWhat a first session is like" in rendered.text


def test_a_clinicians_words_keep_their_paragraphs_and_are_never_markup(practice: Practice) -> None:
    own = licensed(introduction=OwnWords(en="One\nline <b>.\n\n\nAnother {{ 7 * 7 }}."))

    rendered = letter(introduced(contact(practice, **OPEN), practice, own), practice)

    assert "One line <b>.\n\nAnother {{ 7 * 7 }}.\n" in rendered.text
    assert "One line &lt;b&gt;." in rendered.html


def test_a_credential_that_no_rule_explains_stands_as_it_is(practice: Practice) -> None:
    mail = introduced(contact(practice, **OPEN), practice, licensed(credential="XYZ"))

    assert "Alex Rivera (he/him), XYZ." in letter(mail, practice).text


@pytest.mark.parametrize("for_", ["child", "other"])
def test_who_wrote_for_somebody_else_does_not_set_the_pace(for_: str, practice: Practice) -> None:
    spanish = contact(practice, "es", **OPEN)

    said = letter(introduced(contact(practice, **OPEN), practice, licensed(), for_=for_), practice).text
    dicho = letter(introduced(spanish, practice, licensed(), for_=for_), practice).text

    assert "Whoever comes sets the pace." in said
    assert "El ritmo lo marca quien viene." in dicho


@pytest.mark.parametrize("permitted", [{"text_ok": True}, {"voicemail_ok": True}])
def test_a_call_is_promised_only_to_who_opened_that_channel(
    permitted: dict[str, Any], practice: Practice
) -> None:
    def said(**changes: Any) -> str:
        return letter(introduced(contact(practice, **OPEN, **changes), practice, licensed()), practice).text

    assert "by e-mail only, as you asked" in said()
    assert "Alex will be in touch, by e-mail or by phone, to find a time for a first session." in said(
        **permitted
    )
    assert "by e-mail only, as you asked" in said(**permitted, phone=None)


def test_a_language_we_do_not_write_gets_the_english_words(practice: Practice) -> None:
    text = letter(introduced(contact(practice, "fr", **OPEN), practice, licensed()), practice).text

    assert "In Alex's own words\n\nI listen first." in text


@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize(
    "someone", [licensed(), associate(), associate(supervisor_name=None, introduction=None)]
)
@pytest.mark.parametrize("for_", ["self", "child", "couple"])
def test_every_open_introduction_keeps_every_rule(
    someone: ClinicianDetail, for_: str, language: str, practice: Practice
) -> None:
    person = contact(practice, language, **OPEN)
    mail = introduced(person, practice, someone, for_=for_)

    assert breaches(sample(mail, press_in("los_angeles"), person, Persona("open", OPEN))) == []

"""Every mail, in every language, to every persona, keeps every rule."""

from collections.abc import Iterable, Iterator
from typing import get_args

import pytest

from services.notifications.mails import ClientMail, Mail
from services.notifications.press import Press
from services.notifications.rendering import TEMPLATES
from services.notifications.samples import PERSONAS, Persona, contact_of, samples
from shared.language import house_languages
from tests.mails.printed import (
    EVERYBODY,
    FOLDERS,
    TO_THE_PERSON,
    lists,
    planned,
    practice_in,
    press_in,
    sampled,
    series,
)
from tests.mails.rules import breaches
from tests.mails.specimen import Specimen
from tests.notifications.builders import catalogue, doors


def fresh(specimens: Iterable[Specimen], seen: set[tuple[object, ...]]) -> Iterator[Specimen]:
    """Those that differ from all before: a mail that says the same of everybody is looked at once."""
    for specimen in specimens:
        looks = (specimen.template, specimen.language, specimen.discreet, specimen.letter)
        if looks not in seen:
            seen.add(looks)
            yield specimen


PEOPLE = [("los_angeles", one) for one in EVERYBODY] + [("new_york", one) for one in PERSONAS]


@pytest.fixture(scope="module")
def seen() -> set[tuple[object, ...]]:
    return set()


@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize(("folder", "persona"), PEOPLE, ids=lambda one: getattr(one, "name", one))
def test_every_mail_keeps_every_rule(
    folder: str, persona: Persona, language: str, seen: set[tuple[object, ...]]
) -> None:
    mails = list(sampled(press_in(folder), persona, language))
    assert len({mail.template for mail in mails}) == len(get_args(Mail))

    assert [breach for mail in fresh(mails, seen) for breach in breaches(mail)] == []


@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize(("folder", "persona"), PEOPLE, ids=lambda one: getattr(one, "name", one))
def test_a_discreet_mail_as_the_queue_holds_it_keeps_every_rule(
    folder: str, persona: Persona, language: str, seen: set[tuple[object, ...]]
) -> None:
    mails = [planned(press_in(folder), persona, language, template) for template in TO_THE_PERSON]
    assert all(mail.discreet for mail in mails)

    assert [breach for mail in fresh(mails, seen) for breach in breaches(mail)] == []


@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize("persona", PERSONAS[:5], ids=lambda persona: persona.name)
@pytest.mark.parametrize("folder", FOLDERS)
def test_an_open_mail_as_the_queue_holds_it_keeps_every_rule(
    folder: str, persona: Persona, language: str, seen: set[tuple[object, ...]]
) -> None:
    mails = [planned(press_in(folder), persona, language, one, discreet=False) for one in TO_THE_PERSON]
    assert any(not mail.discreet for mail in mails) is (persona.name != "careful")

    assert [breach for mail in fresh(mails, seen) for breach in breaches(mail)] == []


@pytest.mark.parametrize("discreet", [True, False], ids=["discreet", "open"])
@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_practice_and_reading_of_the_practice_keeps_every_rule_as_a_mail(
    folder: str, language: str, *, discreet: bool
) -> None:
    mails = list(series(folder, language, discreet=discreet))
    assert {mail.template for mail in mails} == {"readiness_practice", "readiness_reading"}

    assert [breach for mail in mails for breach in breaches(mail)] == []


@pytest.mark.parametrize("discreet", [True, False], ids=["discreet", "open"])
@pytest.mark.parametrize("language", house_languages())
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_book_of_the_practice_keeps_every_rule_as_a_mail(
    folder: str, language: str, *, discreet: bool
) -> None:
    mails = list(lists(folder, language, discreet=discreet))

    assert [breach for mail in mails for breach in breaches(mail)] == []
    assert all("/books" in mail.text for mail in mails if "attachment" in mail.case) is discreet


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("persona", PERSONAS, ids=lambda persona: persona.name)
def test_a_practice_that_wants_no_names_in_its_mail_gets_none(persona: Persona, folder: str) -> None:
    minimal = practice_in(folder).model_copy(update={"coordinator_mail": "minimal"})
    someone = contact_of(persona, "en", minimal)
    given = (someone.name, someone.email, someone.phone, someone.client_name, "(323) 555-0100")
    secrets = {each for each in given if each}
    mails = sampled(Press.of(minimal, catalogue(), doors()), persona, "en")
    inside = [mail for mail in mails if not mail.to_the_person]

    assert inside
    for mail in inside:
        assert breaches(mail) == []
        entries = () if someone.test else mail.calendars  # a test request's entries are for its maker
        said = "\n".join((mail.subject, mail.text, mail.html, *entries))
        assert [secret for secret in secrets if secret in said] == []


def test_every_mail_has_its_three_templates_in_every_language_of_its_reader() -> None:
    wanted = {
        f"{kind.template}/{language}/{part}"
        for kind in get_args(Mail)
        for language in (house_languages() if issubclass(kind, ClientMail) else ("en",))
        for part in ("subject.txt", "body.txt", "body.html")
    }

    there = {str(path.relative_to(TEMPLATES / "mail")) for path in (TEMPLATES / "mail").rglob("*.*")}

    assert there == wanted


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_mail_is_among_the_samples(folder: str) -> None:
    shown = {type(mail) for mail in samples(practice_in(folder), PERSONAS[0], "en")}

    assert shown == set(get_args(Mail))

"""A further language is a folder with catalogues and mails, and texts in the practice's files: no code."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import httpx
import pytest

from deploy.house import check_every_language, practice_of
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.settings import admission_rules
from services.notifications.mails import Acknowledgement, ClientMail, ReadinessPractice
from services.notifications.rendering import Letterhead, Rendered, render
from services.notifications.samples import PERSONAS, samples
from shared.language import house_languages, said_at
from shared.pages.words import preferred_language
from shared.practice import Practice
from shared.practice.fields import OwnWords
from tests.conftest import Opener, TestClock
from tests.intake.webhouse import FORM, a_browser, a_front, a_request
from tests.language.portuguese import MARK, Environ


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def browser(environ: Environ, open_database: Opener, clock: TestClock) -> httpx.AsyncClient:
    """Somebody at intake's doors, over the practice's own files."""
    front = a_front(await open_database("intake"), clock)
    practice, rules = practice_of(environ), admission_rules(Path(environ["PRACTICE_CONFIG_DIR"]))
    return a_browser(replace(front, practice=practice, rules=rules, facts=PracticeFacts.of(practice)))


def mails(practice: Practice) -> list[tuple[ClientMail, Rendered]]:
    letterhead = Letterhead.of(practice)
    found = [mail for persona in PERSONAS for mail in samples(practice, persona, "pt")]
    return [(mail, render(mail, letterhead)) for mail in found if isinstance(mail, ClientMail)]


def test_a_folder_makes_it_a_language_of_the_house(environ: Environ) -> None:
    check_every_language(environ)

    assert house_languages() == ("en", "es", "pt")
    assert preferred_language(None, "pt-BR,en;q=0.5") == "pt"


async def test_a_page_comes_in_it_with_the_lines_and_a_way_to_each_other_language(
    browser: httpx.AsyncClient,
) -> None:
    page = await browser.get("/?lang=pt")

    assert page.headers["content-language"] == "pt"
    assert '<html lang="pt"' in page.text
    assert "Sair já" in page.text
    assert "ligue para 988 a qualquer hora. Em perigo, 911." in page.text
    assert 'hreflang="en" lang="en">English</a>' in page.text
    assert 'hreflang="es" lang="es">Español</a>' in page.text
    assert f"{MARK}988 Suicide &amp; Crisis Lifeline" in page.text


async def test_a_page_in_another_language_leads_to_it(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/?lang=es")

    assert '<a href="/?path=talk&amp;lang=pt" hreflang="pt" lang="pt">Português</a>' in page.text


@pytest.mark.parametrize(
    ("lacking", "said"), [(("name",), "Há uma coisa a rever."), (("name", "age"), "Há 2 coisas a rever.")]
)
async def test_what_is_wrong_with_a_form_is_told_in_it_by_its_own_plural(
    browser: httpx.AsyncClient, lacking: tuple[str, ...], said: str
) -> None:
    typed = {name: value for name, value in a_request(language="pt").items() if name not in lacking}

    page = await browser.post(
        "/v1/consultation-requests", data=typed, headers={**FORM, "accept": "text/html"}
    )

    assert page.status_code == 422
    assert said in page.text
    assert "Falta preencher isto." in page.text


async def test_a_program_is_answered_in_it(browser: httpx.AsyncClient) -> None:
    taken = await browser.post("/v1/consultation-requests", json=a_request(language="pt"))
    refused = await browser.post(
        "/v1/consultation-requests",
        content="{",
        headers={"accept-language": "pt", "content-type": "application/json"},
    )
    options = await browser.get("/v1/options")

    assert taken.status_code == 202
    assert "Uma pessoa lê a sua nota" in taken.json()["message"]
    assert taken.json()["crisis_lines"][0]["name"] == f"{MARK}988 Suicide & Crisis Lifeline"
    assert refused.json()["title"] == "Não foi possível ler o pedido"
    assert options.json()["page_languages"] == ["en", "es", "pt"]
    assert {"en", "es", "pt"} <= options.json()["states"][0].keys()


async def test_a_crisis_in_it_is_heard(browser: httpx.AsyncClient) -> None:
    calm, crisis = [
        await browser.post("/v1/consultation-requests", json=a_request(language="pt", message=message))
        for message in ("quero falar", "Não sei mais. Quero morrer.")
    ]

    assert "Uma pessoa lê a sua nota" in calm.json()["message"]
    assert crisis.json()["message"].startswith(MARK)


def test_a_mail_comes_in_it_with_its_date_and_the_lines(practice: Practice) -> None:
    sent = [
        (mail, said) for mail, said in mails(practice) if isinstance(mail, Acknowledgement) and mail.answer_by
    ]

    for mail, said in sent:
        assert mail.answer_by is not None
        by = said_at("date.day_and_time", mail.answer_by, ZoneInfo(mail.zone), "pt")
        assert "-feira às " in by
        assert said.subject.endswith("A sua nota chegou")
        assert f"Respondemos até {by}" in said.text
        assert "ligue para 988 (em português: espere na linha), ou envie ¤ HOME to 741741" in said.text
        assert '<html lang="pt">' in said.html
    assert sent


def test_a_mail_counts_in_it(practice: Practice) -> None:
    said = {mail.left: said.text for mail, said in mails(practice) if isinstance(mail, ReadinessPractice)}

    assert any("Seguem mais" in text or "Segue mais uma" in text for text in said.values())
    for left, text in said.items():
        assert left < 2 or f"Seguem mais {('', '', 'duas', 'três', 'quatro', 'cinco')[left]};" in text


def test_every_mail_to_a_person_can_be_written_in_it(practice: Practice) -> None:
    assert {mail.language for mail, _ in mails(practice)} == {"pt"}


def test_one_o_clock_has_a_form_of_its_own(practice: Practice, clock: TestClock) -> None:
    zone = ZoneInfo(practice.time_zone)
    said = [
        said_at("date.day_and_time", clock().astimezone(zone).replace(hour=hour, minute=0), zone, "pt")
        for hour in (1, 13)
    ]

    assert [each.partition(" ")[2] for each in said] == ["à 1:00", "às 13:00"]


def test_a_roster_that_is_stored_stays_readable(environ: Environ) -> None:
    words = OwnWords.model_validate({"en": "I listen.", "es": "Escucho."})
    practice_of(environ)

    again = OwnWords.model_validate(words.model_dump())

    assert (again.text("pt"), again.written_in("pt")) == ("I listen.", "en")

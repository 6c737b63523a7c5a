"""The gallery shows every mail, side by side."""

import re
from pathlib import Path
from typing import get_args

import pytest

from services.notifications.gallery import Gallery, gallery
from services.notifications.mails import ClientMail, Mail
from services.notifications.samples import PERSONAS
from shared.language import house_languages
from shared.practice import load_practice
from tests.mails.page import Page

PRACTICES = Path(__file__).parents[2] / "deploy" / "practice"
TEMPLATES = [kind.template for kind in get_args(Mail)]
TO_THE_PERSON = [kind.template for kind in get_args(Mail) if issubclass(kind, ClientMail)]


@pytest.fixture(scope="module", params=["los_angeles", "new_york"])
def drawn(request: pytest.FixtureRequest) -> Gallery:
    return Gallery(load_practice(PRACTICES / request.param))


@pytest.fixture(scope="module")
def ours() -> Gallery:
    return Gallery(load_practice(PRACTICES / "los_angeles"))


def page(drawn: Gallery, name: str) -> Page:
    found = drawn.page(name)
    assert found is not None
    return Page(found)


def test_every_mail_is_shown_in_every_language_for_every_persona(drawn: Gallery) -> None:
    shown = {(mail.mail.template, mail.language) for mail in drawn.mails.values()}

    assert shown == {
        (kind.template, language)
        for kind in get_args(Mail)
        for language in (house_languages() if issubclass(kind, ClientMail) else ("en",))
    }
    assert {mail.persona for mail in drawn.mails.values()} == {persona.name for persona in PERSONAS}


def test_the_first_page_leads_to_every_kind_of_mail(drawn: Gallery) -> None:
    links = [link.href for link in page(drawn, "index.html").links]

    assert sorted(links) == sorted(f"{template}.html" for template in TEMPLATES)


def test_every_mail_is_framed_on_the_page_of_its_kind_in_light_and_in_dark(drawn: Gallery) -> None:
    framed = [frame["src"] for one in TEMPLATES for frame in page(drawn, f"{one}.html").of("iframe")]

    assert sorted(framed) == sorted(
        f"mails/{name}.{scheme}.html" for name in drawn.mails for scheme in ("light", "dark")
    )


@pytest.mark.parametrize("template", TO_THE_PERSON)
def test_a_mail_to_a_person_is_compared_by_language_and_by_discretion(template: str, ours: Gallery) -> None:
    frames = [frame["src"] for frame in page(ours, f"{template}.html").of("iframe")]

    assert frames[:8] == [
        f"mails/{template}.{language}.{persona}.{scheme}.html"
        for persona in ("open", "plain")
        for language in ("en", "es")
        for scheme in ("light", "dark")
    ]


def test_nothing_that_is_shown_can_run_or_load(drawn: Gallery) -> None:
    for name in ("index.html", *(f"{template}.html" for template in TEMPLATES)):
        shown = page(drawn, name)
        assert {tag for tag, _ in shown.elements}.isdisjoint({"script", "img", "link", "form", "object"})
        assert all("sandbox" in frame for frame in shown.of("iframe"))
        assert not any(name.startswith("on") for _, said in shown.elements for name in said)


@pytest.mark.parametrize(("scheme", "media"), [("light", "not all"), ("dark", "all")])
def test_a_mail_is_shown_in_one_scheme_whatever_the_screen_has(
    scheme: str, media: str, ours: Gallery
) -> None:
    alone, chosen = ours.mail("waitlist.es.plain.html"), ours.mail(f"waitlist.es.plain.{scheme}.html")

    assert alone is not None
    assert chosen is not None
    assert "prefers-color-scheme: dark" in alone
    assert f"@media {media} {{" in chosen
    assert f'name="color-scheme" content="{scheme}"' in chosen
    assert Page(alone).shown == Page(chosen).shown


@pytest.mark.parametrize(
    "name", ["waitlist.html", "waitlist.en.nobody.html", "waitlist.en.plain.exe", "..", ""]
)
def test_what_is_no_mail_is_not_shown(name: str, ours: Gallery) -> None:
    assert ours.mail(name) is None


@pytest.mark.parametrize("name", ["nothing.html", "base.html", "../mail/waitlist/en/body.html", ""])
def test_what_is_no_page_is_not_shown(name: str, ours: Gallery) -> None:
    assert ours.page(name) is None


def test_all_of_it_is_written_and_every_link_leads_to_a_file(tmp_path: Path) -> None:
    written = gallery(load_practice(PRACTICES / "los_angeles"), tmp_path / "new")

    assert written[0] == tmp_path / "new" / "index.html"
    assert sorted(written) == sorted(path for path in (tmp_path / "new").rglob("*") if path.is_file())
    assert all(path.stat().st_size for path in written)
    for path in written:
        if path.parent.name == "new":
            led = re.findall(r'(?:href|src)="([^"]+)"', path.read_text(encoding="utf-8"))
            assert [one for one in led if not (path.parent / one).is_file()] == []


def test_a_second_gallery_replaces_the_first(tmp_path: Path) -> None:
    practice = load_practice(PRACTICES / "los_angeles")

    assert gallery(practice, tmp_path) == gallery(practice, tmp_path)

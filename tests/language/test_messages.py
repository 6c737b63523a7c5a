"""Every message that is said stands in every language of ours, translated, alike and not stale."""

from pathlib import Path

import pytest

from deploy.messages import Domain, Messages
from shared.language.house import our_languages
from tests.language.catalogues import Said, write

PAGE = '<p>{{ say("home.hello", name=name) }}</p>{% if many %}{{ say("home.more", count=many) }}{% endif %}'
CODE = 'TEXT = message("home.made")\n'
ENGLISH: dict[str, Said] = {
    "home.hello": "Hello {name}",
    "home.more": ("One more", "{count} more"),
    "home.made": "Made",
    "top.leave": "Leave",
}
SPANISH: dict[str, Said] = {
    "home.hello": "Hola, {name}",
    "home.more": ("Una más", "{count} más"),
    "home.made": "Hecho",
    "top.leave": "Salir",
}


def messages(folder: Path, spanish: dict[str, Said], page: str = PAGE, code: str = CODE) -> Messages:
    """A house of one service, which says these; it says `top.leave` in words of its own."""
    for part in ("common", "service/templates"):
        (folder / part).mkdir(parents=True)
    (folder / "common" / "frame.html").write_text('{{ say("top.leave") }}', encoding="utf-8")
    (folder / "service" / "templates" / "home.html").write_text(page, encoding="utf-8")
    (folder / "service" / "code.py").write_text(code, encoding="utf-8")
    for language in our_languages():
        write(folder / "common" / "locale", language, shared={"top.leave": "Go"})
        write(folder / "service" / "locale", language, service=ENGLISH if language == "en" else spanish)
    return Messages(
        Domain("shared", folder / "common", folder / "common" / "locale"),
        [Domain("service", folder / "service", folder / "service" / "locale")],
    )


def test_every_message_of_the_house_is_said_and_stands_in_every_language() -> None:
    assert list(Messages().faults()) == []


def test_what_is_said_in_a_template_in_code_and_in_a_table_is_found(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH)

    assert house.services[0].said == {"home.hello", "home.more", "home.made"}
    assert list(house.faults()) == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"home.made": ""}, "home.made is not translated, or marked as fuzzy"),
        ({"home.hello": "Hola"}, "home.hello has other placeholders than the English: {name}"),
        (
            {"home.hello": "Hola, {nombre}"},
            "home.hello has other placeholders than the English: {name}, {nombre}",
        ),
        ({"home.hello": "Hola, {name"}, "home.hello has a brace that stands alone"),
        ({"home.more": ("Una más", "Más")}, "home.more has other placeholders than the English: {count}"),
        ({"home.more": ("Una más", "")}, "home.more is not translated, or marked as fuzzy"),
        ({"home.more": "{count} más"}, "home.more has plural forms in one language and none in the other"),
        ({"home.gone": "Ya no"}, "home.gone is stale: there is no such message any more"),
    ],
)
def test_a_catalogue_that_is_not_like_the_english_one_is_told(
    tmp_path: Path, changed: dict[str, Said], told: str
) -> None:
    house = messages(tmp_path, SPANISH | changed)

    assert list(house.faults()) == [f"service, es: {told}"]


def test_a_message_that_is_missing_is_told(tmp_path: Path) -> None:
    house = messages(tmp_path, {key: said for key, said in SPANISH.items() if key != "home.made"})

    assert list(house.faults()) == ["service, es: home.made is missing"]


def test_a_message_that_its_translator_doubts_is_told(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH)
    path = house.services[0].path("es")
    text = path.read_text(encoding="utf-8").replace('msgid "home.made"', '#, fuzzy\nmsgid "home.made"')
    path.write_text(text, encoding="utf-8")

    assert list(house.faults()) == ["service, es: home.made is not translated, or marked as fuzzy"]


def test_what_is_said_and_stands_nowhere_is_told(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH, page=PAGE + '{{ say("home.new") }}')

    assert list(house.faults()) == ["service: home.new is said, and stands in no catalogue"]


def test_what_nothing_says_any_more_is_told(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH, code="")

    assert list(house.faults()) == ["service: home.made is stale: nothing says it any more"]


def test_a_language_without_a_catalogue_is_told(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH)
    house.services[0].path("es").unlink()

    (told,) = house.faults()

    assert told.startswith("there is no catalogue")


def test_bringing_up_to_date_adds_what_is_new_and_leaves_out_what_is_stale(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH, page=PAGE + '{{ say("home.new") }}', code="")

    house.update()

    after = Messages(house.common, [Domain("service", house.services[0].source, house.services[0].locale)])
    assert list(after.faults()) == ["service, en: home.new says nothing"]
    spanish = after.services[0].path("es").read_text(encoding="utf-8")
    assert 'msgid "home.new"\nmsgstr ""' in spanish
    assert "home.made" not in spanish
    assert '#. English: Hello {name}\nmsgid "home.hello"' in spanish


def test_our_catalogues_are_as_bringing_them_up_to_date_would_write_them() -> None:
    assert list(Messages().behind()) == []


def test_a_further_language_is_begun_with_the_english_beside_each_message(tmp_path: Path) -> None:
    house = messages(tmp_path, SPANISH)

    house.begin("pl", tmp_path / "own")

    text = (tmp_path / "own" / "pl" / "LC_MESSAGES" / "service.po").read_text(encoding="utf-8")
    assert '#. English: Hello {name}\nmsgid "home.hello"\nmsgstr ""' in text
    assert text.count("msgstr[") == 3  # Polish has three forms

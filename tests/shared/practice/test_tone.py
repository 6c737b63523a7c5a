"""What nobody should read who is not ready to begin is found before it is sent."""

import re

import pytest

from shared.markdown import text_of
from shared.practice import BadFile, Practice, load_catalogue, load_practice, load_rule
from shared.practice.tone import CHECKS, Said, Tone, lint_catalogue
from tests.shared.practice.conftest import SAMPLES, Edit, line_of

FILE = "resources.yaml"
LOS_ANGELES = SAMPLES / "los_angeles"
VISIT = "A short visit to yourself, a few minutes long."
VISITA = "Una breve visita a uno mismo, de pocos minutos."
OFFICE = (
    "The utilization of interpersonal communication methodologies facilitates the amelioration of"
    " dissatisfaction experienced by individuals participating in long-term relationships."
)
OFICINA = (
    "La implementación de metodologías de comunicación interpersonal posibilita el mejoramiento de la"
    " insatisfacción experimentada por quienes participan en relaciones significativas prolongadas."
)


@pytest.fixture(scope="module")
def tone() -> Tone:
    return load_rule(LOS_ANGELES, "tone.yaml", Tone)


def found(text: str, tone: Tone, language: str = "en", field: str = "why") -> list[str]:
    said = Said(("practices", 0, field, language), text)
    return [what for check in CHECKS for what in check(said, tone)]


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_both_samples_are_fit_to_be_sent(sample: str) -> None:
    assert lint_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample)) == []


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        (
            VISIT,
            "A short visit to yourself!",
            "practices[0].what.en",
            "has an exclamation mark: “A short visit",
        ),
        (
            VISITA,
            "¡Una breve visita!",
            "practices[0].what.es",
            "has an exclamation mark: “¡Una breve visita!",
        ),
        (
            VISIT,
            "You must visit yourself.",
            "practices[0].what.en",
            "“must” hurries the reader: “You must visit",
        ),
        (VISIT, "Do it now.", "practices[0].what.en", "“now” hurries the reader"),
        (VISIT, "Don’t miss this visit.", "practices[0].what.en", "“Don't miss” hurries the reader"),
        (VISITA, "Hágalo ahora mismo.", "practices[0].what.es", "“ahora mismo” hurries the reader"),
        (VISITA, "Es urgente.", "practices[0].what.es", "“urgente” hurries the reader"),
        (VISIT, "It is a disorder.", "practices[0].what.en", "“disorder” names a diagnosis"),
        (VISITA, "Es un trastorno.", "practices[0].what.es", "“trastorno” names a diagnosis"),
        (
            VISIT,
            "Perhaps you should go.",
            "practices[0].what.en",
            "“you should” tells the reader what to decide",
        ),
        (VISIT, "You will feel better.", "practices[0].what.en", "promises what nobody can promise"),
        (
            VISITA,
            "Es tu día.",
            "practices[0].what.es",
            "“tu” says tú, where the practice says usted",
        ),
        (
            VISIT,
            "Write to us. Then call us.",
            "practices[0].what.en",
            "invites 2 times (“Write to us”, “call us”); at most 1 is wanted",
        ),
        (
            VISITA,
            "Escríbanos. Después llámenos.",
            "practices[0].what.es",
            "invites 2 times (“Escríbanos”, “llámenos”); at most 1 is wanted",
        ),
        (
            "{en: For slow days,",
            "{en: For your grief,",
            "readings[0].discreet_title.en",
            "“grief” could give",
        ),
        (
            "es: Para los días lentos}",
            "es: Para su duelo}",
            "readings[0].discreet_title.es",
            "“duelo” could give",
        ),
        (VISIT, OFFICE, "practices[0].what.en", "is hard to read, grade"),
        (VISITA, OFICINA, "practices[0].what.es", "is hard to read, INFLESZ"),
        (
            "es: Tres médicos escriben, casi como poetas,",
            f"es: {OFICINA}",
            "books[3].about.es",
            "is hard to read, INFLESZ",
        ),
        (
            "        Grief has no calendar.",
            "        Grief *must* hurt.",
            "readings[0].text.en",
            "“must” hurries the reader: “Grief must hurt.",
        ),
        (
            "es: Volver a uno mismo}",
            "es: Coming home to yourself}",
            "practices[0].title.es",
            "is not translated",
        ),
    ],
)
def test_a_planted_breach_is_found_with_its_place(
    old: str, new: str, field: str, what: str, edited: Edit, los_angeles: Practice
) -> None:
    problems = lint_catalogue(edited(FILE, old, new), los_angeles)

    assert [(each.field, what in each.what) for each in problems] == [(field, True)], problems
    key = problems[0].line or 0
    assert key <= line_of(FILE, old) <= key + 2  # a text begins on the line of its language, or below it


def test_a_practice_without_steps_is_found(edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, "v", "v")
    text = (folder / FILE).read_text(encoding="utf-8")
    how = text[text.index("        1. **One minute.** Sit as") : text.index("        If no answer comes")]
    without = re.sub(r"\d\. (.*)\n( {11}.*\n)?", r"\1\n\n", how).replace("           ", "        ")

    [problem] = lint_catalogue(edited(FILE, how, without), los_angeles)

    assert problem.field == "practices[0].how.en"
    assert problem.what == "has no steps; write them as a list, each beginning with 1., 2. and so on"


def test_what_keeps_the_file_from_being_used_is_told_beside_how_it_sounds(
    edited: Edit, los_angeles: Practice
) -> None:
    edited(FILE, "general: [dance_of_connection", "general: [dense_of_connection")
    edited(FILE, 'isbn: {en: "9781608820580"}', 'isbn: {en: "9781608820581"}')
    edited(FILE, VISIT, "You must.")
    edited(FILE, "for: [grief_loss]", "for: [grief]")
    folder = edited(FILE, "es: Cuando falta alguien", "fr: Quand il manque")

    problems = lint_catalogue(folder, los_angeles)

    assert [each.field for each in problems] == [
        "general[0]",
        "books[1].isbn.en",
        "practices[0].what.en",
        "readings[0].title.es",
        "readings[0].title.fr",
        "readings[0].for[0]",
    ]


@pytest.mark.parametrize(
    ("content", "line", "what"),
    [
        ("books: [", 1, "is not readable YAML"),
        ("books: x\npractices: [y]\nreadings: {z: 1}", 1, "books: must be a list"),
        ("- one", 1, "must hold fields"),
    ],
)
def test_a_file_of_another_shape_is_told_and_nothing_breaks(
    content: str, line: int, what: str, edited: Edit, los_angeles: Practice
) -> None:
    folder = edited(FILE, "v", "v")
    (folder / FILE).write_text(content, encoding="utf-8")

    problems = lint_catalogue(folder, los_angeles)

    assert any(what in str(each) and each.line == line for each in problems), problems


def test_a_missing_file_is_told(edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, "v", "v")
    (folder / FILE).unlink()

    [problem] = lint_catalogue(folder, los_angeles)

    assert problem.what.startswith("there is no such file in ")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Look up now and then. Not all at once. Nobody knows mustard.", "en"),
        ("Known. Nowhere. She hummed.", "en"),
        ("Usted no le debe a nadie nada. Nadie tiene que soltar. Tome té con una tía.", "es"),
    ],
)
def test_harmless_words_are_left_alone(text: str, language: str, tone: Tone) -> None:
    assert found(text, tone, language) == []


def test_one_invitation_is_welcome(tone: Tone) -> None:
    assert found("If you like, write to us.", tone) == []


def test_only_a_discreet_title_has_to_be_fit_for_anybody_s_mail(tone: Tone) -> None:
    assert found("Grief at home", tone, field="title") == []
    assert found("Grief at home", tone, field="discreet_title") == [
        "“Grief” could give the reader away; choose words for anybody's mail"
    ]


def test_of_a_few_words_no_level_is_told(tone: Tone) -> None:
    assert found("Interpersonal communication methodologies.", tone) == []


def test_every_phrase_of_the_rules_is_found_where_it_is_said(tone: Tone) -> None:
    for never in tone.never.values():
        for language, phrases in (never.model_extra or {}).items():
            for phrase in phrases:
                [*_, what] = found(f"So {phrase.replace('*', 'x')} there.", tone, language)
                assert never.why in what, phrase


def test_a_practice_may_have_rules_of_its_own(edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, VISIT, "You must.")
    (folder / "rules").mkdir()
    rules = (SAMPLES / "rules" / "tone.yaml").read_text(encoding="utf-8")
    (folder / "rules" / "tone.yaml").write_text(
        rules.replace("en: [must, now,", "en: [now,"), encoding="utf-8"
    )

    assert lint_catalogue(folder, los_angeles) == []


def test_a_mistake_in_the_rules_is_the_rules_own(edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, "v", "v")
    (folder / "rules").mkdir()
    (folder / "rules" / "tone.yaml").write_text("version: 1\n", encoding="utf-8")

    with pytest.raises(BadFile, match=re.escape("tone.yaml:1: version: must be text")):
        lint_catalogue(folder, los_angeles)


def test_the_readings_of_the_samples_are_short_and_none_asks_for_anything(
    los_angeles: Practice, tone: Tone
) -> None:
    for reading in load_catalogue(LOS_ANGELES, los_angeles).readings:
        for language in ("en", "es"):
            plain = text_of(reading.text.text(language))
            assert 150 <= len(plain.split()) <= 300, (reading.code, language)
            assert tone.invitations.found_in(plain, language) == []

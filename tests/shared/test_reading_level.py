"""How hard a text is to read: the formulas as published, and the syllables that they count."""

from collections.abc import Mapping

import pytest

from shared.reading_level import HARDEST_GRADE, LOWEST_INFLESZ, Level, level_of, syllables_of

ENGLISH = {
    1: "the you eye loved times breathe whole yes page don't tired died",
    2: (
        "open over about noticed quiet little people asleep breathing being going seeing trying "
        "sometimes safely hated wanted changes voices alone gentle table able question body outside "
        "story carried away shoulders minute pages practice create science poem dying"
    ),
    3: (
        "yesterday remember memory family another tomorrow animal together compassion therapy "
        "depression self-kindness different difficult"
    ),
    4: "anybody relationship anxiety january usually",
    6: "vulnerability",
}
SPANISH = {
    1: "hay y soy muy que yo hoy ley",
    2: (
        "una día oír país leer casa aire oye guerra usted ahí cuerpo reír ciudad viuda quietud búho "
        "también leyes peor"
    ),
    3: "idea ahora caído ayuda pingüino noticia cuidado cariño poeta pareja maría despacio héroe",
    4: "respiración averiguáis aéreo continúa",
}


def counted(words: Mapping[int, str]) -> list[tuple[str, int]]:
    return [(word, count) for count, row in words.items() for word in row.split()]


@pytest.mark.parametrize(("word", "count"), counted(ENGLISH))
def test_english_syllables_are_counted_as_they_are_spoken(word: str, count: int) -> None:
    assert syllables_of(word, "en") == syllables_of(word.capitalize(), "en") == count


@pytest.mark.parametrize(("word", "count"), counted(SPANISH))
def test_spanish_syllables_are_counted_by_the_rules_of_spelling(word: str, count: int) -> None:
    assert syllables_of(word, "es") == syllables_of(word.capitalize(), "es") == count


def test_the_english_grade_is_that_of_kincaid() -> None:
    level = level_of("The cat sat on the table. It was asleep.", "en")  # 9 words, 2 sentences, 11 syllables

    assert level is not None
    assert level.scale == "grade"
    assert level.score == pytest.approx(0.39 * 9 / 2 + 11.8 * 11 / 9 - 15.59)


def test_the_spanish_scale_is_inflesz() -> None:
    level = level_of("La casa es azul. Hoy llueve.", "es")  # 6 words, 2 sentences, 9 syllables

    assert level is not None
    assert level.scale == "INFLESZ"
    assert level.score == pytest.approx(206.835 - 62.3 * 9 / 6 - 6 / 2)


@pytest.mark.parametrize(
    ("level", "easy"),
    [
        (Level("grade", HARDEST_GRADE, 50), True),
        (Level("grade", HARDEST_GRADE + 0.04, 50), True),  # told as 8.0
        (Level("grade", HARDEST_GRADE + 0.1, 50), False),
        (Level("INFLESZ", LOWEST_INFLESZ, 50), True),
        (Level("INFLESZ", LOWEST_INFLESZ - 0.1, 50), False),
    ],
)
def test_a_text_passes_up_to_its_limit_and_no_further(level: Level, easy: bool) -> None:
    assert level.easy_enough is easy


def test_a_level_names_its_limit() -> None:
    assert str(Level("grade", 9.44, 50)) == "grade 9.4 (at most 8)"
    assert str(Level("INFLESZ", 48.21, 50)) == "INFLESZ 48.2 (at least 55)"


@pytest.mark.parametrize(
    ("language", "hard", "easy"),
    [
        (
            "en",
            "The utilization of interpersonal communication methodologies facilitates the amelioration of"
            " dissatisfaction experienced by individuals participating in long-term relationships.",
            "Talking with one another can help. You listen first. Then you say what you heard.",
        ),
        (
            "es",
            "La implementación de metodologías de comunicación interpersonal posibilita el mejoramiento de la"
            " insatisfacción experimentada por quienes participan en relaciones significativas prolongadas.",
            "Hablar puede ayudar. Primero se escucha. Luego se dice lo que se oyó.",
        ),
    ],
)
def test_office_language_is_too_hard_and_plain_words_are_not(language: str, hard: str, easy: str) -> None:
    worse, better = level_of(hard, language), level_of(easy, language)

    assert worse is not None
    assert better is not None
    assert (worse.easy_enough, better.easy_enough) == (False, True)


def test_an_item_of_a_list_is_a_sentence_without_a_full_stop() -> None:
    listed = level_of("Things to see:\n\n- a red door\n- a tree\n- the sky", "en")
    in_a_row = level_of("Things to see, a red door, a tree, the sky", "en")

    assert listed is not None
    assert in_a_row is not None
    assert listed.score < in_a_row.score


def test_a_line_that_is_only_wrapped_is_no_sentence() -> None:
    assert level_of("A red door\nand a tree.", "en") == level_of("A red door and a tree.", "en")


def test_addresses_and_numbers_are_not_read() -> None:
    plain = level_of("See the page. Ten words are enough.", "en")

    assert (
        level_of("See the page (https://example.org/unpronounceable). 10 Ten words are enough.", "en")
        == plain
    )


@pytest.mark.parametrize(("text", "language"), [("", "en"), ("… 7 –", "es"), ("Der Hund schläft.", "de")])
def test_without_a_word_or_a_formula_there_is_no_level(text: str, language: str) -> None:
    assert level_of(text, language) is None

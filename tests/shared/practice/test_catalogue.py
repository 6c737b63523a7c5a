"""A mistake in resources.yaml is found at start with its line, not when somebody asks for a book."""

from pathlib import Path

import pytest

from shared.practice import BadFile, Practice, Problem, load_catalogue
from tests.shared.practice.conftest import Edit, line_of

FILE = "resources.yaml"


def refused(folder: Path, practice: Practice) -> tuple[Problem, ...]:
    with pytest.raises(BadFile) as told:
        load_catalogue(folder, practice)
    return told.value.problems


@pytest.mark.parametrize(
    ("old", "new", "field", "what"),
    [
        (
            "for: [trauma, relational, couples]",
            "for: [drama, relational]",
            "books[0].for[0]",
            "'drama' is not one of the practice's specialties",
        ),
        (
            "leave_out_when: [bereaved,",
            "leave_out_when: [fresh_bereavement,",
            "books[1].leave_out_when[0]",
            "'fresh_bereavement' is not 'bereaved'",
        ),
        ("code: attached\n", "code: wired_for_love\n", "books[6].code", "'wired_for_love' is used twice"),
        (
            "code: micro_moments",
            "code: self_connection",
            "practices[2].code",
            "'self_connection' is used twice",
        ),
        (
            "code: in_between",
            "code: micro_moments",
            "readings[3].code",
            "'micro_moments' is used twice: one of the practices has it, too",
        ),
        (
            "general: [dance_of_connection, general_theory_of_love]",
            "general: [dense_of_connection, general_theory_of_love]",
            "general[0]",
            "'dense_of_connection' is not one of the books",
        ),
        (
            "general: [dance_of_connection, general_theory_of_love]",
            "general: [dance_of_connection, dance_of_connection]",
            "general[1]",
            "'dance_of_connection' is named twice",
        ),
        (
            "general: [dance_of_connection, general_theory_of_love]",
            "general: [wired_for_love]",
            "general",
            "needs one book that is never left out",
        ),
        (
            "for: [teens_young_adults]",
            "for: [teens]",
            "readings[3].for[0]",
            "'teens' is not one of the practice's",
        ),
        (
            "for: [teens_young_adults]",
            "for: [trauma, trauma]",
            "readings[3].for[1]",
            "'trauma' is named twice",
        ),
        (
            "only_when: [spirituality_welcome]\n    leave_out_when: [religious_harm]",
            "only_when: [religious_harm]\n    leave_out_when: [religious_harm]",
            "books[4].leave_out_when[0]",
            "'religious_harm' is in only_when, too: nobody would be given it",
        ),
        (
            "discreet_title: {en: Five quiet minutes,",
            'discreet_title: {en: "  ",',
            "practices[4].discreet_title.en",
            "must not be empty",
        ),
        (
            'isbn: {en: "9781608820580"}',
            'isbn: {en: "9781608820581"}',
            "books[1].isbn.en",
            "is not an ISBN: a",
        ),
        (
            'isbn: {en: "9781608820580"}',
            'isbn: {en: "978160882058"}',
            "books[1].isbn.en",
            "is not an ISBN: a",
        ),
        (
            'isbn: {en: "9781608820580"}',
            'isbn: {en: "1608820580"}',
            "books[1].isbn.en",
            "is an old ISBN of ten digits; the one of thirteen is 9781608820580",
        ),
        (
            'isbn: {en: "9781608820580"}',
            "isbn: {en: 9781608820580}",
            "books[1].isbn.en",
            "must be text; if it is a number, put it in quotes",
        ),
        (
            'isbn: {en: "9781608820580"}',
            'isbn: {en: "978-0-06-095616-5"}',
            "books[2].isbn.en",
            "'9780060956165' is used twice; every edition has a number of its own",
        ),
        (
            'isbn: {en: "9781608820580"}',
            'isbn: {es: "9781608820580"}',
            "books[1].isbn.es",
            "is the number of an edition in Spanish, of which titles names no title",
        ),
        (
            "        Find a place where nobody needs you",
            "        ![A place](https://example.org/x.png) where nobody needs you",
            "practices[0].how.en",
            "holds an image",
        ),
        (
            "        Leave it when looking inward",
            "        <b>Leave it</b> when looking inward",
            "practices[0].when_not.en",
            "holds HTML",
        ),
        (
            "        Grief has no calendar.",
            "        [Grief](http://example.org) has no calendar.",
            "readings[0].text.en",
            "links to 'http://example.org'",
        ),
    ],
)
def test_a_mistake_is_answered_with_its_field_and_what_to_do(
    old: str, new: str, field: str, what: str, edited: Edit, los_angeles: Practice
) -> None:
    [problem] = refused(edited(FILE, old, new), los_angeles)

    assert (problem.file, problem.field) == (FILE, field)
    assert what in problem.what
    assert problem.line is not None


@pytest.mark.parametrize(
    ("field", "begin", "end"),
    [
        ("when_not", "    when_not:\n      en: |-\n        Leave it when", "\n  - code: noticing"),
        ("why", "    why:\n      en: >-\n        Many of us", "    how:\n      en: |-\n        Find a place"),
        (
            "discreet_title",
            "    discreet_title: {en: A few",
            "    what:\n      en: >-\n        A short visit",
        ),
    ],
)
def test_a_practice_without_one_of_its_parts_is_refused(
    field: str, begin: str, end: str, edited: Edit, los_angeles: Practice
) -> None:
    text = (edited(FILE, "version:", "version:") / FILE).read_text(encoding="utf-8")
    part = text[text.index(begin) : text.index(end)]

    [problem] = refused(edited(FILE, part, ""), los_angeles)

    assert (problem.field, problem.what) == (f"practices[0].{field}", "is missing")
    assert problem.line == line_of(FILE, "  - code: self_connection")


def test_a_text_in_one_language_alone_is_refused_with_its_line(edited: Edit, los_angeles: Practice) -> None:
    line = "      es: >-\n        Una breve visita a uno mismo"
    folder = edited(FILE, line, line.replace("es:", "fr:"))

    problems = refused(folder, los_angeles)

    assert [(each.field, each.what) for each in problems] == [
        ("practices[0].what.es", "is missing"),
        ("practices[0].what.fr", "is not a field this file knows"),
    ]
    assert problems[1].line == line_of(FILE, line)


def test_one_practice_is_for_everybody(edited: Edit, los_angeles: Practice) -> None:
    for index, each in enumerate(load_catalogue(edited(FILE, "v", "v"), los_angeles).practices):
        code = f"  - code: {each.code}\n"
        folder = edited(FILE, code, f"{code}    leave_out_when: [bereaved]\n")
        if index < 5:
            load_catalogue(folder, los_angeles)

    [problem] = refused(folder, los_angeles)
    assert (problem.field, problem.what) == ("practices", "needs one practice that is never left out")


def test_everything_wrong_is_told_at_once_in_the_order_of_the_file(
    edited: Edit, los_angeles: Practice
) -> None:
    edited(FILE, "general: [dance_of_connection", "general: [dense_of_connection")
    edited(FILE, "year: 2019", "year: soon")
    edited(FILE, 'isbn: {en: "9781585429134"}', 'isbn: {en: "9781585429135"}')
    edited(FILE, "code: micro_moments", "code: self_connection")
    folder = edited(FILE, "for: [grief_loss]", "for: [grief]")

    problems = refused(folder, los_angeles)

    assert [each.field for each in problems] == [
        "general[0]",
        "books[0].year",
        "books[6].isbn.en",
        "practices[2].code",
        "readings[0].for[0]",
    ]
    assert [each.line for each in problems] == sorted(each.line or 0 for each in problems)


@pytest.mark.parametrize("kind", ["practices", "readings"])
def test_a_practice_may_have_books_alone(kind: str, edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, "v", "v")
    text = (folder / FILE).read_text(encoding="utf-8")
    (folder / FILE).write_text(text[: text.index("\npractices:\n")] + f"\n{kind}: []\n", encoding="utf-8")

    catalogue = load_catalogue(folder, los_angeles)

    assert (catalogue.practices, catalogue.readings) == ((), ())


def test_a_number_may_be_typed_with_its_dashes(edited: Edit, los_angeles: Practice) -> None:
    folder = edited(FILE, '"9781608820580"', '"978-1-60882-058-0"')

    book = load_catalogue(folder, los_angeles).book("wired_for_love")

    assert book is not None
    assert book.isbn == {"en": "9781608820580"}

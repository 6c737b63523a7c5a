"""What somebody reads before they begin, as its mail: whole where they may, and behind the link where not."""

from typing import Any

import pytest

from services.notifications import drafts
from services.notifications.samples import (
    CATALOGUE,
    CONTACT,
    DUE_AT,
    LETTER,
    LONG,
    NAMING,
    NEXT_AT,
    SERIES,
    WRITTEN_AT,
)
from shared.practice import Practice, load_practice
from tests.mails.page import Page
from tests.notifications.people import LOS_ANGELES, contact, request
from tests.notifications.reading import letter, own_links

ITEMS = ("connection", "communicating", "no_longer_there")
OPEN: dict[str, Any] = {"discreet": False}
BEGIN = "https://hello.example.org/begin/a1b2c3"


@pytest.fixture(scope="module")
def practice() -> Practice:
    return load_practice(LOS_ANGELES)


def series(practice: Practice, language: str = "en", **changes: Any) -> drafts.TheirSeries:
    next_at = changes.pop("next_at", NEXT_AT)
    someone = contact(practice, language, **changes)
    return drafts.TheirSeries(contact=someone, series_url=SERIES, contact_url=CONTACT, next_at=next_at)


def below(*paths: str) -> list[str]:
    return [SERIES + path for path in paths]


def test_a_discreet_reading_list_keeps_what_a_shelf_would_show(practice: Practice) -> None:
    discreet = drafts.reading_list(practice, CATALOGUE, series(practice), items=ITEMS, practices=6)
    open_ = drafts.reading_list(practice, CATALOGUE, series(practice, **OPEN), items=ITEMS, practices=6)

    assert [(b.title, b.subtitle) for b in discreet.books] == [
        ("The Dance of Connection", None),
        ("The Art of Communicating", None),
    ]
    assert open_.books[0].subtitle == "A Subtitle"
    assert "chosen for what you told us" not in letter(discreet, practice).text
    assert "chosen for what you told us" in letter(open_, practice).text


def test_a_reader_of_spanish_is_told_which_book_is_in_english(practice: Practice) -> None:
    mail = drafts.reading_list(practice, CATALOGUE, series(practice, "es"), items=ITEMS, practices=6)

    text = letter(mail, practice).text

    assert "The Dance of Connection, Harriet Lerner (en inglés)." in text
    assert "El arte de comunicar, Thích Nhất Hạnh. " in text


@pytest.mark.parametrize(
    ("language", "discreet", "practices", "said"),
    [
        ("en", False, 6, "On Monday, November 30 a five-minute practice follows. There are six, one a mail;"),
        ("en", True, 6, "On Monday, November 30 a short reading follows. There are six, one a mail;"),
        ("en", False, 1, "On Monday, November 30 one five-minute practice follows. Then we ask once"),
        ("es", False, 6, "El lunes 30 de noviembre le llegará una práctica de cinco minutos. Son seis,"),
        ("es", True, 6, "El lunes 30 de noviembre le llegará una lectura breve. Son seis, una por correo;"),
        ("es", True, 1, "El lunes 30 de noviembre le llegará una lectura breve. Después le preguntaremos"),
    ],
)
def test_a_reading_list_says_what_follows_it_and_when(
    language: str, discreet: bool, practices: int, said: str, practice: Practice
) -> None:
    ours = series(practice, language, discreet=discreet)
    mail = drafts.reading_list(practice, CATALOGUE, ours, items=ITEMS, practices=practices)

    rendered = letter(mail, practice)

    assert said in rendered.text
    assert said in Page(rendered.html).shown
    assert own_links(rendered) == below("/pause", "/stop", "/ready")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "On Monday, November 30 we ask once whether"),
        ("es", "El lunes 30 de noviembre le pregunta"),
    ],
)
def test_a_list_that_only_the_question_follows_says_so(language: str, said: str, practice: Practice) -> None:
    mail = drafts.reading_list(practice, CATALOGUE, series(practice, language), items=ITEMS, practices=0)

    rendered = letter(mail, practice)

    assert said in rendered.text
    assert own_links(rendered) == below("/pause", "/stop", "/ready")


@pytest.mark.parametrize(("language", "said"), [("en", "Nothing else follows"), ("es", "Nada más llega")])
def test_a_reading_list_that_nothing_follows_says_so_and_offers_no_pause(
    language: str, said: str, practice: Practice
) -> None:
    ours = series(practice, language, next_at=None)
    mail = drafts.reading_list(practice, CATALOGUE, ours, items=ITEMS, practices=0)

    rendered = letter(mail, practice)

    assert said in rendered.text
    assert own_links(rendered) == below("/ready")


def test_the_day_on_which_more_comes_is_the_readers_own(practice: Practice) -> None:
    far = series(practice, time_zone="Pacific/Auckland")
    mail = drafts.readiness_check_in(practice, far)
    listed = drafts.reading_list(practice, CATALOGUE, far, items=ITEMS, practices=6)

    assert "November 30" not in letter(mail, practice).text
    assert "On Tuesday, December 1 a short reading follows" in letter(listed, practice).text


@pytest.mark.parametrize(
    ("language", "headings", "said"),
    [
        ("en", ["Why", "How", "When to leave it"], "1. Breathe out once, slowly."),
        ("es", ["Por qué", "Cómo", "Cuándo dejarla"], "1. Suelte el aire una vez, despacio."),
    ],
)
def test_a_practice_comes_whole(language: str, headings: list[str], said: str, practice: Practice) -> None:
    mail = drafts.readiness_practice(practice, NAMING, series(practice, language, **OPEN), number=3, left=5)

    rendered = letter(mail, practice)

    page = Page(rendered.html)
    assert page.inside("h1") == [NAMING.title.text(language)]
    assert page.inside("h2") == headings
    assert rendered.subject.endswith(f": {NAMING.title.text(language)}")
    assert said in rendered.text
    for part in (NAMING.what, NAMING.why):
        assert part.text(language) in rendered.text
        assert part.text(language) in page.shown


def test_what_markdown_brings_looks_like_the_rest_of_the_mail(practice: Practice) -> None:
    mail = drafts.readiness_practice(practice, LONG, series(practice, **OPEN), number=3, left=5)
    listed = drafts.readiness_practice(practice, NAMING, series(practice, **OPEN), number=3, left=5)

    page, lists = Page(letter(mail, practice).html), Page(letter(listed, practice).html)

    (link,) = [a for tag, a in page.elements if tag == "a" and a["href"].startswith("https://example.org/")]
    assert "color: #1f6b57" in link["style"]
    assert link["class"] == "link"
    assert {a.get("class") for tag, a in lists.elements if tag in ("ol", "ul")} == {"list"}
    assert all("margin" in a["style"] for tag, a in lists.elements if tag in ("ol", "ul", "li", "p"))
    assert "(https://example.org/the/long/way/round?by=foot)" in letter(mail, practice).text


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_discreet_reader_gets_the_link_and_no_word_of_it(language: str, practice: Practice) -> None:
    hidden = series(practice, language)
    mails = (
        drafts.readiness_practice(practice, NAMING, hidden, number=3, left=5),
        drafts.readiness_reading(practice, LETTER, hidden, number=3, left=1),
    )

    for mail, item, page in zip(mails, (NAMING, LETTER), ("/practice/3", "/reading/3"), strict=True):
        rendered = letter(mail, practice)
        assert rendered.subject == item.discreet_title.text(language)
        assert own_links(rendered) == below(page, "/pause", "/pace", "/stop", "/ready")
        for told in (NAMING.why, NAMING.what, LETTER.title):
            assert told.text(language) not in rendered.text + rendered.html


@pytest.mark.parametrize(("language", "subject"), [("en", "Your next reading"), ("es", "Su próxima lectura")])
def test_a_title_that_gives_away_although_it_should_not_is_left_out(
    language: str, subject: str, practice: Practice
) -> None:
    mail = drafts.readiness_practice(practice, LONG, series(practice, language), number=3, left=5)

    rendered = letter(mail, practice)

    assert mail.title is None
    assert rendered.subject == subject


def test_danger_at_home_is_as_good_as_asking_for_discretion(practice: Practice) -> None:
    ours = series(practice, discreet=False, unsafe_at_home=True)

    assert drafts.readiness_practice(practice, NAMING, ours, number=3, left=5).page is None
    assert drafts.readiness_reading(practice, LETTER, ours, number=3, left=5).words is None


@pytest.mark.parametrize(
    ("left", "more", "language", "said"),
    [
        (5, True, "en", "Five more follow, one a mail. The next comes on Monday, November 30."),
        (1, True, "en", "One more follows, on Monday, November 30."),
        (0, True, "en", "This was the last of them. On Monday, November 30 we ask once whether"),
        (0, False, "en", "This was the last of them. Nothing more comes by itself."),
        (5, True, "es", "Siguen cinco más, una por correo. La próxima llega el lunes 30 de noviembre."),
        (1, True, "es", "Sigue una más, el lunes 30 de noviembre."),
        (0, True, "es", "Esta fue la última. El lunes 30 de noviembre le preguntaremos una sola vez"),
        (0, False, "es", "Esta fue la última. Nada más llega por sí solo."),
        (14, True, "es", "Siguen 14 más, una por correo."),
    ],
)
def test_every_reading_says_how_many_follow_and_when_the_next_comes(
    left: int, more: bool, language: str, said: str, practice: Practice
) -> None:
    ours = series(practice, language, discreet=False, next_at=NEXT_AT if more else None)
    while_more_comes = ["/pause", "/pace"] if more else []
    for mail, page in (
        (drafts.readiness_practice(practice, NAMING, ours, number=3, left=left), "/practice/3"),
        (drafts.readiness_reading(practice, LETTER, ours, number=3, left=left), "/reading/3"),
    ):
        rendered = letter(mail, practice)
        assert said in rendered.text
        assert said in Page(rendered.html).shown
        assert own_links(rendered) == below(page, *while_more_comes, "/stop", "/ready")


def test_the_question_at_the_end_has_three_answers_and_one_way_to_begin(practice: Practice) -> None:
    rendered = letter(drafts.readiness_check_in(practice, series(practice, next_at=None)), practice)

    assert rendered.subject == "Keep going, pause or stop?"
    assert own_links(rendered) == below("/keep", "/pause", "/stop", "/ready")
    assert "If you do nothing, the mails end by themselves." in rendered.text


@pytest.mark.parametrize("minimal", [False, True])
def test_the_coordinator_hears_who_is_ready_since_when_and_by_when_to_be_in_touch(
    minimal: bool, practice: Practice
) -> None:
    ours = practice.model_copy(update={"coordinator_mail": "minimal"}) if minimal else practice
    mail = drafts.ready_notice(
        contact(ours),
        request(ours, "readiness"),
        ours,
        ready_since=WRITTEN_AT,
        due_at=DUE_AT,
        begin_url=BEGIN,
    )

    rendered = letter(mail, ours)

    who = "Somebody" if minimal else "Sam Rivera"
    assert rendered.subject == "R-7F3K2: they are ready, please be in touch by Tue 1:00 pm"
    assert f"{who} is ready. Please be in touch by Tuesday, November 24 at 1:00 pm." in rendered.text
    assert "On Monday, November 23 at 10:20 am they said that they are ready" in rendered.text
    assert ("sam@example.org" in rendered.text) is not minimal
    assert ("behind the link" in rendered.text) is False
    assert [link for link in own_links(rendered) if "mailto" not in link] == [BEGIN]


def test_who_asked_for_silence_meanwhile_is_read_first_and_not_written_to(practice: Practice) -> None:
    mail = drafts.ready_notice(
        contact(practice, silenced=True),
        request(practice, "readiness"),
        practice,
        ready_since=WRITTEN_AT,
        due_at=DUE_AT,
        begin_url=BEGIN,
    )

    rendered = letter(mail, practice)

    assert "they asked for silence, please read their note" in rendered.subject
    assert "please be in touch" not in rendered.text.lower()

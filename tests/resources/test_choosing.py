"""What somebody is given to read, and when nothing is sent."""

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.resources.domain.choosing import MOST_BOOKS, Prepared, Withheld, choose, prepare
from services.resources.domain.going import begin, clear
from services.resources.domain.journey import Course, Journey, Waiting
from services.resources.domain.request import News, Request, with_news
from services.resources.domain.watching import Duty, Speaker, Watch
from shared.practice import Book, Catalogue, Clocks, Translated
from tests.resources.builders import NOW, a_request

CONTEXTS = ("bereaved", "no_partner", "partner_violence", "religious_harm", "spirituality_welcome")
WATCH = Watch(
    on_call="dana",
    crisis_due_at=NOW + timedelta(minutes=15),
    coordinators=(Speaker("lee", ("en",)), Speaker("dana", ("en", "es"))),
    hold_due_at=NOW + timedelta(hours=4),
)


def course(catalogue: Catalogue) -> Course:
    return Course(catalogue, Clocks(), "America/Los_Angeles")


def begun(told: Request, catalogue: Catalogue) -> Journey:
    return begin("j-1", told, (), course(catalogue), WATCH, now=NOW).after


def cleared(journey: Journey, level: str, catalogue: Catalogue, at: datetime = NOW) -> Journey:
    return clear(journey, level, (), course(catalogue), WATCH, now=at).after


def duty_of(journey: Journey) -> Duty | None:
    return journey.standing.duty if isinstance(journey.standing, Waiting) else None


def codes(prepared: Prepared) -> list[str]:
    return [item.code for item in prepared.items]


def why_not(prepared: Prepared, code: str) -> str:
    return next(book.why for book in prepared.left_out if book.code == code)


def a_book(code: str, for_: tuple[str, ...], **more: object) -> Book:
    about = Translated.of(en="Two sentences. Of our own.", es="Dos frases. Nuestras.")
    given = {"code": code, "title": code, "authors": ["A. Writer"], "for": for_, "about": about}
    return Book.model_validate({**given, **more})


def test_a_book_is_chosen_for_what_the_person_ticked(catalogue: Catalogue) -> None:
    prepared = choose(a_request(concerns=("grief_loss",)), catalogue)

    assert codes(prepared) == ["general_theory_of_love"]
    assert prepared.items[0].reasons == ("concern:grief_loss", "edition:en")


def test_at_most_four_books_are_chosen(catalogue: Catalogue) -> None:
    prepared = choose(a_request(concerns=("relational", "couples", "family", "trauma")), catalogue)

    assert len(prepared.items) == MOST_BOOKS
    assert why_not(prepared, "wired_for_love") == "enough_chosen"


def test_what_was_ticked_comes_before_what_we_guess_from_the_words(catalogue: Catalogue) -> None:
    told = a_request(concerns=("trauma",), suggested=("mindfulness_embodiment", "family"))

    prepared = choose(told, catalogue)

    assert codes(prepared)[0] == "power_of_attachment"
    assert "suggested:mindfulness_embodiment" in prepared.items[1].reasons


def test_a_guess_that_was_ticked_too_counts_once(catalogue: Catalogue) -> None:
    prepared = choose(a_request(concerns=("grief_loss",), suggested=("grief_loss",)), catalogue)

    assert prepared.items[0].reasons == ("concern:grief_loss", "edition:en")


def test_of_equals_the_more_particular_book_comes_first(catalogue: Catalogue) -> None:
    assert codes(choose(a_request(concerns=("premarital",)), catalogue)) == ["wired_for_love", "attached"]


@pytest.mark.parametrize("told", ["bereaved", "partner_violence", "no_partner"])
def test_a_book_about_couples_is_left_out_for_somebody_it_would_hurt(told: str, catalogue: Catalogue) -> None:
    prepared = choose(a_request(concerns=("couples", "premarital"), context={told}), catalogue)

    assert "wired_for_love" not in codes(prepared)
    assert why_not(prepared, "wired_for_love") == f"leave_out_when:{told}"
    assert prepared.items


def test_a_flag_from_the_person_s_own_words_leaves_a_book_out_like_a_tick(catalogue: Catalogue) -> None:
    prepared = choose(a_request(concerns=("couples",), flags={"partner_violence"}), catalogue)

    assert why_not(prepared, "wired_for_love") == "leave_out_when:partner_violence"


def test_a_book_of_faith_is_only_for_somebody_who_welcomes_it(catalogue: Catalogue) -> None:
    unasked = choose(a_request(concerns=("sexuality_spirituality",)), catalogue)
    welcome = choose(
        a_request(concerns=("sexuality_spirituality",), context={"spirituality_welcome"}), catalogue
    )
    hurt = choose(
        a_request(concerns=("sexuality_spirituality",), context={"spirituality_welcome", "religious_harm"}),
        catalogue,
    )

    assert why_not(unasked, "attached_to_god") == "only_when:spirituality_welcome"
    assert codes(welcome) == ["attached_to_god"]
    assert welcome.items[0].reasons[1] == "context:spirituality_welcome"
    assert why_not(hurt, "attached_to_god") == "leave_out_when:religious_harm"


def test_words_that_point_to_nothing_get_the_general_books(catalogue: Catalogue) -> None:
    prepared = choose(a_request(), catalogue)

    assert set(codes(prepared)) == set(catalogue.general)
    assert all(item.reasons[0] == "general" for item in prepared.items)
    assert why_not(prepared, "attached") == "no_concern"


def test_a_general_book_is_left_out_too_when_it_would_hurt() -> None:
    catalogue = Catalogue(
        version="1",
        general=("about_two", "about_one"),
        books=(
            a_book("about_two", ("couples",), leave_out_when=["no_partner"]),
            a_book("about_one", ("relational",)),
        ),
    )

    assert codes(choose(a_request(context={"no_partner"}), catalogue)) == ["about_one"]


def test_somebody_who_reads_spanish_gets_books_that_exist_in_spanish_first(catalogue: Catalogue) -> None:
    prepared = choose(a_request(language="es", concerns=("relational", "couples")), catalogue)

    assert codes(prepared)[:3] == ["attached", "general_theory_of_love", "art_of_communicating"]
    assert prepared.items[0].reasons[-1] == "edition:es"
    assert prepared.items[3].reasons[-1] == "edition:en"


def test_when_no_match_exists_in_spanish_a_general_book_that_does_leads_the_list(
    catalogue: Catalogue,
) -> None:
    prepared = choose(a_request(language="es", concerns=("trauma",)), catalogue)

    assert codes(prepared) == ["general_theory_of_love", "power_of_attachment"]
    assert prepared.items[0].reasons == ("general", "edition:es")


def test_a_crisis_withholds_the_list_until_a_person_has_looked(catalogue: Catalogue) -> None:
    journey = begun(a_request(safety_level="crisis"), catalogue)

    assert journey.outcome == Withheld("crisis")
    assert journey.state == "waiting"
    assert duty_of(journey) == Duty("dana", "review_safety", NOW + timedelta(minutes=15))


@pytest.mark.parametrize(("language", "owner"), [("en", "lee"), ("es", "dana"), ("fr", "lee")])
def test_danger_at_home_withholds_the_list_and_waits_for_a_coordinator(
    catalogue: Catalogue, language: str, owner: str
) -> None:
    told = a_request(flags={"danger_at_home"}, language=language)
    journey = begun(told, catalogue)

    assert journey.outcome == Withheld("danger_at_home")
    assert journey.state == "waiting"
    assert duty_of(journey) == Duty(owner, "review_hold", NOW + timedelta(hours=4))


def test_crisis_is_looked_at_even_when_home_is_dangerous_too(catalogue: Catalogue) -> None:
    told = a_request(safety_level="crisis", flags={"danger_at_home"})

    assert prepare(told, catalogue) == Withheld("crisis")


def test_partner_violence_leaves_out_books_and_withholds_nothing(catalogue: Catalogue) -> None:
    assert isinstance(prepare(a_request(flags={"partner_violence"}), catalogue), Prepared)


def test_an_elevated_worry_does_not_withhold_the_list(catalogue: Catalogue) -> None:
    assert isinstance(prepare(a_request(safety_level="elevated"), catalogue), Prepared)


def test_silence_asked_for_before_the_request_arrived_stops_the_journey(catalogue: Catalogue) -> None:
    told = with_news(a_request(), News(silenced=True))

    journey = begun(told, catalogue)

    assert (journey.outcome, journey.state, duty_of(journey)) == (Withheld("silenced"), "stopped", None)


def test_a_cleared_crisis_gets_the_list_it_would_have_had_and_is_in_nobody_s_hands(
    catalogue: Catalogue,
) -> None:
    told = a_request(safety_level="crisis", concerns=("couples",), context={"bereaved"})
    waiting = begun(told, catalogue)

    journey = cleared(waiting, "elevated", catalogue, NOW + timedelta(hours=2))

    assert journey.outcome == prepare(a_request(concerns=("couples",), context={"bereaved"}), catalogue)
    assert (journey.state, duty_of(journey), journey.version) == ("running", None, 2)
    assert (journey.begun_at, journey.decided_at) == (NOW, NOW + timedelta(hours=2))


def test_a_cleared_crisis_with_danger_at_home_waits_for_a_coordinator(catalogue: Catalogue) -> None:
    told = a_request(safety_level="crisis", flags={"danger_at_home"}, language="es")
    waiting = begun(told, catalogue)

    journey = cleared(waiting, "elevated", catalogue)

    assert (journey.outcome, journey.state) == (Withheld("danger_at_home"), "waiting")
    assert duty_of(journey) == Duty("dana", "review_hold", NOW + timedelta(hours=4))


def test_nothing_is_sent_to_somebody_of_whom_nobody_knows_any_more_whether_home_is_safe(
    catalogue: Catalogue,
) -> None:
    waiting = begun(a_request(safety_level="crisis", codes_kept=False), catalogue)

    journey = cleared(waiting, "elevated", catalogue)

    assert (journey.outcome, journey.state) == (Withheld("codes_not_kept"), "waiting")
    assert duty_of(journey) == Duty("lee", "review_hold", NOW + timedelta(hours=4))


def test_a_level_that_is_a_crisis_clears_nothing(catalogue: Catalogue) -> None:
    waiting = begun(a_request(safety_level="crisis"), catalogue)

    journey = cleared(waiting, "crisis", catalogue)

    assert (journey.outcome, duty_of(journey)) == (waiting.outcome, duty_of(waiting))


@pytest.mark.parametrize(
    ("level", "news", "becomes"),
    [
        ("crisis", News(), "crisis"),
        ("crisis", News(cleared_to="elevated"), "elevated"),
        ("none", News(cleared_to="elevated"), "none"),
        ("none", News(flagged=True), "crisis"),
    ],
)
def test_only_a_crisis_is_cleared_before_its_request_arrives(level: str, news: News, becomes: str) -> None:
    assert with_news(a_request(safety_level=level), news).safety_level == becomes


@st.composite
def requests(draw: st.DrawFn) -> Request:
    concerns = st.sampled_from(
        ["relational", "couples", "premarital", "trauma", "grief_loss", "family", "substance_use",
         "womens_issues", "mindfulness_embodiment", "sexuality_spirituality", "depression_anxiety"]
    )  # fmt: skip
    return a_request(
        language=draw(st.sampled_from(["en", "es"])),
        concerns=tuple(draw(st.lists(concerns, unique=True))),
        suggested=tuple(draw(st.lists(concerns, unique=True))),
        context=draw(st.sets(st.sampled_from(CONTEXTS))),
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told=requests())
def test_whatever_somebody_tells_they_get_one_to_four_books_none_of_which_is_barred(
    told: Request, catalogue: Catalogue
) -> None:
    prepared = choose(told, catalogue)

    assert 1 <= len(prepared.items) <= MOST_BOOKS
    assert len(set(codes(prepared))) == len(prepared.items)
    for code in codes(prepared):
        book = catalogue.book(code)
        assert book is not None
        assert not set(book.leave_out_when) & told.context
        assert set(book.only_when) <= told.context


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(told=requests())
def test_every_book_of_the_catalogue_is_either_chosen_or_left_out_with_a_reason(
    told: Request, catalogue: Catalogue
) -> None:
    prepared = choose(told, catalogue)

    accounted = [*codes(prepared), *(book.code for book in prepared.left_out)]
    assert sorted(accounted) == sorted(book.code for book in catalogue.books)
    assert all(book.why for book in prepared.left_out)

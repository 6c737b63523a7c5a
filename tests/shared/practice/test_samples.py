"""The two invented practices, as somebody meets them who has just cloned the repository."""

import re
from datetime import date

import pytest

from shared.practice import Book, Practice, Reading, load_catalogue, load_practice, load_roster_file
from tests.shared.practice.conftest import SAMPLES


def test_the_los_angeles_sample_meets_people_in_person_and_online(los_angeles: Practice) -> None:
    assert los_angeles.states == ("CA",)
    assert los_angeles.formats == ("online", "in_person")
    assert [site.code for site in los_angeles.sites] == ["highland_park"]


def test_the_new_york_sample_is_online_only(new_york: Practice) -> None:
    assert (new_york.states, new_york.formats, new_york.sites) == (("NY",), ("online",), ())


@pytest.mark.parametrize(("sample", "at_least"), [("los_angeles", 12), ("new_york", 8)])
def test_each_sample_s_roster_covers_every_specialty(sample: str, at_least: int) -> None:
    practice = load_practice(SAMPLES / sample)
    roster = load_roster_file(SAMPLES / sample / "clinicians.yaml", practice).clinicians

    assert len(roster) >= at_least
    assert {code for each in roster for code in each.specialties} == set(practice.specialties)


def test_the_los_angeles_roster_shows_everything_that_keeps_somebody_from_being_proposed(
    los_angeles: Practice,
) -> None:
    roster = load_roster_file(SAMPLES / "los_angeles" / "clinicians.yaml", los_angeles).clinicians
    today = date(2026, 11, 23)

    assert [each.supervisor for each in roster if los_angeles.rules.is_associate(each.credential)] == [
        "c-okafor",
        "c-brooks",
    ]
    assert sum("es" in each.languages for each in roster) >= 2
    assert any(span.covers(today) for each in roster for span in each.leave)
    assert any(not each.accepting for each in roster)
    assert any(each.caseload >= each.capacity for each in roster)
    assert any(all(licence.expires < today for licence in each.licences) for each in roster)
    assert any("couple" in each.units for each in roster)
    assert any("family" in each.units for each in roster)
    assert any(each.ages.from_ <= 12 for each in roster)


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_the_samples_speak_only_of_invented_people(sample: str) -> None:
    for file in ("practice.yaml", "clinicians.yaml"):
        text = (SAMPLES / sample / file).read_text(encoding="utf-8")
        hosts = {word.split("@")[1].strip(" ,}") for word in text.split() if "@" in word}
        assert all(host.endswith(".example.org") for host in hosts)
    assert "-555-01" in (SAMPLES / sample / "practice.yaml").read_text(encoding="utf-8")
    assert load_practice(SAMPLES / sample).site_keys == ()


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_the_catalogue_names_its_authors_right(sample: str) -> None:
    catalogue = load_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample))
    authors = {book.code: book.authors for book in catalogue.books}

    assert authors["power_of_attachment"] == ("Diane Poole Heller",)
    assert authors["attached"] == ("Amir Levine", "Rachel Heller")
    assert authors["art_of_communicating"] == ("Thích Nhất Hạnh",)
    assert len(catalogue.books) == 7
    love = catalogue.book("general_theory_of_love")
    assert love is not None
    assert (love.title, love.listed_as) == ("A General Theory of Love", "The General Theory of Love")
    assert (love.title_in("es"), love.title_in("en")) == ("Una teoría general del amor", love.title)


SIX = (
    "self_connection",
    "noticing_not_reacting",
    "micro_moments",
    "relational_history",
    "somatic_awareness",
    "compassionate_reflection",
)
CONCERNS = (
    "grief_loss",
    "couples",
    "trauma",
    "teens_young_adults",
    "lgbtqia_affirmative",
    "depression_anxiety",
)


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_the_six_practices_come_in_their_order_to_everybody(sample: str) -> None:
    practices = load_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample)).practices

    assert tuple(each.code for each in practices) == SIX
    assert all(not each.only_when and not each.leave_out_when for each in practices)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_each_practice_takes_five_minutes(sample: str, language: str) -> None:
    minutes = {"one minute": 1, "two minutes": 2, "un minuto": 1, "dos minutos": 2}

    for each in load_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample)).practices:
        steps = re.findall(r"\d\. \*\*(.+?)\.\*\*", each.how.text(language))
        assert sum(minutes[step.lower()] for step in steps) == 5, each.code


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_there_is_a_short_reading_for_each_concern(sample: str) -> None:
    readings = load_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample)).readings

    assert set(CONCERNS) <= {code for each in readings for code in each.for_}


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
@pytest.mark.parametrize("context", ["bereaved", "no_partner", "partner_violence"])
def test_nothing_for_couples_alone_reaches_somebody_whom_it_would_hurt(sample: str, context: str) -> None:
    catalogue = load_catalogue(SAMPLES / sample, load_practice(SAMPLES / sample))
    for_couples = {"couples", "premarital"}

    items: list[Book | Reading] = [*catalogue.books, *catalogue.readings]
    for each in items:
        if set(each.for_) <= for_couples:
            assert context in each.leave_out_when, each.code

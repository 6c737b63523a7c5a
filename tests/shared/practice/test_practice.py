"""What others ask of a practice."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from shared.practice import BadFile, Practice, load_practice
from tests.shared.practice.conftest import Edit


def test_working_time_passes_only_in_opening_hours_and_not_on_holidays(los_angeles: Practice) -> None:
    hours = los_angeles.working_hours()
    before_thanksgiving = datetime(2026, 11, 25, 23, 0, tzinfo=UTC)  # Wednesday, 3 pm

    assert hours.is_open(before_thanksgiving)
    assert not hours.is_open(datetime(2026, 11, 26, 20, 0, tzinfo=UTC))
    assert hours.after(before_thanksgiving, timedelta(hours=4)) == datetime(2026, 11, 30, 18, 0, tzinfo=UTC)


def test_every_code_has_words_in_both_languages(los_angeles: Practice) -> None:
    codes = [
        *los_angeles.concerns,
        *los_angeles.formats,
        *los_angeles.rules.vocabulary.times,
        *los_angeles.rules.vocabulary.units,
        *los_angeles.rules.vocabulary.modalities,
        *los_angeles.rules.vocabulary.identities,
        *(site.code for site in los_angeles.sites),
    ]
    unknown = [code for code in codes for said in ("en", "es") if not los_angeles.label(code, said)]

    assert unknown == []
    assert los_angeles.label("grief_loss", "es") == "duelo y pérdida"
    assert los_angeles.label("highland_park", "es") == "Highland Park"
    assert los_angeles.label("weekday_evening", "en") == "weekday evenings"
    assert los_angeles.label("CA", "es", "state") == "California"


def test_one_code_may_mean_different_things_in_different_places(los_angeles: Practice) -> None:
    assert los_angeles.label("family", "en", "concern") == "family therapy"
    assert los_angeles.label("family", "en", "unit") == "a family"


def test_languages_are_named_in_the_reader_s_language(los_angeles: Practice) -> None:
    assert los_angeles.label("es", "es", "language") == "español"
    assert los_angeles.label("zh", "en", "language") == "Chinese"


def test_a_code_that_the_practice_dropped_is_spelled_out(los_angeles: Practice) -> None:
    assert los_angeles.label("sleep_troubles", "en") == "sleep troubles"


def test_ticked_phrases_mean_specialties_each_once(los_angeles: Practice) -> None:
    ticked = ("unseen", "couples", "closeness_and_trust", "no_longer_offered")

    assert los_angeles.specialties_of(ticked) == ("relational", "identity_belonging", "couples")


def test_a_site_is_known_by_its_key_and_only_by_its_key(edited: Edit) -> None:
    digest = hashlib.sha256(b"a long random key").hexdigest()
    keys = f"site_keys: [{{name: main-site, sha256: {digest}}}]\norigins:"
    practice = load_practice(edited("practice.yaml", "origins:", keys))

    assert practice.site_of("a long random key") == "main-site"
    assert practice.site_of(digest) is None
    assert practice.site_of("") is None


def test_a_state_s_zone_is_its_main_one_and_an_unknown_state_s_the_practice_s(los_angeles: Practice) -> None:
    assert los_angeles.zone_of("NY") == "America/New_York"
    assert los_angeles.zone_of("unknown") == "America/Los_Angeles"
    assert los_angeles.zone_of(None) == "America/Los_Angeles"


def test_a_late_coordinator_has_a_deputy(los_angeles: Practice) -> None:
    deputy = los_angeles.deputy_of("dana")

    assert deputy is not None
    assert deputy.id == "lee"
    assert los_angeles.deputy_of("marguerite") is None
    assert los_angeles.coordinator("nobody") is None


def test_the_practice_cannot_be_changed_after_it_is_read(los_angeles: Practice) -> None:
    with pytest.raises(ValidationError):
        los_angeles.name = "Another"


def test_the_front_desk_may_be_called_differently_in_each_language_or_alike_in_all(
    edited: Edit, los_angeles: Practice
) -> None:
    by_language = '{en: Dana at the front desk, es: "Dana, de la recepción"}'
    alike = load_practice(edited("practice.yaml", by_language, "Dana at the front desk"))

    assert los_angeles.discreet_name.text("es") == "Dana, de la recepción"
    assert {alike.discreet_name.text(each) for each in ("en", "es")} == {"Dana at the front desk"}
    with pytest.raises(BadFile, match=r"practice\.yaml:3: discreet_name\.es: is missing"):
        load_practice(edited("practice.yaml", "Dana at the front desk", "{en: Dana}"))


@pytest.mark.parametrize(
    ("new", "told"),
    [
        ('reviews: {laws: {version: "1", by: dana, on: 2027-01-01}}', "reviews.laws: is not a rule pack"),
        ("reviews: {consent: {by: dana, on: 2027-01-01}}", "reviews.consent.version: is missing"),
    ],
    ids=["of no pack", "of no version"],
)
def test_a_review_is_of_a_pack_that_there_is_and_names_its_version(edited: Edit, new: str, told: str) -> None:
    with pytest.raises(BadFile, match=told):
        load_practice(edited("practice.yaml", "reviews: {}", new))

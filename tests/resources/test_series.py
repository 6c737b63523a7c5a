"""Which practices and short readings fit somebody, and why the others do not."""

from services.resources.domain.series import choose_series
from shared.practice import Catalogue
from tests.resources.builders import a_practice, a_reading, a_request, with_series


def test_a_practice_is_left_out_for_somebody_it_would_hurt_and_the_reason_is_kept(
    catalogue: Catalogue,
) -> None:
    practices = (
        a_practice("kind_letter", leave_out_when=("bereaved",)),
        a_practice("prayer", only_when=("spirituality_welcome",)),
        a_practice("walking"),
    )
    catalogue = with_series(catalogue, practices, ())

    series = choose_series(a_request(context={"bereaved"}), catalogue)
    welcome = choose_series(a_request(context={"spirituality_welcome"}), catalogue)

    assert [each.code for each in series.practices.items] == ["walking"]
    assert {each.code: each.why for each in series.practices.left_out} == {
        "kind_letter": "leave_out_when:bereaved",
        "prayer": "only_when:spirituality_welcome",
    }
    assert [each.reasons for each in welcome.practices.items] == [
        ("everybody",),
        ("context:spirituality_welcome",),
        ("everybody",),
    ]


def test_readings_fit_what_was_ticked_before_what_is_guessed_and_the_rest_has_a_reason(
    catalogue: Catalogue,
) -> None:
    readings = (
        a_reading("guessed", "family"),
        a_reading("ticked", "grief_loss", "couples"),
        a_reading("ticked_more_narrowly", "grief_loss"),
        a_reading("other", "trauma"),
        a_reading("hurts", "grief_loss", leave_out_when=("partner_violence",)),
    )
    told = a_request(concerns=("grief_loss",), suggested=("family",), flags={"partner_violence"})

    series = choose_series(told, with_series(catalogue, (), readings))

    assert [each.code for each in series.readings.items] == ["ticked_more_narrowly", "ticked", "guessed"]
    assert series.readings.items[2].reasons == ("suggested:family",)
    assert {each.code: each.why for each in series.readings.left_out} == {
        "other": "no_concern",
        "hurts": "leave_out_when:partner_violence",
    }

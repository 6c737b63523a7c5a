"""Why a clinician cannot be offered: one rule a code."""

from datetime import date, timedelta

import pytest

from services.matching.domain.exclude import misses
from services.matching.domain.types import Clinician, Leave, Licence, Request
from tests.matching.builders import FACTS, TODAY, a_clinician, a_request, a_roster

EXPIRED = (Licence("CA", TODAY - timedelta(days=1)),)


def codes(clinician: Clinician, request: Request | None = None, *others: Clinician) -> tuple[str, ...]:
    found = misses(request or a_request(), a_roster(clinician, *others), FACTS, TODAY)
    return found[clinician.id].codes if clinician.id in found else ()


def test_a_clinician_with_nothing_against_them_can_be_offered() -> None:
    assert codes(a_clinician()) == ()


def test_without_a_licence_for_the_persons_state_nobody_is_offered() -> None:
    assert codes(a_clinician(licences=(Licence("NY", date(2028, 1, 1)),))) == ("licence",)


def test_a_licence_for_a_state_where_the_practice_does_not_work_does_not_help() -> None:
    texan = a_clinician(licences=(Licence("TX", date(2028, 1, 1)),))

    assert codes(texan, a_request(state="TX")) == ("licence",)


def test_an_expired_licence_excludes() -> None:
    assert codes(a_clinician(licences=EXPIRED)) == ("licence_expired",)


def test_a_licence_is_good_through_its_last_day() -> None:
    assert codes(a_clinician(licences=(Licence("CA", TODAY),))) == ()


def test_a_renewed_licence_counts_beside_the_expired_one() -> None:
    assert codes(a_clinician(licences=(*EXPIRED, Licence("CA", date(2028, 1, 1))))) == ()


def test_the_format_asked_for_must_be_offered() -> None:
    only_online = a_clinician(formats={"online"}, sites=set())

    assert codes(only_online, a_request(format="in_person")) == ("format",)
    assert codes(only_online, a_request(format="online")) == ()


def test_meeting_in_person_needs_a_place_in_common() -> None:
    elsewhere = a_clinician(sites={"pasadena"})

    assert codes(elsewhere, a_request(format="in_person", sites={"highland_park"})) == ("site",)


def test_a_place_does_not_matter_to_those_who_can_meet_online() -> None:
    elsewhere = a_clinician(sites={"pasadena"})

    assert codes(elsewhere, a_request(format="online", sites={"highland_park"})) == ()
    assert codes(elsewhere, a_request(sites={"highland_park"})) == ()


def test_the_unit_must_be_one_the_clinician_sees() -> None:
    assert codes(a_clinician(units={"individual"}), a_request(unit="couple")) == ("unit",)


@pytest.mark.parametrize(("age", "excluded"), [(24, ("age",)), (25, ()), (60, ()), (61, ("age",))])
def test_ages_include_both_ends(age: int, excluded: tuple[str, ...]) -> None:
    assert codes(a_clinician(youngest=25, oldest=60), a_request(age=age)) == excluded


def test_a_language_excludes_only_when_it_is_a_condition() -> None:
    wished = a_request(languages={"es"})
    needed = a_request(languages={"es"}, language_required=True)

    assert codes(a_clinician(languages={"en"}), wished) == ()
    assert codes(a_clinician(languages={"en"}), needed) == ("language",)
    assert codes(a_clinician(languages={"en", "es"}), needed) == ()


def test_a_required_language_that_was_not_named_is_the_one_they_wrote_in() -> None:
    assert codes(a_clinician(), a_request(language="es", language_required=True)) == ("language",)


@pytest.mark.parametrize(("limit", "excluded"), [(99, ("fee",)), (100, ()), (None, ())])
def test_the_lowest_fee_must_be_within_what_the_person_can_pay(
    limit: int | None, excluded: tuple[str, ...]
) -> None:
    assert codes(a_clinician(fee_min=100), a_request(fee_max=limit)) == excluded


@pytest.mark.parametrize("free_places", [0, -2])
def test_a_full_clinician_is_not_offered(free_places: int) -> None:
    assert codes(a_clinician(free_places=free_places)) == ("capacity",)


def test_who_takes_nobody_new_is_not_offered() -> None:
    assert codes(a_clinician(accepting=False)) == ("not_accepting",)


@pytest.mark.parametrize(
    ("first", "last", "excluded"), [(0, 0, True), (-5, 0, True), (1, 9, False), (-9, -1, False)]
)
def test_a_clinician_on_leave_today_is_not_offered(first: int, last: int, excluded: bool) -> None:
    leave = Leave(TODAY + timedelta(days=first), TODAY + timedelta(days=last))

    assert codes(a_clinician(leave=(leave,))) == (("on_leave",) if excluded else ())


def test_times_exclude_only_when_some_were_wished_and_none_is_shared() -> None:
    evenings = a_clinician(times={"weekday_evening", "saturday"})

    assert codes(evenings, a_request(times={"weekday_morning"})) == ("schedule",)
    assert codes(evenings, a_request(times={"weekday_morning", "saturday"})) == ()
    assert codes(evenings, a_request()) == ()


def test_what_needs_training_excludes_who_lists_none_of_it() -> None:
    grief_only = a_clinician(specialties={"grief_loss": 3})

    assert codes(grief_only, a_request(concerns=("trauma", "couples"))) == ("specialty",)
    assert codes(a_clinician(specialties={"couples": 1}), a_request(concerns=("trauma", "couples"))) == ()


def test_a_concern_that_needs_no_training_excludes_nobody() -> None:
    assert codes(a_clinician(specialties={}), a_request(concerns=("grief_loss",))) == ()


def test_a_concern_that_was_only_suggested_excludes_nobody() -> None:
    assert codes(a_clinician(specialties={}), a_request(suggested=("trauma",))) == ()


@pytest.mark.parametrize(
    "supervisor",
    [
        a_clinician("c-boss", associate=True, supervisor="c-1"),
        a_clinician("c-boss", licences=EXPIRED),
        a_clinician("c-boss", licences=(Licence("NY", date(2028, 1, 1)),)),
        a_clinician("c-somebody-else"),
    ],
    ids=["an associate too", "licence expired", "licensed elsewhere", "not on the roster"],
)
def test_an_associate_needs_a_supervisor_who_can_sign(supervisor: Clinician) -> None:
    associate = a_clinician(associate=True, supervisor="c-boss")

    assert codes(associate, None, supervisor) == ("associate_without_supervisor",)


def test_a_supervised_associate_can_be_offered_even_while_the_supervisor_is_full_or_away() -> None:
    associate = a_clinician(associate=True, supervisor="c-boss")
    boss = a_clinician("c-boss", free_places=0, leave=(Leave(TODAY, TODAY),))

    assert codes(associate, None, boss) == ()


@pytest.mark.parametrize("named", ["R-00001", "q-1", "p-1"])
def test_a_conflict_of_interest_excludes(named: str) -> None:
    assert codes(a_clinician(conflicts={named})) == ("conflict",)


def test_who_said_no_to_this_request_is_not_asked_again() -> None:
    assert codes(a_clinician(), a_request(declined_by={"c-1"})) == ("already_declined",)


def test_every_reason_is_given_in_the_order_of_the_contract() -> None:
    nobody = a_clinician(licences=(), accepting=False, units=set(), times=set(), free_places=0)
    request = a_request(times={"saturday"})

    assert codes(nobody, request) == ("licence", "unit", "capacity", "not_accepting", "schedule")

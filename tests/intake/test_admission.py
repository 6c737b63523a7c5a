"""What is taken in, what is kept aside, and what is sent back with its reason."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.domain.admission import admit, band_of, certain_age
from services.intake.domain.decision import Admitted, Assessed, Decision, FieldError, Quarantined, Refused
from services.intake.domain.practice_facts import CONTEXTS, WRITTEN_FOR
from services.intake.domain.submission import Client, SafetyTicks, Signals, Submission, TimeTrap, Wishes
from tests.intake.builders import NOW, a_consultation, a_readiness, a_writer, the_facts, the_rules

CRISIS = "I want to kill myself tonight"


def decided(submission: Submission, **signals: Any) -> Decision:
    return admit(submission, Signals(**signals), the_rules(), the_facts(), NOW)


def taken(submission: Submission, **signals: Any) -> Assessed:
    decision = decided(submission, **signals)
    assert isinstance(decision, Admitted)
    return decision.request


def refused(submission: Submission) -> tuple[FieldError, ...]:
    decision = decided(submission)
    assert isinstance(decision, Refused)
    return decision.reasons


def test_a_plain_request_is_admitted_as_it_is() -> None:
    request = taken(a_consultation(concerns=("grief_loss", "couples")))
    assert (request.path, request.age, request.age_band, request.unit) == (
        "consultation",
        34,
        "adult",
        "individual",
    )
    assert request.concerns == ("grief_loss", "couples")
    assert request.safety.level == "none"


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"concerns": ("grief_loss", "couples", "astrology")}, "/concerns/2"),
        ({"state": "ZZ"}, "/state"),
        ({"for_": "dog"}, "/for"),
        ({"unit": "crowd"}, "/unit"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"language": "fr"}, "/language"),
        ({"preferences": Wishes(format="carrier_pigeon")}, "/preferences/format"),
        ({"preferences": Wishes(sites=("highland_park", "the_moon"))}, "/preferences/sites/1"),
        ({"preferences": Wishes(languages=("en", "klingon"))}, "/preferences/languages/1"),
        ({"preferences": Wishes(modalities=("emdr", "leeches"))}, "/preferences/modalities/1"),
        ({"preferences": Wishes(clinician=("famous",))}, "/preferences/clinician/0"),
        ({"preferences": Wishes(times=("saturday", "midnight"))}, "/preferences/times/1"),
    ],
)
def test_an_unknown_code_is_refused_by_its_place(said: dict[str, Any], pointer: str) -> None:
    assert refused(a_consultation(**said)) == (FieldError(pointer, "unknown_code"),)


def test_everything_wrong_is_said_at_once() -> None:
    wrong = refused(a_consultation(writer=a_writer(email=None), age=None, concerns=("astrology",)))
    assert {each.pointer for each in wrong} == {"/email", "/age", "/concerns/0"}


def test_a_phone_number_alone_is_enough_to_be_reached() -> None:
    assert taken(a_consultation(writer=a_writer(email=None, phone="+13235550100")))


def test_somebody_who_cannot_be_reached_is_asked_for_one_address() -> None:
    wrong = refused(a_consultation(writer=a_writer(email=None)))
    assert wrong == (FieldError("/email", "required_one_of"),)


@pytest.mark.parametrize("state", ["NY", "unknown", "Unknown", "ca"])
def test_a_state_outside_the_practice_or_unknown_is_accepted(state: str) -> None:
    assert taken(a_consultation(state=state)).state in {"NY", "unknown", "CA"}


@pytest.mark.parametrize("for_", ["child", "other"])
def test_writing_for_somebody_else_says_who_and_how_old(for_: str) -> None:
    assert refused(a_consultation(for_=for_)) == (FieldError("/client", "required"),)
    wrong = refused(a_consultation(for_=for_, client=Client("Ari")))
    assert wrong == (FieldError("/client/age", "required"),)


def test_a_parent_who_writes_for_a_teen_is_judged_by_the_teen_s_age() -> None:
    request = taken(a_consultation(for_="child", age=41, client=Client("Ari", 15, "my son")))
    assert (request.age, request.age_band) == (15, "teen")


def test_a_parent_need_not_give_their_own_age() -> None:
    assert taken(a_consultation(for_="child", age=None, client=Client("Ari", 9))).age_band == "child"


def test_a_client_does_not_change_the_age_of_who_writes_for_themselves() -> None:
    assert taken(a_consultation(for_="self", age=34, client=Client("Ari", 9))).age == 34


def test_a_couple_is_one_unit_unless_something_else_was_asked_for() -> None:
    assert taken(a_consultation(for_="couple")).unit == "couple"
    assert taken(a_consultation(for_="couple", unit="individual")).unit == "individual"


def test_a_birth_year_that_leaves_open_whether_somebody_is_grown_up_counts_as_not_yet() -> None:
    assert taken(a_consultation(age=None, birth_year=2008)).age_band == "teen"
    assert taken(a_consultation(age=None, birth_year=1990)).age == 36


@given(st.integers(1906, 2026), st.sampled_from([(1, 1), (6, 30), (12, 31)]))
def test_a_birth_year_never_makes_anybody_older_than_they_may_be(year: int, day: tuple[int, int]) -> None:
    age = certain_age(year, datetime(2026, *day, tzinfo=UTC))
    youngest = max(2026 - year - 1, 0)
    assert age in (youngest, youngest + 1, 2026 - year)
    assert band_of(age) == band_of(youngest)


@pytest.mark.parametrize("year", [2030, 1800])
def test_a_birth_year_that_cannot_be_is_refused(year: int) -> None:
    wrong = refused(a_consultation(age=None, birth_year=year))
    assert wrong == (FieldError("/birth_year", "out_of_range"),)


def test_the_time_zone_is_the_given_one_else_the_state_s_else_the_practice_s() -> None:
    assert taken(a_consultation(state="NY", time_zone="Pacific/Honolulu")).time_zone == "Pacific/Honolulu"
    assert taken(a_consultation(state="NY")).time_zone == "America/New_York"
    assert taken(a_consultation(state="unknown")).time_zone == "America/Los_Angeles"


def test_a_ticked_phrase_stands_for_its_specialties_and_each_counts_once() -> None:
    request = taken(a_consultation(concerns=("relational", "unseen", "closeness_and_trust")))
    assert request.concerns == ("relational", "identity_belonging")


def test_a_suggestion_never_repeats_what_was_ticked() -> None:
    message = "My mother died in March and I can't stop grieving."
    suggested = taken(a_consultation(message=message)).suggested_concerns
    assert "grief_loss" in suggested
    ticked = taken(a_consultation(message=message, concerns=("grief_loss",)))
    assert "grief_loss" not in ticked.suggested_concerns


def test_a_language_of_a_country_is_the_language() -> None:
    assert taken(a_consultation(language="es-MX")).language == "es"


def test_ticks_about_safety_are_flags_that_stop_automation() -> None:
    request = taken(a_consultation(safety=SafetyTicks(unsafe_at_home=True, partner_violence=True)))
    assert request.flags == ("danger_at_home", "partner_violence")
    assert request.safety.level == "elevated"


def test_words_in_a_crisis_are_a_crisis_on_either_path() -> None:
    assert taken(a_consultation(message=CRISIS)).safety.level == "crisis"
    assert taken(a_readiness(message=CRISIS)).safety.level == "crisis"


def test_partner_violence_told_as_context_is_a_flag_too() -> None:
    assert taken(a_readiness(context=("partner_violence",))).flags == ("partner_violence",)


def test_reading_is_sent_only_to_who_asked_for_it() -> None:
    assert refused(a_readiness(opt_in=False)) == (FieldError("/opt_in", "opt_in_required"),)


def test_reading_needs_an_address() -> None:
    wrong = refused(a_readiness(writer=a_writer(email=None, phone="+13235550100")))
    assert wrong == (FieldError("/email", "required"),)


def test_a_readiness_request_needs_neither_state_nor_age() -> None:
    request = taken(a_readiness(state=None))
    assert (request.path, request.state, request.age) == ("readiness", None, None)
    assert request.time_zone == "America/Los_Angeles"


def test_an_unknown_context_is_refused_by_its_place() -> None:
    wrong = refused(a_readiness(context=("bereaved", "busy")))
    assert wrong == (FieldError("/context/1", "unknown_code"),)


@pytest.mark.parametrize(
    ("signals", "why"),
    [
        ({"honeypot_filled": True}, "honeypot"),
        ({"time_trap": "too_fast"}, "time_trap_too_fast"),
        ({"time_trap": "invalid"}, "time_trap_invalid"),
    ],
)
def test_what_came_like_spam_is_kept_aside(signals: dict[str, Any], why: str) -> None:
    decision = decided(a_consultation(), **signals)
    assert isinstance(decision, Quarantined)
    assert decision.why == (why,)


@pytest.mark.parametrize("trap", ["absent", "passed"])
def test_a_form_without_a_time_trap_or_with_one_passed_is_no_spam(trap: TimeTrap) -> None:
    assert taken(a_consultation(), time_trap=trap)


def test_many_links_are_kept_aside_and_one_or_two_are_not() -> None:
    link = "see https://www.example.org/page "
    assert taken(a_consultation(message=link * 2))
    decision = decided(a_consultation(message=link * 3))
    assert isinstance(decision, Quarantined)
    assert decision.why == ("many_links",)


def test_a_person_in_a_crisis_is_judged_in_quarantine_too() -> None:
    decision = decided(a_consultation(message=CRISIS), honeypot_filled=True)
    assert isinstance(decision, Quarantined)
    assert decision.request.safety.level == "crisis"


codes = st.text(max_size=20)


def wishes() -> st.SearchStrategy[Wishes]:
    known = the_facts()
    several = st.lists(st.sampled_from(sorted(known.times)) | codes, max_size=4).map(tuple)
    return st.builds(Wishes, format=st.none() | st.sampled_from(sorted(known.formats)) | codes, times=several)


def submissions() -> st.SearchStrategy[Submission]:
    known = the_facts()
    shared: dict[str, st.SearchStrategy[Any]] = {
        "writer": st.builds(a_writer, name=st.text(max_size=9), email=st.none() | st.just("sam@example.org")),
        "concerns": st.lists(st.sampled_from(sorted(known.specialties)) | codes, max_size=4).map(tuple),
        "message": st.text(max_size=200),
        "time_zone": st.none() | st.just("America/Denver") | codes,
        "language": st.sampled_from(["en", "es"]) | codes,
        "safety": st.builds(SafetyTicks, unsafe_at_home=st.booleans(), partner_violence=st.booleans()),
    }
    consultation = st.builds(
        a_consultation,
        for_=st.sampled_from(sorted(WRITTEN_FOR)) | codes,
        client=st.none()
        | st.builds(Client, st.none() | codes, st.none() | st.integers(-5, 200), st.none() | codes),
        age=st.none() | st.integers(-5, 200),
        birth_year=st.none() | st.integers(1800, 2100),
        state=st.sampled_from(["CA", "NY", "unknown"]) | codes,
        preferences=wishes(),
        **shared,
    )
    context = st.lists(st.sampled_from(sorted(CONTEXTS)) | codes, max_size=3).map(tuple)
    return consultation | st.builds(a_readiness, opt_in=st.booleans(), context=context, **shared)


@given(submissions(), st.builds(Signals, honeypot_filled=st.booleans()))
def test_whatever_is_typed_the_decision_is_whole(submission: Submission, signals: Signals) -> None:
    decision = admit(submission, signals, the_rules(), the_facts(), NOW)
    assert decision == admit(submission, signals, the_rules(), the_facts(), NOW)
    if isinstance(decision, Refused):
        assert decision.reasons
        assert all(each.pointer.startswith("/") for each in decision.reasons)
        return
    request = decision.request
    assert set(request.concerns) | set(request.suggested_concerns) <= the_facts().specialties
    assert (request.age is None) == (request.path == "readiness")
    assert request.time_zone in the_facts().time_zones
    why = set(decision.why) if isinstance(decision, Quarantined) else set()
    assert ("honeypot" in why) == signals.honeypot_filled
    assert why <= {"honeypot", "many_links"}

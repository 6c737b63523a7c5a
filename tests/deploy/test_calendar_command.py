"""`practice calendar`: who is called when, and when coordinators take no calls."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from shared.clock import utc_now
from tests.deploy.conftest import GRIEF, Practice, Running, book, told, wait_until

LOS_ANGELES = ZoneInfo("America/Los_Angeles")
IN_A_YEAR = (utc_now() + timedelta(days=360)).astimezone(LOS_ANGELES).date()


@pytest.fixture
def nobody_away(practice: Practice) -> Iterator[None]:
    """Whoever is away at the end of a test takes calls again."""
    yield
    for each in told(practice("calendar", "--json")):
        for absence in each["absences"]:
            assert practice("calendar", "clear", absence["absence_id"]).exit_code == 0


@pytest.fixture(scope="module")
def called(shared_stack: Running) -> tuple[str, datetime]:
    """Somebody who booked a call: their reference, and when."""
    return book(shared_stack, GRIEF | {"email": "called@example.org"})


def absences(practice: Practice, who: str) -> list[dict[str, str]]:
    [each] = told(practice("calendar", who, "--json"))
    assert each["coordinator_id"] == who
    return list(each["absences"])


@pytest.mark.usefixtures("nobody_away")
def test_leave_is_whole_days_by_the_coordinators_clock_until_it_is_cleared(practice: Practice) -> None:
    last = IN_A_YEAR + timedelta(days=6)

    kept = practice("calendar", "leave", "dana", str(IN_A_YEAR), str(last))

    assert kept.exit_code == 0, kept.stderr
    assert kept.stdout.startswith("Dana takes no calls from ")
    [absence] = absences(practice, "dana")
    begins, ends = (datetime.fromisoformat(absence[each]) for each in ("begins_at", "ends_at"))
    assert begins == datetime.combine(IN_A_YEAR, datetime.min.time(), LOS_ANGELES)
    assert ends == datetime.combine(last + timedelta(days=1), datetime.min.time(), LOS_ANGELES)
    assert absences(practice, "lee") == []
    shown = practice("calendar").stdout
    assert absence["absence_id"][:8] in shown
    assert "takes no calls" in shown
    assert practice("calendar", "clear", absence["absence_id"][:8]).exit_code == 0
    assert absences(practice, "dana") == []


@pytest.mark.usefixtures("nobody_away")
def test_a_block_is_hours_of_a_day(practice: Practice) -> None:
    kept = practice("calendar", "block", "lee", f"{IN_A_YEAR} 14:00", "16:30")

    assert kept.exit_code == 0, kept.stderr
    [absence] = absences(practice, "lee")
    begins, ends = (datetime.fromisoformat(absence[each]) for each in ("begins_at", "ends_at"))
    assert (begins.astimezone(LOS_ANGELES).hour, ends - begins) == (14, timedelta(hours=2.5))


def test_a_booked_call_is_shown_with_who_calls(practice: Practice, called: tuple[str, datetime]) -> None:
    reference, at = called

    everybody = told(practice("calendar", "--json"))
    [(who, call)] = [
        (each["coordinator_id"], one)
        for each in everybody
        for one in each["consultations"]
        if one["reference"] == reference
    ]

    assert datetime.fromisoformat(call["starts_at"]) == at
    assert (call["coordinator_id"], call["status"]) == (who, "booked")
    assert f"call {reference}" in practice("calendar", who).stdout


@pytest.mark.usefixtures("nobody_away")
def test_what_is_booked_stands_through_leave_and_is_told(
    practice: Practice, called: tuple[str, datetime]
) -> None:
    reference, at = called
    day = str(at.astimezone(LOS_ANGELES).date())

    kept = [practice("calendar", "leave", who, day, day) for who in ("dana", "lee")]

    assert [each.exit_code for each in kept] == [0, 0]
    assert [reference in each.stdout for each in kept].count(True) == 1
    assert "still to take place" in "".join(each.stdout for each in kept)


@pytest.mark.usefixtures("nobody_away")
def test_nobody_can_book_while_everybody_is_away(shared_stack: Running, practice: Practice) -> None:
    days = [str((utc_now() + timedelta(days=days)).date()) for days in (-1, 30)]
    for who in ("dana", "lee"):
        assert practice("calendar", "leave", who, *days).exit_code == 0

    checks = {each["check"]: each for each in json.loads(practice("doctor", "--json").stdout)}
    assert (checks["calls"]["ok"], checks["calls"]["do"] != "") == (False, True)
    with pytest.raises(AssertionError):
        book(shared_stack, GRIEF | {"email": "patient@example.org"})


@pytest.mark.parametrize(
    "arguments",
    [
        ["nobody"],
        ["block", "nobody", f"{IN_A_YEAR} 14:00", "16:00"],
        ["block", "dana", f"{IN_A_YEAR} 14:00"],
        ["block", "dana", "14:00", "16:00"],
        ["block", "dana", f"{IN_A_YEAR} 16:00", "14:00"],
        ["block", "dana", "2020-01-01 14:00", "16:00"],
        ["leave", "dana", str(IN_A_YEAR)],
        ["leave", "dana", "2020-01-01", "2020-01-02"],
        ["leave", "dana", "tomorrow", "tomorrow"],
        ["clear"],
        ["dana", "lee"],
    ],
)
def test_what_nobody_could_mean_is_wrong_usage_and_changes_nothing(
    practice: Practice, arguments: list[str]
) -> None:
    result = practice("calendar", *arguments)

    assert (result.exit_code, result.stdout) == (2, "")
    assert all(each["absences"] == [] for each in told(practice("calendar", "--json")))


def test_an_absence_that_nobody_has_is_not_found(practice: Practice) -> None:
    assert practice("calendar", "clear", "00000000").exit_code == 1


def test_its_help_tells_all_it_can_do() -> None:
    shown = CliRunner().invoke(app, ["calendar", "--help"], env={"COLUMNS": "200"}).stdout

    assert all(each in shown for each in ("show", "block", "leave", "clear"))


def test_trail_and_show_tell_of_the_call(practice: Practice, called: tuple[str, datetime]) -> None:
    reference, at = called
    wait_until(
        lambda: "call_confirmed" in [each["name"] for each in told(practice("trail", reference, "--json"))]
    )

    [booked] = [
        each
        for each in told(practice("trail", reference, "--json"))
        if each["name"] == "consultation.scheduled"
    ]
    assert datetime.fromisoformat(booked["detail"]["starts_at"]) == at
    assert booked["detail"]["by"] == "person"
    shown = told(practice("show", reference, "--why", "a test", "--json"))
    assert datetime.fromisoformat(shown["call"]["starts_at"]) == at
    assert shown["call"]["status"] == "booked"
    assert "A call is booked" in practice("show", reference, "--why", "a test").stdout
    assert "A call is booked" in practice("explain", reference).stdout

"""`practice silence` stops all contact at once, and `practice allow` takes that back."""

from tests.deploy.conftest import GRIEF, Practice, Running, book, post, told


def test_silence_stops_all_contact(shared_stack: Running, practice: Practice) -> None:
    quiet = post(shared_stack, GRIEF | {"email": "quiet@example.org"})

    assert practice("silence", quiet).exit_code == 0
    assert told(practice("show", quiet, "--why", "a test", "--json"))["silenced"] is True


def test_a_silence_can_be_taken_back(shared_stack: Running, practice: Practice) -> None:
    hasty = post(shared_stack, GRIEF | {"email": "hasty@example.org"})
    practice("silence", hasty)

    again = [practice("allow", hasty) for _ in range(2)]

    assert [each.exit_code for each in again] == [0, 0]
    assert hasty in again[0].stdout
    assert again[1].stdout == "was not silent\n"
    assert told(practice("show", hasty, "--why", "a test", "--json"))["silenced"] is False


def test_silence_ends_a_booked_call(shared_stack: Running, practice: Practice) -> None:
    quiet, _ = book(shared_stack, GRIEF | {"email": "called-off@example.org"}, phone="+13235550119")

    assert practice("silence", quiet).exit_code == 0

    shown = told(practice("show", quiet, "--why", "a test", "--json"))
    assert shown["call"]["status"] == "cancelled"
    trail = {each["name"] for each in told(practice("trail", quiet, "--json"))}
    assert {"consultation.scheduled", "consultation.cancelled"} <= trail

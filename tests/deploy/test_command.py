"""The command `practice`: what it says to people and programs, and how it ends."""

import json
from importlib import import_module
from pathlib import Path

import pytest
from typer.main import get_group
from typer.testing import CliRunner

from deploy.cli.app import MODULES, app
from tests.deploy.conftest import GRIEF, Practice, Running, post, sent, told, wait_until

NEEDED = {
    "show": ["--why", "a test"],
    "acknowledge": ["--by", "dana"],
    "clear": ["--by", "dana", "--because", "a test"],
}


def test_every_command_has_help_that_says_what_it_does() -> None:
    helps = {name: CliRunner().invoke(app, [name, "--help"], env={"COLUMNS": "200"}) for name in MODULES}

    assert {name: result.exit_code for name, result in helps.items()} == dict.fromkeys(MODULES, 0)
    overview = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "200"})
    assert [name for name in MODULES if name not in overview.stdout] == []


@pytest.mark.parametrize("module", sorted(set(MODULES.values())))
def test_every_command_that_is_written_can_be_called(module: str) -> None:
    """By its own name, or all of a module by the name of their group."""
    written = set(get_group(import_module(f"deploy.cli.{module}").app).commands)
    called = {name for name, where in MODULES.items() if where == module}

    assert called == written or called == {module.replace("_", "-")}


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["show"],
        ["explain", "R-00000", "--jsn"],
        ["roster", "import"],
        ["roster", "import", "/nowhere"],
        ["explain"],
        ["explain", "R-00000", "--policy", "/nowhere"],
        ["clear", "R-00000"],
        ["clear", "R-00000", "--by", "dana"],
        ["clear", "R-00000", "--because", "a test"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app, arguments).exit_code == 2


def test_a_folder_without_a_stack_is_one_clear_sentence(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["open", "--data-dir", str(tmp_path)])

    assert result.exit_code == 2
    assert result.stderr.strip().endswith("is it the data folder of a `practice up`?")


@pytest.mark.parametrize("command", ["show", "explain", "trail", "silence", "allow", "clear"])
def test_a_request_that_nobody_knows_ends_with_1(practice: Practice, command: str) -> None:
    result = practice(command, "R-00000", *NEEDED.get(command, ()))

    assert result.exit_code == 1
    assert "R-00000" in result.stderr
    assert result.stdout == ""


@pytest.mark.parametrize(
    "command",
    [
        ["show"],
        ["explain"],
        ["trail"],
        ["silence"],
        ["allow"],
        ["acknowledge", *NEEDED["acknowledge"]],
        ["clear", *NEEDED["clear"]],
        ["quarantine", "release"],
        ["quarantine", "discard"],
    ],
)
@pytest.mark.parametrize("reference", ["R-7F3", "R-7F3KI", "7F3K2", "R-7F3K22", "request"])
def test_what_is_no_reference_is_wrong_usage(command: list[str], reference: str) -> None:
    result = CliRunner().invoke(app, [*command, reference])

    assert result.exit_code == 2
    assert result.stderr.startswith("a reference is R- and five letters or digits")
    assert (result.stderr.count("\n"), result.stdout) == (1, "")


def test_explain_says_who_was_proposed_and_why_all_others_were_not(
    practice: Practice, reference: str
) -> None:
    said = told(practice("explain", reference, "--json"))

    assert {"reference", "outcome", "why", "policy_version", "candidates", "excluded"} <= said.keys()
    assert (said["reference"], said["outcome"], said["why"]) == (reference, "proposed", None)
    assert said["candidates"][0]["clinician_id"] == "c-rivera"
    assert all({"clinician_id", "score", "reasons"} <= each.keys() for each in said["candidates"])
    known = {each["id"] for each in told(practice("roster", "list", "--json"))}
    mentioned = [each["clinician_id"] for each in (*said["candidates"], *said["also_fit"], *said["excluded"])]
    assert sorted(mentioned) == sorted(known)
    assert all(each["codes"] for each in said["excluded"])


def test_a_reference_is_understood_in_small_letters(practice: Practice, reference: str) -> None:
    result = practice("explain", f" {reference.lower()}", "--json")
    assert json.loads(result.stdout)["reference"] == reference


def test_explain_tells_people_in_words(practice: Practice, reference: str) -> None:
    said = practice("explain", reference)

    assert said.exit_code == 0
    assert "strong in grief and loss" in said.stdout
    assert "has no free place" in said.stdout
    assert "Alex Rivera (c-rivera)" in said.stdout


def test_explain_says_in_a_sentence_that_nobody_was_proposed(
    shared_stack: Running, practice: Practice
) -> None:
    held = post(shared_stack, GRIEF | {"age": 15})
    wait_until(lambda: told(practice("explain", held, "--json")))

    shown = practice("explain", held).stdout
    assert shown.startswith(f"{held}: held for a person (the client is under age; ")
    assert "No clinician was proposed." in shown
    assert "score" not in shown


def test_the_trail_is_in_order_and_holds_codes_only(practice: Practice, reference: str) -> None:
    entries = told(practice("trail", reference, "--json"))

    assert [set(each) for each in entries] == [{"at", "kind", "name", "detail"}] * len(entries)
    assert [each["at"] for each in entries] == sorted(each["at"] for each in entries)
    assert {each["kind"] for each in entries} == {"event", "mail", "action"}
    assert all(isinstance(each["detail"], dict) for each in entries)
    names = [each["name"] for each in entries]
    assert {"consultation.requested", "referral.proposed", "acknowledgement", "referral"} <= set(names)
    assert not any(word in json.dumps(entries) for word in ("Rivera", "sam.rivera", "March"))


def test_a_person_reads_the_trail_without_what_only_machines_need(practice: Practice, reference: str) -> None:
    shown = practice("trail", reference).stdout
    ids = [each["detail"].get("message_id") for each in told(practice("trail", reference, "--json"))]

    assert any(ids)
    assert "message" not in shown
    assert "+00:00" not in shown
    assert "next: reach out to the person" in shown
    assert "candidates: Alex Rivera" in shown


def test_what_is_open_has_an_owner_a_next_action_and_a_due_time(practice: Practice, reference: str) -> None:
    waiting = told(practice("open", "--json"))

    assert reference in [each["reference"] for each in waiting]
    assert all(each["owner"] and each["next_action"] and each["due_at"] for each in waiting)
    assert reference in practice("open").stdout


def test_a_quarantined_request_can_be_released_and_goes_on(shared_stack: Running, practice: Practice) -> None:
    caught = post(shared_stack, GRIEF | {"website": "https://offers.example.net"})

    assert caught in [each["reference"] for each in told(practice("quarantine", "list", "--json"))]
    assert told(practice("explain", caught, "--json"))["outcome"] == "quarantined"
    assert practice("quarantine", "release", caught).exit_code == 0
    assert practice("quarantine", "release", caught).exit_code == 1
    wait_until(lambda: "referral" in sent(practice, caught))


def test_a_discarded_request_is_closed(shared_stack: Running, practice: Practice) -> None:
    caught = post(shared_stack, GRIEF | {"website": "https://offers.example.net"})

    assert practice("quarantine", "discard", caught).exit_code == 0
    assert caught not in practice("quarantine", "list").stdout


def test_what_was_silenced_may_be_reached_again_when_they_ask_for_it(
    shared_stack: Running, practice: Practice
) -> None:
    note = post(shared_stack, GRIEF | {"email": "again@example.org"})
    practice("silence", note)

    first, second = practice("allow", note), practice("allow", note)

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert first.stdout.strip() == f"may be written to again: {note}"
    assert second.stdout.strip() == "was not silent"
    assert told(practice("show", note, "--why", "a test", "--json"))["silenced"] is False


def test_a_crisis_is_taken_up_and_cleared_once_by_a_coordinator(
    shared_stack: Running, practice: Practice
) -> None:
    crisis = post(shared_stack, GRIEF | {"message": "I want to kill myself tonight."})

    assert practice("acknowledge", crisis, "--by", "nobody").exit_code == 2
    taken, taken_again = (
        practice("acknowledge", crisis, "--by", "dana"),
        practice("acknowledge", crisis, "--by", "lee"),
    )
    assert f"dana has {crisis}; nobody else is told" in taken.stdout
    assert f"dana has {crisis} already" in taken_again.stdout
    assert practice("clear", crisis, "--by", "nobody", "--because", "a test").exit_code == 2
    first = practice("clear", crisis, "--by", "lee", "--because", "spoke with them on the phone")
    again = practice("clear", crisis, *NEEDED["clear"])

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "cleared already: by lee" in again.stdout
    trail = told(practice("trail", crisis, "--json"))
    assert [each["detail"] for each in trail if each["name"] == "safety.cleared"] == [{"by": ["lee"]}]
    assert "spoke with them" not in json.dumps(trail)


def test_what_is_no_crisis_cannot_be_cleared(practice: Practice, reference: str) -> None:
    result = practice("clear", reference, *NEEDED["clear"])

    assert result.exit_code == 1
    assert "no crisis" in result.stderr


def test_a_test_request_writes_to_one_address_alone(shared_stack: Running, practice: Practice) -> None:
    made = told(practice("test-request", "--email", "operator@example.org", "--json"))["reference"]

    wait_until(lambda: {"acknowledgement", "referral"} <= sent(practice, made))
    mails = [file.read_text() for file in (shared_stack.data_dir / "mail").glob("*.eml")]
    ours = [mail for mail in mails if "Delivered-To: operator@example.org" in mail]
    assert len(ours) == 2
    assert all("Subject: [test]" in mail for mail in ours)
    assert practice("test-request", "--email", "nobody").exit_code == 2


def test_the_roster_is_imported_whole_or_only_looked_at(practice: Practice, tmp_path: Path) -> None:
    known = Path("deploy/practice/los_angeles/clinicians.yaml").read_text()
    changed = tmp_path / "clinicians.yaml"
    changed.write_text(known.replace("capacity: 20", "capacity: 21", 1))

    looked = told(practice("roster", "import", str(changed), "--dry-run", "--json"))
    again = told(practice("roster", "import", str(changed), "--dry-run", "--json"))

    assert list(looked["changed"]) == ["c-rivera"]
    assert again == looked
    changed.write_text("clinicians: [{id: broken}]")
    broken = practice("roster", "import", str(changed))
    assert (broken.exit_code, "clinicians.yaml" in broken.stderr) == (2, True)


def test_steps_that_are_done_can_be_done_again(practice: Practice) -> None:
    assert practice("migrate").exit_code == 0
    assert practice("provision").exit_code == 0


def test_dead_letters_are_listed_and_an_unknown_one_is_not_found(practice: Practice) -> None:
    assert told(practice("dead-letters", "list", "--json")) == []
    assert practice("dead-letters", "replay", "00000000").exit_code == 1


def test_the_snippet_points_at_this_practice(shared_stack: Running, practice: Practice) -> None:
    html = practice("snippet", "--language", "es").stdout

    assert f"http://127.0.0.1:{shared_stack.ports.intake}/" in html
    assert "<iframe" in html
    assert "<form" in html
    assert "<script" not in html


def test_the_gallery_shows_every_mail(practice: Practice, tmp_path: Path) -> None:
    assert practice("gallery", str(tmp_path)).exit_code == 0
    assert (tmp_path / "index.html").exists()


def test_contracts_are_recorded_once_and_checked(tmp_path: Path) -> None:
    def contracts(*more: str) -> int:
        return CliRunner().invoke(app, ["contracts", str(tmp_path), *more]).exit_code

    assert contracts("--check") == 1
    assert contracts() == 0
    assert contracts("--check") == 0
    (tmp_path / "facts" / "intake.consultation.requested.v1.json").write_text("{}")
    assert contracts("--check") == 1

"""`practice erase` forgets a person in every service; `hold`, `export`, `affected` and `reseal` beside it."""

from tests.deploy.conftest import GRIEF, Practice, Running, post, told


def test_a_person_is_erased_everywhere_and_again_there_is_nobody(
    shared_stack: Running, practice: Practice
) -> None:
    gone = post(shared_stack, GRIEF | {"email": "leaving@example.org"})
    stays = post(shared_stack, GRIEF | {"email": "staying@example.org"})

    looked = told(practice("erase", "--email", "leaving@example.org", "--dry-run", "--json"))
    assert (looked["people"], looked["requests"]) == (1, [gone])
    assert told(practice("show", gone, "--why", "a test", "--json"))["email"] == "leaving@example.org"

    first = practice("erase", "--email", " Leaving@example.org", "--json")

    said = told(first)
    assert (said["erased"], said["not_yet"]) == ([gone], [])
    assert said["forgotten_by"] == ["intake", "matching", "notifications", "resources"]
    assert said["out_of_reach"]["backups_until"] > said["out_of_reach"]["streams_until"]
    for command in (("show", gone, "--why", "a test"), ("trail", gone), ("explain", gone)):
        assert practice(*command).exit_code == 1
    assert told(practice("show", stays, "--why", "a test", "--json"))["email"] == "staying@example.org"

    again = practice("erase", "--email", "leaving@example.org")
    assert again.exit_code == 0
    assert "erased before" in again.stdout
    assert practice("erase", "--email", "nobody@example.org").exit_code == 1
    assert practice("erase").exit_code == 2

    anew = post(shared_stack, GRIEF | {"email": "leaving@example.org"})
    assert anew != gone
    assert told(practice("show", anew, "--why", "a test", "--json"))["email"] == "leaving@example.org"


def test_what_is_left_of_an_erased_person_stands_beside_the_backups_and_names_nobody(
    shared_stack: Running, practice: Practice
) -> None:
    post(shared_stack, GRIEF | {"email": "traceless@example.org"})
    practice("erase", "--email", "traceless@example.org")
    (file,) = shared_stack.data_dir.rglob("erased.jsonl")
    assert "address_print" in file.read_text()
    assert "traceless" not in file.read_text()


def test_a_request_under_a_legal_hold_is_not_erased_until_that_is_lifted(
    shared_stack: Running, practice: Practice
) -> None:
    held = post(shared_stack, GRIEF | {"email": "held@example.org"})
    assert practice("hold", held).exit_code == 2
    assert practice("hold", held, "--because", "a subpoena").exit_code == 0
    listed = told(practice("hold", "--list", "--json"))
    assert [each["because"] for each in listed if each["reference"] == held] == ["a subpoena"]

    refused = practice("erase", "--email", "held@example.org")

    assert refused.exit_code == 1
    assert held in refused.stderr
    assert practice("hold", held, "--lift").exit_code == 0
    assert practice("erase", "--email", "held@example.org").exit_code == 0


def test_a_person_gets_what_is_held_about_them_and_that_is_on_record(
    shared_stack: Running, practice: Practice
) -> None:
    mine = post(shared_stack, GRIEF | {"email": "asking@example.org"})
    post(shared_stack, GRIEF | {"email": "other@example.org"})

    out = practice("export", "--email", "asking@example.org", "--because", "they asked")

    (request,) = told(out)["requests"]
    assert (request["reference"], request["email"]) == (mine, "asking@example.org")
    assert request["message"] == GRIEF["message"]
    assert "consultation.requested" in {each["name"] for each in request["happened"]}
    assert "other@example.org" not in out.stdout
    names = [each["name"] for each in told(practice("trail", mine, "--json"))]
    assert "words.read" in names
    text = practice("export", "--email", "asking@example.org", "--because", "they asked", "--text")
    assert "asking@example.org" in text.stdout
    assert practice("export", "--email", "no@example.org", "--because", "they asked").exit_code == 1


def test_the_affected_are_counted_by_state_and_nobody_is_named(
    shared_stack: Running, practice: Practice
) -> None:
    post(shared_stack, GRIEF | {"email": "counted@example.org"})
    said = practice("affected", "--since", "2020-01-01", "--json")
    counted = told(said)
    assert counted["held"]["CA"] >= 1
    assert counted["touched"]["CA"] >= 1
    assert counted["duties"]
    assert "counted@example.org" not in said.stdout
    assert practice("affected", "--since", "soon").exit_code == 2


def test_sealing_anew_finds_nothing_under_an_older_key(shared_stack: Running, practice: Practice) -> None:
    said = told(practice("reseal", "--json"))
    assert said["values_sealed_otherwise"] == 0

"""`practice init` on a folder that is there: it adds what is missing, and refuses what is not its own."""

import re
from pathlib import Path

import pytest

from deploy.local.places import REPOSITORY
from deploy.setup.contents import PIECES
from deploy.setup.folder import Wishes, held, mark_of
from deploy.setup.writing import place
from shared.errors import Misconfigured
from tests.deploy.operators_folder import WHO, made, texts, wrong_with


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for tests that only look."""
    return made(tmp_path_factory.mktemp("operator") / "practice").folder.root


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root
    before, times = texts(root), {each: each.stat().st_mtime_ns for each in root.rglob("*") if is_kept(each)}

    again = made(root, Wishes())

    assert (again.made, again.was_whole) == ([], True)
    assert texts(root) == before
    assert {each: each.stat().st_mtime_ns for each in root.rglob("*") if is_kept(each)} == times


def is_kept(path: Path) -> bool:
    return path.is_file() and path.name != ".init"


def test_what_the_operator_changed_stays(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root
    (root / "secrets/smtp_url").write_text("smtps://us:them@mail.example.org\n")
    (root / "practice/practice.yaml").write_text("name: Ours\n")
    (root / "practice/rules/tone.yaml").write_text("ours\n")
    (root / "practice/clinicians.yaml").unlink()  # read once, then the database is the truth
    before = texts(root)

    assert made(root, Wishes()).made == []
    assert texts(root) == before


def test_what_a_newer_version_needs_is_added_and_told(tmp_path: Path, root: Path) -> None:
    whole = mark_of(root)
    assert whole is not None
    newer = made(tmp_path / "practice").folder
    (newer.root / "secrets/nats_operator").unlink()  # as if no earlier version had made it
    newer.remember(tuple(name for name in whole.made if name != "secrets/nats_operator"))
    env = newer.path(".env")
    env.write_text(env.read_text().replace("PRACTICE_VERSION=local\n", "# mine\nMY_OWN=1\n"))
    before = texts(newer.root)

    again = made(newer.root, Wishes())

    assert again.made == ["secrets/nats_operator", ".env: PRACTICE_VERSION"]
    after = texts(newer.root)
    assert {name: after[name] for name in before if is_kept(newer.path(name)) and name != ".env"} == {
        name: text for name, text in before.items() if is_kept(newer.path(name)) and name != ".env"
    }
    assert after[".env"] == before[".env"] + "PRACTICE_VERSION=local\n"
    assert wrong_with(newer.root)[0] == "secrets/nats_operator: its user is not in secrets/nats.conf"


@pytest.mark.parametrize("name", [piece.name for piece in PIECES if piece.gone == "lost"])
def test_what_nobody_can_make_again_is_not_made_again(tmp_path: Path, name: str) -> None:
    root = made(tmp_path / "practice").folder.root
    (root / name).unlink()
    before = texts(root)

    with pytest.raises(Misconfigured, match=f"has lost {re.escape(name)}: put it back from your backup"):
        made(root, Wishes())
    assert texts(root) == before
    assert wrong_with(root)[0] == f"{name}: it is missing"


def test_what_was_given_away_is_not_made_again(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root
    for name in ("backup/identity", "website/site-key", "website/event-secret"):
        (root / name).unlink()

    assert made(root, Wishes()).made == []
    assert wrong_with(root) == []


def test_what_can_be_made_again_is_made_from_what_was_kept(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root
    before = texts(root)
    names = [piece.name for piece in PIECES if piece.gone == "again"]
    for name in names:
        (root / name).unlink()

    assert made(root, Wishes()).made == names
    after = texts(root)
    assert {name for name in before if before[name] != after[name]} <= {
        "tls/ca.pem",
        "tls/nats.pem",
        "tls/postgres.pem",
    }
    assert wrong_with(root) == []


@pytest.mark.parametrize("name", ["secrets/intake_vault_keys", "secrets/matching_database_url", "tls/ca.pem"])
def test_a_folder_with_a_file_that_is_half_there_is_refused(tmp_path: Path, name: str) -> None:
    root = made(tmp_path / "practice").folder.root
    (root / name).write_text((root / name).read_text()[:9] if "url" in name else "")
    (root / "postgres/passwd").unlink()
    before = texts(root)

    with pytest.raises(Misconfigured, match=rf"{name}: it is .*; put it back from your backup"):
        made(root, Wishes())
    assert texts(root) == before


def test_a_folder_of_somebody_elses_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear\n")

    with pytest.raises(
        Misconfigured, match=r"is not empty and no folder of `practice init` \(letters.txt is"
    ):
        made(tmp_path)
    assert texts(tmp_path) == {"letters.txt": "dear\n"}


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    assert made(tmp_path).made[0] == "practice/"


def test_a_damaged_mark_is_not_read_as_a_new_folder(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root
    (root / ".init").write_text("{")

    with pytest.raises(Misconfigured, match=r"\.init is damaged: put the folder back from your backup"):
        made(root, Wishes())


@pytest.mark.parametrize(
    ("where", "said"),
    [
        (REPOSITORY / "var" / "practice", "lies in the checkout, whose files go into images"),
        (Path("/srv/a practice"), "compose reads only letters"),
        (Path("/dev/null"), "is a file: give a folder"),
        (Path("/proc/nowhere"), "cannot be made"),
    ],
)
def test_a_place_that_cannot_be_used_is_refused(where: Path, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        made(where)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"host": "https://care.example.org"}, "--host .*: give a name alone, such as care.example.org"),
        ({"host": "care.example.org:8443"}, "--host .*: give a name alone"),
        ({"host": "-care.example.org"}, "--host .*: give a name alone"),
        ({"https_port": 80}, "--https-port and --http-port must differ"),
    ],
)
def test_what_nobody_could_be_reached_by_is_refused(tmp_path: Path, wishes: object, said: str) -> None:
    with pytest.raises(Misconfigured, match=said):
        made(tmp_path / "practice", Wishes.model_validate(wishes))
    assert not (tmp_path / "practice" / ".init").exists()


@pytest.mark.parametrize("wishes", [{"host": "other.example.org"}, {"dev": True}, {"sample": "new_york"}])
def test_a_folder_that_was_made_for_something_else_is_not_changed(tmp_path: Path, wishes: object) -> None:
    root = made(tmp_path / "practice", Wishes(host="care.example.org")).folder.root
    before = texts(root)

    with pytest.raises(
        Misconfigured, match=r"was made with --\w+ \S+: leave the option out; to change it, edit"
    ):
        made(root, Wishes.model_validate(wishes))
    assert texts(root) == before


def test_two_runs_at_once_do_not_mix(tmp_path: Path) -> None:
    root = made(tmp_path / "practice").folder.root

    with held(root), pytest.raises(Misconfigured, match="another `practice init` works on"):
        made(root, Wishes())
    made(root, Wishes())


def test_nothing_is_put_over_a_file_that_came_in_between(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("theirs")

    with pytest.raises(FileExistsError):
        place(tmp_path / "file", "ours", mode=0o600, owner=WHO)
    assert (tmp_path / "file").read_text() == "theirs"


@pytest.mark.parametrize(
    ("gone", "made_from_it"),
    [("secrets/nats_intake", "secrets/nats.conf"), ("tls/nats-key.pem", "tls/nats.pem")],
)
def test_what_others_were_made_from_is_not_made_again_in_an_unfinished_folder(
    tmp_path: Path, gone: str, made_from_it: str
) -> None:
    folder = made(tmp_path / "practice").folder
    folder.remember(())  # as if it had been killed just before its end
    folder.path(gone).unlink()
    before = folder.read(made_from_it)

    with pytest.raises(Misconfigured, match=f"has lost {gone}"):
        made(folder.root, Wishes())
    assert folder.read(made_from_it) == before


def test_a_key_that_was_taken_away_from_an_unfinished_folder_stays_away(tmp_path: Path) -> None:
    folder = made(tmp_path / "practice").folder
    folder.remember(())
    folder.path("backup/identity").unlink()

    assert made(folder.root, Wishes()).made == []
    assert not folder.path("backup/identity").exists()

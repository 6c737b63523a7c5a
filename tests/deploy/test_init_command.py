"""The command `practice init`: what it says to whoever runs it, and how it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from deploy.cli.app import app
from tests.deploy.operators_folder import secrets_in, texts


def init(root: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["init", str(root), *options], env={"COLUMNS": "300"})


def test_the_last_words_say_what_to_do_next_and_no_secret(tmp_path: Path) -> None:
    root = tmp_path / "practice"

    made = init(root, "--host", "care.example.org")

    assert made.exit_code == 0
    for said in (
        f"{root}/practice: practice.yaml",
        f"{root}/secrets/smtp_url",
        "care.example.org lead to this machine, ports 80 and 443",
        f"cd {root} && docker compose build && docker compose up --wait",
        f"Take {root}/backup/identity away",
    ):
        assert said in made.stdout
    assert len(secrets_in(root)) > 20
    assert [secret for secret in secrets_in(root) if secret in made.output] == []


def test_for_trying_out_nothing_is_to_be_filled_in(tmp_path: Path) -> None:
    made = init(tmp_path / "practice", "--dev")

    assert made.exit_code == 0
    assert "smtp_url" not in made.stdout
    env = (tmp_path / "practice/.env").read_text()
    assert "COMPOSE_PROFILES=dev\nNOTIFICATIONS_SMTP_PLAIN_HOST=mailpit\n" in env
    assert (tmp_path / "practice/secrets/smtp_url").read_text() == "smtp://mailpit:1025\n"


def test_a_second_run_says_that_nothing_was_changed_or_what_was_added(tmp_path: Path) -> None:
    root = tmp_path / "practice"
    init(root, "--dev")

    assert "everything is there, nothing was changed" in init(root).stdout
    (root / "postgres/passwd").unlink()
    assert "added postgres/passwd; everything else stayed as it was" in init(root, "--dev").stdout


def test_a_look_ends_with_1_when_something_is_wrong(tmp_path: Path) -> None:
    root = tmp_path / "practice"
    init(root, "--dev")
    assert (init(root, "--check").exit_code, init(root, "--check").stdout) == (
        0,
        "nothing is wrong with the folder\n",
    )

    (root / "secrets/smtp_url").write_text("")

    looked, for_programs = init(root, "--check"), init(root, "--check", "--json")
    assert (looked.exit_code, for_programs.exit_code) == (1, 1)
    assert "secrets/smtp_url" in looked.stdout
    [found] = json.loads(for_programs.stdout)
    assert found["file"] == "secrets/smtp_url"
    assert found["do"].startswith("write smtps://user:password@your.mail.server into")


@pytest.mark.parametrize(
    ("option", "anew"),
    [
        ("--renew-certificates", "tls/nats.pem, tls/postgres.pem"),
        ("--renew-observe", "observe/alertmanager.yml"),
        ("--renew-rights", "secrets/nats.conf"),
    ],
)
def test_what_is_made_anew_is_named_and_nothing_else_changes(tmp_path: Path, option: str, anew: str) -> None:
    root = tmp_path / "practice"
    init(root, "--dev")
    for name in anew.split(", "):
        (root / name).write_text("old\n")
    before = texts(root)

    renewed = init(root, option)

    assert renewed.exit_code == 0
    assert f"made anew: {anew}" in renewed.stdout
    after = texts(root)
    assert {name for name in before if before[name] != after[name]} == set(anew.split(", "))
    assert init(root, "--check").exit_code == 0


@pytest.mark.parametrize("option", ["--check", "--renew-observe"])
def test_a_folder_that_is_none_of_ours_is_one_clear_sentence(tmp_path: Path, option: str) -> None:
    answered = init(tmp_path, option)

    assert answered.exit_code == 2
    assert answered.stderr.strip().endswith("make one, or give the one you made")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("options", [["--sample", "chicago"], ["--https-port", "0"], ["--host", "a b"]])
def test_what_cannot_be_asked_for_ends_with_2(tmp_path: Path, options: list[str]) -> None:
    assert init(tmp_path / "practice", *options).exit_code == 2

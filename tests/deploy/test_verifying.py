"""What `deploy/verify` takes for a loss, a leak or a share: judged here without a container engine."""

from pathlib import Path

import pytest
from rich.console import Console

from deploy.verifying.load import Load, kept_whole
from deploy.verifying.machine import Failed, Machine, ran
from deploy.verifying.outside import Mails
from deploy.verifying.security import secrets_of
from deploy.verifying.seen import Seen


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path, tmp_path, https_port=1, http_port=1, inside_port=1)


def told(machine: Machine, *subjects: str) -> Mails:
    mails = {f"{number}@example.org": {"Subject": each} for number, each in enumerate(subjects)}
    return Mails(machine, mails)


def test_a_request_that_was_told_once_is_whole(machine: Machine) -> None:
    load = Load(machine, accepted={"key": "R-7F3K2"})

    assert kept_whole(load, told(machine, "R-7F3K2: nobody fits", "Your note arrived")).startswith("1 taken")


@pytest.mark.parametrize("subjects", [(), ("Your note arrived",), ("R-7F3K3: nobody fits",)])
def test_a_request_that_nobody_was_told_of_is_lost(machine: Machine, subjects: tuple[str, ...]) -> None:
    with pytest.raises(Failed, match="has reached a coordinator"):
        kept_whole(Load(machine, accepted={"key": "R-7F3K2"}), told(machine, *subjects), seconds=0.4)


def test_a_request_that_was_told_in_two_mails_is_a_fault(machine: Machine) -> None:
    with pytest.raises(Failed, match="told twice, such as R-7F3K2"):
        kept_whole(Load(machine, accepted={"key": "R-7F3K2"}), told(machine, "R-7F3K2: a", "R-7F3K2: b"))


@pytest.mark.parametrize(("accepted", "given_up"), [({}, 0), ({"key": "R-7F3K2"}, 1)])
def test_when_nobody_was_let_in_nothing_is_proven(
    machine: Machine, accepted: dict[str, str], given_up: int
) -> None:
    with pytest.raises(Failed, match="gave up"):
        kept_whole(Load(machine, accepted=accepted, given_up=given_up), told(machine, "R-7F3K2: a"))


def test_secrets_are_sought_without_the_names_before_them(tmp_path: Path) -> None:
    for folder in ("secrets", "website", "tls"):
        (tmp_path / folder).mkdir()
    for name, text in {
        "secrets/intake_vault_keys": "k1:c2VjcmV0LW9mLXRoZS12YXVsdA==\n",
        "secrets/intake_database_url": "postgresql+asyncpg://intake:open-sesame-42@postgres:5432/intake\n",
        "secrets/imap_password": "",
        "secrets/smtp_url": "smtp://mailpit:1025\n",
        "secrets/nats.conf": 'server_name: "practice-nats"\n',
        "website/site-key": "a-key-of-the-website\n",
        "tls/nats-key.pem": "-----BEGIN PRIVATE KEY-----\nbGluZS1vZi1hLWtleQ==\n-----END PRIVATE KEY-----\n",
    }.items():
        (tmp_path / name).write_text(text)

    assert secrets_of(tmp_path) == [
        "a-key-of-the-website",
        "bGluZS1vZi1hLWtleQ==",
        "c2VjcmV0LW9mLXRoZS12YXVsdA==",
        "open-sesame-42",
    ]


def test_a_check_that_fails_is_told_and_the_next_is_looked_at(tmp_path: Path) -> None:
    seen = Seen(Console(quiet=True))

    assert not seen.look("a broken command", lambda: ran(["false"], tmp_path))
    assert seen.look("a good one", lambda: "well")
    assert seen.wrong == ["a broken command"]


def test_a_command_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    with pytest.raises(Failed, match="longer than 0 s"):
        ran(["sleep", "20"], tmp_path, seconds=0.2)

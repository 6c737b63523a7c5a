"""What is wrong with an operator's folder: each fault is planted, found, and told without a secret."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyrage
import pytest

from deploy.setup.certificates import authority_certificate, private_key, server_certificate
from deploy.setup.checking import findings
from deploy.setup.contents import PIECES
from deploy.setup.writing import Owner
from shared.errors import Misconfigured
from shared.messaging.entrance import new_seed
from tests.deploy.operators_folder import NOW, made, secrets_in, wrong_with

DAY = timedelta(days=1)
Fault = Callable[[Path], object]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return made(tmp_path / "practice").folder.root


def write(name: str, text: str) -> Fault:
    return lambda root: (root / name).write_text(text)


def swap(one: str, other: str) -> Fault:
    """Two files take each other's place."""

    def swapped(root: Path) -> None:
        first, second = (root / one).read_text(), (root / other).read_text()
        (root / one).write_text(second)
        (root / other).write_text(first)

    return swapped


def replace(name: str, old: str, new: str) -> Fault:
    def replaced(root: Path) -> None:
        text = (root / name).read_text()
        assert old in text
        (root / name).write_text(text.replace(old, new))

    return replaced


def mode(name: str, bits: int) -> Fault:
    return lambda root: (root / name).chmod(bits)


def signed_by_another(root: Path) -> None:
    key = private_key()
    authority = authority_certificate(key, now=NOW)
    own = (root / "tls/nats-key.pem").read_text()
    (root / "tls/nats.pem").write_text(server_certificate("nats", own, authority, key, now=NOW))


def for_fewer_names(root: Path) -> None:
    files = [(root / name).read_text() for name in ("tls/nats-key.pem", "tls/ca.pem", "secrets/ca-key.pem")]
    (root / "tls/nats.pem").write_text(server_certificate("postgres", *files, now=NOW))


BROKEN = "it is too short, cut off, or not what belongs there"
FAULTS: dict[str, tuple[Fault, list[str]]] = {
    "empty": (write("secrets/intake_vault_keys", "\n"), ["secrets/intake_vault_keys: it is empty"]),
    "short key": (write("secrets/matching_link_keys", "short\n"), [f"secrets/matching_link_keys: {BROKEN}"]),
    "one short key of two": (
        write("secrets/matching_link_keys", f"{'a' * 40},short\n"),
        [f"secrets/matching_link_keys: {BROKEN}"],
    ),
    "vault key cut off": (
        write("secrets/intake_vault_keys", "k1:AAAA\n"),
        [f"secrets/intake_vault_keys: {BROKEN}"],
    ),
    "no seed": (write("secrets/nats_intake", "SUABC\n"), [f"secrets/nats_intake: {BROKEN}"]),
    "a seed that was mistyped": (
        write("secrets/nats_intake", f"SU{'A' * 56}\n"),
        ["secrets/nats_intake: its user is not in secrets/nats.conf"],
    ),
    "no text": (
        lambda root: (root / "website/site-key").write_bytes(b"\xff\xfe"),
        ["website/site-key: it cannot be read"],
    ),
    "readable by all": (
        mode("secrets/intake_vault_keys", 0o604),
        ["secrets/intake_vault_keys: others on this machine may use it"],
    ),
    "readable by a group": (
        mode("tls/nats-key.pem", 0o640),
        ["tls/nats-key.pem: others on this machine may use it"],
    ),
    "open folder": (mode("secrets", 0o755), ["secrets: others on this machine may use it"]),
    "unreadable inside": (
        mode("practice/resources.yaml", 0o044),
        ["practice/resources.yaml: the containers cannot read it"],
    ),
    "own rules unreadable inside": (
        lambda root: os.close(os.open(root / "practice/rules/tone.yaml", os.O_CREAT | os.O_WRONLY, 0o000)),
        ["practice/rules/tone.yaml: the containers cannot read it"],
    ),
    "another database's address": (
        swap("secrets/intake_database_url", "secrets/matching_database_url"),
        [
            f"secrets/{service}_database_url: its password is not the one in secrets/postgres_roles.sql"
            for service in ("intake", "matching")
        ],
    ),
    "key of another server": (
        swap("tls/nats-key.pem", "tls/postgres-key.pem"),
        [
            f"tls/{server}.pem: it is not of the key in tls/{server}-key.pem"
            for server in ("nats", "postgres")
        ],
    ),
    "another authority's key": (
        lambda root: (root / "secrets/ca-key.pem").write_text(private_key()),
        ["tls/ca.pem: it is not of the key in secrets/ca-key.pem"],
    ),
    "another authority": (
        signed_by_another,
        ["tls/nats.pem: it was not signed by the authority in tls/ca.pem"],
    ),
    "fewer names": (for_fewer_names, ["tls/nats.pem: it does not name nats, nats-1, nats-2, nats-3"]),
    "no certificate": (write("tls/postgres.pem", "none\n"), ["tls/postgres.pem: it holds no certificate"]),
    "no private key": (
        write("tls/postgres-key.pem", "none\n"),
        ["tls/postgres-key.pem: it holds no private key"],
    ),
    "website's key unknown": (
        write("website/site-key", f"{'k' * 40}\n"),
        ["website/site-key: intake does not know it"],
    ),
    "website's secret unknown": (
        write("website/event-secret", f"whsec_{'A' * 43}=\n"),
        ["website/event-secret: intake does not know it"],
    ),
    "no mail server": (write("secrets/smtp_url", ""), ["secrets/smtp_url: it is empty"]),
    "mail server changed": (
        write("secrets/smtp_url", "smtps://us:them@mail.example.org\n"),
        ["observe/alertmanager.yml: it is not what secrets/smtp_url and practice/practice.yaml say now"],
    ),
    "another recipient": (
        write("backup/recipient", f"{pyrage.x25519.Identity.generate().to_public()}\n"),
        ["backup/recipient: it is not of backup/identity"],
    ),
    "another checkout": (
        replace(".env", "/deploy/compose.yaml", "/elsewhere/compose.yaml"),
        [".env: COMPOSE_FILE is"],
    ),
    "a variable taken out": (replace(".env", "PRACTICE_HOST=", "#"), [".env: PRACTICE_HOST is missing"]),
    "no line of compose's": (replace(".env", "PRACTICE_VERSION=", "nonsense "), [".env: "]),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_found_and_no_secret_told(root: Path, fault: str) -> None:
    plant, said = FAULTS[fault]
    plant(root)

    found = wrong_with(root)

    assert len(found) == len(said)
    assert [each[: len(begins)] for each, begins in zip(found, said, strict=True)] == said
    told = "".join(f"{each.file}{each.what}{each.why}{each.do}" for each in findings(root, now=NOW))
    assert [secret for secret in secrets_in(root) if secret in told] == []
    assert all(each.why and each.do for each in findings(root, now=NOW))


def test_a_user_whom_the_broker_does_not_know_is_named(root: Path) -> None:
    (root / "secrets/nats_intake").write_text(f"{new_seed()}\n")

    assert "secrets/nats_intake: its user is not in secrets/nats.conf" in wrong_with(root)
    assert all(each.startswith("secrets/nats_intake: its user is not in") for each in wrong_with(root))


def test_rights_of_another_version_are_told(root: Path) -> None:
    replace("secrets/nats.conf", "ask.intake.>", "ask.>")(root)

    assert wrong_with(root) == ["secrets/nats.conf: it is not as this version of the product makes it"]


@pytest.mark.parametrize("name", [piece.name for piece in PIECES])
def test_whatever_is_gone_is_named_unless_it_may_be(root: Path, name: str) -> None:
    (root / name).unlink()

    may_be_gone = {"practice/clinicians.yaml", "backup/identity", "website/site-key", "website/event-secret"}
    assert (f"{name}: it is missing" in wrong_with(root)) is (name not in may_be_gone)


def test_what_the_containers_user_does_not_own_is_named(tmp_path: Path) -> None:
    somebody = Owner(os.geteuid(), os.getegid())
    root = made(tmp_path / "practice", owner=somebody).folder.root
    mark = (root / ".init").read_text().replace(f'"uid": {somebody.uid}', f'"uid": {somebody.uid + 1}')
    if os.geteuid() == 0:  # who else may look into another's folder?
        (root / ".init").write_text(mark.replace(f'"gid": {somebody.gid}', f'"gid": {somebody.gid + 1}'))
        assert "secrets/smtp_url: the containers cannot read it" in wrong_with(root)
    else:
        (root / ".init").write_text(mark)
        with pytest.raises(Misconfigured, match="belongs to user"):
            wrong_with(root)


@pytest.mark.parametrize(("left", "told"), [(31, False), (29, True), (-1, True)])
def test_a_certificate_is_told_of_a_month_before_it_ends(root: Path, left: int, told: bool) -> None:
    found = [each for each in wrong_with(root, NOW + timedelta(days=730 - left)) if each.startswith("tls/")]

    said = "it ended on 2028-11-22" if left < 0 else "it ends on 2028-11-22"
    assert found == ([f"tls/nats.pem: {said}", f"tls/postgres.pem: {said}"] if told else [])


@pytest.mark.parametrize(
    ("days", "told"), [(7, []), (8, ["backup/identity: it has been on this machine for 8 days"])]
)
def test_the_key_of_the_backups_may_stay_a_week(root: Path, days: int, told: list[str]) -> None:
    put = NOW - days * DAY
    os.utime(root / "backup/identity", (put.timestamp(), put.timestamp()))

    assert wrong_with(root) == told


def test_a_moved_folder_is_told(root: Path, tmp_path: Path) -> None:
    moved = root.rename(tmp_path / "moved")

    assert wrong_with(moved) == [f".env: PRACTICE_FOLDER is {root}, and should be {moved}"]


def test_to_look_changes_nothing_and_needs_a_folder_of_ours(root: Path, tmp_path: Path) -> None:
    (root / "secrets/.nats.conf.new").write_text("half")
    wrong_with(root)

    assert (root / "secrets/.nats.conf.new").exists()
    with pytest.raises(Misconfigured, match="is no folder of `practice init`"):
        wrong_with(tmp_path)

"""An operator's folder: everything is made once, for its owner alone, and nothing is put over it."""

import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyrage
import pytest
import yaml

from deploy.house import SETTINGS, checked_practice
from deploy.local.environment import read_env
from deploy.local.places import REPOSITORY
from deploy.setup.contents import PIECES
from deploy.setup.folder import Folder, Mark, Wishes, mark_of
from deploy.setup.making import whoever_runs_this
from services.intake.settings import IntakeSettings
from services.notifications.settings import NotificationsSettings
from shared.errors import Misconfigured
from shared.messaging.entrance import public_key
from tests.deploy.operators_folder import NOW, made, modes, secrets_in, texts, wrong_with

PRIVATE_FOLDERS = ("secrets", "tls", "website", "backup", "observe", "data")
OPEN_FILES = {".env", ".init", "backup/recipient", "postgres/group", "postgres/passwd", "tls/ca.pem"} | {
    "tls/nats.pem",
    "tls/postgres.pem",
}
COMPOSE = REPOSITORY / "deploy" / "compose.yaml"


@contextmanager
def umask(mask: int) -> Iterator[None]:
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for tests that only look."""
    return made(tmp_path_factory.mktemp("operator") / "practice").folder.root


@pytest.mark.parametrize("mask", [0, 0o077])
def test_secrets_are_their_owners_alone_whatever_the_umask_is(tmp_path: Path, mask: int) -> None:
    with umask(mask):
        made(tmp_path / "practice")

    found = modes(tmp_path / "practice")
    folders = {name: mode for name, mode in found.items() if (tmp_path / "practice" / name).is_dir()}
    files = {name: mode for name, mode in found.items() if name not in folders}
    open_files = {name for name, mode in files.items() if mode != 0o600}
    assert open_files == OPEN_FILES | {name for name in files if name.startswith("practice/")}
    assert {files[name] for name in open_files} == {0o644}
    assert {mode for name, mode in folders.items() if name.split("/")[0] in PRIVATE_FOLDERS} == {0o700}


def test_no_container_runs_as_root() -> None:
    owner = whoever_runs_this()

    assert owner.uid == (os.geteuid() or 10001)
    assert owner.gid != 0


def test_everything_belongs_to_whom_the_containers_run_as(tmp_path: Path) -> None:
    owner = whoever_runs_this()
    root = made(tmp_path / "practice", owner=owner).folder.root

    assert {(each.stat().st_uid, each.stat().st_gid) for each in root.rglob("*")} == {(owner.uid, owner.gid)}
    assert f"postgres:x:{owner.uid}:{owner.gid}:" in (root / "postgres/passwd").read_text()
    assert f"postgres:x:{owner.gid}:" in (root / "postgres/group").read_text()
    assert read_env(root / ".env")["PRACTICE_UID"] == str(owner.uid)


def test_no_secret_is_like_another_nor_like_another_folders(tmp_path: Path, root: Path) -> None:
    mine, theirs = (
        {name: text for name, text in texts(each).items() if is_secret(name)}
        for each in (root, made(tmp_path / "practice").folder.root)
    )

    assert mine.keys() == theirs.keys()
    assert [name for name in mine if mine[name] == theirs[name]] == []
    assert len(set(mine.values())) == len(mine)


def is_secret(name: str) -> bool:
    told = ("secrets/smtp_url", "secrets/imap_password")  # the operator's to fill in
    return name not in told and (name.startswith(("secrets/", "website/")) or "key" in name)


def test_what_compose_reads_and_what_is_remembered_holds_no_secret(root: Path) -> None:
    said = (root / ".env").read_text() + (root / ".init").read_text()

    assert [secret for secret in secrets_in(root) if secret in said] == []


def test_every_file_that_compose_names_is_there(root: Path) -> None:
    written = COMPOSE.read_text("utf-8")
    named = set(re.findall(r"\$\{PRACTICE_FOLDER(?::\?[^}]*)?\}/([\w./-]+)", written))

    assert len(named) > 30
    assert [name for name in named if not (root / name).exists()] == []


def test_every_variable_that_compose_cannot_do_without_is_said(root: Path) -> None:
    needed = set(re.findall(r"\$\{(\w+):\?", COMPOSE.read_text("utf-8")))

    assert {"PRACTICE_FOLDER", "PRACTICE_UID"} <= needed
    assert needed <= read_env(root / ".env").keys()


@pytest.mark.parametrize("sample", ["los_angeles", "new_york"])
def test_every_service_can_start_with_what_the_folder_says(tmp_path: Path, sample: str) -> None:
    root = made(tmp_path / "practice", Wishes.model_validate({"sample": sample, "dev": True})).folder.root
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    said = read_env(root / ".env")

    for service in SETTINGS:
        told = told_in_its_container(services[service]["environment"], root, said)
        assert (
            SETTINGS[service].read(told).nats_seed == (root / f"secrets/nats_{service}").read_text().strip()
        )
    operators = told_in_its_container(services["ops"]["environment"], root, said)
    assert checked_practice(operators).origins == ("https://localhost",)


def test_nothing_starts_until_there_is_a_mail_server(tmp_path: Path) -> None:
    root = made(tmp_path / "practice", Wishes(host="care.example.org")).folder.root
    services = yaml.safe_load(COMPOSE.read_text("utf-8"))["services"]
    told = told_in_its_container(services["notifications"]["environment"], root, read_env(root / ".env"))

    with pytest.raises(
        Misconfigured, match=r"NOTIFICATIONS_SMTP_URL_FILE names .*smtp_url, which is empty: write"
    ):
        NotificationsSettings.read(told)
    (root / "secrets/smtp_url").write_text("smtps://us:them@mail.example.org\n")
    assert NotificationsSettings.read(told).smtp_url == "smtps://us:them@mail.example.org"


def told_in_its_container(environment: dict[str, object], root: Path, said: object) -> dict[str, str]:
    """A service's environment, its paths where they lie in the folder."""
    assert isinstance(said, dict)
    told = {name: str(value) for name, value in environment.items()}
    told = {
        name: re.sub(r"\$\{(\w+)[^}]*\}", lambda m: said.get(m[1], ""), each) for name, each in told.items()
    }
    places = {
        "/run/secrets/": f"{root}/secrets/",
        "/etc/practice-tls/": f"{root}/tls/",
        "/etc/practice": f"{root}/practice",
        "/etc/languages": f"{root}/languages",
    }
    for inside, here in places.items():
        told = {
            name: value.replace(inside, here) if value.startswith(inside) else value
            for name, value in told.items()
        }
    return told


def test_the_website_is_given_what_intake_knows(root: Path) -> None:
    key, secret = ((root / "website" / name).read_text().strip() for name in ("site-key", "event-secret"))

    digest = hashlib.sha256(key.encode()).hexdigest()
    assert (root / "secrets/intake_site_keys").read_text().strip() == f"website:{digest}"
    settings = IntakeSettings(
        vault_keys="k", address_key="k", link_keys="k", event_secrets=f"website:{secret}"
    )
    assert (root / "secrets/intake_event_secrets").read_text().strip() == settings.event_secrets
    assert [each.site for each in settings.event_ring] == ["website"]


def test_what_is_sealed_for_the_recipient_opens_with_the_identity_alone(root: Path) -> None:
    recipient = pyrage.x25519.Recipient.from_str((root / "backup/recipient").read_text().strip())
    identity = pyrage.x25519.Identity.from_str((root / "backup/identity").read_text().strip())
    sealed = pyrage.encrypt(b"a backup", [recipient])

    assert pyrage.decrypt(sealed, [identity]) == b"a backup"
    with pytest.raises(pyrage.DecryptError):
        pyrage.decrypt(sealed, [pyrage.x25519.Identity.generate()])


def test_the_broker_knows_every_users_public_key_and_no_seed(root: Path) -> None:
    known = (root / "secrets/nats.conf").read_text()

    seeds = [
        file.read_text().strip() for file in (root / "secrets").glob("nats_*") if "store" not in file.name
    ]
    assert len(seeds) == 6
    assert all(public_key(seed) in known and seed not in known for seed in seeds)
    assert (root / "secrets/nats_store_key").read_text().strip() in known


def test_nothing_is_wrong_with_a_new_folder(root: Path) -> None:
    assert wrong_with(root) == []


def test_a_folder_knows_where_people_reach_it(tmp_path: Path) -> None:
    wishes = Wishes(host="care.example.org", https_port=8443, http_port=8080)
    root = made(tmp_path / "practice", wishes).folder.root

    said = read_env(root / ".env")
    assert said["PRACTICE_URL"] == "https://care.example.org:8443"
    assert (said["PRACTICE_HOST"], said["PRACTICE_HTTP_PORT"]) == ("care.example.org", "8080")
    assert "COMPOSE_PROFILES" not in said
    assert "origins: [https://care.example.org:8443]" in (root / "practice/practice.yaml").read_text()


def test_a_file_is_made_after_those_it_is_made_from(root: Path) -> None:
    order = [piece.name for piece in PIECES]
    mark = mark_of(root)
    assert mark is not None

    for piece in PIECES:
        watched = Watched(root, mark)
        piece.make(watched, NOW)
        assert watched.read_names <= {*piece.of}, piece.name
        assert all(order.index(name) < order.index(piece.name) for name in piece.of)


class Watched(Folder):
    """A folder that remembers what was read of it."""

    def __init__(self, root: Path, mark: Mark) -> None:
        super().__init__(root, mark)
        object.__setattr__(self, "read_names", set())

    read_names: set[str]

    def read(self, name: str) -> str:
        self.read_names.add(name)
        return super().read(name)

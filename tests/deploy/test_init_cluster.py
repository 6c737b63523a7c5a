"""A folder for three NATS servers: each is told of all, and one made for one server can go over to three."""

import re
import subprocess
from pathlib import Path

import pytest

from deploy.local.environment import read_env
from deploy.local.nats import server as nats_server
from deploy.local.places import REPOSITORY
from deploy.setup.bus import ALONE, TOGETHER
from deploy.setup.checking import findings
from deploy.setup.folder import Wishes
from deploy.setup.making import init, whoever_runs_this
from shared.clock import utc_now
from shared.errors import Misconfigured

OVERLAY = str(REPOSITORY / "deploy" / "compose.cluster.yaml")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that was made for a cluster."""
    folder = tmp_path_factory.mktemp("practice") / "folder"
    init(folder, Wishes(cluster=True, dev=True), whoever_runs_this(), now=utc_now())
    return folder


def test_compose_is_given_both_files_and_nothing_is_wrong(root: Path) -> None:
    assert read_env(root / ".env")["COMPOSE_FILE"].split(":")[1:] == [OVERLAY]
    assert not findings(root, now=utc_now())


@pytest.mark.parametrize("name", TOGETHER)
def test_each_server_is_one_of_three_that_prove_who_they_are_to_each_other(root: Path, name: str) -> None:
    said = (root / "secrets" / f"{name}.conf").read_text()

    assert f'server_name: "{name}"' in said
    assert re.findall(r'"nats-route://([\w-]+):6222"', said) == list(TOGETHER)
    assert "verify: true" in said.split("cluster {")[1].split("accounts {")[0]
    assert (root / "data" / name).is_dir()


@pytest.mark.parametrize("name", [ALONE, *TOGETHER])
def test_the_server_takes_its_configuration(root: Path, name: str, tmp_path: Path) -> None:
    said = (root / "secrets" / f"{name}.conf").read_text()
    said = said.replace("/run/secrets/", f"{root}/tls/").replace("/etc/practice-tls/", f"{root}/tls/")
    (tmp_path / "nats.conf").write_text(said.replace('"/data"', f'"{tmp_path}/store"'))

    taken = subprocess.run(
        [nats_server(), "-t", "-c", tmp_path / "nats.conf"], capture_output=True, text=True, check=False
    )

    assert taken.returncode == 0, taken.stderr


def test_a_folder_made_for_one_server_is_told_how_it_goes_over_to_three(tmp_path: Path) -> None:
    root = tmp_path / "folder"
    init(root, Wishes(), whoever_runs_this(), now=utc_now())

    with pytest.raises(Misconfigured, match=re.escape(f"add :{OVERLAY} to COMPOSE_FILE in {root}/.env")):
        init(root, Wishes(cluster=True), whoever_runs_this(), now=utc_now())

    env = (root / ".env").read_text()
    (root / ".env").write_text(re.sub(r"(?m)^(COMPOSE_FILE=.*)$", rf"\1:{OVERLAY}", env))
    assert not [
        each for each in findings(root, now=utc_now()) if each.file in (".env", "secrets/nats-1.conf")
    ]

"""`practice init` killed in between: what is there is closed to others, and a second run ends it."""

import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.places import REPOSITORY
from deploy.setup.contents import FOLDERS, PIECES
from deploy.setup.folder import Wishes
from deploy.setup.making import whoever_runs_this
from deploy.setup.writing import is_left_over
from tests.deploy.operators_folder import made, modes, texts, wrong_with

EVERY = 13  # no divisor of the steps that one file takes: every one of them is hit


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """A folder for each step at which it was killed."""
    base = tmp_path_factory.mktemp("killed")
    command = [sys.executable, "-m", "tests.deploy.killed_init", str(base), str(EVERY)]
    ran = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 300
    return [each / "practice" for each in sorted(base.iterdir()) if each.name != "whole"]


def test_at_no_moment_can_others_read_a_secret(killed: list[Path]) -> None:
    allowed = {piece.name: piece.mode for piece in PIECES} | dict(FOLDERS) | {".init": 0o644}

    for root in filter(Path.is_dir, killed):
        for name, mode in modes(root).items():
            assert mode & ~allowed[meant(name)] == 0, name


def meant(name: str) -> str:
    """What a file becomes: itself, or what a half-written one was meant to be."""
    path = Path(name)
    return str(path.with_name(path.name[1:].removesuffix(".new"))) if is_left_over(path) else name


def test_a_second_run_ends_what_the_first_began_and_every_secret_stays(killed: list[Path]) -> None:
    for root in killed:
        kept = {name: text for name, text in texts(root).items() if not is_left_over(root / name)}

        made(root, Wishes() if ".init" in kept else None, owner=whoever_runs_this())

        after = texts(root)
        assert {name: after[name] for name in kept if name != ".init"} == {
            name: text for name, text in kept.items() if name != ".init"
        }
        assert [each for each in root.rglob("*") if is_left_over(each)] == []
        assert wrong_with(root) == []
        assert made(root, Wishes()).made == []

"""Every import rule of `.importlinter` is kept, and each is seen to fail on a planted import."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from configparser import ConfigParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
Plant = Callable[[str, str], None]
LINTER = Path(sys.executable).parent / "lint-imports"


def contracts() -> dict[str, str]:
    """The contracts of the configuration: id → name."""
    config = ConfigParser()
    config.read(ROOT / ".importlinter")
    return {
        section.rsplit(":", 1)[1]: config[section]["name"]
        for section in config.sections()
        if section.startswith("importlinter:contract:")
    }


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree that a breach may be planted in."""
    house = tmp_path_factory.mktemp("house")
    for folder in ("services", "shared", "deploy"):
        shutil.copytree(ROOT / folder, house / folder, ignore=_all_but_python)
    shutil.copy(ROOT / ".importlinter", house)
    return house


def _all_but_python(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__" or not _is_python(Path(folder) / name)]


def _is_python(path: Path) -> bool:
    return path.is_dir() or path.suffix == ".py"


@pytest.fixture
def plant(copy: Path) -> Iterator[Plant]:
    """Appends lines to files of the copy, makes new files, and puts all back afterwards."""
    before: dict[Path, str | None] = {}

    def into(path: str, line: str) -> None:
        file = copy / path
        before.setdefault(file, file.read_text() if file.exists() else None)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text((before[file] or "") + f"\n{line}\n")

    yield into
    for file, text in before.items():
        if text is None:
            file.unlink()
        else:
            file.write_text(text)


def broken(house: Path) -> set[str]:
    """The ids of the contracts that the linter finds broken in a tree."""
    said = subprocess.run(
        [LINTER, "--no-cache", "--no-logo", "--config", ".importlinter"],
        cwd=house,
        capture_output=True,
        text=True,
        check=False,
        env={"COLUMNS": "300", "PATH": "", "PYTHONPATH": str(house)},
    )
    found = {id_ for id_, name in contracts().items() if f"{name} BROKEN" in said.stdout}
    assert (said.returncode == 0) == (not found), said.stdout + said.stderr
    return found


def test_the_house_keeps_every_import_rule(copy: Path) -> None:
    assert broken(copy) == set()


BREACHES = [
    ("1-independent-services", "services/matching/handlers.py", "import services.intake.settings"),
    ("1-independent-services", "services/resources/app.py", "from services.notifications import storage"),
    ("2-shared-knows-no-service", "shared/tokens.py", "import services.intake.settings"),
    ("2-shared-knows-no-service", "shared/clock.py", "import deploy"),
    ("2-services-know-no-deploy", "services/matching/app.py", "from deploy import cli"),
    ("3-rooms", "services/matching/storage/__init__.py", "from services.matching import handlers"),
    ("3-rooms", "services/matching/handlers.py", "from services.matching import operations"),
    ("3-rooms", "services/resources/timers.py", "from services.resources import operations"),
    ("3-rooms", "services/resources/domain/__init__.py", "from services.resources import settings"),
    ("3-rooms", "services/intake/vault.py", "from services.intake import handlers"),
    ("3-rooms", "services/matching/helpers.py", "x = 1"),
    (
        "3-rooms-of-notifications",
        "services/notifications/delivery.py",
        "from services.notifications import handlers",
    ),
    ("3-rooms-of-notifications", "services/notifications/mailroom.py", "x = 1"),
    ("4-domains-do-no-io", "services/matching/domain/propose.py", "import asyncio"),
    ("4-domains-do-no-io", "services/matching/domain/propose.py", "import os"),
    ("4-domains-do-no-io", "services/matching/domain/propose.py", "from time import time"),
    ("4-domains-do-no-io", "services/matching/domain/propose.py", "import random"),
    ("4-domains-do-no-io", "services/intake/domain/triage.py", "import logging"),
    ("4-domains-do-no-io", "services/intake/domain/triage.py", "import sqlalchemy as sa"),
    ("4-domains-do-no-io", "services/intake/domain/triage.py", "from fastapi import HTTPException"),
    ("4-domains-do-no-io", "services/resources/domain/__init__.py", "from jinja2 import Template"),
    ("4-domains-do-no-io", "services/resources/domain/__init__.py", "import apscheduler.job"),
    (
        "4-domains-know-no-plumbing",
        "services/resources/domain/__init__.py",
        "from shared.logs import get_logger",
    ),
    (
        "4-domains-know-no-plumbing",
        "services/resources/domain/__init__.py",
        "from shared.database import Database",
    ),
    (
        "4-domains-know-no-plumbing",
        "services/resources/domain/__init__.py",
        "from shared.messaging.listen import listen",
    ),
    ("4-domains-know-no-plumbing", "services/resources/domain/__init__.py", "from shared import runtime"),
    ("4-domains-know-no-plumbing", "services/resources/domain/__init__.py", "from shared import pages"),
    (
        "5-intake-decides-in-its-own-words",
        "services/intake/domain/triage.py",
        "from shared.contracts.matching import ReferralHeld",
    ),
    (
        "5-matching-decides-in-its-own-words",
        "services/matching/domain/propose.py",
        "from shared.contracts.intake import ConsultationRequested",
    ),
    (
        "5-notifications-decides-in-its-own-words",
        "services/notifications/domain/decide.py",
        "from shared.contracts.intake import Contact",
    ),
    (
        "5-resources-decides-in-its-own-words",
        "services/resources/domain/__init__.py",
        "from shared.contracts.intake import ReadinessRequested",
    ),
    (
        "5-no-domain-takes-all-contracts",
        "services/resources/domain/__init__.py",
        "from shared.contracts import FACTS",
    ),
    (
        "5-no-domain-takes-all-contracts",
        "services/matching/domain/propose.py",
        "from shared.contracts import FACTS",
    ),
    ("6-contracts-are-plain-data", "shared/contracts/matching/facts.py", "from shared.clock import utc_now"),
    ("6-contracts-are-plain-data", "shared/contracts/base.py", "import sqlalchemy"),
    ("7-one-door-to-the-broker", "services/matching/handlers.py", "import nats"),
    (
        "7-one-door-to-the-broker",
        "services/notifications/timers.py",
        "from faststream.nats import NatsBroker",
    ),
    ("7-one-door-to-the-broker", "deploy/house.py", "from faststream.nats import NatsBroker"),
    ("8-one-door-to-the-database", "services/matching/handlers.py", "import sqlalchemy as sa"),
    (
        "8-one-door-to-the-database",
        "services/intake/vault.py",
        "from sqlalchemy.ext.asyncio import AsyncConnection",
    ),
    ("8-one-door-to-the-database", "deploy/house.py", "import sqlite3"),
]


@pytest.mark.parametrize(("rule", "path", "line"), BREACHES, ids=lambda value: str(value)[:60])
def test_a_planted_import_breaks(rule: str, path: str, line: str, copy: Path, plant: Plant) -> None:
    plant(path, line)

    assert rule in broken(copy)


def test_a_planted_cycle_breaks(copy: Path, plant: Plant) -> None:
    plant("shared/tokens.py", "import shared.ids")
    plant("shared/ids.py", "import shared.tokens")

    assert "9-no-cycles" in broken(copy)


def test_every_import_rule_is_seen_to_fail() -> None:
    assert {rule for rule, *_ in BREACHES} | {"9-no-cycles"} == set(contracts())

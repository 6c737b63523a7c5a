"""A house that an operator has taught another language, and that forgets it after each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.house import practice_of
from shared.language import speak_also
from shared.practice import Practice
from tests.intake.webhouse import LINK_KEY
from tests.language.portuguese import Environ, languages_in, practice_in

SERVICES = ("INTAKE", "MATCHING", "NOTIFICATIONS", "RESOURCES")
KEYS = {
    "INTAKE_VAULT_KEYS": "k1:" + "A" * 43 + "=",
    "INTAKE_ADDRESS_KEY": "an address key of the tests, long enough",
    "INTAKE_LINK_KEYS": LINK_KEY,
    "MATCHING_LINK_KEYS": LINK_KEY,
    "RESOURCES_LINK_KEYS": LINK_KEY,
    "NOTIFICATIONS_SMTP_URL": "smtp://127.0.0.1:25",
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything that an operator writes."""
    folder = tmp_path_factory.mktemp("written")
    languages_in(folder / "languages")
    practice_in(folder / "practice")
    return folder


@pytest.fixture
def environ(written: Path, tmp_path: Path) -> Iterator[Environ]:
    """What the services are told, over a copy that a test may spoil. Afterwards it is forgotten."""
    shutil.copytree(written, tmp_path, dirs_exist_ok=True)
    yield {
        "PRACTICE_LOCALE_DIR": str(tmp_path / "languages"),
        "PRACTICE_CONFIG_DIR": str(tmp_path / "practice"),
        **{f"{name}_DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path}/{name}.db" for name in SERVICES},
        **KEYS,
    }
    speak_also(None)


@pytest.fixture
def practice(environ: Environ) -> Practice:
    return practice_of(environ)

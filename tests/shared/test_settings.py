"""Configuration is read once, typed, and refuses to guess."""

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.settings import ServiceSettings


class SampleSettings(ServiceSettings):
    service: str = "sample"
    port: int = 8009
    keys: str


NEEDED = {"SAMPLE_DATABASE_URL": "sqlite+aiosqlite:///x.db", "SAMPLE_KEYS": "secret"}


def test_settings_come_from_variables_with_the_services_prefix() -> None:
    settings = SampleSettings.read(NEEDED | {"SAMPLE_PORT": "9", "PRACTICE_NATS_URL": "nats://n"})

    assert (settings.port, settings.nats_url, settings.keys) == (9, "nats://n", "secret")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("from a file\n")

    settings = SampleSettings.read(
        {"SAMPLE_DATABASE_URL": "x", "SAMPLE_KEYS_FILE": str(tmp_path / "keys"), "SAMPLE_KEYS": "not this"}
    )

    assert settings.keys == "from a file"


def test_what_is_missing_or_wrong_is_named_and_never_echoed() -> None:
    with pytest.raises(Misconfigured) as refusal:
        SampleSettings.read({"SAMPLE_PORT": "hunter2"})

    said = str(refusal.value)
    assert "SAMPLE_DATABASE_URL is not set" in said
    assert "SAMPLE_KEYS is not set" in said
    assert "SAMPLE_PORT" in said
    assert "hunter2" not in said


def test_a_secret_file_that_cannot_be_read_is_named() -> None:
    with pytest.raises(Misconfigured, match="SAMPLE_KEYS_FILE"):
        SampleSettings.read(NEEDED | {"SAMPLE_KEYS_FILE": "/nowhere/at/all"})

"""Configuration is read once, typed, and refuses to guess."""

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.settings import ServiceSettings


class SampleSettings(ServiceSettings):
    service: str = "sample"
    port: int = 8009
    keys: str
    more: str = ""


NEEDED = {"SAMPLE_DATABASE_URL": "sqlite+aiosqlite:///x.db", "SAMPLE_KEYS": "secret"}


def kept(file: Path, text: str, mode: int = 0o600) -> str:
    """A file of secrets with this mode; gives its name."""
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_settings_come_from_variables_with_the_services_prefix() -> None:
    settings = SampleSettings.read(NEEDED | {"SAMPLE_PORT": "9", "PRACTICE_NATS_URL": "nats://n"})

    assert (settings.port, settings.nats_url, settings.keys) == (9, "nats://n", "secret")


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    kept(tmp_path / "keys", "from a file\n")

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


@pytest.mark.parametrize(
    ("file", "mode", "text", "advice"),
    [
        ("nowhere", None, "", "make it"),
        ("keys", 0o644, "hunter2", "chmod 600"),
        ("keys", 0o602, "hunter2", "chmod 600"),
        ("keys", 0o600, " \n", "write the value into it"),
    ],
    ids=["missing", "readable by others", "writable by others", "empty"],
)
def test_a_secret_file_that_is_no_secret_stops_the_start_and_says_what_to_do(
    tmp_path: Path, file: str, mode: int | None, text: str, advice: str
) -> None:
    if mode is not None:
        kept(tmp_path / file, text, mode)

    with pytest.raises(Misconfigured, match="SAMPLE_KEYS_FILE") as refusal:
        SampleSettings.read(NEEDED | {"SAMPLE_KEYS_FILE": str(tmp_path / file)})

    assert str(tmp_path / file) in str(refusal.value)
    assert advice in str(refusal.value)
    assert "hunter2" not in str(refusal.value)


def test_a_secret_file_of_bytes_that_are_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "keys").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "keys").chmod(0o600)

    with pytest.raises(Misconfigured, match=r"SAMPLE_KEYS_FILE names .*it is not text"):
        SampleSettings.read(NEEDED | {"SAMPLE_KEYS_FILE": str(tmp_path / "keys")})


def test_the_group_may_read_a_secret_file_as_docker_and_systemd_have_it(tmp_path: Path) -> None:
    file = kept(tmp_path / "keys", "from a file", 0o440)

    assert SampleSettings.read(NEEDED | {"SAMPLE_KEYS_FILE": file}).keys == "from a file"


def test_a_secret_that_need_not_be_said_may_be_an_empty_file(tmp_path: Path) -> None:
    file = kept(tmp_path / "more", "")

    assert SampleSettings.read(NEEDED | {"SAMPLE_MORE_FILE": file}).more == ""


def test_an_identity_is_never_an_empty_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="PRACTICE_NATS_SEED_FILE"):
        SampleSettings.read(NEEDED | {"PRACTICE_NATS_SEED_FILE": kept(tmp_path / "seed", "")})


def test_no_secret_shows_when_settings_are_printed() -> None:
    settings = SampleSettings.read(
        NEEDED | {"PRACTICE_NATS_SEED": "SUhidden", "PRACTICE_NATS_PASSWORD": "hidden too"}
    )

    assert "hidden" not in repr(settings)


def test_nothing_written_for_a_file_or_an_identity_is_none() -> None:
    settings = SampleSettings.read(NEEDED | {"PRACTICE_CA": "", "PRACTICE_NATS_SEED": ""})

    assert (settings.ca, settings.nats_seed) == (None, None)

"""The data folder: one stack at a time, secrets made once and for their owner alone."""

from pathlib import Path

import pytest

from deploy.local.environment import of_a_service, of_the_stack, read_env, written
from deploy.local.keys import kept_keys, kept_website
from deploy.local.places import Places, write_durably
from deploy.local.ports import Ports
from services.intake.settings import IntakeSettings
from shared.errors import Misconfigured


@pytest.fixture
def places(tmp_path: Path) -> Places:
    places = Places(tmp_path / "data")
    places.make()
    return places


def test_a_second_stack_on_one_folder_is_refused(places: Places) -> None:
    with places.locked(), pytest.raises(Misconfigured, match="another stack already runs"), places.locked():
        pass
    with places.locked():  # and let in once the first is gone
        pass


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(Misconfigured, match=r"cannot be made .* --data-dir"):
        Places(tmp_path / "file" / "data").make()


def test_keys_are_made_once_and_for_the_owner_alone(places: Places) -> None:
    first, website = kept_keys(places), kept_website(places)

    assert kept_keys(places) == first
    assert kept_website(places) == website
    files = (places.keys, places.site_key, places.event_secret)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}
    assert len(set(first.values())) == len(first)


def test_a_key_that_a_newer_version_needs_is_added_and_none_replaced(places: Places) -> None:
    write_durably(places.keys, '{"INTAKE_VAULT_KEYS": "k0:old"}')

    keys = kept_keys(places)

    assert keys["INTAKE_VAULT_KEYS"] == "k0:old"
    assert len(keys["INTAKE_LINK_KEYS"]) >= 32


def test_damaged_keys_stop_the_start_instead_of_being_made_anew(places: Places) -> None:
    places.keys.write_text("{")

    with pytest.raises(Misconfigured, match="is damaged"):
        kept_keys(places)


def test_a_service_is_told_its_own_secrets_and_nobody_elses(places: Places) -> None:
    said = of_the_stack(places, Ports(), kept_keys(places), kept_website(places), {})

    matching = of_a_service("matching", said, {"PATH": "/bin", "INTAKE_VAULT_KEYS": "from the shell"})
    notifications = of_a_service("notifications", said, {})

    assert not {"INTAKE_VAULT_KEYS", "INTAKE_EVENT_SECRETS"} & (matching | notifications).keys()
    assert [secret.site for secret in IntakeSettings.read(said).event_ring] == ["this-machine"]
    assert "NOTIFICATIONS_SMTP_URL" not in matching
    assert {"MATCHING_LINK_KEYS", "MATCHING_DATABASE_URL", "PRACTICE_NATS_URL", "PATH"} <= matching.keys()
    assert {"INTAKE_PUBLIC_URL", "INTAKE_LINK_KEYS", "RESOURCES_LINK_KEYS"} <= notifications.keys()
    assert "INTAKE_LINK_KEYS" not in matching


def test_the_env_file_gives_back_what_was_written(places: Places) -> None:
    said = of_the_stack(places, Ports(), kept_keys(places), kept_website(places), {})
    write_durably(places.env, written(said))

    assert read_env(places.env) == said


def test_a_missing_env_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="is it the data folder of a `practice up`"):
        read_env(tmp_path / "env")

"""The data folder: one stack at a time, secrets made once and for their owner alone."""

import asyncio
import shutil
from contextlib import suppress
from pathlib import Path

import pytest

from deploy.house import bus_settings, listened, provisioner_settings
from deploy.local import nats
from deploy.local.environment import of_a_service, of_the_stack, read_env, written
from deploy.local.keys import SERVICES, kept_keys, kept_store_key, kept_website, seed_variable
from deploy.local.places import Places, write_durably
from deploy.local.ports import Ports
from services.intake.settings import IntakeSettings
from shared.errors import Misconfigured
from shared.messaging.entrance import BusSettings
from shared.messaging.provision import Provisioned, provision
from shared.messaging.rights import OPERATOR, PROVISIONER
from shared.messaging.stored import messages_stored
from shared.messaging.visit import BrokerAway
from tests.conftest import NatsServer
from tests.shared.bus import prepared, send_raw


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


def test_a_service_goes_in_to_the_broker_as_itself_and_the_command_as_the_operator(places: Places) -> None:
    keys = kept_keys(places)
    said = of_the_stack(places, Ports(), keys, kept_website(places), {})

    told = {service: of_a_service(service, said, {}) for service in SERVICES}

    seeds = {service: told[service]["PRACTICE_NATS_SEED"] for service in SERVICES}
    assert seeds == {service: keys[f"{service.upper()}_NATS_SEED"] for service in SERVICES}
    others = {name for service in SERVICES for name in told[service] if name.endswith("_SEED")}
    assert others == {"PRACTICE_NATS_SEED"}
    operator, provisioner = bus_settings(said).seed, provisioner_settings(said).seed
    assert len({*seeds.values(), operator, provisioner}) == 6


def test_where_no_provisioner_is_named_the_one_identity_is_taken() -> None:
    assert provisioner_settings({"PRACTICE_NATS_SEED": "SUone"}).seed == "SUone"


def test_the_key_of_the_brokers_store_is_told_to_the_broker_alone(places: Places) -> None:
    key = kept_store_key(places)

    assert key
    assert kept_store_key(places) == key
    assert key not in kept_keys(places).values()
    nats.write_config(places, 4222, kept_keys(places), key)
    assert f'key: "{key}"' in places.nats_config.read_text()
    assert places.nats_config.stat().st_mode & 0o777 == 0o600


def test_a_store_that_was_begun_without_a_key_is_given_none_until_it_is_empty(places: Places) -> None:
    streams = places.nats_store / "jetstream" / "$G" / "streams"
    streams.mkdir(parents=True)

    assert kept_store_key(places) is None
    shutil.rmtree(places.nats_store / "jetstream")
    assert kept_store_key(places)


async def test_a_folder_from_before_there_were_users_keeps_its_streams_and_what_is_in_them(
    places: Places,
) -> None:
    old = NatsServer(places.data_dir)
    (places.data_dir / "store").symlink_to(places.nats_store)
    await old.start()
    await provision(BusSettings(old.url), {})
    await send_raw(old, prepared(1))
    old.kill()

    keys = kept_keys(places)
    nats.write_config(places, old.port, keys, kept_store_key(places))
    new = await asyncio.create_subprocess_exec(*nats.command(places), stderr=asyncio.subprocess.DEVNULL)
    try:
        made = await once_there(BusSettings(old.url, seed=keys[seed_variable(PROVISIONER)]))
        kept = await messages_stored(BusSettings(old.url, seed=keys[seed_variable(OPERATOR)]))
    finally:
        new.kill()
        await new.wait()

    assert made.streams == ()
    assert kept["RESOURCES"] == 1


async def once_there(settings: BusSettings) -> Provisioned:
    while True:
        with suppress(BrokerAway):
            return await provision(settings, listened())
        await asyncio.sleep(0.02)

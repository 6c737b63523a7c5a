"""The configuration that the house renders is one that the server takes, in every shape it may have."""

import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.house import bus_rights
from deploy.local.nats import server as nats_server
from deploy.nats.configuration import Cluster, Server, configuration
from shared.errors import Misconfigured
from shared.messaging.entrance import new_seed, public_key
from shared.messaging.rights import USERS
from tests.guarded import Authority

KEYS = {user: public_key(new_seed()) for user in USERS}


def plain(folder: Path) -> Server:
    return Server(name="practice", listen="127.0.0.1:4222", store=folder / "store")


def taken(text: str, folder: Path) -> bool:
    """Whether the server would start with it."""
    file = folder / "nats.conf"
    file.write_text(text)
    return subprocess.run([nats_server(), "-t", "-c", file], capture_output=True, check=False).returncode == 0


def test_the_server_takes_it_on_one_machine_and_in_a_cluster(tmp_path: Path) -> None:
    tls = Authority(tmp_path / "ca").sign("nats")
    cluster = Cluster("practice", "0.0.0.0:6222", ("nats-1:6222", "nats-2:6222", "nats-3:6222"), tls)
    whole = replace(
        plain(tmp_path), tls=tls, cluster=cluster, monitor="127.0.0.1:8222", store_key='a "key" with \\'
    )

    for server in (plain(tmp_path), replace(whole, cluster=None), whole):
        assert taken(configuration(server, bus_rights(), KEYS), tmp_path)
    assert not taken(configuration(whole, bus_rights(), KEYS).replace("users: [", "users: [ {"), tmp_path)


def test_what_is_stored_is_synced_at_once_and_encrypted_where_there_is_a_key(tmp_path: Path) -> None:
    without = configuration(plain(tmp_path), bus_rights(), KEYS)
    sealed = configuration(replace(plain(tmp_path), store_key="secret"), bus_rights(), KEYS)

    assert "sync_interval: always" in without
    assert "cipher" not in without
    assert "cipher: aes" in sealed
    assert 'key: "secret"' in sealed
    assert "secret" not in repr(replace(plain(tmp_path), store_key="secret"))


@pytest.mark.parametrize("user", USERS)
def test_a_user_without_a_key_is_named_and_not_left_open(tmp_path: Path, user: str) -> None:
    with pytest.raises(Misconfigured, match=f"no nkey is known for {user}"):
        configuration(plain(tmp_path), bus_rights(), {**KEYS, user: ""})


def test_every_server_of_a_cluster_shows_who_it_is_to_the_others(tmp_path: Path) -> None:
    tls = Authority(tmp_path / "ca").sign("nats")
    server = replace(plain(tmp_path), cluster=Cluster("practice", "0.0.0.0:6222", ("nats-1:6222",), tls))

    cluster = configuration(server, bus_rights(), KEYS).split("cluster {")[1].split("\n}")[0]

    assert "verify: true" in cluster
    assert f'ca_file: "{tls.authority}"' in cluster

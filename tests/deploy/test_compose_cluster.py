"""The overlay of three NATS servers: each as hardened as the one, with a store of its own, and no door."""

from typing import Any

import pytest
import yaml

from deploy.local.places import REPOSITORY
from deploy.setup.bus import ALONE, TOGETHER
from shared.messaging.entrance import BusSettings

ASKS_NATS = ("provision", "ops", "restore", "intake", "matching", "notifications", "resources")


class Compose(yaml.SafeLoader):
    """Compose's own tags say what of the first file is put away; here, what is put in its place."""


def replaced(loader: Compose, node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return None


Compose.add_constructor("!reset", replaced)
Compose.add_constructor("!override", replaced)


def read(name: str) -> dict[str, Any]:
    return dict(yaml.load((REPOSITORY / "deploy" / name).read_text("utf-8"), Loader=Compose))


@pytest.fixture(scope="module")
def overlay() -> dict[str, Any]:
    return read("compose.cluster.yaml")


def test_three_servers_stand_in_the_place_of_one(overlay: dict[str, Any]) -> None:
    assert overlay["services"][ALONE] is None
    assert {name for name in overlay["services"] if name.startswith("nats-")} == set(TOGETHER)
    assert overlay["services"]["provision"]["depends_on"].keys() == set(TOGETHER)


@pytest.mark.parametrize("name", TOGETHER)
def test_each_is_as_hardened_as_the_one_and_loosens_nothing(overlay: dict[str, Any], name: str) -> None:
    server = overlay["services"][name]

    assert server["extends"] == {"file": "compose.yaml", "service": ALONE}
    assert server.keys() == {"extends", "command", "secrets", "volumes", "healthcheck"}
    assert server["command"] == ["--config", f"/run/secrets/{name}.conf"]
    assert server["secrets"] == [f"{name}.conf", "nats.pem", "nats-key.pem"]
    assert server["volumes"] == [f"${{PRACTICE_FOLDER}}/data/{name}:/data"]


def test_everybody_who_asks_nats_is_told_of_all_three(overlay: dict[str, Any]) -> None:
    base = read("compose.yaml")["services"]
    assert {
        name for name, said in base.items() if "PRACTICE_NATS_SEED_FILE" in said.get("environment", {})
    } == set(ASKS_NATS)
    for name in ASKS_NATS:
        told = overlay["services"][name]["environment"]["PRACTICE_NATS_URL"]
        assert BusSettings(told).servers == [f"nats://{server}:4222" for server in TOGETHER]


@pytest.mark.parametrize("name", ["provision", "ops"])
def test_who_makes_streams_and_who_looks_after_them_know_of_three_copies(
    overlay: dict[str, Any], name: str
) -> None:
    assert overlay["services"][name]["environment"]["PRACTICE_NATS_REPLICAS"] == 3

"""What every container is held to: read from the file that runs them, line by line."""

import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
import yaml

from deploy.house import SETTINGS
from deploy.local.places import REPOSITORY
from shared.messaging.bus import DRAIN_SECONDS
from shared.runtime import GRACE_SECONDS

FOLDER = REPOSITORY / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOTS = ("migrate", "provision", "restore")
PORTS = {"intake": "8001", "matching": "8002", "notifications": "8003", "resources": "8004", "ops": "9400"}
MAY_WRITE = {
    "postgres": {"/var/lib/postgresql/data"},
    "nats": {"/data"},
    "ops": {"/var/backups/practice", "/var/backups/elsewhere"},
    "restore": {"/var/backups/practice"},
    "caddy": {"/data", "/config"},
    "prometheus": {"/prometheus"},
    "alertmanager": {"/alertmanager"},
}
IN_NETWORKS = {
    "caddy": {"outside", "edge"},
    "intake": {"edge", "core"},
    "matching": {"edge", "core"},
    "resources": {"edge", "core"},
    "notifications": {"core", "mail"},
    "ops": {"core", "mail"},
    "alertmanager": {"core", "mail"},
    "grafana": {"core", "edge"},
    "mailpit": {"edge", "mail"},
}
SECRET = re.compile(r"KEY|SECRET|PASSWORD|SEED|DATABASE_URL|SMTP_URL")
MOUNT = re.compile(r"(?P<source>.+):(?P<target>/[^:]+?)(?P<read_only>:ro)?")

every = pytest.mark.parametrize("name", SERVICES)


def environment(name: str) -> dict[str, Any]:
    return dict(SERVICES[name].get("environment", {}))


def secrets(name: str) -> set[str]:
    return set(SERVICES[name].get("secrets", []))


@every
def test_every_container_is_somebody_without_power_over_the_machine(name: str) -> None:
    service = SERVICES[name]

    assert re.fullmatch(r"\$\{PRACTICE_UID:\?.+\}:\$\{PRACTICE_GID:\?.+\}", service["user"])
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True
    assert 0 < service["pids_limit"] <= 256
    assert service["mem_limit"] == service["memswap_limit"]
    assert service["mem_limit"] in ("512m", "1g")
    for opens_the_machine in ("privileged", "pid", "ipc", "network_mode", "devices", "cgroup", "uts"):
        assert opens_the_machine not in service
    assert service.get("cap_add", []) == (["NET_BIND_SERVICE"] if name == "caddy" else [])


@every
def test_every_container_writes_into_its_own_data_and_nowhere_else(name: str) -> None:
    mounts = [MOUNT.fullmatch(each) for each in SERVICES[name].get("volumes", [])]
    written = {mount["target"] for mount in mounts if mount and not mount["read_only"]}

    assert all(mounts)
    assert written == MAY_WRITE.get(name, set())
    assert not [mount for mount in mounts if mount and "docker.sock" in mount["source"]]
    assert all(":size=" in each and ",mode=" in each for each in SERVICES[name]["tmpfs"])


@every
def test_every_container_comes_back_and_fills_no_disk_with_what_it_says(name: str) -> None:
    service = SERVICES[name]

    assert service["restart"] == ("no" if name in ONE_SHOTS else "unless-stopped")
    assert service["logging"]["driver"] == "json-file"
    assert set(service["logging"]["options"]) == {"max-size", "max-file"}


@every
def test_every_container_that_stays_is_asked_whether_it_is_well(name: str) -> None:
    check = SERVICES[name].get("healthcheck")
    if name in ONE_SHOTS:
        assert check is None
        return

    assert check is not None
    assert check["test"][0] == "CMD"
    if name in PORTS:
        assert check["test"][1:] == ["python", "-I", "-S", "deploy/healthy.py", PORTS[name]]


def test_a_container_is_given_longer_to_end_than_its_service_takes() -> None:
    for name in (*SETTINGS, "ops"):
        given = int(SERVICES[name]["stop_grace_period"].removesuffix("s"))
        assert given > GRACE_SECONDS + 2 * DRAIN_SECONDS


def test_caddy_alone_is_published_and_what_is_for_this_machine_stays_on_it() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert set(published) == {"caddy"}
    assert [each.rpartition(":")[2] for each in published["caddy"]] == ["8443", "8080", "8090"]
    assert published["caddy"][2].startswith("127.0.0.1:")


@every
def test_every_container_is_in_the_networks_that_it_needs(name: str) -> None:
    assert set(SERVICES[name]["networks"]) == IN_NETWORKS.get(name, {"core"})


def test_only_caddy_and_mail_have_a_way_out() -> None:
    open_ones = {name for name, net in COMPOSE["networks"].items() if not (net or {}).get("internal")}

    assert open_ones == {"outside", "mail"}


@every
def test_no_secret_is_told_in_the_environment(name: str) -> None:
    told = {variable for variable in environment(name) if SECRET.search(variable)}

    assert {variable for variable in told if not variable.endswith("_FILE")} == set()
    for variable in told:
        assert environment(name)[variable].removeprefix("/run/secrets/") in secrets(name)


def test_every_secret_is_a_file_of_the_operators_folder() -> None:
    for secret in COMPOSE["secrets"].values():
        assert set(secret) == {"file"}
        assert re.fullmatch(r"\$\{PRACTICE_FOLDER\}/(secrets|tls)/[\w.-]+", secret["file"])


def test_the_key_of_the_inner_authority_is_given_to_nobody() -> None:
    assert "ca-key.pem" not in (FOLDER / "compose.yaml").read_text("utf-8")


def test_only_who_changes_tables_is_their_owner_and_only_who_makes_streams_may() -> None:
    owners = {name for name in SERVICES if any("_owner_" in each for each in secrets(name))}
    provisioners = {name for name in SERVICES if "nats_provisioner" in secrets(name)}

    assert owners == {"migrate", "restore"}
    assert provisioners == {"provision"}
    assert all("postgres_password" not in secrets(name) for name in SERVICES if name != "postgres")


def test_a_service_is_given_its_own_secrets_and_nobody_elses() -> None:
    for name in ("intake", "matching", "resources"):
        assert all(each == f"nats_{name}" or each.startswith(f"{name}_") for each in secrets(name))
    others = {each for each in secrets("notifications") if not each.startswith("notifications_")}
    assert others == {
        "nats_notifications",
        "smtp_url",
        "imap_password",
        "intake_link_keys",
        "matching_link_keys",
        "resources_link_keys",
    }


def test_a_service_starts_while_nats_is_down() -> None:
    for name in SETTINGS:
        assert set(SERVICES[name]["depends_on"]) == {"migrate"}
    assert SERVICES["ops"]["depends_on"]["provision"]["required"] is False
    assert SERVICES["migrate"]["depends_on"] == {"postgres": {"condition": "service_healthy"}}
    waited_for = {"nats": {"condition": "service_healthy", "required": False}}
    assert SERVICES["provision"]["depends_on"] == waited_for, "else nothing starts while NATS is broken"


@every
def test_every_image_is_named_with_its_version(name: str) -> None:
    image = SERVICES[name]["image"]

    assert re.fullmatch(r"practice(-ops)?:\$\{PRACTICE_VERSION:-local\}|[\w/]+:v?\d[\w.-]*", image), image


def test_behind_caddy_addresses_are_believed_one_hop_far() -> None:
    assert environment("intake")["INTAKE_TRUSTED_PROXIES"] == 1
    assert environment("resources")["RESOURCES_TRUSTED_PROXIES"] == 1


def test_postgresql_lets_in_over_tls_with_a_password_and_writes_no_words_into_logs() -> None:
    lines = (FOLDER / "postgres" / "pg_hba.conf").read_text("utf-8").splitlines()
    rules = [line.split() for line in lines if line and not line.startswith("#")]
    said = dict(re.findall(r"^(\w+) = (\S+)", (FOLDER / "postgres" / "postgresql.conf").read_text(), re.M))

    assert {rule[0] for rule in rules} == {"local", "hostssl"}
    assert {rule[-1] for rule in rules} == {"scram-sha-256"}
    for setting in ("ssl", "fsync", "synchronous_commit", "full_page_writes"):
        assert said[setting] == "on"
    assert said["ssl_min_protocol_version"] == "'TLSv1.2'"
    assert (said["log_statement"], said["log_min_error_statement"]) == ("none", "panic")
    assert said["log_error_verbosity"] == "terse"
    assert said["log_parameter_max_length_on_error"] == "0"


def test_the_image_is_built_from_locked_packages_and_leaves_no_installer_in_it() -> None:
    text = (FOLDER / "Dockerfile").read_text("utf-8")
    last = text.split("AS practice\n")[1]

    installs = [line for line in text.splitlines() if "pip " in line and " install " in line]
    assert len(installs) == 2
    assert all("--require-hashes --no-deps" in line for line in installs)
    assert "pip --python" not in last
    for stage in last.split("\nFROM "):
        assert re.findall(r"^USER (\S+)", stage, re.M)[-1] == "10001:10001"
    assert not re.search(r"https?://|index-url|cert", text)


@pytest.mark.parametrize(("status", "healthy"), [(200, True), (503, False)])
def test_a_service_is_well_when_it_says_so_and_only_then(status: int, *, healthy: bool) -> None:
    class Answers(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Says nothing."""

    setattr(Answers, "do_" + "GET", lambda self: (self.send_response(status), self.end_headers()))
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        assert _asked(server.server_address[1]) is healthy
        server.shutdown()
    assert _asked(server.server_address[1]) is False


def _asked(port: int) -> bool:
    script = str(FOLDER / "healthy.py")
    return subprocess.run([sys.executable, "-I", "-S", script, str(port)], check=False).returncode == 0

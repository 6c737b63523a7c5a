"""What a container may do, and what may be learned about secrets from beside it."""

import json
import os
import re
import shutil
import socket
import ssl
import tempfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from deploy.verifying.machine import SERVICES, STAYING, THIS, Failed, Machine, ran, until

PLACES = (
    "/ /etc /usr /usr/bin /opt /opt/practice /var /root /home /srv /run/secrets /etc/practice /etc/languages"
)
TRY_TO_WRITE = f"for d in {PLACES}; do touch $d/.written 2>/dev/null && echo $d; done; true"
STATUS = "cat /proc/1/status; id -u"
OWN_PORTS = {"8443/tcp", "8080/tcp", "8090/tcp"}
SHORTEST_SECRET = 12
MADE_FROM_OTHERS = (".conf", ".sql")
READY_SECONDS = 5
BUSY = 2  # programs that wait for each core
WORK = (  # of a whole container since its start, in nanoseconds, on either kind of control group
    "cat /sys/fs/cgroup/cpuacct/cpuacct.usage 2>/dev/null || "
    "sed -n 's/^usage_usec \\([0-9]*\\)/\\1000/p' /sys/fs/cgroup/cpu.stat"
)


def powerless(machine: Machine) -> str:
    """Every container is the folder's owner, without a capability, and writes nowhere but its data."""
    owner = str(machine.folder.joinpath(".env").stat().st_uid)
    names = machine.containers()
    if len(names) < len(STAYING):
        raise Failed(f"only {', '.join(names)} run")
    for name in names:
        said = machine.shell(name, STATUS)
        lines = dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)
        held = {key: lines[key].strip() for key in ("CapEff", "CapPrm", "CapAmb")}
        if set(held.values()) != {"0" * 16} or lines["NoNewPrivs"].strip() != "1":
            raise Failed(f"{name}: {held}, NoNewPrivs {lines['NoNewPrivs']}")
        if said.split()[-1] != owner or owner == "0":
            raise Failed(f"{name} runs as {said.split()[-1]}, not {owner}")
        written = machine.shell(name, TRY_TO_WRITE).split()
        if written:
            raise Failed(f"{name} can write to {', '.join(written)}")
        if not machine.inspected(name)["HostConfig"]["ReadonlyRootfs"]:
            raise Failed(f"{name} has a root that can be written")
    return f"{len(names)} containers as uid {owner}, no capability, {len(PLACES.split())} places refused each"


def published(machine: Machine) -> str:
    """Nobody but Caddy has a port on this machine, and what is not for outside is on loopback."""
    found = {}
    for name in machine.containers():
        bound = {port: to for port, to in machine.inspected(name)["NetworkSettings"]["Ports"].items() if to}
        if bound:
            found[name] = bound
    if len(found) != 1 or "caddy" not in next(iter(found)):
        raise Failed(f"published: {', '.join(found)}")
    [ports] = found.values()
    inside = {each["HostIp"] for each in ports["8090/tcp"]}
    if set(ports) != OWN_PORTS or inside != {"127.0.0.1"}:
        raise Failed(f"published: {ports}")
    return f"Caddy alone: {', '.join(sorted(ports))}; 8090 on {', '.join(inside)}"


def spoken(machine: Machine) -> str:
    """TLS 1.2 and 1.3, nothing older."""
    heard = [version.name for version in ssl.TLSVersion if version > 0 and _speaks(machine, version)]
    if sorted(heard) != ["TLSv1_2", "TLSv1_3"]:
        raise Failed(f"spoken: {', '.join(heard)}")
    return f"{' and '.join(sorted(heard))}, and nothing older"


def _speaks(machine: Machine, version: ssl.TLSVersion) -> bool:
    context = ssl.create_default_context(cafile=str(machine.authority))
    try:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", machine.https_port), 10) as line,
            context.wrap_socket(line, server_hostname="localhost"),
        ):
            return True
    except (OSError, ValueError):
        return False


def silent(machine: Machine) -> str:
    """No secret stands in what the engine tells of a container, in a log, or in a layer of an image."""
    values = secrets_of(machine.folder)
    images = [f"practice:{THIS}", f"practice-ops:{THIS}"]
    with tempfile.TemporaryDirectory(dir=machine.folder.parent) as scratch:
        file = Path(scratch) / "secrets"
        file.write_text("\n".join(values) + "\n", "utf-8")
        file.chmod(0o600)
        if len(machine.containers()) < len(STAYING):
            raise Failed("not everything runs: there is little to look at")
        told = json.dumps([machine.inspected(name) for name in machine.containers()])
        logs = machine.compose("logs", "--no-color", "--no-log-prefix")
        history = "".join(ran(["docker", "history", "--no-trunc", image], machine.folder) for image in images)
        for where, text in {"inspect": told, "logs": logs, "history": history}.items():
            _refuse_any(values, where, text.__contains__)
        for image in images:
            layers = Path(scratch) / "layers"
            layers.mkdir()
            ran(["sh", "-c", f"docker save {image} | tar -x -C {layers}"], machine.folder)
            found = f"find {layers} -type f -exec zcat -f {{}} + | grep -acFf {file}"
            if ran(["sh", "-c", found], machine.folder, ok=False).strip() != "0":
                raise Failed(f"a secret stands in a layer of {image}")
            shutil.rmtree(layers)
    size = (len(told) + len(logs)) // 1024
    return f"{len(values)} secrets sought in {size} KiB of inspect and logs and the layers of 2 images: none"


def secrets_of(folder: Path) -> list[str]:
    """Every secret of the folder by itself: what is long enough to be one, without the name before it."""
    found = set()
    for file in (*folder.glob("secrets/*"), *folder.glob("website/*"), *folder.glob("tls/*-key.pem")):
        for line in file.read_text("utf-8").splitlines() if file.suffix not in MADE_FROM_OTHERS else ():
            said = urlsplit(line).password if line.startswith("postgresql") else line.rpartition(":")[2]
            if said and len(said) >= SHORTEST_SECRET and not line.startswith(("-----", "smtp://")):
                found.add(said.strip())
    return sorted(found)


def _refuse_any(values: list[str], where: str, found_in: Callable[[str], bool]) -> None:
    if any(map(found_in, values)):
        raise Failed(f"a secret stands in {where}")


def ready(machine: Machine) -> str:
    """Each service, started alone, is connected to all it needs within five seconds.

    On a machine that others keep busy, it is the work until then that counts, and not how long it waited.
    """
    took = {service: _ready_after(machine, service) for service in SERVICES}
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    told = ", ".join(f"{service} {wall:.1f} s ({work:.1f} of work)" for service, (wall, work) in took.items())
    busy = load > BUSY * cores
    if max(work if busy else wall for wall, work in took.values()) > READY_SECONDS:
        raise Failed(f"longer than {READY_SECONDS} s: {told}")
    return f"{told}; {load:.0f} programs waited for {cores} cores" if busy else told


def _ready_after(machine: Machine, service: str) -> tuple[float, float]:
    """Seconds from a container's start until its service says that it is on the bus; and of its work."""
    machine.compose("restart", service)
    [name] = machine.containers(service)
    began = machine.inspected(name)["State"]["StartedAt"]
    started = datetime.fromisoformat(began[:26].rstrip("Z") + "+00:00")

    def said() -> list[str]:
        log = ran(["docker", "logs", "--since", began, name], machine.folder)
        return re.findall(r'"bus.started".*?"timestamp": "([^"]+)"', log)

    until(lambda: bool(said()), 60, f"{service} did not become ready")
    work = int(machine.shell(name, WORK)) / 1e9
    return (datetime.fromisoformat(said()[0].replace("Z", "+00:00")) - started).total_seconds(), work

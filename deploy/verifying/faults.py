"""What must lose nothing: parts that die, a stop and a start, an empty broker, a new version, replicas."""

import json
import shutil
from collections.abc import Mapping

from deploy.verifying.load import Load, kept_whole, under
from deploy.verifying.machine import UP, Failed, Machine, until
from deploy.verifying.outside import Mails

COUNTED = {
    "intake": "SELECT count(*) FROM requests",
    "matching": "SELECT count(*) FROM referrals",
    "notifications": "SELECT count(*) FROM deliveries",
}
EVERYTHING = "kill -9 -1"  # everybody but the first process, which then ends with them
LEAST_SHARE = 0.15
REPLICAS = 3


def dies(part: str, machine: Machine, mails: Mails) -> str:
    """One container is killed while people write, comes back by itself, and nothing is lost."""
    load = Load(machine)
    [name] = machine.containers(part)
    if part == "mailpit":  # it forgets what it had: what was delivered is counted before
        mails.look()
        _kill(machine, name)
        with under(load):
            _until_back(machine, name)
    else:
        with under(load):
            until(lambda: len(load.accepted) > 2, 30, "nobody was let in")
            _kill(machine, name)
            _until_back(machine, name)
            taken = len(load.accepted)
            until(lambda: len(load.accepted) > taken + 2, 60, "nobody was let in afterwards")
    return kept_whole(load, mails)


def comes_back(machine: Machine, mails: Mails) -> str:
    """`down` and `up` keep everything."""
    before = _counts(machine)
    machine.compose("down")
    machine.compose(*UP)
    after = _counts(machine)
    if any(after[of] < before[of] for of in before):
        raise Failed(f"before {before}, afterwards {after}")
    load = Load(machine)
    with under(load):
        until(lambda: len(load.accepted) > 5, 60, "nobody was let in afterwards")
    told = ", ".join(f"{count} rows of {of}" for of, count in after.items())
    return f"{told}; then {kept_whole(load, mails)}"


def forgets(machine: Machine, mails: Mails) -> str:
    """The broker's store is emptied while people write: the outboxes fill it again."""
    load = Load(machine)
    with under(load):
        until(lambda: len(load.accepted) > 5, 60, "nobody was let in")
        machine.compose("stop", "nats")
        for each in (machine.folder / "data" / "nats").iterdir():
            shutil.rmtree(each)
        machine.compose("start", "nats")
        [nats] = machine.containers("nats")
        _until_back(machine, nats)
        machine.compose("run", "--rm", "-T", "provision", "practice", "provision", "--replay")
        taken = len(load.accepted)
        until(lambda: len(load.accepted) > taken + 5, 60, "nobody was let in afterwards")
    return kept_whole(load, mails)


def grows(machine: Machine, mails: Mails) -> str:
    """Three of a service share its work, and give it back when they are one again."""
    scaled = ("matching", "notifications")
    machine.compose(*UP, *(f"--scale={service}={REPLICAS}" for service in scaled))
    load, before = Load(machine), _heard(machine)
    with under(load):
        until(lambda: len(load.accepted) > 120, 120, "too few were let in")
    seen, after = kept_whole(load, mails), _heard(machine)
    told = [_shares(machine, service, before, after) for service in scaled]
    machine.compose(*UP)
    return f"{'; '.join(told)}; {seen}"


def _shares(machine: Machine, service: str, before: Mapping[str, int], after: Mapping[str, int]) -> str:
    addresses = [_core_address(machine, name) for name in machine.containers(service)]
    done = [after.get(address, 0) - before.get(address, 0) for address in addresses]
    shares = [each / max(1, sum(done)) for each in done]
    if len(shares) != REPLICAS or min(shares) < LEAST_SHARE:
        raise Failed(f"{service}: messages by replica {done}")
    return f"{service} {' / '.join(f'{share:.0%}' for share in shares)}"


def _heard(machine: Machine) -> dict[str, int]:
    """How many messages NATS has handed to each address."""
    [nats] = machine.containers("nats")
    told = json.loads(machine.shell(nats, "wget -q -O - http://127.0.0.1:8222/connz?limit=1000"))
    return {each["ip"]: each["out_msgs"] for each in told["connections"]}


def _core_address(machine: Machine, name: str) -> str:
    networks = machine.inspected(name)["NetworkSettings"]["Networks"]
    return next(str(each["IPAddress"]) for network, each in networks.items() if network.endswith("_core"))


def _counts(machine: Machine) -> dict[str, int]:
    return {of: int(machine.sql(of, statement)) for of, statement in COUNTED.items()}


def _kill(machine: Machine, name: str) -> None:
    began = machine.inspected(name)["State"]["StartedAt"]
    machine.shell(name, EVERYTHING, ok=False)
    until(lambda: machine.inspected(name)["State"]["StartedAt"] != began, 60, f"{name} was not started again")


def _until_back(machine: Machine, name: str) -> None:
    until(lambda: machine.is_well(name), 120, f"{name} did not become well again")

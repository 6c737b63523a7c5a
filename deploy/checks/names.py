"""The names of servers, looked up as their clients look them up: the hosts file first, then DNS."""

import asyncio
import socket
from collections.abc import Sequence
from itertools import chain

from deploy.checks import places
from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.checks.places import as_address, is_this_machine

PATIENCE_SECONDS = 3.0


async def names(given: Round) -> Sequence[Finding]:
    """Every host that a setting names is known, and known within three seconds."""
    kinds = (places.brokers, places.databases, places.mail_servers, places.doors)
    named: dict[str, str] = {}
    for place in chain.from_iterable(kind(given.environ) for kind in kinds):
        if as_address(place.host) is None and not is_this_machine(place.host):
            named.setdefault(place.host, place.variable)
    found = await asyncio.gather(*(_known(host, variable) for host, variable in named.items()))
    bad = [each for each in found if each is not None]
    if bad:
        return bad
    return [well("names", f"every name is known: {', '.join(named)}" if named else "no setting names a host")]


async def _known(host: str, variable: str) -> Finding | None:
    looked_up = asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    try:
        await asyncio.wait_for(looked_up, PATIENCE_SECONDS)
    except socket.gaierror as error:
        if error.errno != socket.EAI_AGAIN:
            return wrong(
                "names",
                f"{variable} names {host}, which nobody knows",
                "nothing can be sent to a server that is not found",
                f"correct {variable}, or the DNS entry of {host}",
            )
    except (TimeoutError, UnicodeError):
        pass
    else:
        return None
    return doubtful(
        "names",
        f"{host} could not be looked up: no resolver answers",
        f"whether the name in {variable} is right is not known, and every connection by name waits",
        "look whether this machine reaches its DNS server (/etc/resolv.conf names it)",
    )

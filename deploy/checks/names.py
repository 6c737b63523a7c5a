"""The names of servers, looked up as their clients look them up: the hosts file first, then DNS."""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from itertools import chain

from deploy.checks import places
from deploy.checks.finding import Environ, Finding, Round, doubtful, well, wrong
from deploy.checks.places import as_address, is_this_machine

PATIENCE_SECONDS = 3.0

LookUp = Callable[[str], Awaitable[object]]


async def names(given: Round) -> Sequence[Finding]:
    """Every host that a setting names is known, and known within three seconds."""
    named = hosts_in(given.environ)
    found = await asyncio.gather(*(known(host, variable) for host, variable in named.items()))
    bad = [each for each in found if each is not None]
    if bad:
        return bad
    return [well("names", f"every name is known: {', '.join(named)}" if named else "no setting names a host")]


def hosts_in(environ: Environ) -> Mapping[str, str]:
    """The names of other machines, each with the first variable that has it."""
    kinds = (places.brokers, places.databases, places.mail_servers, places.doors)
    named: dict[str, str] = {}
    for place in chain.from_iterable(kind(environ) for kind in kinds):
        if as_address(place.host) is None and not is_this_machine(place.host):
            named.setdefault(place.host, place.variable)
    return named


async def by_the_system(host: str) -> object:
    """As every client of ours looks a host up. Raises gaierror."""
    return await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)


async def known(
    host: str, variable: str, look_up: LookUp = by_the_system, patience: float = PATIENCE_SECONDS
) -> Finding | None:
    """What is wrong with this name, if anything is."""
    try:
        await asyncio.wait_for(look_up(host), patience)
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

"""How often one address may post, and how often everybody together may; counted in memory alone.

A website with a site key posts for many people from one address, so it has an allowance of its own.
"""

import ipaddress
import math
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

PER_ADDRESS = "30/minute;200/hour"
EVERYBODY = "1200/minute"
PER_SITE = "60000/minute"
SECONDS = {"minute": 60.0, "hour": 3600.0}


@dataclass(slots=True)
class Allowance:
    """So many posts in any span of so many seconds, counted for each poster apart."""

    most: int
    seconds: float
    _posts: dict[str, deque[float]] = field(default_factory=dict)
    _tidied_at: float = 0.0

    @classmethod
    def of(cls, said: str) -> Self:
        """From the likes of `30/minute`."""
        most, _, span = said.partition("/")
        return cls(int(most), SECONDS[span])

    def wait(self, who: str, at: float) -> float:
        """Seconds until `who` may post again; 0 when they may now, which is then counted."""
        self._forget_those_who_went(at)
        posts = self._posts.setdefault(who, deque())
        while posts and posts[0] <= at - self.seconds:
            posts.popleft()
        if len(posts) >= self.most:
            return posts[0] + self.seconds - at
        posts.append(at)
        return 0.0

    def _forget_those_who_went(self, at: float) -> None:
        if abs(at - self._tidied_at) >= self.seconds:
            self._tidied_at = at
            stay = ((who, posts) for who, posts in self._posts.items() if posts[-1] > at - self.seconds)
            self._posts = dict(stay)


class Turnstile:
    """Counts posts; says how long to wait when there were too many."""

    def __init__(
        self, per_address: str = PER_ADDRESS, everybody: str = EVERYBODY, per_site: str = PER_SITE
    ) -> None:
        self._per_address, self._everybody = _allowances(per_address), _allowances(everybody)
        self._per_site = _allowances(per_site)

    def wait_for_site(self, site: str, now: datetime) -> int | None:
        """Whole seconds until this website may post again; None when it may now, which is then counted."""
        return _wait(self._per_site, site, now)

    def wait_for_address(self, address: str, now: datetime) -> int | None:
        """The same for somebody without a site key; an address over its limit uses up nobody else's."""
        wait = _wait(self._per_address, network_of(address), now)
        return wait if wait is not None else _wait(self._everybody, "everybody", now)


def _allowances(said: str) -> list[Allowance]:
    return [Allowance.of(each) for each in said.split(";")]


def _wait(allowances: list[Allowance], who: str, now: datetime) -> int | None:
    for each in allowances:
        seconds = each.wait(who, now.timestamp())
        if seconds > 0:
            return min(max(1, math.ceil(seconds)), int(each.seconds))
    return None


def network_of(address: str) -> str:
    """What one household has: an IPv4 address, or an IPv6 network of 64 bits."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 6:
        return str(ipaddress.ip_network((parsed, 64), strict=False).network_address)
    return str(parsed)


def client_address(peer: str | None, forwarded_for: str | None, trusted_proxies: int) -> str:
    """Whose post this is.

    `trusted_proxies` is how many proxies of ours stand in front; each appends whom it heard from, so the
    person is that many entries from the right. Without one, the header is anybody's claim and is ignored.
    """
    hops = [hop.strip() for hop in (forwarded_for or "").split(",") if hop.strip()]
    if 0 < trusted_proxies <= len(hops):
        return hops[-trusted_proxies]
    return peer or "unknown"

"""How often one address may post, and how often everybody together may; counted in memory alone.

A website with a site key posts for many people from one address, so it has an allowance of its own.
"""

import ipaddress
import math
from datetime import datetime

from fastapi import Request
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

PER_ADDRESS = "30/minute;200/hour"
EVERYBODY = "1200/minute"
PER_SITE = "60000/minute"
PER_INBOX = "5/day"


class Turnstile:
    """Counts posts; says how long to wait when there were too many."""

    def __init__(
        self,
        per_address: str = PER_ADDRESS,
        everybody: str = EVERYBODY,
        per_site: str = PER_SITE,
        per_inbox: str = PER_INBOX,
    ) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._per_address, self._everybody = parse_many(per_address), parse_many(everybody)
        self._per_site, self._per_inbox = parse_many(per_site), parse_many(per_inbox)

    def wait_for_site(self, site: str, now: datetime) -> int | None:
        """Whole seconds until this website may post again; None when it may now, which is then counted."""
        return self._wait(self._per_site, "site", site, now)

    def wait_for_address(self, address: str, now: datetime) -> int | None:
        """The same for somebody without a site key; an address over its limit uses up nobody else's."""
        wait = self._wait(self._per_address, "address", network_of(address), now)
        return wait if wait is not None else self._wait(self._everybody, "everybody", "", now)

    def wait_for_inbox(self, address_key: str, now: datetime) -> int | None:
        """The same for naming this e-mail address as one's own: whoever has it is told each time."""
        return self._wait(self._per_inbox, "inbox", address_key, now)

    def _wait(self, items: list[RateLimitItem], kind: str, who: str, now: datetime) -> int | None:
        for item in items:
            if not self._limiter.hit(item, kind, who):
                reset, _ = self._limiter.get_window_stats(item, kind, who)
                return min(max(1, math.ceil(reset - now.timestamp())), item.get_expiry())
        return None


def sender_of(request: Request, trusted_proxies: int) -> str:
    """The address that a request comes from, `trusted_proxies` of ours standing in front."""
    forwarded = ", ".join(request.headers.getlist("x-forwarded-for"))
    return client_address(request.client.host if request.client else None, forwarded, trusted_proxies)


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

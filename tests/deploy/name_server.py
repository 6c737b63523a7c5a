"""A DNS server for tests, on this machine: it knows what a test tells it, and nobody else's names."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from dns.asyncresolver import Resolver

Said = dict[tuple[str, str], Sequence[str]]  # by name and kind


@dataclass
class NameServer(asyncio.DatagramProtocol):
    """Answers with what it was told, NXDOMAIN for what it was not; `refuses` is what it fails at."""

    said: Said = field(default_factory=dict)
    refuses: set[str] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)
    transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        [question] = query.question
        name, kind = question.name.to_text(omit_final_dot=True), question.rdtype.name
        self.asked.append(f"{kind} {name}")
        answer = dns.message.make_response(query)
        answer.flags |= dns.flags.RA
        if name in self.refuses:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif (name, kind) in self.said:
            answer.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, *self.said[name, kind]))
        elif not any(known == name for known, _ in self.said):
            answer.set_rcode(dns.rcode.NXDOMAIN)
        self.transport.sendto(answer.to_wire(), addr)

    def texts(self, records: Mapping[str, str | Sequence[str]]) -> None:
        """These names have these TXT records."""
        for name, written in records.items():
            several = [written] if isinstance(written, str) else written
            self.said[name, "TXT"] = [_quoted(each) for each in several]

    def mail_for(self, domain: str, *servers: str) -> None:
        """This domain's mail is taken in there."""
        self.said[domain, "MX"] = [f"10 {server}" for server in servers]

    @property
    def resolver(self) -> Resolver:
        """Asks this server alone."""
        made = Resolver(configure=False)
        made.nameservers, made.port = ["127.0.0.1"], self.transport.get_extra_info("sockname")[1]
        return made


def _quoted(text: str) -> str:
    """As in a zone file: a long one in parts of 255 characters at most."""
    parts = [text[at : at + 255] for at in range(0, len(text), 255)]
    return " ".join(f'"{part}"' for part in parts)


@asynccontextmanager
async def naming() -> AsyncIterator[NameServer]:
    """A running server."""
    loop = asyncio.get_running_loop()
    transport, server = await loop.create_datagram_endpoint(NameServer, ("127.0.0.1", 0))
    try:
        yield server
    finally:
        transport.close()

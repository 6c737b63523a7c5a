"""What is seen from outside: the only door over TLS, and the mails that left."""

import ssl
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

import httpx

from deploy.verifying.machine import Machine

MOST = 5000
TOLD = "SELECT reference, message_id FROM deliveries WHERE state = 'sent' AND role = 'coordinator'"


def browser(machine: Machine) -> httpx.Client:
    """Somebody at the door, who believes its certificate and checks it."""
    context = ssl.create_default_context(cafile=str(machine.authority))
    return httpx.Client(base_url=machine.origin, verify=context, timeout=20)


@dataclass
class Mails:
    """Every mail that the sink ever had, also before it was killed; by Message-ID."""

    machine: Machine
    seen: dict[str, dict[str, Any]] = field(default_factory=dict)
    by_record: bool = False  # a sink that is replaced forgets; what it said it took was recorded
    _lock: Lock = field(default_factory=Lock)

    def look(self) -> dict[str, dict[str, Any]]:
        """Looks again; a sink that is away has nothing new."""
        try:
            found = self._asked(f"/api/v1/messages?limit={MOST}")["messages"]
        except (httpx.HTTPError, ValueError):
            found = []
        with self._lock:
            self.seen |= {each["MessageID"]: each for each in found}
            if self.by_record:
                self.seen = self._recorded() | self.seen
            return dict(self.seen)

    def text_to(self, address: str) -> str | None:
        """The text of the newest mail to somebody."""
        for each in self._asked(f"/api/v1/messages?limit={MOST}")["messages"]:
            if address in (to["Address"] for to in each["To"]):
                return str(self._asked(f"/api/v1/message/{each['ID']}")["Text"])
        return None

    def about(self, reference: str) -> list[str]:
        """The Message-IDs of what the practice itself was told of a request."""
        return [key for key, mail in self.seen.items() if mail["Subject"].startswith(f"{reference}:")]

    def _recorded(self) -> dict[str, dict[str, Any]]:
        rows = [line.split("|") for line in self.machine.sql("notifications", TOLD).splitlines()]
        return {message_id.strip("<>"): {"Subject": f"{reference}:"} for reference, message_id in rows}

    def _asked(self, path: str) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.machine.inside_port}{path}"
        answer = httpx.get(url, headers={"Host": f"mails.localhost:{self.machine.inside_port}"}, timeout=10)
        answer.raise_for_status()
        told: dict[str, Any] = answer.json()
        return told

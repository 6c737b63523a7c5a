"""Who reads what is sent: a press that writes no words, and a mail server that shows each as it comes."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from services.notifications.domain.decide import Send, Standing
from services.notifications.domain.delivery import Delivery
from services.notifications.domain.outcome import Reply
from services.notifications.smtp import Accepted, Envelope, Result

PRACTICE_ZONE = ZoneInfo("America/Los_Angeles")


@dataclass(frozen=True)
class Read:
    """A mail that reached its reader."""

    at: datetime
    template: str
    request_id: str
    call_id: str
    version: int
    recipient: str
    offset: str | None
    message_id: str


@dataclass
class PlainPress:
    """Writes down which mail it is, and no words."""

    zone: ZoneInfo = PRACTICE_ZONE

    def address_of(self, delivery: Delivery, _known: object) -> tuple[str, str]:
        return "", f"{delivery.plan.recipient_id}@example.org"

    def print(
        self,
        delivery: Delivery,
        _known: object,
        decision: Send,
        to: tuple[str, str],
        now: datetime,
        standing: Standing | None = None,
    ) -> Envelope:
        plan = delivery.plan
        said = {
            "at": now.isoformat(),
            "template": plan.template,
            "request_id": plan.request_id,
            "call_id": plan.subject_id,
            "version": plan.subject_version,
            "recipient": plan.recipient_id,
            "offset": plan.codes.get("offset"),
            "message_id": delivery.message_id,
        }
        return Envelope("dana@example.org", to[1], json.dumps(said).encode())


@dataclass
class Readers:
    """A mail server that takes everything, and asks the oracle first."""

    look: Callable[[Read], None]
    read: list[Read] = field(default_factory=list)

    async def reachable(self) -> bool:
        return True

    async def send(self, envelope: Envelope) -> Result:
        said = json.loads(envelope.content)
        mail = Read(**said | {"at": datetime.fromisoformat(said["at"])})
        self.look(mail)
        self.read.append(mail)
        return Accepted(Reply(250))

    async def close(self) -> None:
        pass

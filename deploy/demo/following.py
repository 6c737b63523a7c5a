"""What became of a request: the decision, every mail's delivery, and the mail itself in the folder."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.deciding import decided
from deploy.demo.posting import Posted
from deploy.house import Databases
from deploy.local.mail.folder import MailFolder
from deploy.local.mail.reading import read_mail
from deploy.told import told


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail in the folder."""

    file: str
    at: datetime
    to: tuple[str, ...]
    subject: str
    invite: str | None = None


@dataclass(frozen=True, slots=True)
class SeenMail:
    """One delivery, in the state it is in, and what arrived of it."""

    template: str
    to: str
    recipient_id: str
    state: str
    why: str | None
    due_at: str | None
    arrived: tuple[Arrived, ...]


@dataclass(frozen=True, slots=True)
class Followed:
    """A request so far."""

    posted: Posted
    decision: Mapping[str, Any] | None
    mails: tuple[SeenMail, ...]
    booked: datetime | None = None  # when they will be called, if they booked


class Mailbox:
    """The mails of the folder by Message-ID; each file is read once."""

    def __init__(self, folder: MailFolder) -> None:
        self._folder = folder
        self._read: dict[str, Arrived] = {}
        self._by_id: dict[str, list[Arrived]] = {}

    def look(self) -> None:
        """Reads what has come since."""
        for name in self._folder.names():
            content = None if name in self._read else self._folder.read(name)
            if content is None:
                continue
            mail = read_mail(name, content)
            self._read[name] = Arrived(name, mail.arrived_at, mail.delivered_to, mail.subject, mail.invite)
            self._by_id.setdefault(mail.message_id, []).append(self._read[name])

    def of(self, message_id: str) -> tuple[Arrived, ...]:
        """Every copy that arrived under this Message-ID, in order."""
        return tuple(sorted(self._by_id.get(message_id, ()), key=lambda each: each.at))

    def beside(self, named: Collection[str]) -> tuple[Arrived, ...]:
        """Every mail that is in none of these files, in order."""
        return tuple(self._read[name] for name in sorted(self._read) if name not in named)


async def follow(posted: Posted, databases: Databases, mailbox: Mailbox) -> Followed:
    """How far the request is at this moment; the mailbox must have looked after the databases were asked."""
    decision = await decided(posted.reference, databases)
    entries = await told(posted.reference, databases)
    mailbox.look()
    mails = sorted((_seen(entry, mailbox) for entry in entries if entry["kind"] == "mail"), key=_order)
    return Followed(posted, decision.plain if decision else None, tuple(mails))


def _order(mail: SeenMail) -> tuple[bool, str]:
    """What has arrived as it did, then what waits, by its day."""
    return not mail.arrived, mail.arrived[0].at.isoformat() if mail.arrived else mail.due_at or ""


def _seen(entry: Mapping[str, Any], mailbox: Mailbox) -> SeenMail:
    detail = entry["detail"]
    return SeenMail(
        template=entry["name"],
        to=detail["to"],
        recipient_id=detail["recipient_id"],
        state=detail["state"],
        why=detail["why"],
        due_at=detail.get("due_at"),
        arrived=mailbox.of(detail["message_id"]),
    )

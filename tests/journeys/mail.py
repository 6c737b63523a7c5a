"""A mail as it arrived, read as its reader's program reads it."""

import email
import email.policy
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from urllib.parse import urlsplit

LINK = re.compile(r"http://[^\s<>\"]+")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that arrived."""

    to: str
    subject: str
    text: str
    calendar: str = ""  # the invite, as a calendar reads it; none when empty
    headers: Mapping[str, str] = field(default_factory=dict)

    def link(self, ending: str = "") -> str:
        """The path of the first link that ends so, or of the first link of ours at all."""
        return next(path for path in self.paths if path.count("/") > 1 and path.endswith(ending))

    def leads_to(self, beginning: str) -> str | None:
        """The path of the first link that begins so, if there is one."""
        return next((path for path in self.paths if path.startswith(beginning)), None)

    @property
    def paths(self) -> Sequence[str]:
        """The paths of all links, in order."""
        return [urlsplit(link).path for link in LINK.findall(self.text)]


def read_mail(content: bytes) -> Mail:
    """The mail of these bytes."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    body = message.get_body(("plain",))
    invites = [part for part in message.walk() if part.get_content_type() == "text/calendar"]
    return Mail(
        to=message["To"].addresses[0].addr_spec,
        subject=message["Subject"],
        text=body.get_content() if body else "",
        calendar=invites[0].get_content() if invites else "",
        headers={name: str(value) for name, value in message.items()},
    )

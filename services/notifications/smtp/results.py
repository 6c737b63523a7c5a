"""What a mail server made of an envelope.

A refusal of the recipient or the content is about this mail. A refusal of us (the greeting, the login, the
sender) is the operator's to mend, so the mail waits, whatever the code. No answer after the content: nobody
knows, and the same mail goes again under the same Message-ID.
"""

import re
import ssl
from dataclasses import dataclass
from typing import Literal

import aiosmtplib

from services.notifications.domain.outcome import NO_REPLY, Reply

SERVER_ERRORS = (aiosmtplib.SMTPException, OSError, EOFError)
CLOSING = 421

_ENHANCED = re.compile(r"[245]\.\d{1,3}\.\d{1,3}\b")

Stage = Literal["connect", "sender", "recipient", "content"]


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail as it goes out: from one address to one, and its bytes."""

    sender: str
    recipient: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server has taken responsibility for the mail."""

    reply: Reply


@dataclass(frozen=True, slots=True)
class Away:
    """The mail was not even offered: no server, no TLS, no login. It says nothing about the mail."""

    why: str
    reply: Reply = NO_REPLY


@dataclass(frozen=True, slots=True)
class Deferred:
    """The server did not take it, and may later."""

    why: str
    reply: Reply = NO_REPLY


@dataclass(frozen=True, slots=True)
class Refused:
    """The server will never take this mail for this recipient."""

    why: str
    reply: Reply = NO_REPLY


@dataclass(frozen=True, slots=True)
class Unknown:
    """The connection ended after the content was sent and before the answer: it may have been taken."""

    why: str


Result = Accepted | Away | Deferred | Refused | Unknown


class Stopped(Exception):
    """The conversation ended at this stage, by this error."""

    def __init__(self, stage: Stage, error: BaseException) -> None:
        super().__init__(stage)
        self.stage, self.error = stage, error

    @property
    def code(self) -> int | None:
        """The server's code, when it answered with a proper refusal."""
        code = self.error.code if isinstance(self.error, aiosmtplib.SMTPResponseException) else None
        return code if code is not None and 400 <= code <= 599 else None

    @property
    def why(self) -> str:
        """The reason as a code."""
        if isinstance(self.error, aiosmtplib.SMTPAuthenticationError):
            return "login_refused"
        causes = (self.error, self.error.__cause__)
        if any(isinstance(each, ssl.SSLCertVerificationError) for each in causes):
            return "certificate_refused"
        if self.code is not None:
            return f"{self.stage}_{'refused' if self.code >= 500 else 'deferred'}"
        if self.stage == "connect":
            return "unreachable"
        return f"{self.stage}_timed_out" if isinstance(self.error, TimeoutError) else "connection_lost"

    @property
    def server_is_listening(self) -> bool:
        """Whether the server answered properly and stays for the next envelope."""
        return self.code is not None and self.code != CLOSING

    @property
    def connection_was_stale(self) -> bool:
        """Whether nothing was said yet and the server had simply gone away."""
        return self.stage == "sender" and self.code in (None, CLOSING)

    def result(self) -> Result:
        """What it means for the mail."""
        if self.stage == "content" and self.code is None:
            return Unknown("no_answer_after_content")
        reply = reply_of(self.code, getattr(self.error, "message", ""))
        if self.stage == "connect":
            return Away(self.why, reply)
        if self.stage in ("recipient", "content") and self.code is not None and self.code >= 500:
            return Refused(self.why, reply)
        return Deferred(self.why, reply)


def reply_of(code: int | None, message: object) -> Reply:
    """The code and the enhanced code of an answer; its words may quote an address and are dropped."""
    found = _ENHANCED.match(str(message))
    return Reply(code, found.group() if found else None)

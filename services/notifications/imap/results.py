"""Why a mailbox could not be read: the stage at which it ended and by which error, as one code."""

import imaplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Literal

from imap_tools.errors import UnexpectedCommandStatusError

Stage = Literal["connect", "tls", "login", "folder", "mails"]
NONSENSE = (ValueError, LookupError, TypeError, AttributeError)  # what rubbish makes imaplib raise
SERVER_ERRORS = (imaplib.IMAP4.error, UnexpectedCommandStatusError, OSError, *NONSENSE)
NETWORK: Mapping[type[OSError], str] = {
    ssl.SSLCertVerificationError: "certificate_refused",
    ssl.SSLError: "tls_failed",
    TimeoutError: "timed_out",
}
LOST: Mapping[Stage, str] = {
    "connect": "unreachable",
    "tls": "tls_refused",
    "login": "connection_lost",
    "folder": "connection_lost",
    "mails": "connection_lost",
}
REFUSED: Mapping[Stage, str] = {"tls": "tls_refused", "login": "login_refused", "folder": "folder_missing"}


class Unreadable(Exception):
    """The mailbox cannot be read now; `why` as a code, with nothing in it that a server said."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@contextmanager
def at(stage: Stage) -> Iterator[None]:
    """Translates what servers, networks and rubbish raise at this stage."""
    try:
        yield
    except SERVER_ERRORS as error:
        raise Unreadable(_why(stage, error)) from error


def _why(stage: Stage, error: Exception) -> str:
    """Of a failed send imaplib keeps the cause as the context."""
    cause = error.__context__ if isinstance(error.__context__, OSError) else error
    if isinstance(cause, OSError):
        return next((why for kind, why in NETWORK.items() if isinstance(cause, kind)), LOST[stage])
    if isinstance(cause, imaplib.IMAP4.readonly):
        return "read_only"
    if isinstance(cause, imaplib.IMAP4.abort):
        return "nonsense" if "unexpected" in str(cause) else LOST[stage]
    if isinstance(cause, imaplib.IMAP4.error | UnexpectedCommandStatusError):
        return REFUSED.get(stage, "nonsense")
    return "nonsense"

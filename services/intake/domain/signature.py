"""Whether a website that shares a secret with us signed a message: Standard Webhooks 1.0, symmetric (`v1`).

What is signed is `<webhook-id>.<webhook-timestamp>.<body>`, byte by byte. Asymmetric signatures (`v1a`) are
passed over. Why this is no library: ADR 43.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TOLERANCE = timedelta(minutes=5)  # what the standard's own libraries allow, to either side
PREFIX = "whsec_"
KEY_BYTES = range(24, 65)  # as the standard has it
LONGEST_ID = 255
SCHEME = "v1"
SECONDS = re.compile(r"[0-9]{1,11}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """One current secret of one website; a website may have several while it changes them."""

    site: str
    key: bytes = field(repr=False)

    @classmethod
    def read(cls, site: str, written: str) -> Self:
        """The secret as the standard writes it, `whsec_<base64>`. Raises ValueError when it is none."""
        encoded = written.removeprefix(PREFIX).rstrip("=")
        try:
            key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
        except ValueError:  # a character that no base64 has
            key = b""
        if not written.startswith(PREFIX) or len(key) not in KEY_BYTES:
            raise ValueError("a secret is whsec_ and the base64 of 24 to 64 bytes")
        return cls(site, key)

    def signature(self, message: "Message") -> bytes:
        """What whoever holds this secret signs the message with."""
        signed = b".".join((message.id, message.timestamp.encode(), message.body))
        return hmac.digest(self.key, signed, hashlib.sha256)


@dataclass(frozen=True, slots=True)
class Message:
    """What came: the three headers as they were sent, and every byte of the body."""

    id: bytes
    timestamp: str
    signatures: str
    body: bytes


def site_that_signed(message: Message, secrets: Sequence[Secret], now: datetime) -> str | None:
    """The website whose secret signed the message; None for anybody else's, and for one too old or too new.

    Every secret is held against every signature, and each comparison takes the same time whatever it finds.
    """
    if not 0 < len(message.id) <= LONGEST_ID or not _is_of(now, message.timestamp):
        return None
    offered = [_decoded(each) for each in message.signatures.split(" ")]
    expected = [(secret.site, secret.signature(message)) for secret in secrets]
    matching = [site for site, ours in expected for theirs in offered if hmac.compare_digest(ours, theirs)]
    return matching[0] if matching else None


def _is_of(now: datetime, timestamp: str) -> bool:
    if not SECONDS.fullmatch(timestamp):
        return False
    return abs(now - (EPOCH + timedelta(seconds=int(timestamp)))) <= TOLERANCE


def _decoded(versioned: str) -> bytes:
    """The bytes of a signature of ours; none of any other, which matches nothing."""
    scheme, _, encoded = versioned.partition(",")
    if scheme != SCHEME:
        return b""
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError:
        return b""

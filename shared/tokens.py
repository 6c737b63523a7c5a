"""Links in mails and answers: sealed, for one recipient and one purpose, expiring.

The form is the house's; sealing is AES-SIV (RFC 5297) of the `cryptography` library, under a key derived from
the phrase in the settings. What a token says can be neither changed nor read: an id in it may hold a name.
The first key seals, all keys open, so that a key can be replaced without breaking the links that are out.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

MINIMUM_KEY_LENGTH = 32
CODE_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Link:
    """What a valid token says."""

    purpose: str
    recipient: str  # who may use it: an id or a role, never an address
    subject: str  # what it is about: an id
    expires_at: datetime


class Links:
    """Seals and opens the tokens of one service.

    Raises ValueError when there is no key or one is shorter than 32 characters.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < MINIMUM_KEY_LENGTH for key in keys):
            raise ValueError(f"link keys need {MINIMUM_KEY_LENGTH} characters or more")
        self._keys = tuple(keys)
        self._ciphers = tuple(AESSIV(_derived(key)) for key in keys)

    def sign(self, purpose: str, recipient: str, subject: str, now: datetime, lifetime: timedelta) -> str:
        """A token that `read` accepts for this purpose until `now + lifetime`."""
        said = [recipient, subject, int((now + lifetime).timestamp())]
        plain = json.dumps(said, separators=(",", ":")).encode()
        return _text(self._ciphers[0].encrypt(plain, [purpose.encode()]))

    def read(self, token: str, purpose: str, now: datetime) -> Link | None:
        """What the token says, or None when it is forged, for another purpose, or expired."""
        link = self.read_at_any_time(token, purpose)
        return link if link is not None and now < link.expires_at else None

    def read_at_any_time(self, token: str, purpose: str) -> Link | None:
        """The same of a token that may have expired: for what nobody can be harmed by, and has no end."""
        said = self._opened(_bytes(token), purpose)
        if said is None:
            return None
        recipient, subject, expires = said
        return Link(purpose, recipient, subject, datetime.fromtimestamp(expires, tz=UTC))

    def code(self, subject: str) -> str:
        """Six digits that belong to this subject; whoever holds the key can tell them, nobody else."""
        return _code(self._keys[0], subject)

    def is_code(self, subject: str, said: str) -> bool:
        """Whether these are the digits of this subject, under any of the keys."""
        digits = said.encode()
        return any(hmac.compare_digest(_code(key, subject).encode(), digits) for key in self._keys)

    def _opened(self, sealed: bytes, purpose: str) -> Any:
        for cipher in self._ciphers:
            try:
                return json.loads(cipher.decrypt(sealed, [purpose.encode()]))
            except (InvalidTag, ValueError):
                continue
        return None


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=64, salt=None, info=b"practice.link").derive(key.encode())


def _text(sealed: bytes) -> str:
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()


def _bytes(token: str) -> bytes:
    """The bytes of a token, in its one spelling; none, which nobody sealed, of anything else.

    Padding, the other alphabet and unused bits would be further addresses of the same page: whoever counts,
    blocks or looks for a link by its address would miss them.
    """
    try:
        sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return b""
    return sealed if _text(sealed) == token else b""


def _code(key: str, subject: str) -> str:
    digest = hmac.new(key.encode(), b"practice.code|" + subject.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

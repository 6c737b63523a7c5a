"""Links in mails and answers: signed, for one recipient and one purpose, expiring.

The form is the house's; signing is itsdangerous' (HMAC-SHA256). The first key signs, all keys verify, so
that a key can be replaced without breaking the links that are out.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadSignature, URLSafeSerializer

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
    """Signs and reads the tokens of one service.

    Raises ValueError when there is no key or one is shorter than 32 characters.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys or any(len(key) < MINIMUM_KEY_LENGTH for key in keys):
            raise ValueError(f"link keys need {MINIMUM_KEY_LENGTH} characters or more")
        self._keys = tuple(reversed(keys))  # itsdangerous signs with the last
        self._serializers: dict[str, URLSafeSerializer] = {}

    def sign(self, purpose: str, recipient: str, subject: str, now: datetime, lifetime: timedelta) -> str:
        """A token that `read` accepts for this purpose until `now + lifetime`."""
        expires = int((now + lifetime).timestamp())
        return self._serializer(purpose).dumps([recipient, subject, expires])

    def read(self, token: str, purpose: str, now: datetime) -> Link | None:
        """What the token says, or None when it is forged, for another purpose, or expired."""
        try:
            said: Any = self._serializer(purpose).loads(token)
        except BadSignature:
            return None
        recipient, subject, expires = said
        expires_at = datetime.fromtimestamp(expires, tz=now.tzinfo)
        return Link(purpose, recipient, subject, expires_at) if now < expires_at else None

    def code(self, subject: str) -> str:
        """Six digits that belong to this subject; whoever holds the key can tell them, nobody else."""
        return _code(self._keys[-1], subject)

    def is_code(self, subject: str, said: str) -> bool:
        """Whether these are the digits of this subject, under any of the keys."""
        digits = said.encode()
        return any(hmac.compare_digest(_code(key, subject).encode(), digits) for key in self._keys)

    def _serializer(self, purpose: str) -> URLSafeSerializer:
        if purpose not in self._serializers:
            self._serializers[purpose] = URLSafeSerializer(
                list(self._keys),
                salt=f"practice.link.{purpose}",
                signer_kwargs={"digest_method": hashlib.sha256, "key_derivation": "hmac"},
            )
        return self._serializers[purpose]


def _code(key: str, subject: str) -> str:
    digest = hmac.new(key.encode(), b"practice.code|" + subject.encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"

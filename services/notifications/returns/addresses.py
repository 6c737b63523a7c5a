"""The address that a mail comes back to: its sender's own, with a token that names the delivery (VERP).

`front+mfzwizlmnf2gq2lpnyqq2…@desk.example.org`. The token is the delivery's id and a seal under a key that
notifications holds, in base 32, since a mail server may write a local part in small letters. It says nothing
about the person. The domain is that of From, so that SPF and DMARC see one domain and a discreet mail names
no other. Without a setting every mail comes back to its From (ADR 41).
"""

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from services.notifications.addresses import ADDRESS
from shared.errors import Misconfigured
from shared.tokens import MINIMUM_KEY_LENGTH

OWN = "own"  # every sender's own address
SEAL_BYTES = 6  # beside an id that nobody can guess either
TOKEN = re.compile(r"\+([A-Za-z2-7]{36})@")
LONGEST_LOCAL_PART = 64  # RFC 5321
SETTING, KEYS = "NOTIFICATIONS_RETURN_ADDRESS", "NOTIFICATIONS_LINK_KEYS"


@dataclass(frozen=True, slots=True)
class ReturnAddresses:
    """Makes return addresses and reads them; made by `of`. The first key seals, all keys open."""

    boxes: Mapping[str, str] = field(default_factory=dict)  # by sender: the address that takes what returns
    keys: Sequence[str] = field(default=(), repr=False)

    @classmethod
    def of(cls, said: str, keys: Sequence[str], senders: Sequence[str]) -> Self:
        """By the setting: nothing, `own`, or addresses separated by commas, one for each sender's domain.

        Raises Misconfigured for an address that cannot take a token or stands at no sender's domain.
        """
        if any(len(key) < MINIMUM_KEY_LENGTH for key in keys):
            raise Misconfigured(f"{KEYS} needs keys of {MINIMUM_KEY_LENGTH} characters or more")
        given = [one.strip() for one in said.split(",") if one.strip()]
        boxes = {one: one for one in senders} if given == [OWN] else _by_domain(given, senders)
        if boxes and not keys:
            raise Misconfigured(f"{SETTING} needs {KEYS}, under which return addresses are sealed")
        for box in boxes.values():
            if len(with_token(box, "x" * 36).rpartition("@")[0]) > LONGEST_LOCAL_PART:
                raise Misconfigured(f"{SETTING}: what stands before the @ may have 27 characters at most")
        return cls(boxes, tuple(keys))

    def of_mail(self, sender: str, delivery_id: str) -> str:
        """Where this mail comes back to: the sender itself where nothing else was said."""
        box = self.boxes.get(sender)
        if box is None:
            return sender
        named = UUID(delivery_id).bytes
        return with_token(box, _text(named + _seal(self.keys[0], named)))

    def delivery_in(self, address: str) -> str | None:
        """The id of the delivery that this text names with a token of ours, if it does."""
        for token in TOKEN.findall(address):
            plain = _bytes(token)
            named, seal = plain[:16], plain[16:]
            if len(seal) == SEAL_BYTES and any(
                hmac.compare_digest(seal, _seal(key, named)) for key in self.keys
            ):
                return str(UUID(bytes=named))
        return None


def with_token(box: str, token: str) -> str:
    """The address with a token behind a plus."""
    local, _, domain = box.rpartition("@")
    return f"{local}+{token}@{domain}"


def _by_domain(given: Sequence[str], senders: Sequence[str]) -> Mapping[str, str]:
    """For each sender the address at its domain: no mail shows another domain than its own."""
    domains = {_domain(one): one for one in given}
    if any(ADDRESS.fullmatch(one) is None for one in given):
        raise Misconfigured(f"{SETTING} must be empty, `{OWN}`, or addresses separated by commas")
    if not domains.keys() <= {_domain(one) for one in senders}:
        raise Misconfigured(f"{SETTING}: each must be at the domain of `from` or `discreet_from`")
    return {one: domains[_domain(one)] for one in senders if _domain(one) in domains}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _seal(key: str, named: bytes) -> bytes:
    return hmac.new(key.encode(), b"practice.return|" + named, hashlib.sha256).digest()[:SEAL_BYTES]


def _text(plain: bytes) -> str:
    return base64.b32encode(plain).rstrip(b"=").decode().lower()


def _bytes(token: str) -> bytes:
    """The bytes of a token; none where it is no base 32."""
    try:
        return base64.b32decode(token.upper() + "=" * (-len(token) % 8))
    except binascii.Error:
        return b""

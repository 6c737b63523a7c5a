"""What a browser keeps once it was proven to be somebody's: a signed cookie, until the practice's day ends.

    PROOF = Proof("proof", "browser")
    PROOF.keep(said, links, recipient, proof_id, now, zone, secure=True)
    PROOF.is_of(request, links, recipient, now)

A cookie is for one recipient and names nobody; a browser may hold several, and a link of somebody else's is
not opened by it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import Response

from shared.tokens import Links


@dataclass(frozen=True, slots=True)
class Proof:
    """One kind of proof: what its cookies are called by, and the purpose of the token within."""

    prefix: str
    purpose: str

    def cookie(self, recipient: str) -> str:
        """The name of the cookie in which a browser keeps its proof for this recipient."""
        return f"{self.prefix}-{hashlib.sha256(recipient.encode()).hexdigest()[:12]}"

    def is_of(self, request: Request, links: Links, recipient: str, now: datetime) -> bool:
        """Whether this browser was proven today to be this recipient's."""
        proof = links.read(request.cookies.get(self.cookie(recipient), ""), self.purpose, now)
        return proof is not None and proof.recipient == recipient

    def keep(
        self,
        said: Response,
        links: Links,
        recipient: str,
        proof_id: str,
        now: datetime,
        zone: ZoneInfo,
        *,
        secure: bool,
    ) -> None:
        """Puts the proof into the answer, good until midnight by the practice's clock."""
        lasts = _midnight(now, zone) - now
        said.set_cookie(
            self.cookie(recipient),
            links.sign(self.purpose, recipient, proof_id, now, lasts),
            max_age=int(lasts.total_seconds()),
            secure=secure,
            httponly=True,
            samesite="lax",
        )


def digits_in(typed: str) -> str:
    """The digits of a code as somebody typed or pasted it, with whatever stands between them."""
    return "".join(each for each in typed if each.isdecimal())


def _midnight(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), tzinfo=zone)

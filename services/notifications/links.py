"""Where the links of a mail lead: pages of matching, each for one recipient, one purpose and a while.

Matching reads what is signed here; both hold its link keys. A path says nothing that a discreet mail may
not say.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from shared.errors import Misconfigured
from shared.tokens import Links

CASE_FOR = timedelta(days=30)
ROSTER_FOR = timedelta(days=7)
OFFER_FOR = timedelta(days=30)
INTRODUCED_FOR = timedelta(days=60)
WAITING_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Doors:
    """Signs the links of mails, and knows the codes that prove a browser."""

    links: Links
    base: str  # what every link begins with, without a slash at its end

    @classmethod
    def of(cls, keys: Sequence[str], public_url: str) -> Self:
        """The doors of matching at `public_url`. Raises Misconfigured when a key is too short."""
        try:
            return cls(Links(keys), public_url.rstrip("/"))
        except ValueError as error:
            raise Misconfigured(f"MATCHING_LINK_KEYS: {error}") from None

    def case(self, coordinator_id: str, referral_id: str, now: datetime) -> str:
        """A referral, for a coordinator."""
        return self._door(
            "referrals/case", "case", f"coordinator:{coordinator_id}", referral_id, now, CASE_FOR
        )

    def roster(self, coordinator_id: str, now: datetime) -> str:
        """The clinicians with their places and leave, for a coordinator."""
        return self._door("roster", "roster", f"coordinator:{coordinator_id}", "roster", now, ROSTER_FOR)

    def offer(self, clinician_id: str, offer_id: str, now: datetime) -> str:
        """An offer, for the clinician who is asked."""
        return self._door("referrals/offer", "offer", f"clinician:{clinician_id}", offer_id, now, OFFER_FOR)

    def introduction(self, clinician_id: str, offer_id: str, now: datetime) -> str:
        """Whom they are introduced to, for the clinician who said yes."""
        recipient = f"clinician:{clinician_id}"
        return self._door("referrals/introduction", "introduction", recipient, offer_id, now, OFFER_FOR)

    def introduced(self, request_id: str, offer_id: str, now: datetime) -> str:
        """Whether the person would rather see somebody else, for the person."""
        recipient = f"person:{request_id}"
        return self._door("answers/introduction", "introduced", recipient, offer_id, now, INTRODUCED_FOR)

    def waiting(self, request_id: str, referral_id: str, now: datetime) -> str:
        """Whether the person still waits, for the person."""
        recipient = f"person:{request_id}"
        return self._door("answers/waiting", "waiting", recipient, referral_id, now, WAITING_FOR)

    def code(self, proof_id: str) -> str:
        """The six digits that prove a browser; told in one mail, kept nowhere."""
        return self.links.code(proof_id)

    def _door(
        self, path: str, purpose: str, recipient: str, subject: str, now: datetime, lifetime: timedelta
    ) -> str:
        return f"{self.base}/{path}/{self.links.sign(purpose, recipient, subject, now, lifetime)}"

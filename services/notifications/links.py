"""Where the links of a mail lead: pages of the other services, each for one recipient and purpose.

The service that is led to reads what is signed here; both hold its link keys, and every link ends after a
while. A path says nothing that a discreet mail may not say. Who books a call is `person:<person_id>`; a link
that changes how somebody is reached is in their own mails and nowhere else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from shared import alerts
from shared.errors import Misconfigured
from shared.tokens import Links

CASE_FOR = timedelta(days=30)
ROSTER_FOR = timedelta(days=7)
CALENDAR_FOR = timedelta(days=7)
OFFER_FOR = timedelta(days=30)
INTRODUCED_FOR = timedelta(days=60)
WAITING_FOR = timedelta(days=30)
BOOK_FOR = timedelta(days=60)
CONTACT_FOR = timedelta(days=60)
BEGIN_FOR = timedelta(days=30)
READINESS_FOR = timedelta(days=400)  # a series takes its time, and a stop in its first mail works in its last


KeysAndUrl = tuple[Sequence[str], str]


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one service, and what opens them."""

    links: Links
    base: str  # what every link begins with, without a slash at its end

    @classmethod
    def of(cls, keys: Sequence[str], public_url: str, setting: str) -> Self:
        """The pages at `public_url`. Raises Misconfigured, naming the setting, when a key is too short."""
        try:
            return cls(Links(keys), public_url.rstrip("/"))
        except ValueError as error:
            raise Misconfigured(f"{setting}: {error}") from None

    def door(
        self, path: str, purpose: str, recipient: str, subject: str, now: datetime, lifetime: timedelta
    ) -> str:
        """A link that opens this path."""
        return f"{self.base}/{path}/{self.links.sign(purpose, recipient, subject, now, lifetime)}"


@dataclass(frozen=True, slots=True)
class Doors:
    """Signs the links of mails, and knows the codes that prove a browser."""

    matching: Site
    intake: Site
    resources: Site

    @classmethod
    def of(cls, *, matching: KeysAndUrl, intake: KeysAndUrl, resources: KeysAndUrl) -> Self:
        """The doors of all three. Raises Misconfigured for a short key."""
        return cls(
            Site.of(*matching, "MATCHING_LINK_KEYS"),
            Site.of(*intake, "INTAKE_LINK_KEYS"),
            Site.of(*resources, "RESOURCES_LINK_KEYS"),
        )

    def case(self, coordinator_id: str, referral_id: str, now: datetime) -> str:
        """A referral, for a coordinator."""
        return self.matching.door(
            "referrals/case", "case", f"coordinator:{coordinator_id}", referral_id, now, CASE_FOR
        )

    def roster(self, coordinator_id: str, now: datetime) -> str:
        """The clinicians with their places and leave, for a coordinator."""
        return self.matching.door(
            "roster", "roster", f"coordinator:{coordinator_id}", "roster", now, ROSTER_FOR
        )

    def calendar(self, coordinator_id: str, now: datetime) -> str:
        """The calls of a coordinator, and when she takes none, for herself."""
        recipient = f"coordinator:{coordinator_id}"
        return self.matching.door("referrals/calendar", "calendar", recipient, "calendar", now, CALENDAR_FOR)

    def offer(self, clinician_id: str, offer_id: str, now: datetime) -> str:
        """An offer, for the clinician who is asked."""
        return self.matching.door(
            "referrals/offer", "offer", f"clinician:{clinician_id}", offer_id, now, OFFER_FOR
        )

    def introduction(self, clinician_id: str, offer_id: str, now: datetime) -> str:
        """Whom they are introduced to, for the clinician who said yes."""
        recipient = f"clinician:{clinician_id}"
        return self.matching.door(
            "referrals/introduction", "introduction", recipient, offer_id, now, OFFER_FOR
        )

    def introduced(self, request_id: str, offer_id: str, now: datetime) -> str:
        """Whether the person would rather see somebody else, for the person."""
        recipient = f"person:{request_id}"
        return self.matching.door(
            "answers/introduction", "introduced", recipient, offer_id, now, INTRODUCED_FOR
        )

    def waiting(self, request_id: str, referral_id: str, now: datetime) -> str:
        """Whether the person still waits, for the person."""
        recipient = f"person:{request_id}"
        return self.matching.door("answers/waiting", "waiting", recipient, referral_id, now, WAITING_FOR)

    def book(self, person_id: str, request_id: str, now: datetime) -> str:
        """A call for this request, for the person; below it `/cancel`, and `/where` they will be then."""
        return self.intake.door("book", "book", f"person:{person_id}", request_id, now, BOOK_FOR)

    def contact(self, person_id: str, request_id: str, now: datetime) -> str:
        """How the person is reached, for themselves; below it `/stop`."""
        return self.intake.door("contact", "contact", f"person:{person_id}", request_id, now, CONTACT_FOR)

    def begin(self, coordinator_id: str, request_id: str, now: datetime) -> str:
        """What is still true of somebody who is ready, for the coordinator who asks them."""
        recipient = f"coordinator:{coordinator_id}"
        return self.intake.door("begin", "begin", recipient, request_id, now, BEGIN_FOR)

    def safety(self, coordinator_id: str, request_id: str, now: datetime) -> str:
        """A crisis, for the coordinator who is told of it; below it what they do about it."""
        recipient = f"{alerts.ROLE}:{coordinator_id}"
        return self.intake.door(alerts.PATH, alerts.PURPOSE, recipient, request_id, now, alerts.LINK_FOR)

    def readiness(self, person_id: str, journey_id: str, now: datetime) -> str:
        """What they read, for the person; below it `/stop`, `/pause`, `/pace`, `/ready`, `/keep`."""
        recipient = f"person:{person_id}"
        return self.resources.door("readiness", "readiness", recipient, journey_id, now, READINESS_FOR)

    def code(self, proof_id: str) -> str:
        """The six digits that prove a browser; told in one mail, kept nowhere."""
        return self.matching.links.code(proof_id)

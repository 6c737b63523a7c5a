"""What notifications announces; a sent mail is a row there, read by `practice trail`."""

from typing import ClassVar

from shared.contracts.base import Code, Fact, Id, Instant, Version


class MailFact(Fact):
    """A fact about one delivery, owned by notifications."""

    service: ClassVar[str] = "notifications"
    about: ClassVar[str] = "delivery"

    delivery_id: Id
    request_id: Id
    template: Code
    recipient_role: Code

    @property
    def entity_id(self) -> str:
        return self.delivery_id

    @property
    def correlation(self) -> str:
        return self.request_id


class MailFailed(MailFact):
    """The mail could not be delivered and will not be tried again; somebody must look."""

    name: ClassVar[str] = "mail.failed.v1"

    failed_at: Instant
    why: Code


class MailSuppressed(MailFact):
    """The mail was not sent, on purpose; `why` is the reason code of the contact-safety decision."""

    name: ClassVar[str] = "mail.suppressed.v1"

    suppressed_at: Instant
    why: Code


class AlertSent(MailFact):
    """The mail server took the alert about a crisis: the one of this version of it, for this coordinator."""

    name: ClassVar[str] = "alert.sent.v1"

    sent_at: Instant
    safety_version: Version
    recipient: Code  # as intake named them; what they are told goes to the owner once they have left

"""The way to the mail server: where it is, a few kept connections, results as values."""

from services.notifications.smtp.mailer import Carrier, Mailer, checked
from services.notifications.smtp.results import (
    Accepted,
    Away,
    Deferred,
    Envelope,
    Refused,
    Result,
    Unknown,
)
from services.notifications.smtp.server import MailServer

__all__ = [
    "Accepted",
    "Away",
    "Carrier",
    "Deferred",
    "Envelope",
    "MailServer",
    "Mailer",
    "Refused",
    "Result",
    "Unknown",
    "checked",
]

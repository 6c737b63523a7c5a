"""What can be seen of the mail from outside, in numbers."""

from datetime import datetime

from prometheus_client import Counter, Gauge, Histogram

from services.notifications.domain.delivery import Delivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Sent, TryAgain

settled = Counter(
    "practice_deliveries_total", "Attempts to deliver a mail, by what came of them", ["template", "outcome"]
)
uncertain = Counter(
    "practice_deliveries_uncertain_total", "Mails that may have been sent twice", ["template"]
)
age = Histogram(
    "practice_delivery_age_seconds",
    "From what happened to the mail server's acceptance",
    ["template"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60, 300, 3600, 86400),
)
mended = Counter(
    "practice_call_mails_mended_total",
    "Mails about calls that were missing and planned, or extra and stopped",
    ["kind", "template"],
)
returned = Counter(
    "practice_returned_total", "Mails that came back, by what they were and what was done", ["kind", "done"]
)
unread_seconds = Gauge(
    "practice_mailbox_unread_seconds", "For how long the mailbox that mails come back to could not be read"
)
passed_over = Counter(
    "practice_mailbox_passed_over_total", "Mails in that mailbox that could not be looked at, and were left"
)
reconciled = Counter(
    "practice_call_comparisons_total", "Comparisons of calls with what is planned for them", ["outcome"]
)


def count_outcome(delivery: Delivery, outcome: Outcome, now: datetime) -> None:
    """Counts one settled attempt."""
    template = delivery.plan.template
    settled.labels(template, _name(outcome)).inc()
    if isinstance(outcome, Sent):
        age.labels(template).observe((now - delivery.plan.occurred_at).total_seconds())
        if delivery.uncertain:
            uncertain.labels(template).inc()


def _name(outcome: Outcome) -> str:
    match outcome:
        case Sent():
            return "sent"
        case TryAgain():
            return "deferred"
        case Held():
            return "held"
        case Failed():
            return "failed"
        case _:
            return "not_sent"

"""What can be seen of the mail from outside, in numbers."""

from datetime import datetime, timedelta

from prometheus_client import Counter, Histogram
from prometheus_client import Gauge as ProcessGauge

from services.notifications.domain.delivery import CLASSES, Delivery
from services.notifications.domain.outcome import Failed, Held, Outcome, Sent, TryAgain
from services.notifications.storage import lateness
from shared.database import Transaction
from shared.gauges import Gauge, seconds_since

LATELY = timedelta(hours=1)
MAIL_CLASSES = sorted(set(CLASSES.values()))

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
unread_seconds = ProcessGauge(
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


async def _waiting(tx: Transaction, now: datetime) -> dict[str, float]:
    since = await lateness.wanted_since(tx, now)
    return {each: seconds_since(since.get(each), now) for each in MAIL_CLASSES}


async def _unsent(tx: Transaction, now: datetime) -> dict[str, float]:
    return dict.fromkeys((*lateness.UNSETTLED, "failed"), 0.0) | await lateness.count_unsent(tx)


async def _put_off(tx: Transaction, now: datetime) -> dict[str, float]:
    return {**await lateness.count_put_off(tx)}


async def _failed(tx: Transaction, now: datetime) -> dict[str, float]:
    return dict.fromkeys(MAIL_CLASSES, 0.0) | await lateness.count_failed_since(tx, now - LATELY)


GAUGES = (
    Gauge(
        "practice_delivery_waiting_seconds",
        "For how long the oldest mail waits that should have gone",
        _waiting,
        "mail_class",
    ),
    Gauge("practice_deliveries_unsent", "Mails that have not gone", _unsent, "state"),
    Gauge("practice_deliveries_put_off", "Mails taken up that could not go yet, by reason", _put_off, "why"),
    Gauge(
        "practice_deliveries_failed_lately",
        "Mails given up within an hour",
        _failed,
        "mail_class",
    ),
)

"""What can be seen of intake from outside, in numbers."""

from datetime import datetime

from prometheus_client import Counter

from services.intake.domain.decision import Refused
from services.intake.handlers import Conflict, Receipt
from services.intake.storage import alerting, waiting
from shared.database import Transaction
from shared.gauges import Gauge, seconds_since

PATHS = ("consultation", "readiness", "professional")
ANSWERS = ("kept", "refused", "conflict", "unkept")

received = Counter(
    "practice_requests_received_total",
    "Posts at the doors, by what became of them; one that comes twice counts twice",
    ["path", "answer"],
)
for _path in PATHS:  # from the beginning: what appears with 1 has not grown
    for _answer in ANSWERS:
        received.labels(_path, _answer)


second_way = Counter(
    "practice_alerts_second_way_total",
    "Alerts that intake sent itself, because they were not known to have left, by what its mail server said",
    ["answer"],
)
for _answer in ("sent", "refused"):
    second_way.labels(_answer)


def count_received(path: str, outcome: object) -> None:
    """Counts one post, once it is known what became of it."""
    match outcome:
        case Receipt():
            answer = "kept"
        case Refused():
            answer = "refused"
        case Conflict():
            answer = "conflict"
        case _:
            answer = "unkept"
    received.labels(path, answer).inc()


async def _crises(tx: Transaction, now: datetime) -> float:
    return (await waiting.count_crises(tx))[0]


async def _oldest_crisis(tx: Transaction, now: datetime) -> float:
    return seconds_since((await waiting.count_crises(tx))[1], now)


async def _oldest_not_taken_up(tx: Transaction, now: datetime) -> float:
    return seconds_since((await waiting.count_crises_not_taken_up(tx))[1], now)


async def _oldest_unconfirmed(tx: Transaction, now: datetime) -> float:
    return seconds_since((await alerting.count_unconfirmed(tx))[1], now)


async def _quarantined(tx: Transaction, now: datetime) -> float:
    return (await waiting.count_quarantined(tx))[0]


async def _oldest_quarantined(tx: Transaction, now: datetime) -> float:
    return seconds_since((await waiting.count_quarantined(tx))[1], now)


GAUGES = (
    Gauge("practice_crises_open", "Crises that nobody has cleared", _crises),
    Gauge("practice_crisis_waiting_seconds", "For how long the oldest one waits", _oldest_crisis),
    Gauge(
        "practice_crisis_not_taken_up_seconds",
        "For how long the oldest that nobody has waits",
        _oldest_not_taken_up,
    ),
    Gauge(
        "practice_alert_unconfirmed_seconds",
        "For how long the oldest alert is not known to have left",
        _oldest_unconfirmed,
    ),
    Gauge("practice_quarantine_waiting", "Requests that look like spam and wait for an eye", _quarantined),
    Gauge("practice_quarantine_waiting_seconds", "For how long the oldest one waits", _oldest_quarantined),
)

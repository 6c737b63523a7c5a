"""What can be seen of a service from outside, as numbers read from its database whenever somebody looks.

A number from the database is the same in every replica of a service: whoever adds them up counts each several
times. Take the highest: `max by (job) (practice_referrals_overdue)`.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from shared.database import Transaction

Numbers = float | Mapping[str, float]
Look = Callable[[Transaction, datetime], Awaitable[Numbers]]


@dataclass(frozen=True, slots=True)
class Gauge:
    """One number, or one for each code of what it goes `by`; `look` reads it and must be cheap.

    The codes are few and known: no person, reference or word of anybody.
    """

    name: str
    says: str
    look: Look
    by: str | None = None


def written(name: str, says: str, by: str | None, numbers: Numbers) -> Metric:
    """The numbers as Prometheus reads them."""
    family = GaugeMetricFamily(name, says, labels=[by] if by else [])
    for labels, number in _each(numbers):
        family.add_metric(labels, number)
    return family


def _each(numbers: Numbers) -> Iterator[tuple[list[str], float]]:
    if isinstance(numbers, Mapping):
        yield from (([code], number) for code, number in sorted(numbers.items()))
    else:
        yield [], numbers


def seconds_since(since: datetime | None, now: datetime) -> float:
    """How long ago that was; 0 for what is not there or still to come."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())

"""How long a mail waits before it is tried again."""

from datetime import timedelta

DELAYS = (
    timedelta(seconds=5),
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
)
AWAY = timedelta(seconds=5)  # somebody we need is not there: the mail has not been tried at all


def delay_after(attempts: int) -> timedelta:
    """How long to wait after this many attempts; the last delay repeats for as long as the mail stands."""
    return DELAYS[min(max(attempts, 1), len(DELAYS)) - 1]


def waited_between(attempts: int) -> timedelta:
    """How long after the first of so many attempts in vain a mail is due again, if each came on time."""
    return sum(map(delay_after, range(1, attempts + 1)), timedelta())

"""Which backups are kept: many of the last days, some of the last weeks and months, and always the newest."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Keep:
    """Of how many days, weeks and months that have a backup at all, the last of each is kept."""

    daily: int = 14
    weekly: int = 8
    monthly: int = 12


def kept(times: Sequence[datetime], keep: Keep, zone: ZoneInfo) -> set[datetime]:
    """Those of these backups that stay; days are the practice's. The newest stays, whatever is asked for."""
    newest_first = sorted(times, reverse=True)
    spans: tuple[tuple[int, Callable[[datetime], Hashable]], ...] = (
        (keep.daily, lambda at: at.date()),
        (keep.weekly, lambda at: at.isocalendar()[:2]),
        (keep.monthly, lambda at: (at.year, at.month)),
    )
    stay = set(newest_first[:1])
    for most, span_of in spans:
        last_of: dict[Hashable, datetime] = {}
        for at in newest_first:
            last_of.setdefault(span_of(at.astimezone(zone)), at)
        stay.update(list(last_of.values())[:most])
    return stay

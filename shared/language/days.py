"""Days and hours in a person's language, on a wall clock.

What stands where is a message, a pattern of Unicode's (UTS 35); the names in it are Babel's. A pattern with
an hour may have plural forms, chosen by that hour: Spanish says `a la 1:00`, and `a las` at any other.
"""

import re
from datetime import datetime, time
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_time

from shared.language.house import locale_of, spoken
from shared.language.words import common_words

PERIOD = re.compile(r"\b[AP]M\b")


def said_at(key: str, at: datetime, zone: ZoneInfo, language: str) -> str:
    """By the pattern of this key: `Tuesday at 1:00 pm`, `el martes a las 13:00`."""
    local, own = at.astimezone(zone), spoken(language)
    pattern = common_words(own)(key, count=local.hour)
    return _plain(str(format_datetime(local, pattern, tzinfo=zone, locale=locale_of(own))))


def said_clock(at: time, language: str) -> str:
    """`9:30 am`, on whatever day."""
    own = spoken(language)
    return _plain(str(format_time(at, common_words(own)("date.clock"), locale=locale_of(own))))


def _plain(said: str) -> str:
    return PERIOD.sub(lambda found: found.group().lower(), said).replace("\u202f", " ")

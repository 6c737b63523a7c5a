"""What intake said of requests, kept whether their referrals were there already or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.matching.storage.tables import request_news
from shared.database import Transaction, insert_new


@dataclass(frozen=True, slots=True)
class News:
    """What is known of one request beside the request itself."""

    silenced: bool = False
    cleared_to: str | None = None


async def save_silenced(tx: Transaction, silenced: Mapping[str, bool]) -> None:
    """Whether these requests' people asked to hear nothing more."""
    await _save(tx, "silenced", silenced)


async def save_cleared(tx: Transaction, levels: Mapping[str, str]) -> None:
    """The safety level that a named person set for these requests."""
    await _save(tx, "cleared_to", levels)


async def load_news(tx: Transaction, request_ids: Iterable[str]) -> dict[str, News]:
    """What is known of these requests; nothing for most."""
    chosen = sa.select(request_news).where(request_news.c.request_id.in_(sorted(set(request_ids))))
    return {row.request_id: News(bool(row.silenced), row.cleared_to) for row in await tx.execute(chosen)}


async def _save(tx: Transaction, column: str, values: Mapping[str, Any]) -> None:
    rows = [{"request_id": each} for each in sorted(values)]
    await insert_new(tx, request_news, rows, returning=request_news.c.request_id)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"))
        .values({column: sa.bindparam("to", type_=request_news.c[column].type)}),
        [{"of": each, "to": value} for each, value in values.items()],
    )

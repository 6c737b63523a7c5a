"""What intake said of requests, kept whether their referrals were there already or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from services.matching.storage.tables import known_requests, request_news
from shared.database import Transaction, insert_new


@dataclass(frozen=True, slots=True)
class News:
    """What is known of one request beside the request itself."""

    silenced: bool = False
    cleared_to: str | None = None
    withdrawn: bool = False


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


async def lock_news(tx: Transaction, request_id: str) -> News:
    """What is known of this request, which has a referral; nothing more is said until this transaction ends.

    What comes next finds the referral as this transaction leaves it.
    """
    await insert_new(tx, request_news, [{"request_id": request_id}], returning=request_news.c.request_id)
    said = sa.select(request_news.c.silenced, request_news.c.cleared_to, known_requests.c.withdrawn_at)
    of = known_requests.c.request_id == request_news.c.request_id
    chosen = said.join_from(request_news, known_requests, of).where(request_news.c.request_id == request_id)
    row = (await tx.execute(chosen.with_for_update())).one()
    return News(bool(row.silenced), row.cleared_to, row.withdrawn_at is not None)


async def _save(tx: Transaction, column: str, values: Mapping[str, Any]) -> None:
    rows = [{"request_id": each} for each in sorted(values)]
    await insert_new(tx, request_news, rows, returning=request_news.c.request_id)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"))
        .values({column: sa.bindparam("to", type_=request_news.c[column].type)}),
        [{"of": each, "to": value} for each, value in values.items()],
    )

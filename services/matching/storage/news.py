"""What intake said of requests, kept whether their referrals were there already or not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.matching.domain.referral import CallNews
from services.matching.storage.erasure import load_buried
from services.matching.storage.records import call_news_of, plain_call_news
from services.matching.storage.tables import known_requests, request_news
from shared.database import Transaction, insert_new


@dataclass(frozen=True, slots=True)
class News:
    """What is known of one request beside the request itself."""

    silenced: bool = False
    cleared_to: str | None = None
    withdrawn: bool = False
    call: CallNews | None = None
    cleared_at: datetime | None = None

    def cleared_since(self, received_at: datetime) -> str | None:
        """The safety level that a named person set after this came.

        Who wanted to read first may have been in a crisis then, and be in another one now.
        """
        earlier = self.cleared_at is not None and self.cleared_at < received_at
        return None if earlier else self.cleared_to


async def save_silenced(tx: Transaction, silenced: Mapping[str, bool]) -> None:
    """Whether these requests' people asked to hear nothing more."""
    await _save(tx, "silenced", silenced)


async def save_cleared(tx: Transaction, levels: Mapping[str, str], at: Mapping[str, datetime]) -> None:
    """The safety level that a named person set for these requests, and when."""
    await _save(tx, "cleared_to", levels)
    await _save(tx, "cleared_at", at)


async def save_call_news(tx: Transaction, news: Mapping[str, CallNews]) -> None:
    """How these requests' calls stand; where something later is known, that stays."""
    await _insert(tx, news)
    kept = sa.select(request_news.c.request_id, request_news.c.call)
    chosen = kept.where(request_news.c.request_id.in_(sorted(news))).order_by(request_news.c.request_id)
    rows = (await tx.execute(chosen.with_for_update())).all()
    known = {row.request_id: each.call.version for row in rows if (each := call_news_of(row.call))}
    newer = {one: each for one, each in news.items() if each.call.version > known.get(one, 0)}
    await _save(tx, "call", {one: plain_call_news(each) for one, each in newer.items()})


async def lock_news(tx: Transaction, request_ids: Iterable[str]) -> dict[str, News]:
    """What is known of these requests; nothing more is said of them until this transaction ends.

    What comes next finds their referrals as this transaction leaves them.
    """
    ids = sorted(set(request_ids))
    await _insert(tx, ids)
    of = known_requests.c.request_id == request_news.c.request_id
    chosen = (
        sa.select(request_news, known_requests.c.withdrawn_at)
        .join_from(request_news, known_requests, of)
        .where(request_news.c.request_id.in_(ids))
        .order_by(request_news.c.request_id)
        .with_for_update()
    )
    return {
        row.request_id: News(
            bool(row.silenced),
            row.cleared_to,
            row.withdrawn_at is not None,
            call_news_of(row.call),
            row.cleared_at,
        )
        for row in await tx.execute(chosen)
    }


async def _save(tx: Transaction, column: str, values: Mapping[str, Any]) -> None:
    if not values:
        return
    await _insert(tx, values)
    await tx.execute(
        sa.update(request_news)
        .where(request_news.c.request_id == sa.bindparam("of"))
        .values({column: sa.bindparam("to", type_=request_news.c[column].type)}),
        [{"of": each, "to": value} for each, value in values.items()],
    )


async def _insert(tx: Transaction, request_ids: Iterable[str]) -> None:
    """Of a request whose person was erased nothing is kept."""
    wanted = set(request_ids)
    rows = [{"request_id": each} for each in sorted(wanted - await load_buried(tx, wanted))]
    await insert_new(tx, request_news, rows, returning=request_news.c.request_id)

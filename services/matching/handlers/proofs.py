"""Is this the browser of whom the link was mailed to? Six digits, mailed once more to them, tell.

Codes and tries are counted link by link: whoever got hold of one can use up its own, and whom it was mailed
to still proves their browser from any other mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.matching import storage
from shared import audit
from shared.contracts.matching import ProofRequested
from shared.database import Database, Transaction
from shared.ids import Ids
from shared.messaging.outbox import announce
from shared.tokens import Links

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 5  # from one link
MOST_FOR_ONE = 20  # an hour, from all the links of one recipient: their mailbox is to stay theirs
AN_HOUR = timedelta(hours=1)
A_SECOND_PRESS = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Asked:
    """The digits are on their way to the recipient, and to nobody else."""

    proof_id: str


@dataclass(frozen=True, slots=True)
class TooMany:
    """No further digits are mailed before `again_at`."""

    again_at: datetime


@dataclass(frozen=True, slots=True)
class Proven:
    """Whoever holds this browser reads the recipient's mail."""

    proof_id: str


@dataclass(frozen=True, slots=True)
class NotProven:
    """Not the digits; with none left, new ones have to be asked for."""

    tries_left: int


async def ask_proof(
    database: Database, recipient: str, subject: str, now: datetime, ids: Ids
) -> Asked | TooMany:
    """Six digits will be mailed to this recipient, unless that was done too often within the hour."""
    proof_id = ids.new()
    async with database.transaction() as tx:
        asked = await storage.load_proofs_asked(tx, recipient, now - AN_HOUR)
        full = _full([at for at, about in asked if about == subject], MOST_AN_HOUR)
        full = full or _full([at for at, _ in asked], MOST_FOR_ONE)
        if full:
            return full
        expires_at = now + GOOD_FOR
        await storage.save_proof(tx, proof_id, recipient, subject, now, expires_at)
        fact = ProofRequested(version=1, proof_id=proof_id, recipient=recipient, expires_at=expires_at)
        await announce(tx, [fact], now=now)
        await _record(tx, recipient, subject, "proof.asked", now)
    return Asked(proof_id)


async def prove(
    database: Database, links: Links, recipient: str, subject: str, digits: str, now: datetime
) -> Proven | NotProven:
    """Whether these are digits that were mailed of late because of this link; every attempt counts."""
    async with database.transaction() as tx:
        tried = await storage.take_tries(tx, recipient, subject, MOST_TRIES, now, now - A_SECOND_PRESS)
        met = [proof_id for proof_id in tried if links.is_code(proof_id, digits)]
        if met:
            await storage.save_proven(tx, met[0], now)
        await _record(tx, recipient, subject, "proof.given" if met else "proof.failed", now)
        if met:
            return Proven(met[0])
    return NotProven(max((MOST_TRIES - tries for tries in tried.values()), default=0))


async def _record(tx: Transaction, recipient: str, subject: str, act: str, now: datetime) -> None:
    """Who holds the link is only said to be whom it is for; `proof.given` proves it."""
    entry = audit.Entry(now, audit.actor(tx, recipient), act, subject or recipient)
    await audit.record(tx, [entry])


def _full(asked: Sequence[datetime], most: int) -> TooMany | None:
    return TooMany(asked[-most] + AN_HOUR) if len(asked) >= most else None

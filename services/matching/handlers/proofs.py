"""Is this the browser of whom the link was mailed to? Six digits, mailed once more to them, tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from services.matching import storage
from shared.contracts.matching import ProofRequested
from shared.database import Database
from shared.ids import Ids
from shared.messaging.outbox import announce
from shared.tokens import Links

GOOD_FOR = timedelta(minutes=10)
MOST_TRIES = 5
MOST_AN_HOUR = 5
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


async def ask_proof(database: Database, recipient: str, now: datetime, ids: Ids) -> Asked | TooMany:
    """Six digits will be mailed to this recipient, unless that was done too often within the hour."""
    proof_id = ids.new()
    async with database.transaction() as tx:
        asked = await storage.load_proofs_asked(tx, recipient, now - AN_HOUR)
        if len(asked) >= MOST_AN_HOUR:
            return TooMany(asked[-MOST_AN_HOUR] + AN_HOUR)
        expires_at = now + GOOD_FOR
        await storage.save_proof(tx, proof_id, recipient, now, expires_at)
        fact = ProofRequested(version=1, proof_id=proof_id, recipient=recipient, expires_at=expires_at)
        await announce(tx, [fact], now=now)
    return Asked(proof_id)


async def prove(
    database: Database, links: Links, recipient: str, digits: str, now: datetime
) -> Proven | NotProven:
    """Whether these are digits that were mailed to this recipient of late; every attempt counts."""
    async with database.transaction() as tx:
        tried = await storage.take_tries(tx, recipient, MOST_TRIES, now, now - A_SECOND_PRESS)
        met = [proof_id for proof_id in tried if links.is_code(proof_id, digits)]
        if met:
            await storage.save_proven(tx, met[0], now)
            return Proven(met[0])
    return NotProven(max((MOST_TRIES - tries for tries in tried.values()), default=0))

"""How a person is reached: changed, silenced and allowed again, each in one commit with its facts.

By a link, which was mailed to the owner of an address and counts for that address alone; or by the practice.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.intake import storage
from services.intake.domain.announcing import contact_fact
from services.intake.domain.booking import PERSON
from services.intake.domain.contact_change import (
    A_DAY,
    MOVES_A_DAY,
    Altered,
    Card,
    Change,
    Held,
    Silence,
    altered,
    asked_since,
    held_by_link,
    held_by_practice,
    is_asked,
    lifted_by_link,
    lifted_by_practice,
    silence_by_link,
    silence_by_practice,
    went_to_an_address_left,
)
from services.intake.handlers import reopening
from services.intake.handlers.arrivals import tell
from services.intake.handlers.booked import cancel_calls
from shared import audit
from shared.database import Transaction

INTAKE = "intake"  # who cancels a call that the practice stops
BY_LINK = ("silence",)  # what their own link changed; nothing of theirs did where the practice decides


@dataclass(frozen=True, slots=True)
class Mailed:
    """A link that was mailed to this person about this request, and when."""

    person_id: str
    request_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Changed:
    """It is so from now on. `silent`: they asked for silence before, and it stands."""

    silent: bool


Changing = Changed | Literal["too_often"]


async def is_good(tx: Transaction, mailed: Mailed, now: datetime) -> bool:
    """Whether the link still stands for the address to which it was mailed."""
    cards = await storage.load_cards(tx, mailed.person_id)
    return held_by_link(cards, mailed.person_id, mailed.at, now) is not None


async def is_of_an_address_left(tx: Transaction, person_id: str, made_at: datetime, now: datetime) -> bool:
    """Whether a link made then is for whoever reads an inbox that this person has left."""
    own = await storage.load_card(tx, person_id)
    return own is not None and went_to_an_address_left(own, made_at, now)


async def change(
    tx: Transaction, mailed: Mailed, wanted: Change, sealer: storage.Sealer, now: datetime
) -> Changing | None:
    """Every card that the link holds says what is wanted; None when it holds none.

    Their own silence goes along to a new address; what somebody else said at an address stays there.
    """
    held, _ = await _taken(tx, mailed, now)
    if held is None:
        return None
    said = await storage.open_cards(tx, held.cards, sealer)
    new = [altered(card, said[card.person_id], wanted) for card in held.cards]
    if any("email" in each.codes for each in new) and await _moves_too_often(tx, mailed, now):
        return "too_often"
    known = await storage.load_since(tx, held)
    if is_asked(held, known):
        await _take_silence_along(tx, new, asked_since(held, known, now))
    await storage.save_cards(tx, [each for each in new if each.codes], sealer, now)
    await _tell(tx, {each.card.person_id: each.codes for each in new if each.codes}, now)
    await _record(tx, mailed, "contact.changed", now)
    return Changed(is_asked(held, known))


async def stop(tx: Transaction, mailed: Mailed, now: datetime) -> bool:
    """Nothing more goes to the address of the link and the people there; False when the link holds nothing.

    Nobody at another address is silenced by it, and no call of theirs cancelled, whoever shares a number.
    """
    held, _ = await _taken(tx, mailed, now)
    if held is None:
        return False
    await _silence(tx, held, silence_by_link(held), held.cards, BY_LINK, now)
    await _record(tx, mailed, "contact.stopped", now)
    return True


async def allow_again(tx: Transaction, mailed: Mailed, now: datetime) -> bool:
    """What the person silenced is silent no more; False when the link holds nothing."""
    held, cards = await _taken(tx, mailed, now)
    if held is None:
        return False
    known = await storage.load_since(tx, held)
    await _lift(tx, lifted_by_link(held, known), cards, BY_LINK, now)
    await _record(tx, mailed, "contact.allowed", now)
    return True


async def silence(tx: Transaction, person_id: str, now: datetime) -> list[str]:
    """The practice stops all contact with this person; gives the references of what is silent from now on."""
    cards = await storage.take_cards(tx, person_id)
    held = held_by_practice(cards, person_id)
    return await _silence(tx, held, silence_by_practice(held), cards, (), now) if held else []


async def lift(tx: Transaction, person_id: str, now: datetime) -> list[str]:
    """The practice allows contact with this person again; gives the references of what is silent no more."""
    cards = await storage.take_cards(tx, person_id)
    held = held_by_practice(cards, person_id)
    return await _lift(tx, lifted_by_practice(held), cards, (), now) if held else []


async def _record(tx: Transaction, mailed: Mailed, act: str, now: datetime) -> None:
    by = audit.actor(tx, PERSON, mailed.request_id)
    await audit.record(tx, [audit.Entry(now, by, act, mailed.request_id)])


async def _taken(tx: Transaction, mailed: Mailed, now: datetime) -> tuple[Held | None, Sequence[Card]]:
    """What the link holds, and every card that shares an address with it."""
    cards = await storage.take_cards(tx, mailed.person_id)
    return held_by_link(cards, mailed.person_id, mailed.at, now), cards


async def _silence(
    tx: Transaction,
    held: Held,
    wanted: Silence,
    cards: Sequence[Card],
    codes: tuple[str, ...],
    now: datetime,
) -> list[str]:
    """Keeps it and tells of it; `cards` are all whom it may reach."""
    near = {card.person_id for card in cards}
    before = await storage.load_silent(tx, near)
    known = await storage.load_since(tx, held)
    await storage.save_silence(tx, wanted, asked_since(held, known, now))
    silent = await storage.load_silent(tx, near)
    concerned = [request_id for request_id, _, _ in await storage.load_announced(tx, silent)]
    await cancel_calls(tx, concerned, "silenced", PERSON if codes else INTAKE, now)
    await reopening.end(tx, concerned, "silenced", now)
    return await _tell(tx, dict.fromkeys(silent - before, codes), now)


async def _lift(
    tx: Transaction, lifted: Silence, cards: Sequence[Card], codes: tuple[str, ...], now: datetime
) -> list[str]:
    near = {card.person_id for card in cards}
    before = await storage.load_silent(tx, near)
    await storage.end_silence(tx, lifted)
    after = await storage.load_silent(tx, near)
    return await _tell(tx, dict.fromkeys(before - after, codes), now)


async def _take_silence_along(tx: Transaction, new: Sequence[Altered], since: datetime) -> None:
    """Who asked for silence at an address has it at another one, and nobody else there has."""
    leaving = {each.card.person_id for each in new if each.has_other_addresses}
    silent = await storage.load_silent(tx, leaving)
    await storage.save_silence(tx, Silence(tuple(silent), addresses=()), since)


async def _moves_too_often(tx: Transaction, mailed: Mailed, now: datetime) -> bool:
    return await storage.count_moves(tx, mailed.request_id, now - A_DAY) >= MOVES_A_DAY


async def _tell(tx: Transaction, changed: Mapping[str, tuple[str, ...]], now: datetime) -> list[str]:
    """Everybody hears of it, in codes; gives the references of the requests concerned."""
    contacts = await storage.renew_contacts(tx, changed, now)
    await tell(tx, [contact_fact(each) for each in contacts], now)
    return [each.reference for each in contacts]

"""People's cards: who shares an address, what they said about how they are reached, and how it changes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from services.intake.domain.contact import ContactNow
from services.intake.domain.contact_change import Altered, Card, Said
from services.intake.domain.submission import ContactRules
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.keys import KEY_OF_PERSON, WRAPPED, hold_key
from services.intake.storage.sealing import (
    PEOPLE,
    OwnSealer,
    Sealer,
    person_document,
    safe_hours_of,
    writer_of,
)
from services.intake.storage.silences import load_silent
from services.intake.storage.tables import people, requests, steps
from shared.database import Transaction
from shared.errors import Retryable

CARD = (people.c.id, people.c.email_key, people.c.phone_key, people.c.email_given_at)
ATTEMPTS = 5  # each lost to somebody who changed the same card meanwhile


async def load_card(tx: Transaction, person_id: str) -> Card | None:
    """This person's own card."""
    row = (await tx.execute(sa.select(*CARD).where(people.c.id == person_id))).one_or_none()
    return _card_of(row) if row else None


async def load_cards(tx: Transaction, person_id: str) -> list[Card]:
    """Everybody who shares an address with this person, themselves included; nobody, when they are gone."""
    own = await load_card(tx, person_id)
    if own is None:
        return []
    return [_card_of(row) for row in await tx.execute(await _sharing(tx, own))]


async def take_cards(tx: Transaction, person_id: str) -> list[Card]:
    """The same, as they stand now; nobody else changes them before this transaction ends.

    Rows are taken in one order by everybody, and those of an attempt that failed are let go before the
    next: who held on to them would wait for somebody who waits for them. Raises Retryable when others
    are always faster.
    """
    for _ in range(ATTEMPTS):
        own = await load_card(tx, person_id)
        if own is None:
            return []
        async with tx.begin_nested() as attempt:
            sharing = (await _sharing(tx, own)).with_for_update()
            taken = [_card_of(row) for row in await tx.execute(sharing)]
            if own in taken:
                return taken
            await attempt.rollback()
    raise Retryable("this person's card is being changed by others")


async def open_cards(tx: Transaction, cards: Sequence[Card], sealer: Sealer) -> dict[str, Said]:
    """What each of these people said, by their id."""
    found = await tx.execute(
        sa.select(people, WRAPPED)
        .join_from(people, person_keys, KEY_OF_PERSON, isouter=True)
        .where(people.c.id.in_([card.person_id for card in cards]))
    )
    return {row.id: _said(row, sealer) for row in found}


async def save_cards(tx: Transaction, changed: Sequence[Altered], sealer: Sealer, now: datetime) -> None:
    """What they say from now on, sealed anew, and found by their new addresses."""
    if not changed:
        return
    held = [
        (each, await hold_key(tx, each.card.person_id, sealer))
        for each in sorted(changed, key=lambda one: one.card.person_id)
    ]
    rows = [_row(each, own, now) for each, own in held if own is not None]
    if not rows:
        return
    columns = [name for name in rows[0] if name != "whose"]
    update = sa.update(people).where(people.c.id == sa.bindparam("whose"))
    await tx.execute(update.values({name: sa.bindparam(name) for name in columns}), rows)


async def renew_contacts(
    tx: Transaction, changed: Mapping[str, tuple[str, ...]], now: datetime
) -> list[ContactNow]:
    """Counts the versions of these people's contact up; gives every request of theirs that stands.

    `changed`: what is new, in codes, by person.
    """
    if not changed:
        return []
    counted = await tx.execute(
        sa.update(people)
        .where(people.c.id.in_(changed))
        .values(version=people.c.version + 1)
        .returning(people.c.id, people.c.version)
    )
    versions = {row.id: row.version for row in counted}
    silent = await load_silent(tx, changed)
    return [
        ContactNow(id_, reference, who, versions[who], now, who in silent, changed[who])
        for id_, reference, who in await load_announced(tx, changed)
    ]


async def load_announced(tx: Transaction, person_ids: Collection[str]) -> Sequence[tuple[str, str, str]]:
    """The requests of these people that stand: id, reference and whose, in the order in which they came."""
    found = await tx.execute(
        sa.select(requests.c.id, requests.c.reference, requests.c.person_id)
        .where(requests.c.person_id.in_(person_ids), requests.c.status == "announced")
        .order_by(requests.c.received_at, requests.c.id)
    )
    return [(row.id, row.reference, row.person_id) for row in found]


async def count_moves(tx: Transaction, request_id: str, since: datetime) -> int:
    """How often another e-mail address was given for this request since then."""
    told = sa.select(steps.c.detail).where(
        steps.c.request_id == request_id, steps.c.name == "contact.changed", steps.c.at > since
    )
    return sum("email" in detail for detail in (await tx.execute(told)).scalars())


async def _sharing(tx: Transaction, own: Card) -> sa.Select[Any]:
    """By the e-mail address, or by a phone number that anybody gave together with that address."""
    theirs = [people.c.id == own.person_id]
    if own.email_key is not None:
        theirs.append(people.c.email_key == own.email_key)
    given = await tx.execute(sa.select(people.c.phone_key).where(sa.or_(*theirs)).distinct())
    phones = sorted(key for key in given.scalars() if key)
    return sa.select(*CARD).where(sa.or_(*theirs, people.c.phone_key.in_(phones))).order_by(people.c.id)


def _card_of(row: Any) -> Card:
    return Card(row.id, row.email_key, row.phone_key, row.email_given_at)


def _said(row: Any, sealer: Sealer) -> Said:
    document = sealer.own(row.id, row.wrapped).open(PEOPLE, row.id, row.sealed)
    hours = safe_hours_of(document)
    rules = ContactRules(row.email_ok, row.text_ok, row.voicemail_ok, row.discreet, hours)
    return Said(writer_of(document), rules)


def _row(changed: Altered, sealer: OwnSealer, now: datetime) -> dict[str, Any]:
    card, (writer, rules) = changed.card, (changed.said.writer, changed.said.rules)
    return {
        "whose": card.person_id,
        "sealed": sealer.seal(PEOPLE, card.person_id, person_document(writer, rules)),
        "email_key": sealer.address_key("email", writer.email),
        "phone_key": sealer.address_key("phone", writer.phone),
        "email_given_at": now if "email" in changed.codes else card.email_given_at,
        "email_ok": rules.email_ok,
        "text_ok": rules.text_ok,
        "voicemail_ok": rules.voicemail_ok,
        "discreet": rules.discreet,
        "has_safe_hours": rules.safe_hours is not None,
    }

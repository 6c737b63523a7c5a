"""Who asked to hear nothing more: people, and addresses whoever writes from them."""

from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from services.intake.domain.contact_change import Held, Silence
from services.intake.storage.tables import people, silences, silent_people
from shared.database import Transaction, insert_new

# Asked with every claim of mails, so built once.
SILENT = sa.select(people.c.id).where(
    people.c.id.in_(sa.bindparam("person_ids", expanding=True)),
    sa.or_(
        sa.exists().where(silent_people.c.person_id == people.c.id),
        sa.exists().where(silences.c.address_key == people.c.email_key),
        sa.exists().where(silences.c.address_key == people.c.phone_key),
    ),
)


async def load_silent(tx: Transaction, person_ids: Collection[str]) -> set[str]:
    """Those of these people to whom nothing goes, by their own word or by what was said at an address."""
    return set((await tx.execute(SILENT, {"person_ids": list(person_ids)})).scalars())


async def load_since(tx: Transaction, held: Held) -> dict[str, datetime]:
    """When each of these people, and each of their addresses, became silent; by their id and by its key."""
    keys = {key for card in held.cards for key in (card.email_key, card.phone_key) if key}
    theirs = sa.select(silent_people.c.person_id, silent_people.c.since).where(
        silent_people.c.person_id.in_(held.person_ids)
    )
    at = sa.select(silences.c.address_key, silences.c.since).where(silences.c.address_key.in_(keys))
    return {each: since for asked in (theirs, at) for each, since in (await tx.execute(asked)).all()}


async def save_silence(tx: Transaction, silence: Silence, since: datetime) -> None:
    """Nothing goes to them any more; what was silent before stays so since then."""
    at = [{"address_key": each, "since": since} for each in sorted(silence.addresses)]
    await insert_new(tx, silences, at, returning=silences.c.address_key)
    theirs = [{"person_id": each, "since": since} for each in sorted(silence.person_ids)]
    await insert_new(tx, silent_people, theirs, returning=silent_people.c.person_id)


async def end_silence(tx: Transaction, silence: Silence) -> None:
    """These people and addresses are silent no more."""
    await tx.execute(sa.delete(silences).where(silences.c.address_key.in_(silence.addresses)))
    await tx.execute(sa.delete(silent_people).where(silent_people.c.person_id.in_(silence.person_ids)))

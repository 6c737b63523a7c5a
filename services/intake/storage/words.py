"""What people wrote and what the practice noted about it, sealed; the caller has recorded why it is read."""

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from services.intake.domain.contact import Note, Words
from services.intake.storage.erasure_tables import person_keys
from services.intake.storage.keys import KEY_OF_REQUEST, WRAPPED, hold_key_of_request
from services.intake.storage.records import Step, save_steps
from services.intake.storage.reopening import load_later_words
from services.intake.storage.sealing import NOTES, WORDS, Sealer
from services.intake.storage.tables import notes, requests, words
from shared.database import Transaction, insert_new


async def load_words(tx: Transaction, request_ids: Sequence[str], sealer: Sealer) -> list[Words]:
    """Those found, in the order asked."""
    found = await tx.execute(
        sa.select(
            *(words.c.request_id, words.c.sealed, WRAPPED),
            *(requests.c.person_id, requests.c.reference, requests.c.received_at),
        )
        .join_from(words, requests, requests.c.id == words.c.request_id)
        .outerjoin(person_keys, KEY_OF_REQUEST)
        .where(words.c.request_id.in_(request_ids))
    )
    rows = {row.request_id: row for row in found}
    noted = await _notes(tx, list(rows), sealer)
    added = await load_later_words(tx, list(rows), sealer)
    opened = {
        id_: sealer.own(row.person_id, row.wrapped).open(WORDS, id_, row.sealed) for id_, row in rows.items()
    }
    return [
        Words(
            request_id=each,
            reference=rows[each].reference,
            message=opened[each]["message"],
            privacy_notice=opened[each]["privacy_notice"],
            email_warning=opened[each].get("email_warning"),
            notes=tuple(noted.get(each, ())),
            at=rows[each].received_at,
            later=tuple(added.get(each, ())),
        )
        for each in request_ids
        if each in rows
    ]


async def keep_note(tx: Transaction, note_id: str, request_id: str, note: Note, sealer: Sealer) -> bool:
    """Whether the note is with its request from now on; the same id again changes nothing.

    It is not when nobody knows the request, or when a note of that id belongs to another.
    """
    own = await hold_key_of_request(tx, request_id, sealer)
    if own is None:
        return False
    row = {
        "id": note_id,
        "request_id": request_id,
        "written_at": note.at,
        "written_by": note.by,
        "sealed": own.seal(NOTES, note_id, {"text": note.text}),
    }
    if await insert_new(tx, notes, [row], returning=notes.c.id):
        await save_steps(tx, [Step(request_id, note.at, "action", "note.kept", (note.by,))])
        return True
    return bool(await tx.scalar(sa.select(notes.c.request_id).where(notes.c.id == note_id)) == request_id)


async def _notes(tx: Transaction, request_ids: Sequence[str], sealer: Sealer) -> Mapping[str, list[Note]]:
    """The notes of each request, oldest first."""
    found = await tx.execute(
        sa.select(notes, requests.c.person_id, WRAPPED)
        .join_from(notes, requests, requests.c.id == notes.c.request_id)
        .outerjoin(person_keys, KEY_OF_REQUEST)
        .where(notes.c.request_id.in_(request_ids))
        .order_by(notes.c.written_at, notes.c.id)
    )
    noted: dict[str, list[Note]] = {}
    for row in found:
        text = sealer.own(row.person_id, row.wrapped).open(NOTES, row.id, row.sealed)["text"]
        noted.setdefault(row.request_id, []).append(Note(row.written_at, row.written_by, text))
    return noted

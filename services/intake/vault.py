"""The vault: people and words are sealed here, opened here, and handed out here, each time on record.

AES-256-GCM with a random nonce. Each person has a key of their own, which seals all that is kept of them; the
ring of the vault wraps these keys, and a person whose key is gone cannot be read any more, in no copy. A
sealed value is bound to its table, column and row, so that it opens nowhere else. The first key of the ring
wraps; the others still open, until everybody has been sealed anew (`practice reseal`). What was sealed before
people had keys carries the id of a key of the ring. Addresses are compared by HMAC-SHA256 under a key of
their own.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.intake import storage
from services.intake.domain.answering import contact_of, detail_of, duty_of, words_of
from services.intake.domain.booking import why_not_offered
from services.intake.domain.contact import LONGEST_NOTE, Note
from services.intake.domain.duty import is_answered_for_by
from shared.contracts.intake import (
    ContactsAnswered,
    ContactsAsked,
    DutiesAnswered,
    DutiesAsked,
    NoteKept,
    NoteOffered,
    RequestsAnswered,
    RequestsAsked,
    WordsAnswered,
    WordsAsked,
)
from shared.database import Database
from shared.errors import Defect, Misconfigured
from shared.ids import Ids
from shared.messaging.ask import answer
from shared.practice import Practice

BY_THE_RING, BY_THE_PERSON = 1, 2  # what the first byte of a sealed value says
WRAPPED = ("person_keys", "wrapped")
KEY_BYTES = 32
ADDRESS_KEY_LENGTH = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 40
_AS_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
URL_SAFE = str.maketrans("-_", "+/")  # both alphabets of base64 are read


class SealBroken(Defect):
    """A sealed value does not open: its key is missing, or it was changed or moved to another row."""


class Vault:
    """Seals and opens documents, and compares addresses without knowing them.

    `keys` is the ring by key id, the current one first.
    """

    def __init__(self, keys: Mapping[str, bytes], address_secret: bytes) -> None:
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self._current = next(iter(keys))
        self._address_key = _derived(address_secret, b"practice intake address key")
        self._print_key = _derived(address_secret, b"practice intake fingerprint")

    @classmethod
    def of(cls, vault_keys: str, address_key: str) -> Self:
        """From the settings: `id:base64,id:base64`, current first, and a secret. Raises Misconfigured."""
        ring: dict[str, bytes] = {}
        for entry in vault_keys.split(","):
            key_id, separator, encoded = entry.strip().partition(":")
            if not separator or not key_id or len(key_id.encode()) > KEY_ID_BYTES or key_id in ring:
                raise Misconfigured("INTAKE_VAULT_KEYS must be id:base64,id:base64 with different ids")
            ring[key_id] = _key(encoded)
        if len(address_key) < ADDRESS_KEY_LENGTH:
            raise Misconfigured(f"INTAKE_ADDRESS_KEY needs {ADDRESS_KEY_LENGTH} characters or more")
        return cls(ring, address_key.encode())

    @property
    def current(self) -> str:
        """The id of the ring's key that wraps from now on."""
        return self._current

    def new_key(self, person_id: str) -> bytes:
        """A key for this person, wrapped: it opens for them alone, and by this vault alone."""
        return self._close(WRAPPED, person_id, secrets.token_bytes(KEY_BYTES))

    def own(self, person_id: str, wrapped: bytes | None) -> "PersonSealer":
        """What seals and opens for this person; without a key, as it was before people had one.

        Raises SealBroken when the key is not theirs, or the ring's key that wrapped it is missing.
        """
        key = None if wrapped is None else self._disclose(WRAPPED, person_id, bytes(wrapped))
        return PersonSealer(self, None if key is None else AESGCM(key))

    def seal(self, place: tuple[str, str], row_id: str, document: storage.Document) -> bytes:
        """The document as bytes that only this vault can read, and only for this place and row."""
        return self._close(place, row_id, _AS_JSON.encode(document).encode())

    def open(self, place: tuple[str, str], row_id: str, sealed: bytes) -> storage.Document:
        """What the ring sealed for this place and row. Raises SealBroken."""
        document: storage.Document = json.loads(self._disclose(place, row_id, sealed))
        return document

    def _close(self, place: tuple[str, str], row_id: str, plain: bytes) -> bytes:
        key_id = self._current.encode()
        nonce = secrets.token_bytes(NONCE_BYTES)
        closed = self._ciphers[self._current].encrypt(nonce, plain, _bound_to(place, row_id))
        return bytes((BY_THE_RING, len(key_id))) + key_id + nonce + closed

    def _disclose(self, place: tuple[str, str], row_id: str, sealed: bytes) -> bytes:
        if len(sealed) < 2 or sealed[0] != BY_THE_RING:
            raise SealBroken
        key_end = 2 + sealed[1]
        nonce_end = key_end + NONCE_BYTES
        cipher = self._ciphers.get(sealed[2:key_end].decode(errors="replace"))
        if cipher is None:
            raise SealBroken("the key that sealed this is not in INTAKE_VAULT_KEYS")
        return _decrypted(cipher, sealed[key_end:nonce_end], sealed[nonce_end:], _bound_to(place, row_id))

    def address_key(self, kind: str, address: str | None) -> str | None:
        """The same for the same normalised address, and nothing else; None for no address."""
        if not address:
            return None
        normalised = unicodedata.normalize("NFC", address.strip()).casefold()
        return _hmac(self._address_key, f"{kind}|{normalised}".encode())

    def claim(self, scope: str, key: str, body: bytes) -> storage.Claim:
        """What is kept of one post to know it again: keyed fingerprints of its key and of its body."""
        return storage.Claim(
            key_print=_hmac(self._print_key, f"key|{scope}|{key}".encode()),
            body_print=_hmac(self._print_key, b"body|" + scope.encode() + b"|" + body),
        )

    def erased_print(self, address_key: str) -> str:
        """By which an erased address is known again; nothing else is compared by it."""
        return _hmac(self._print_key, f"erased|{address_key}".encode())


class PersonSealer:
    """Seals with one person's own key, and opens what it sealed, or the ring did before they had one."""

    def __init__(self, vault: Vault, cipher: AESGCM | None) -> None:
        self._vault, self._cipher = vault, cipher

    def seal(self, place: tuple[str, str], row_id: str, document: storage.Document) -> bytes:
        """The document as bytes that only this person's key can read, and only for this place and row."""
        if self._cipher is None:
            return self._vault.seal(place, row_id, document)
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = _AS_JSON.encode(document).encode()
        return bytes((BY_THE_PERSON,)) + nonce + self._cipher.encrypt(nonce, plain, _bound_to(place, row_id))

    def open(self, place: tuple[str, str], row_id: str, sealed: bytes) -> storage.Document:
        """What was sealed of this person for this place and row. Raises SealBroken."""
        if sealed[:1] != bytes((BY_THE_PERSON,)):
            return self._vault.open(place, row_id, sealed)
        if self._cipher is None:
            raise SealBroken("the key of this person is gone")
        nonce_end = 1 + NONCE_BYTES
        plain = _decrypted(self._cipher, sealed[1:nonce_end], sealed[nonce_end:], _bound_to(place, row_id))
        document: storage.Document = json.loads(plain)
        return document

    def address_key(self, kind: str, address: str | None) -> str | None:
        """The same for the same normalised address, whoever's; None for no address."""
        return self._vault.address_key(kind, address)


def _decrypted(cipher: AESGCM, nonce: bytes, closed: bytes, bound_to: bytes) -> bytes:
    try:
        return cipher.decrypt(nonce, closed, bound_to)
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def _bound_to(place: tuple[str, str], row_id: str) -> bytes:
    table, column = place
    return f"{table}|{column}|{row_id}".encode()


def _hmac(key: bytes, said: bytes) -> str:
    return hmac.new(key, said, hashlib.sha256).hexdigest()


def _derived(secret: bytes, info: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=info).derive(secret)


def _key(encoded: str) -> bytes:
    try:
        key = base64.b64decode(encoded.strip().translate(URL_SAFE), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise Misconfigured(f"each of INTAKE_VAULT_KEYS needs {KEY_BYTES} bytes in base64")
    return key


@answer(ContactsAsked)
async def answer_contacts(
    question: ContactsAsked, database: Database, now: datetime, vault: Vault, ids: Ids
) -> ContactsAnswered:
    """How these people may be reached; that they were asked about is committed before anything is read."""
    async with database.transaction() as tx:
        await storage.save_access(tx, _access("contacts", question, now, ids), question.request_ids)
    async with database.reading() as tx:
        reaches = await storage.load_reaches(tx, question.request_ids, vault)
    return ContactsAnswered(contacts=tuple(contact_of(each) for each in reaches))


@answer(RequestsAsked)
async def answer_requests(
    question: RequestsAsked, database: Database, now: datetime, ids: Ids, practice: Practice
) -> RequestsAnswered:
    """What these requests asked for, in codes; recorded before anything is read."""
    async with database.transaction() as tx:
        await storage.save_access(tx, _access("requests", question, now, ids), question.request_ids)
    async with database.reading() as tx:
        found = await storage.load_standings(tx, question.request_ids)
    details = (
        detail_of(each, call_offered=why_not_offered(each, standing, practice) is None)
        for each, standing in found
    )
    return RequestsAnswered(requests=tuple(details))


@answer(WordsAsked)
async def answer_words(
    question: WordsAsked, database: Database, now: datetime, vault: Vault, ids: Ids
) -> WordsAnswered:
    """What these people wrote, and what was noted; who reads it is committed before anything is opened."""
    async with database.transaction() as tx:
        await storage.save_access(tx, _access("words", question, now, ids), question.request_ids)
    async with database.reading() as tx:
        found = await storage.load_words(tx, question.request_ids, vault)
    return WordsAnswered(words=tuple(words_of(each) for each in found))


@answer(NoteOffered)
async def answer_note(question: NoteOffered, database: Database, now: datetime, vault: Vault) -> NoteKept:
    """Keeps the note, sealed, once; not when it is empty or too long, or nobody knows the request."""
    if not question.text.strip() or len(question.text) > LONGEST_NOTE:
        return NoteKept(kept=False)
    note = Note(now, question.written_by, question.text)
    async with database.transaction() as tx:
        return NoteKept(kept=await storage.keep_note(tx, question.note_id, question.request_id, note, vault))


@answer(DutiesAsked)
async def answer_duties(
    question: DutiesAsked, database: Database, now: datetime, practice: Practice
) -> DutiesAnswered:
    """What waits in intake for this coordinator, by when it is due; codes of nobody's words or name."""
    async with database.reading() as tx:
        waiting = await storage.load_open(tx)
    theirs = (each for each in waiting if is_answered_for_by(question.coordinator_id, each.duty, practice))
    return DutiesAnswered(duties=tuple(duty_of(each.request, each.kind, each.duty, now) for each in theirs))


ANSWERS = (answer_contacts, answer_requests, answer_words, answer_note, answer_duties)


def _access(
    kind: str, question: ContactsAsked | RequestsAsked | WordsAsked, now: datetime, ids: Ids
) -> storage.Access:
    return storage.Access(ids.new(), now, kind, question.purpose, question.asked_by)

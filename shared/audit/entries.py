"""What one entry of the audit says, and the bytes that its hash is over.

The bytes are a JSON array in the form of RFC 8785: the format's name, the number, the fields as they are
stored, and the hash before. Every field is text in ASCII, so that there is one way to write it.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from shared.errors import Defect

FORMAT = "practice.audit.1"
FORGOTTEN = "audit.forgotten"  # its subject is the last number that is gone, its detail that entry's hash
FIELDS = ("at", "actor", "act", "subject", "purpose", "detail")
LONGEST = 120
Row = dict[str, Any]
_CODE = re.compile(rf"[!-?A-~]{{1,{LONGEST}}}")  # neither a space nor an @: no sentence, no address
_AS_JSON = json.JSONEncoder(separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody did or read something: codes and ids alone.

    `actor`: `coordinator:dana`, `clinician:c-rivera`, `person:<request id>`, `operator:<login name>` or
    `service:matching`. `act`: what was done, such as `words.read`. `subject`: the request's id wherever there
    is a request, else what it was done to. `purpose`: what it was for, where that was asked.
    Raises Defect when a field is no code.
    """

    at: datetime
    actor: str
    act: str
    subject: str
    purpose: str = ""
    detail: Mapping[str, str | int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        said = {"actor": self.actor, "act": self.act, "subject": self.subject}
        optional = {"purpose": self.purpose} if self.purpose else {}
        for name, value in (said | optional | _told(self.detail)).items():
            if not _CODE.fullmatch(value):
                raise Defect(f"the audit holds codes alone, and {name} is none")
        if ":" not in self.actor:
            raise Defect("the audit's actor says of what kind it is, such as operator:dana")


class Head(NamedTuple):
    """Where a chain has got to: the number and the hash of its newest entry."""

    seq: int
    hash: str


START = Head(0, "0" * 64)


@dataclass(frozen=True, slots=True)
class Kept:
    """An entry in its place."""

    seq: int
    entry: Entry
    hash: str


def written(at: datetime) -> str:
    """An instant as it is stored; in the order of time."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def chained(head: Head, entries: Sequence[Entry]) -> Iterator[Row]:
    """The rows that follow on this head."""
    seq, previous = head
    for entry in entries:
        seq += 1
        row: Row = {"seq": seq, "at": written(entry.at), "actor": entry.actor, "act": entry.act}
        row |= {"subject": entry.subject, "purpose": entry.purpose}
        row |= {"detail": detail_of(entry.detail), "previous": previous}
        previous = row["hash"] = hash_of(row)
        yield row


def hash_of(row: Mapping[str, Any]) -> str:
    """What the hash of a row must be, in hex, for what it holds."""
    said = [FORMAT, row["seq"], *(row[name] for name in FIELDS), row["previous"]]
    return hashlib.sha256(_AS_JSON.encode(said).encode("ascii")).hexdigest()


def detail_of(detail: Mapping[str, str | int]) -> str:
    """The detail as it is stored."""
    return _AS_JSON.encode(dict(detail))


def anchored(last: Head) -> str:
    """The detail of the entry that says how far the chain is forgotten."""
    return detail_of({"hash": last.hash})


def kept_of(row: Mapping[str, Any]) -> Kept:
    """A stored row as an entry in its place."""
    said = {name: row[name] for name in ("actor", "act", "subject", "purpose")}
    entry = Entry(at=datetime.fromisoformat(row["at"]), detail=json.loads(row["detail"]), **said)
    return Kept(row["seq"], entry, row["hash"])


def _told(detail: Mapping[str, str | int]) -> dict[str, str]:
    names = {f"a name of detail {place}": name for place, name in enumerate(detail)}
    return names | {f"detail {name}": str(value) for name, value in detail.items()}

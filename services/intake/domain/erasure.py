"""Erasing a person: who that is, what is left of them, and what stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.intake.domain.submission import Client, Partner


@dataclass(frozen=True, slots=True)
class Sought:
    """Whose address it is that was named, in keys and prints; `print` alone outlives them."""

    address_keys: tuple[str, ...]
    print: str


@dataclass(frozen=True, slots=True)
class Known:
    """One person at the address, and what they wrote: (id, reference) of each request."""

    person_id: str
    version: int
    requests: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Named:
    """A request of somebody else, in which the address is that of a partner."""

    request_id: str
    reference: str
    person_id: str


@dataclass(frozen=True, slots=True)
class PersonStone:
    """What is left of a person: ids, a moment, and a print by which their address is known again."""

    person_id: str
    request_ids: tuple[str, ...]
    erased_at: datetime
    address_print: str


@dataclass(frozen=True, slots=True)
class PartyStone:
    """What is left of somebody whom another person had named."""

    request_id: str
    erased_at: datetime
    address_print: str


@dataclass(frozen=True, slots=True)
class Tombstones:
    """Whoever was erased; applied again after a restore."""

    people: tuple[PersonStone, ...] = ()
    parties: tuple[PartyStone, ...] = ()

    @property
    def request_ids(self) -> tuple[str, ...]:
        """The requests that are gone with their people."""
        return tuple(id_ for stone in self.people for id_ in stone.request_ids)

    def joined(self, other: "Tombstones") -> "Tombstones":
        """Both, each stone once."""
        people = {each.person_id: each for each in (*self.people, *other.people)}
        parties = {(each.request_id, each.address_print): each for each in (*self.parties, *other.parties)}
        return Tombstones(tuple(people.values()), tuple(parties.values()))


def without_partner(
    client: Client | None, partners: Sequence[Partner], is_erased: Mapping[str | None, bool]
) -> tuple[Client | None, tuple[Partner, ...]]:
    """Whom the request is for, without the partners whose address was erased."""
    return client, tuple(each for each in partners if not is_erased.get(each.email, False))


def stone_document(stone: PersonStone | PartyStone) -> dict[str, Any]:
    """A stone as it is written into a file."""
    at = stone.erased_at.isoformat()
    if isinstance(stone, PersonStone):
        ids: dict[str, Any] = {"person_id": stone.person_id, "request_ids": list(stone.request_ids)}
    else:
        ids = {"request_id": stone.request_id}
    return {**ids, "erased_at": at, "address_print": stone.address_print}


def stone_of(document: Mapping[str, Any]) -> PersonStone | PartyStone:
    """The stone that such a document is. Raises KeyError, TypeError or ValueError when it is none."""
    at, print_ = datetime.fromisoformat(document["erased_at"]), str(document["address_print"])
    if "person_id" in document:
        return PersonStone(str(document["person_id"]), tuple(map(str, document["request_ids"])), at, print_)
    return PartyStone(str(document["request_id"]), at, print_)


def tombstones_of(stones: Sequence[PersonStone | PartyStone]) -> Tombstones:
    """These stones, each once."""
    people = tuple(each for each in stones if isinstance(each, PersonStone))
    parties = tuple(each for each in stones if isinstance(each, PartyStone))
    return Tombstones().joined(Tombstones(people, parties))

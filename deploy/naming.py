"""The practice's own people by name, for whoever reads a command's answer; a program keeps to ids."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.matching import operations as matching
from shared.database import Database
from shared.practice import Practice

KINDS = ("coordinator", "clinician")


@dataclass(frozen=True, slots=True)
class Names:
    """Names by id; whoever is not known any more is called by their id."""

    coordinators: Mapping[str, str] = field(default_factory=dict)
    clinicians: Mapping[str, str] = field(default_factory=dict)

    def coordinator(self, who: str) -> str:
        return self.coordinators.get(who, who)

    def clinician(self, who: str) -> str:
        return self.clinicians.get(who, who)

    def with_id(self, who: str) -> str:
        """A clinician's name with the id by which commands know them."""
        return f"{self.clinicians[who]} ({who})" if who in self.clinicians else who

    def with_ids(self, everybody: Iterable[str]) -> list[str]:
        """The same for several."""
        return [self.with_id(who) for who in everybody]

    def anybody(self, who: str) -> str:
        """Whoever did something: `coordinator:lee`, `clinician:c-rivera` or an id, by name."""
        kind, _, rest = who.partition(":")
        known = rest if kind in KINDS and rest else who
        return self.coordinators.get(known) or self.clinicians.get(known) or known


async def names_of(practice: Practice, database: Database) -> Names:
    """Everybody's name: coordinators from the practice's file, clinicians from matching's database."""
    return Names(
        coordinators={each.id: each.name for each in practice.coordinators},
        clinicians=await matching.clinician_names(database),
    )

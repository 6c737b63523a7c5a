"""Who reads the practice's own mail, and who stands in for whom."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Coordinator:
    """Somebody at the desk, by id."""

    id: str
    languages: tuple[str, ...]
    deputy: str | None
    on_duty: bool


@dataclass(frozen=True, slots=True)
class Desk:
    """Who reads the practice's own mail. `on_call` is in the order of asking; all are coordinators' ids."""

    coordinators: tuple[Coordinator, ...]
    owner: str
    on_call: tuple[str, ...]

    def knows(self, coordinator_id: str) -> bool:
        """Whether this id has a place at the desk."""
        return any(one.id == coordinator_id for one in self.coordinators)

    def present(self, coordinator_id: str) -> str:
        """The coordinator, or the practice's owner for one who has left."""
        return coordinator_id if self.knows(coordinator_id) else self.owner

    def speaker_of(self, language: str) -> str:
        """The first coordinator on duty who speaks the language, else the first on duty, else the owner."""
        on_duty = [one for one in self.coordinators if one.on_duty]
        speakers = [one.id for one in on_duty if language in one.languages]
        return (*speakers, *(one.id for one in on_duty), self.owner)[0]

    def deputy_of(self, coordinator_id: str) -> str | None:
        """Who stands in for a coordinator."""
        return next((one.deputy for one in self.coordinators if one.id == coordinator_id), None)

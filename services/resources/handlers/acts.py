"""What a person does with their own journey, each in one transaction with what is announced of it."""

from datetime import datetime

from services.resources.domain.seen import Pace, Seen
from shared.database import Database
from shared.practice import Catalogue, Practice


class Acts:
    """Acts on one journey; each answers what is seen afterwards.

    None: nobody knows this journey, or its person was erased. Doing the same again changes nothing, and
    neither does what a journey in this state has no room for.
    """

    def __init__(self, database: Database, practice: Practice, catalogue: Catalogue) -> None:
        self._database, self._practice, self._catalogue = database, practice, catalogue

    async def view(self, journey_id: str, now: datetime) -> Seen | None:
        """The journey as it stands; nothing changes."""
        raise NotImplementedError

    async def stop(self, journey_id: str, why: str, now: datetime) -> Seen | None:
        """Nothing more is ever sent of it; `why` is `person` or `one_click`."""
        raise NotImplementedError

    async def pause(self, journey_id: str, now: datetime) -> Seen | None:
        """Nothing comes for as long as a pause lasts; then it goes on by itself in their morning.

        Where it was paused by them already, that pause stands.
        """
        raise NotImplementedError

    async def resume(self, journey_id: str, now: datetime) -> Seen | None:
        """Their own pause is over: it goes on in their next morning. What a call or care pauses, stays."""
        raise NotImplementedError

    async def change_pace(self, journey_id: str, pace: Pace, now: datetime) -> Seen | None:
        """Every gap as planned, or doubled; counted from the last mail."""
        raise NotImplementedError

    async def keep(self, journey_id: str, now: datetime) -> Seen | None:
        """The answer to "keep, pause or stop?": the short readings that fit follow."""
        raise NotImplementedError

    async def ready(self, journey_id: str, now: datetime) -> Seen | None:
        """They are ready: `reached`, also from a pause or after it stopped; announced once.

        Where `silenced`, or while a person has to look first (`waiting`), nothing changes.
        """
        raise NotImplementedError

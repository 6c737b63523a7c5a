"""The free call: booked, moved, cancelled and marked, each in one commit with its fact."""

from dataclasses import dataclass
from datetime import datetime

from services.intake import storage
from services.intake.domain.call import NotOffered, Offer, Outcome
from shared.contracts.intake import CallAnswered, CallAsked
from shared.database import Database
from shared.ids import Ids
from shared.practice import Practice


@dataclass(frozen=True, slots=True)
class Wish:
    """The time that a person chose, and what they said with it.

    `version` is that of the call that the form showed (`offer.call.version`), 0 where there was none.
    `phone` (E.164) counts where we know no number yet; how a known one changes is for *how we reach you*.
    `voicemail_ok` None: not asked. `time_zone`: in which they saw the times; None: that of the request.
    """

    version: int
    starts_at: datetime
    phone: str | None = None
    voicemail_ok: bool | None = None
    remind_shortly: bool = False
    time_zone: str | None = None


class Calls:
    """Acts on the call of a request, in transactions of its own. An unknown request is None.

    Doing the same again is done and changes nothing.
    """

    def __init__(self, database: Database, practice: Practice, sealer: storage.Sealer, ids: Ids) -> None:
        self._database, self._practice, self._sealer, self._ids = database, practice, sealer, ids

    async def barred(self, request_id: str) -> NotOffered | None:
        """Why this person is offered no call, if they are not; no times are looked up for it."""
        raise NotImplementedError

    async def offer(self, request_id: str, now: datetime) -> Offer | None:
        """What the person can be shown: their call, the free times, or why there are none."""
        raise NotImplementedError

    async def book(self, request_id: str, wish: Wish, now: datetime) -> Outcome | None:
        """The person books a free time, or moves the call that is booked to it.

        Refused: not_offered, taken, passed, changed, not_now (the call is going on), too_often,
        phone_missing, phone_unusable.
        """
        raise NotImplementedError

    async def cancel(self, request_id: str, version: int, now: datetime) -> Outcome | None:
        """The person cancels the call; its time is free at once. Refused: changed, not_now."""
        raise NotImplementedError

    async def locate(self, request_id: str, state: str, now: datetime) -> Outcome | None:
        """The person says in which state they will be (a code of the practice's rules, or `unknown`).

        Refused: not_now, too_often, unknown_state.
        """
        raise NotImplementedError

    async def arrange(self, question: CallAsked, now: datetime) -> CallAnswered:
        """A coordinator books, moves, cancels or marks a call."""
        raise NotImplementedError

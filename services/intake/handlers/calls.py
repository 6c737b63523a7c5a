"""The free call: what a person does with it and what a coordinator does, each in one commit with its fact."""

from dataclasses import dataclass, replace
from datetime import datetime

from services.intake import storage
from services.intake.domain.announcing import contact_fact
from services.intake.domain.booking import (
    PERSON,
    PhoneSaid,
    is_at,
    located,
    may_add,
    may_book,
    may_cancel,
    may_locate,
    what_counts,
    why_not_offered,
)
from services.intake.domain.booking_told import located_fact, slots_answered
from services.intake.domain.call import Call, Done, NotDone, NotOffered, Offer, Outcome, Refused, Slot
from services.intake.domain.contact import ContactNow
from services.intake.domain.practice_facts import PracticeFacts
from services.intake.domain.slots import Timetable
from services.intake.handlers.arranging import arrange
from services.intake.handlers.arrivals import tell
from services.intake.handlers.booked import (
    Claim,
    Rota,
    Seen,
    changes_of,
    claim,
    end_call,
    look,
    offer_of,
    offer_without_times,
    slots_of,
    take,
    take_address,
    with_own_first,
)
from shared import audit
from shared.contracts.intake import CallAnswered, CallAsked, SlotsAnswered
from shared.database import Database, Transaction
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
        self._database, self._sealer, self._ids = database, sealer, ids
        self._practice, self._zones = practice, PracticeFacts.of(practice).time_zones
        self._rota = Rota(practice, Timetable.of(practice), sealer)

    async def barred(self, request_id: str) -> NotOffered | None:
        """Why this person is offered no call, if they are not; no times are looked up for it."""
        async with self._database.reading() as tx:
            known = await storage.load_standing(tx, request_id)
        return why_not_offered(*known, self._practice) if known is not None else "closed"

    async def offer(self, request_id: str, now: datetime) -> Offer | None:
        """What the person can be shown: their call, the free times, or why there are none."""
        async with self._database.reading() as tx:
            seen = await look(tx, request_id)
            return await offer_of(tx, seen, self._rota, now) if seen is not None else None

    async def standing(self, request_id: str) -> Offer | None:
        """The same without the times: enough for whoever has chosen one."""
        async with self._database.reading() as tx:
            seen = await look(tx, request_id)
            return offer_without_times(seen, self._rota) if seen is not None else None

    async def book(self, request_id: str, wish: Wish, now: datetime) -> Outcome | None:
        """The person books a free time, or moves the call that is booked to it.

        A call that moves stays with its coordinator where she is free then. Refused: not_offered, taken,
        passed, changed, not_now (the call is going on), too_often, too_many, phone_missing.
        """
        async with self._database.transaction() as tx:
            seen = await take_address(tx, request_id)
            if seen is None:
                return None
            return await self._outcome(tx, request_id, await self._book(tx, seen, wish, now), now)

    async def cancel(self, request_id: str, version: int, now: datetime) -> Outcome | None:
        """The person cancels the call; its time is free at once. Refused: changed, not_now."""
        async with self._database.transaction() as tx:
            seen = await take(tx, request_id)
            if seen is None:
                return None
            if seen.call is not None and seen.call.status == "cancelled" and version < seen.call.version:
                return Done(seen.call, changed=False)
            no = may_cancel(seen.call, version, now)
            if no is not None or seen.call is None:
                return await self._outcome(tx, request_id, no or "not_now", now)
            await _record(tx, request_id, "call.cancelled", now)
            return Done(await end_call(tx, seen.call, PERSON, PERSON, now))

    async def locate(self, request_id: str, state: str, now: datetime) -> Outcome | None:
        """The person says in which state they will be (a code of the practice's rules, or `unknown`).

        Refused: not_now, too_often, unknown_state.
        """
        async with self._database.transaction() as tx:
            seen = await take_address(tx, request_id)
            if seen is None:
                return None
            if seen.call is not None and seen.call.is_booked and seen.call.state == state:
                return Done(seen.call, changed=False)
            changes = await changes_of(tx, request_id, now)
            no = may_locate(seen.call, state, self._practice, now, changes)
            if no is not None or seen.call is None:
                return await self._outcome(tx, request_id, no or "not_now", now)
            return Done(await self._locate(tx, seen.call, state, now))

    async def slots(self, request_id: str, now: datetime) -> SlotsAnswered:
        """When somebody could call this person, whether or not they may book by themselves."""
        async with self._database.reading() as tx:
            seen = await look(tx, request_id)
            if seen is None or seen.request.status != "announced":
                return SlotsAnswered(known=False)
            slots = await slots_of(tx, seen, self._rota, now)
        return slots_answered(slots, seen.call)

    async def arrange(self, question: CallAsked, now: datetime) -> CallAnswered:
        """A coordinator books, moves, cancels or marks a call."""
        return await arrange(self._database, question, self._rota, now, self._ids)

    async def _outcome(
        self, tx: Transaction, request_id: str, done: Outcome | NotDone, now: datetime
    ) -> Outcome | None:
        """A refusal comes with how it all stands at this moment, whoever was first."""
        if isinstance(done, Done | Refused):
            return done
        seen = await look(tx, request_id)
        return Refused(done, await offer_of(tx, seen, self._rota, now)) if seen is not None else None

    async def _book(self, tx: Transaction, seen: Seen, wish: Wish, now: datetime) -> Outcome | NotDone:
        if seen.call is not None and is_at(seen.call, wish.starts_at):
            return Done(seen.call, changed=False)
        said = what_counts(PhoneSaid(wish.phone, wish.voicemail_ok), seen.standing)
        no = await self._why_not(tx, seen, wish, said, now)
        if no is not None:
            return no
        slots = await slots_of(tx, seen, self._rota, now)
        slot = next((each for each in slots if each.starts_at == wish.starts_at), None)
        if slot is None:  # the times just looked up are fresh
            return Refused("taken", replace(offer_without_times(seen, self._rota), slots=slots))
        booked = await claim(tx, seen, self._claim(seen, wish, slot), self._rota, now, self._ids)
        if booked is None:
            return "taken"
        await self._keep(tx, seen, said, now)
        await _record(tx, seen.request.id, "call.booked", now)
        return Done(booked)

    async def _why_not(
        self, tx: Transaction, seen: Seen, wish: Wish, said: PhoneSaid, now: datetime
    ) -> NotDone | None:
        """Why they cannot book this time, whoever is free then."""
        if why_not_offered(seen.request, seen.standing, self._practice) is not None:
            return "not_offered"
        changes = await changes_of(tx, seen.request.id, now)
        no = may_book(seen.call, wish.version, wish.starts_at, self._practice.calls, now, changes)
        no = no or may_add(seen.call, await storage.count_others_ahead(tx, seen.request.id, now), now)
        if no is not None:
            return no
        return None if seen.standing.phone_known or said.phone is not None else "phone_missing"

    def _claim(self, seen: Seen, wish: Wish, slot: Slot) -> Claim:
        zone = wish.time_zone if wish.time_zone in self._zones else None
        return Claim(
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            coordinator_ids=with_own_first(seen, slot.coordinator_ids),
            by=PERSON,
            time_zone=zone or seen.request.time_zone,
            remind_shortly=wish.remind_shortly,
        )

    async def _keep(self, tx: Transaction, seen: Seen, said: PhoneSaid, now: datetime) -> None:
        """How they may be called from now on, told; not as a change of theirs that a mail would confirm."""
        if said.changes:
            request, person_id = seen.request, seen.standing.person_id
            version = await storage.save_reach(tx, person_id, said, self._sealer)
            silenced = bool(await storage.load_silent(tx, [person_id]))
            contact = ContactNow(request.id, request.reference, person_id, version, now, silenced)
            await tell(tx, [contact_fact(contact)], now)

    async def _locate(self, tx: Transaction, call: Call, state: str, now: datetime) -> Call:
        there = located(call, state)
        await storage.save_located_call(tx, there)
        await _record(tx, call.request_id, "call.located", now)
        fact = located_fact(there, PERSON, now, licensed=state in self._practice.states)
        await tell(tx, [fact], now)
        return there


async def _record(tx: Transaction, request_id: str, act: str, now: datetime) -> None:
    by = audit.actor(tx, PERSON, request_id)
    await audit.record(tx, [audit.Entry(now, by, act, request_id)])

"""What should be planned for the calls that are booked, compared with what is: the mender of lost facts.

Intake is asked for every call that is still to come, a page at a time, and the same pure function that plans
by facts says what each calls for. What is missing is planned, as far as it is still to come; what waits about
a call that does not stand like that any more is asked about once more by its request, and stopped. A call
whose fact may still be on its way is left to the fact. Any number of replicas may do this at once.
"""

import asyncio
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from services.notifications import metrics, occasions, storage
from services.notifications.asking import booked_calls, call_now, latest_calls
from services.notifications.domain.call import CallOccasion
from services.notifications.domain.delivery import Delivery, PlannedDelivery
from services.notifications.domain.overtake import OF_ITS_OWN, untrue_of_call
from services.notifications.handlers.office import Office, plan_calls
from services.notifications.storage import Place
from shared.clock import Clock
from shared.contracts.intake import Consultation, ConsultationsAnswered
from shared.database import Database
from shared.ids import Ids
from shared.logs import get_logger
from shared.messaging.ask import Asker

log = get_logger(__name__)

FACTS_TAKE = timedelta(minutes=2)  # a change younger than this may still be told by its fact
AT_ONCE = 32  # calls looked at between two breaths of the loop
Latest = Mapping[str, Consultation]  # by request


@dataclass(frozen=True, slots=True)
class Reconciler:
    """Compares, and mends."""

    database: Database
    ask: Asker
    clock: Clock
    ids: Ids
    office: Office

    async def look(self) -> None:
        """Once over every call that is still to come; not at all while intake does not answer."""
        now, after = self.clock(), None
        while True:
            page = await booked_calls(self.ask, now, after)
            if page is None or not await self._stop_extra(page, after, now):
                metrics.reconciled.labels("intake_away").inc()
                log.warning("calls.not_compared", why="intake_away")
                return
            settled = [
                (one, occasions.as_it_stands(one, self.office.clocks.zone)) for one in page.consultations
            ]
            await self._plan_missing(settled, now)
            if page.next is None:
                metrics.reconciled.labels("done").inc()
                return
            after = page.next

    async def _stop_extra(self, page: ConsultationsAnswered, after: str | None, now: datetime) -> bool:
        """Looks at what waits about the calls between this page's ends; False when intake falls silent."""
        booked = {one.consultation_id: one for one in page.consultations}
        place: Place | None = (after or "", "")
        while place is not None:
            async with self.database.reading() as tx:
                waiting = await storage.waiting_about_calls(tx, place, page.next)
            place = (waiting[-1].plan.subject_id, waiting[-1].id) if waiting else None
            suspects = [one for one in waiting if _untrue(one.plan, booked.get(one.plan.subject_id))]
            latest = await latest_calls(self.ask, [one.plan.request_id for one in suspects])
            if latest is None:
                return False
            await self._stop(suspects, latest, now)
        return True

    async def _stop(self, suspects: Sequence[Delivery], latest: Latest, now: datetime) -> None:
        """Stops what intake, asked again, does not have so either, and says what it has instead."""
        whys: dict[str, str] = {}
        extra: list[Delivery] = []
        for one in suspects:
            found = latest.get(one.plan.request_id)
            why = _untrue(one.plan, found)
            if why is not None and (found is None or _facts_are_told(found, now)):
                whys[one.id] = why
                extra.append(one)
        if not extra:
            return
        async with self.database.transaction() as tx:
            stopped = await storage.stop_each(tx, whys, now)
        _tell("extra", Counter((one.plan.template, whys[one.id]) for one in extra if one.id in stopped))
        await self._plan_missing(_instead(extra, latest, self.office.clocks.zone), now)

    async def _plan_missing(
        self, calls: Iterable[tuple[Consultation, CallOccasion | None]], now: datetime
    ) -> None:
        told = [(one, what) for one, what in calls if what is not None and _facts_are_told(one, now)]
        for start in range(0, len(told), AT_ONCE):
            await self._plan(told[start : start + AT_ONCE], now)
            await asyncio.sleep(0)

    async def _plan(self, calls: Sequence[tuple[Consultation, CallOccasion]], now: datetime) -> None:
        async with self.database.reading() as tx:
            heard = await storage.heard_of_calls(tx, {one.request_id for one, _ in calls})
            current = [what for one, what in calls if one.version >= heard.get(one.request_id, 0)]
            mails = await plan_calls(current, tx, now, self.office)
            to_come = [one for one in mails if one.not_after is None or one.not_after > now]
            known = await storage.keys_known(tx, [one.dedup_key for one in to_come])
        missing = [one for one in to_come if one.dedup_key not in known]
        if not missing:
            return
        async with self.database.transaction() as tx:
            new = await storage.save_planned(tx, missing, self.ids, self.office.mail_domain, now)
        _tell("missing", Counter((one.template, "missing") for one in missing if one.dedup_key in new))


def _untrue(plan: PlannedDelivery, found: Consultation | None) -> str | None:
    return untrue_of_call(plan, call_now(found))


def _facts_are_told(found: Consultation, now: datetime) -> bool:
    return found.changed_at <= now - FACTS_TAKE


def _instead(
    extra: Sequence[Delivery], latest: Latest, otherwise: ZoneInfo
) -> list[tuple[Consultation, CallOccasion | None]]:
    """What is said of the calls that stand otherwise than was planned: each once, by its latest mail."""
    was = {
        one.plan.request_id: one.plan
        for one in sorted(extra, key=lambda each: each.plan.subject_version)
        if one.plan.template not in OF_ITS_OWN
    }
    return [
        (found, occasions.since(found, plan, otherwise))
        for request_id, plan in was.items()
        if (found := latest.get(request_id)) is not None
    ]


def _tell(kind: Literal["missing", "extra"], mended: Mapping[tuple[str, str], int]) -> None:
    for (template, why), count in sorted(mended.items()):
        metrics.mended.labels(kind, template).inc(count)
        log.warning("calls.mended", type=kind, template=template, why=why, count=count)

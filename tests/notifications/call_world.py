"""Intake, replicas of notifications on one database, their clock, and everybody who reads what they send.

What leaves is held against what is true at that moment: the oracle knows the rules of the practice by itself.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from services.notifications import storage
from services.notifications.delivery import Postman
from services.notifications.domain.call import CALL_MAILS
from services.notifications.domain.decide import QuietHours
from services.notifications.domain.delivery import Delivery
from services.notifications.handlers import Office
from services.notifications.reconcile import Reconciler
from services.notifications.settle import Ledger
from shared.contracts.intake import CallFact
from shared.database import Database
from tests.conftest import TestClock
from tests.notifications.answers import Answers
from tests.notifications.builders import CountedIds, desk, someone
from tests.notifications.calls import LENGTH, Booked
from tests.notifications.hearing import Hearing
from tests.notifications.readers import PlainPress, Read, Readers

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
FACTS_TAKE = timedelta(minutes=2)
OF_A_BOOKING = CALL_MAILS - {"call_cancelled", "call_cancelled_notice", "call_missed", "call_elsewhere"}


class CallWorld:
    """What happens is told here; `tick` lets a replica send, `compare` lets it mend."""

    def __init__(self, database: Database, office: Office, clock: TestClock, replicas: int) -> None:
        self.database, self.office, self.clock = database, office, clock
        self.intake, self.ids = Answers(), CountedIds()
        self.readers = Readers(self._look_at)
        self.untrue: list[str] = []
        self.latest = clock.now  # the latest that the clock has ever shown
        self.hearing = Hearing(database, office, clock, self.ids)
        self.calls: dict[str, Booked] = {}
        self.earlier: list[tuple[Booked, Booked]] = []  # a call, and the one that was booked after it
        self.known: dict[tuple[str, int], datetime] = {}  # since when a booking can have its mails
        self.told: set[tuple[str, int]] = set()  # facts that were heard
        self.on_their_way: list[CallFact] = []
        self.heard: list[CallFact] = []
        self.highest: dict[str, int] = {}
        self.replicas = [self.start() for _ in range(replicas)]

    def start(self) -> Postman:
        """A replica of the sender, as it begins."""
        ledger = Ledger(self.database, desk(), "example.org", self.clock, self.ids)
        return Postman(ledger, PlainPress(), QuietHours(None), self.readers, self.intake)

    # --- intake ---------------------------------------------------------------------------------------------

    def pass_time(self, pause: timedelta) -> None:
        """The clock may jump, also back."""
        self.clock.move(pause)
        self.latest = max(self.latest, self.clock.now)

    def pass_time_forward(self, pause: timedelta) -> None:
        """To later than it has ever been: what waits for a time that was shown before is due."""
        self.clock.now = self.latest
        self.pass_time(pause)

    def announce(self, call: Booked) -> None:
        """Intake keeps it and announces it."""
        before = self.calls.get(call.request_id)
        if before is not None and before.call_id != call.call_id:
            self.earlier.append((before, call))
        self.calls[call.request_id] = call
        self.intake.people[call.request_id] = someone(call.request_id)
        self.intake.calls[call.request_id] = call.stands
        self.on_their_way.append(call.fact)

    # --- notifications --------------------------------------------------------------------------------------

    async def hear(self, fact: CallFact) -> None:
        """A fact arrives; one that a later one has overtaken has no effect."""
        await self.hearing(fact)
        self.heard.append(fact)
        if fact.version >= self.highest.get(fact.request_id, 0):
            self.highest[fact.request_id] = fact.version
            self.known.setdefault((fact.consultation_id, fact.version), self.clock.now)
            self.told.add((fact.consultation_id, fact.version))

    async def tick(self, which: int) -> None:
        """A replica sends what is due."""
        postman = self.replicas[which % len(self.replicas)]
        await postman.send_due()
        await postman.worked_off()

    async def tick_all(self) -> None:
        """Every replica sends, at once."""
        await asyncio.gather(*(self.tick(which) for which in range(len(self.replicas))))

    async def crash(self, which: int) -> None:
        """A replica dies with mails in its hands, and another begins; nothing of them had left."""
        async with self.database.transaction() as tx:
            await storage.claim_due(tx, self.ids.new(), 3, self.clock.now)
        self.replicas[which % len(self.replicas)] = self.start()

    async def waiting(self) -> list[Delivery]:
        """What waits about a booking and may still go."""
        async with self.database.reading() as tx:
            found = await storage.waiting_about_calls(tx, ("", ""), None)
        return [one for one in found if one.plan.template in OF_A_BOOKING]

    async def compare(self) -> None:
        """The reconciler looks; what it learned can have mails from now on."""
        await Reconciler(self.database, self.intake, self.clock, self.ids, self.office).look()
        for call in self.calls.values() if not self.intake.away else ():
            if call.changed_at <= self.clock.now - FACTS_TAKE and call.starts_at + LENGTH > self.clock.now:
                self.known.setdefault((call.call_id, call.version), self.clock.now)

    async def sweep(self) -> None:
        """What a crash left is found after its lease."""
        async with self.database.transaction() as tx:
            await storage.reopen_abandoned(tx, self.clock.now)

    # --- the oracle -----------------------------------------------------------------------------------------

    def _look_at(self, mail: Read) -> None:
        """What is wrong is kept: raised here, the sender would take it for a mistake of its own."""
        try:
            self._is_true(mail)
        except AssertionError as error:
            self.untrue.append(f"{self.clock.now}: {error}")

    def _is_true(self, mail: Read) -> None:
        """Nothing about a call that is off or changed, nothing twice, nothing in the past."""
        call, now = self.calls[mail.request_id], self.clock.now
        assert mail.message_id not in {one.message_id for one in self.readers.read}, mail
        alike = [one for one in self.readers.read if _same(one, mail)]
        assert not alike, (mail, alike)
        if mail.template in OF_A_BOOKING:
            assert (call.status, call.call_id, call.version) == ("booked", mail.call_id, mail.version), mail
        if mail.template in ("call_confirmed", "call_moved", "call_reminder", "call_soon"):
            assert now < call.starts_at, mail
        if mail.template == "call_reminder":
            assert now >= self._due(call, str(mail.offset)), mail
            assert not self._lately_told(call), mail
            others = [one for one in self.readers.read if one.template == "call_reminder"]
            assert not [one for one in others if one.at == now and one.call_id == call.call_id], mail
        if mail.template == "call_cancelled":
            assert (call.call_id, call.status) != (mail.call_id, "booked"), mail
        if mail.template == "call_missed":
            assert (call.status, call.call_id) == ("missed", mail.call_id), mail

    def skipped(self) -> list[tuple[str, str]]:
        """What should have been read by now and was not, after everybody had a chance to send."""
        missing: list[tuple[str, str]] = []
        for call in self.calls.values():
            known = self.known.get((call.call_id, call.version))
            if known is None:
                continue
            got = [one for one in self.readers.read if one.call_id == call.call_id]
            missing += [(call.request_id, one) for one in self._owed(call, known, got)]
        return missing + [
            (one.request_id, "call_off") for one, after in self.earlier if self._unsaid(one, after)
        ]

    def _unsaid(self, call: Booked, after: Booked) -> bool:
        """Whether a call that was in somebody's calendar was given up for another, and nobody said so."""
        heard = self.known.get((after.call_id, after.version))
        scheduled = (after.call_id, after.version) in self.told
        if call.status != "cancelled" or heard is None or not scheduled or call.starts_at <= heard:
            return False
        got = [one for one in self.readers.read if one.call_id == call.call_id]
        entries = [one for one in got if one.template in ("call_booked_notice", "call_moved_notice")]
        off = [one for one in got if one.template == "call_cancelled_notice"]
        return bool([one for one in entries if one.at < heard]) and not off

    def _owed(self, call: Booked, known: datetime, got: list[Read]) -> list[str]:
        now, owed = self.clock.now, []
        of_this = [one for one in got if one.version == call.version]
        templates = {one.template for one in of_this}
        if call.status == "booked":
            owed += self._announcements(call, templates)
            due = call.starts_at - timedelta(minutes=15)
            if known < due <= now < call.starts_at and "call_soon" not in templates:
                owed.append("call_soon")
            over = call.starts_at + LENGTH + timedelta(minutes=5)
            if over <= now < over + 6 * DAY and "call_outcome" not in templates:
                owed.append("call_outcome")
            read = {one.offset for one in of_this}
            owed += [one for one in self._reminders_due(call, known) if one not in read]
        elif call.status == "cancelled" and (call.call_id, call.version) in self.told:
            sent = {one.template for one in got}
            until = max(call.starts_at, call.changed_at + DAY)
            owed += ["call_cancelled"] if "call_cancelled" not in sent and now < until else []
            owed += ["call_cancelled_notice"] if "call_cancelled_notice" not in sent else []
        return owed

    def _announcements(self, call: Booked, templates: set[str]) -> list[str]:
        now, owed = self.clock.now, []
        if now < call.starts_at and not templates & {"call_confirmed", "call_moved"}:
            owed.append("told")
        if now < call.starts_at + LENGTH and not templates & {"call_booked_notice", "call_moved_notice"}:
            owed.append("notice")
        return owed

    def _reminders_due(self, call: Booked, known: datetime) -> list[str]:
        """Those whose time has come and is not over, but for what a fresh confirmation says."""
        now, owed = self.clock.now, []
        settled = call.changed_at
        offsets = ["3d", "1d"] + (["1h"] if call.starts_at - settled < DAY else [])
        due = {one: self._due(call, one) for one in offsets}
        due = {one: at for one, at in due.items() if at > known and at >= settled + 6 * HOUR}
        for offset, at in due.items():
            following = min((other for other in due.values() if other > at), default=None)
            until = call.starts_at - timedelta(minutes=10) if following is None else following - 6 * HOUR
            if at <= now < until and not self._was_lately_told(call, at):
                owed.append(offset)
        return owed

    def _due(self, call: Booked, offset: str) -> datetime:
        """By wall clock in the person's zone for days, as it elapses for hours."""
        if offset.endswith("h"):
            return call.starts_at - int(offset[:-1]) * HOUR
        zone = ZoneInfo(call.zone)
        there = call.starts_at.astimezone(zone).replace(tzinfo=None, fold=0)
        return (there - int(offset[:-1]) * DAY).replace(tzinfo=zone).astimezone(UTC)

    def _lately_told(self, call: Booked) -> bool:
        return any(one.at > self.clock.now - 6 * HOUR for one in self._confirmations(call))

    def _was_lately_told(self, call: Booked, due: datetime) -> bool:
        """Whether a reminder was given up at its time, or is now, for a confirmation that was as fresh."""
        return any(one.at > due - 6 * HOUR for one in self._confirmations(call))

    def _confirmations(self, call: Booked) -> list[Read]:
        told = ("call_confirmed", "call_moved")
        return [
            one
            for one in self.readers.read
            if one.template in told and (one.call_id, one.version) == (call.call_id, call.version)
        ]


TOLD_ALIKE = {"call_moved": "call_confirmed", "call_moved_notice": "call_booked_notice"}


def _same(one: Read, other: Read) -> bool:
    """Two mails that say the same to the same reader; of a missed call, anything to the person again."""
    if one.template == other.template == "call_missed":
        return one.request_id == other.request_id
    return _said(one) == _said(other)


def _said(mail: Read) -> tuple[object, ...]:
    what = TOLD_ALIKE.get(mail.template, mail.template)
    return what, mail.call_id, mail.version, mail.recipient, mail.offset

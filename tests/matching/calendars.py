"""Intake's calls as matching asks for them: a small one that keeps its promises, in memory."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from shared.contracts.base import Plain
from shared.contracts.intake import (
    Absence,
    AbsenceAsked,
    AbsenceKept,
    CalendarAnswered,
    CalendarAsked,
    CallAct,
    CallAnswered,
    CallAsked,
    CallStatus,
    Consultation,
    Slot,
    SlotsAnswered,
    SlotsAsked,
)

HALF_AN_HOUR, TWENTY_MINUTES = timedelta(minutes=30), timedelta(minutes=20)
ENDS: dict[CallAct, CallStatus] = {"cancel": "cancelled", "attended": "attended", "missed": "missed"}
Question = SlotsAsked | CallAsked | CalendarAsked | AbsenceAsked


class Calendars:
    """Two coordinators, free when they are said to be; one call a request, one call at a time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.clock = clock
        self.free: dict[datetime, tuple[str, ...]] = {}
        self.calls: dict[str, Consultation] = {}
        self.absences: dict[str, Absence] = {}
        self.zone = "America/Los_Angeles"
        self.unknown: set[str] = set()

    def offer(self, *times: datetime, who: tuple[str, ...] = ("dana", "lee")) -> None:
        """These times are free with these coordinators."""
        self.free |= dict.fromkeys(times, who)

    def answer(self, question: Question) -> Plain:
        """As intake answers."""
        match question:
            case SlotsAsked():
                return self._slots(question.request_id)
            case CallAsked():
                return self._call(question)
            case CalendarAsked():
                return self._calendar(question)
            case AbsenceAsked():
                return self._absence(question)

    def set(self, request_id: str, **said: Any) -> Consultation:
        """Somebody else changes the call of this request, or books it."""
        known = self.calls.get(request_id)
        plain: dict[str, Any] = {
            "consultation_id": f"call-{request_id}",
            "request_id": request_id,
            "reference": f"R-{int(request_id[2:]):05d}",
            "version": known.version + 1 if known else 1,
            "sequence": 0,
            "status": "booked",
            "coordinator_id": "dana",
            "starts_at": self.clock() + timedelta(days=1),
            "time_zone": self.zone,
            "changed_at": self.clock(),
            "by": "person",
        }
        kept = (
            known.model_dump() | {"version": known.version + 1, "changed_at": self.clock()} if known else {}
        )
        values = plain | kept | said
        length = values.pop("minutes", 20)
        values["ends_at"] = values["starts_at"] + timedelta(minutes=length)
        self.calls[request_id] = Consultation(**values)
        return self.calls[request_id]

    def _slots(self, request_id: str) -> SlotsAnswered:
        if request_id in self.unknown:
            return SlotsAnswered(known=False)
        slots = [
            Slot(starts_at=at, ends_at=at + TWENTY_MINUTES, coordinator_ids=left)
            for at, who in sorted(self.free.items())
            if (left := tuple(each for each in who if not self._is_busy(each, at, request_id)))
        ]
        return SlotsAnswered(known=True, slots=tuple(slots), consultation=self.calls.get(request_id))

    def _is_busy(self, who: str, at: datetime, request_id: str) -> bool:
        return any(
            each.status == "booked"
            and each.coordinator_id == who
            and each.request_id != request_id
            and abs(each.starts_at - at) < HALF_AN_HOUR
            for each in self.calls.values()
        )

    def _call(self, asked: CallAsked) -> CallAnswered:
        call = self.calls.get(asked.request_id)
        why = self._why_not(asked, call)
        if why == "the same":
            return CallAnswered(done=True, consultation=call)
        if why:
            return CallAnswered(done=False, why=why, consultation=call)
        if asked.act in ("book", "move"):
            said = {"starts_at": asked.starts_at, "coordinator_id": asked.coordinator_id or "dana"}
            sequence = call.sequence + 1 if call and asked.act == "move" else 0
            said |= {"minutes": asked.minutes or 20, "status": "booked", "sequence": sequence}
        else:
            said = {"status": ENDS[asked.act]}
        return CallAnswered(done=True, consultation=self.set(asked.request_id, by=asked.by, **said))

    def _why_not(self, asked: CallAsked, call: Consultation | None) -> str:
        booked = call is not None and call.status == "booked"
        at, who = asked.starts_at, asked.coordinator_id or ""
        reasons = {
            "unknown": asked.request_id in self.unknown,
            "the same": call is not None and self._is_so(asked, call),
            "changed": asked.version != (call.version if call else 0),
            "not_now": (asked.act != "book" and not booked) or self._is_too_early(asked, call),
            "no_time": asked.act in ("book", "move") and at is None,
            "passed": at is not None and at <= self.clock(),
            "taken": at is not None and self._is_busy(who, at, asked.request_id),
        }
        return next((why for why, applies in reasons.items() if applies), "")

    def _is_too_early(self, asked: CallAsked, call: Consultation | None) -> bool:
        marked = asked.act in ("attended", "missed")
        return marked and call is not None and call.starts_at > self.clock()

    def _is_so(self, asked: CallAsked, call: Consultation) -> bool:
        if asked.act in ENDS:
            return call.status == ENDS[asked.act]
        same_time = (call.starts_at, call.coordinator_id) == (asked.starts_at, asked.coordinator_id)
        return call.status == "booked" and same_time

    def _calendar(self, asked: CalendarAsked) -> CalendarAnswered:
        def ahead(each: Any) -> bool:
            return bool(each.coordinator_id == asked.coordinator_id and each.ends_at > asked.ending_after)

        return CalendarAnswered(
            absences=tuple(sorted(filter(ahead, self.absences.values()), key=lambda each: each.begins_at)),
            consultations=tuple(
                sorted(
                    (each for each in self.calls.values() if each.status == "booked" and ahead(each)),
                    key=lambda each: each.starts_at,
                )
            ),
        )

    def _absence(self, asked: AbsenceAsked) -> AbsenceKept:
        if asked.act == "remove":
            gone = self.absences.pop(asked.absence_id, None)
            return AbsenceKept(kept=gone is not None, why=None if gone else "unknown")
        if asked.begins_at is None or asked.ends_at is None or asked.ends_at <= asked.begins_at:
            return AbsenceKept(kept=False, why="no_time")
        self.absences[asked.absence_id] = Absence(
            absence_id=asked.absence_id,
            coordinator_id=asked.coordinator_id,
            begins_at=asked.begins_at,
            ends_at=asked.ends_at,
        )
        within = [
            each
            for each in self.calls.values()
            if each.status == "booked" and each.starts_at < asked.ends_at and each.ends_at > asked.begins_at
        ]
        return AbsenceKept(kept=True, consultations=tuple(within))

"""A journey as somebody would keep it on paper: a calendar, a pencil, and nothing that resources knows."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.resources.builders import SIX
from tests.resources.plans import CHECK_IN, END, GAPS, NINE, PAUSE, READINGS

FITTING = ("waves", "one_more_wave")
DAY = timedelta(days=1)


@dataclass(slots=True)
class Paper:
    """What must be true of one journey at every moment."""

    zone: str
    counted: date  # the day of the last mail, or of the list
    state: str = "running"
    why: str | None = None
    came: list[str | None] = field(default_factory=list)  # None is the check-in
    kept: bool = False
    times: int = 1  # every gap
    next_at: datetime | None = None
    rest: datetime | None = None  # until when they rest, as they asked
    call: str = ""
    care: str = ""
    silenced: bool = False
    erased: bool = False

    def __post_init__(self) -> None:
        self.next_at = self.planned()

    @property
    def goes_on(self) -> bool:
        return self.state in {"running", "paused"}

    @property
    def held(self) -> str | None:
        if self.care == "accepted":
            return "in_care"
        attended = self.call == "attended" and self.care != "ended"
        return "booked" if attended or self.call == "booked" else None

    @property
    def coming(self) -> str | None:
        """The next practice or reading; `check_in`, or None where only the end is left."""
        if len(self.came) < len(SIX):
            return SIX[len(self.came)]
        if len(self.came) == len(SIX):
            return "check_in"
        read = len(self.came) - len(SIX) - 1
        return FITTING[read] if self.kept and read < len(FITTING) else None

    @property
    def asked(self) -> bool:
        return self.goes_on and None in self.came and not self.kept

    def morning(self, day: date) -> datetime:
        return datetime.combine(day, NINE, tzinfo=ZoneInfo(self.zone)).astimezone(UTC)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(self.zone)).date()

    def planned(self) -> datetime:
        if self.coming in SIX:
            gap = GAPS[len(self.came)]
        else:
            gap = {"check_in": CHECK_IN, None: END}.get(self.coming, READINGS)
        return self.morning(self.counted + self.times * gap * DAY)

    def tomorrow(self, now: datetime) -> datetime:
        """The next morning; early in the day that is today's."""
        today = self.morning(self.today(now))
        return today if today > now else self.morning(self.today(now) + DAY)

    def runs(self, at: datetime, now: datetime) -> None:
        if self.coming is None:
            self.counted, at = self.today(now), self.planned()
            self.counted = self.today(now)
            at = self.planned()
        self.state, self.why, self.rest, self.next_at = "running", None, None, at

    def rests(self, until: datetime | None, why: str) -> None:
        self.state, self.why, self.next_at = "paused", why, until

    def ends(self, state: str, why: str | None) -> None:
        if self.goes_on:
            self.state, self.why, self.next_at, self.rest = state, why, None, None

    def look(self, now: datetime) -> tuple[str, datetime] | None:
        """What comes now, and when it was due."""
        if self.state == "paused" and self.next_at is not None and self.next_at <= now:
            self.runs(max(self.next_at, self.planned()), now)
        if self.state != "running" or self.next_at is None or self.next_at > now:
            return None
        if self.coming is None:
            self.ends("stopped", "ended")
            return None
        came, due = self.coming, self.next_at
        self.came.append(None if came == "check_in" else came)
        self.counted = self.today(now)
        self.next_at = self.planned()
        return came, due

    def pause(self, now: datetime) -> None:
        if not self.goes_on or self.rest is not None:
            return
        self.kept = self.kept or self.asked
        self.rest = self.morning(self.today(now) + PAUSE * DAY)
        if self.state == "running":
            self.rests(self.rest, "person")

    def resume(self, now: datetime) -> None:
        if self.why == "person" and self.goes_on:
            self.runs(self.tomorrow(now), now)
        self.rest = None

    def pace(self, times: int, now: datetime) -> None:
        if self.goes_on and self.times != times:
            self.times = times
            if self.state == "running":
                self.next_at = max(self.planned(), self.tomorrow(now))

    def keep(self, now: datetime) -> None:
        if self.asked:
            self.kept = True
            if self.state == "running":
                self.next_at = max(self.planned(), self.tomorrow(now))

    def ready(self) -> None:
        if not self.silenced and not self.erased and self.state != "reached":
            self.state, self.why, self.next_at, self.rest = "reached", None, None, None

    def heed(self, now: datetime) -> None:
        """A call or a clinician came, or is no longer what they wait for."""
        if not self.goes_on:
            return
        if self.held:
            self.rests(None, self.held)
        elif self.why in {"booked", "in_care"}:
            if self.rest is not None and self.rest > now:
                self.rests(self.rest, "person")
            else:
                self.runs(max(self.planned(), self.tomorrow(now)), now)

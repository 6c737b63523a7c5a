"""`practice calendar`: who is called when, when coordinators take no calls, and how to change the latter."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer
from typer.core import TyperGroup

from deploy.cli.frame import (
    AsJson,
    DataDir,
    environment,
    local,
    not_found,
    print_json,
    print_table,
    run,
    say,
    wrong_usage,
)
from deploy.cli.moments import Span, between, days
from deploy.house import opened, practice_of
from services.intake import operations
from shared.clock import utc_now
from shared.contracts.intake import Absence, AbsenceKept, CalendarAnswered, Consultation
from shared.ids import RandomIds
from shared.practice import Coordinator, Practice

SHOW = "show"
COLUMNS = ("when", "coordinator", "what", "id")


class ShowFirst(TyperGroup):
    """`practice calendar` and `practice calendar dana` mean `practice calendar show …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        asks = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if asks else [SHOW, *args])


app = typer.Typer(cls=ShowFirst, help="Coordinators' calls and absences; without more: everybody's.")

Who = Annotated[str, typer.Argument(metavar="COORDINATOR", help="An id of practice.yaml.")]
MaybeWho = Annotated[
    str | None,
    typer.Argument(metavar="COORDINATOR", help="An id of practice.yaml; else everybody.", show_default=False),
]
AbsenceId = Annotated[
    str, typer.Argument(metavar="ID", help="As `practice calendar` shows it; its beginning is enough.")
]


@app.command(SHOW)
def show(coordinator: MaybeWho = None, *, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Calls and absences from now on, by the coordinator's clock; everybody's by the practice's."""
    environ = environment(data_dir)
    practice = practice_of(environ)
    who = [_known(practice, coordinator)] if coordinator else list(practice.coordinators)
    calendars = run(_calendars(environ, [each.id for each in who]))
    if as_json:
        print_json([_plain(each, calendars[each.id]) for each in who])
        return
    zone = practice.zone_of_coordinator(who[0]) if coordinator else practice.zone
    rows = _rows(practice, calendars, zone)
    if not rows:
        say("nobody is called, and nobody is away")
        return
    print_table(f"From now on ({zone.key})", COLUMNS, rows)


@app.command()
def block(
    coordinator: Who,
    from_: Annotated[str, typer.Argument(metavar="FROM", help='Such as "2026-11-30 14:00", by their clock.')],
    to: Annotated[str, typer.Argument(metavar="TO", help="The same, or 16:00 of that day.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """A coordinator takes no calls between two times. What is booked by then stands, and is listed."""
    practice = practice_of(environment(data_dir))
    zone = practice.zone_of_coordinator(_known(practice, coordinator))
    _keep(coordinator, between(from_, to, zone), practice, data_dir)


@app.command()
def leave(
    coordinator: Who,
    first: Annotated[str, typer.Argument(metavar="FIRST-DAY", help="Such as 2026-12-24.")],
    last: Annotated[str, typer.Argument(metavar="LAST-DAY", help="The last day away.")],
    *,
    data_dir: DataDir = None,
) -> None:
    """A coordinator takes no calls on these days, both included. What is booked by then stands."""
    practice = practice_of(environment(data_dir))
    zone = practice.zone_of_coordinator(_known(practice, coordinator))
    _keep(coordinator, days(first, last, zone), practice, data_dir)


@app.command()
def clear(absence: AbsenceId, *, data_dir: DataDir = None) -> None:
    """A coordinator takes calls again where a block or a leave was."""
    environ = environment(data_dir)
    practice = practice_of(environ)
    calendars = run(_calendars(environ, [each.id for each in practice.coordinators]))
    found = [
        each for one in calendars.values() for each in one.absences if each.absence_id.startswith(absence)
    ]
    if len(found) != 1:
        not_found(f"{len(found)} absences have an id that begins with {absence!r}")
    run(_removed(environ, found[0]))
    say(f"{_name(practice, found[0].coordinator_id)} takes calls again: {_between(found[0], practice)}")


def _known(practice: Practice, coordinator_id: str) -> Coordinator:
    """The coordinator; ends the command where there is none of that id."""
    found = practice.coordinator(coordinator_id)
    if found is None:
        known = ", ".join(each.id for each in practice.coordinators)
        wrong_usage(f"{coordinator_id} is no coordinator of practice.yaml; those are {known}")
    return found


def _keep(coordinator_id: str, span: Span, practice: Practice, data_dir: Path | None) -> None:
    now = utc_now()
    if span[1] <= now:
        wrong_usage("that is over already")

    async def work() -> tuple[str, AbsenceKept]:
        absence_id = RandomIds().new()
        async with opened("intake", environment(data_dir)) as database:
            kept = await operations.add_absence(database, practice, absence_id, coordinator_id, *span, now)
        return absence_id, kept

    absence_id, kept = run(work())
    absence = Absence(
        absence_id=absence_id, coordinator_id=coordinator_id, begins_at=span[0], ends_at=span[1]
    )
    name = _name(practice, coordinator_id)
    say(f"{name} takes no calls {_between(absence, practice)} ({absence_id[:8]})")
    if kept.consultations:
        say("booked by then, and still to take place: move or cancel each from the page of its referral")
        zone = practice.zone_of_coordinator(_known(practice, coordinator_id))
        print_table("Still booked", COLUMNS, [_call_row(each, practice, zone) for each in kept.consultations])


async def _calendars(environ: Mapping[str, str], who: Sequence[str]) -> Mapping[str, CalendarAnswered]:
    now = utc_now()
    async with opened("intake", environ) as database:
        return {each: await operations.calendar_of(database, each, now) for each in who}


async def _removed(environ: Mapping[str, str], absence: Absence) -> None:
    async with opened("intake", environ) as database:
        await operations.remove_absence(database, absence.absence_id, absence.coordinator_id)


def _rows(
    practice: Practice, calendars: Mapping[str, CalendarAnswered], zone: ZoneInfo
) -> list[Sequence[object]]:
    """Everything by when it begins."""
    found = [
        (each.begins_at, _absence_row(each, practice, zone))
        for one in calendars.values()
        for each in one.absences
    ]
    found += [
        (each.starts_at, _call_row(each, practice, zone))
        for one in calendars.values()
        for each in one.consultations
    ]
    return [row for _, row in sorted(found, key=lambda each: each[0])]


def _absence_row(absence: Absence, practice: Practice, zone: ZoneInfo) -> Sequence[object]:
    when = f"{local(absence.begins_at, zone)} to {local(absence.ends_at, zone)}"
    return when, _name(practice, absence.coordinator_id), "takes no calls", absence.absence_id[:8]


def _call_row(call: Consultation, practice: Practice, zone: ZoneInfo) -> Sequence[object]:
    what = f"call {call.reference}" + (" (test)" if call.test else "")
    if call.status != "booked":
        what += f", {call.status}"
    if call.interpreter:
        spoken = ", ".join(practice.label(each, "en", "language") for each in call.interpreter)
        what += f", interpreter: {spoken}"
    return local(call.starts_at, zone), _name(practice, call.coordinator_id), what, ""


def _name(practice: Practice, coordinator_id: str) -> str:
    found = practice.coordinator(coordinator_id)
    return found.name if found else coordinator_id


def _between(absence: Absence, practice: Practice) -> str:
    who = practice.coordinator(absence.coordinator_id)
    zone = practice.zone_of_coordinator(who) if who else practice.zone
    return f"from {local(absence.begins_at, zone)} to {local(absence.ends_at, zone)} ({zone.key})"


def _plain(coordinator: Coordinator, calendar: CalendarAnswered) -> dict[str, Any]:
    return {"coordinator_id": coordinator.id, **calendar.model_dump()}

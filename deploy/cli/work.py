"""`practice open`: everything that waits for somebody, as the coordinators' morning digests tell it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import typer

from deploy.cli.frame import AsJson, DataDir, environment, local, print_json, print_table, run, say
from deploy.house import Databases, all_opened, practice_of
from deploy.naming import Names, names_of
from services.intake import operations as intake
from services.intake.storage import Open
from services.matching import operations as matching
from services.matching.storage import OpenReferral
from services.notifications import words
from services.resources import operations as resources
from shared.clock import utc_now
from shared.database import Row
from shared.practice import Practice

app = typer.Typer()

COLUMNS = ("reference", "where it stands", "next", "due", "owner")
ABOUT_DUTIES = {"quarantined": "quarantine", "crisis": "safety", "ready": "readiness"}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that somebody must do, or that goes on by itself at its time; in codes."""

    reference: str
    owner: str
    next_action: str
    due_at: datetime
    about: str  # referral, quarantine, safety, readiness or reading
    stage: str
    overdue: bool
    clinician_id: str | None = None  # who is asked, or was given it
    call_at: datetime | None = None  # when the call is that is booked
    test: bool = False


@app.command("open")
def list_open(*, as_json: AsJson = False, data_dir: DataDir = None) -> None:
    """Everything open in every service: whose it is, what comes next, by when, and what is overdue."""
    environ = environment(data_dir)
    practice = practice_of(environ)
    waiting, names = run(_waiting(environ, practice, utc_now()))
    if as_json:
        print_json([asdict(each) for each in waiting])
        return
    if not waiting:
        say("nothing waits for anybody")
        return
    late = sum(each.overdue for each in waiting)
    title = f"{len(waiting)} open, {late or 'none'} overdue; by when it is due ({practice.zone.key})"
    print_table(title, COLUMNS, [_row(each, practice, names) for each in waiting])


async def everything(databases: Databases, now: datetime) -> list[Waiting]:
    """What is open in all services at this moment, the most pressing first."""
    found = [_duty(each, now) for each in await intake.open_items(databases["intake"])]
    found += [_referral(each, now) for each in await matching.open_referrals(databases["matching"])]
    found += [_journey(row, now) for row in await resources.open_journeys(databases["resources"])]
    return sorted(found, key=lambda each: (each.due_at, each.reference, each.about))


async def _waiting(
    environ: Mapping[str, str], practice: Practice, now: datetime
) -> tuple[list[Waiting], Names]:
    async with all_opened(environ) as databases:
        return await everything(databases, now), await names_of(practice, databases["matching"])


def _duty(waiting: Open, now: datetime) -> Waiting:
    return Waiting(
        reference=waiting.request.reference,
        owner=waiting.duty.owner,
        next_action=waiting.duty.next_action,
        due_at=waiting.duty.due_at,
        about=ABOUT_DUTIES[waiting.kind],
        stage=waiting.kind,
        overdue=waiting.duty.due_at <= now,
        test=waiting.request.test,
    )


def _referral(referral: OpenReferral, now: datetime) -> Waiting:
    return Waiting(
        reference=referral.reference,
        owner=referral.owner,
        next_action=referral.next_action,
        due_at=referral.due_at,
        about="referral",
        stage=referral.stage,
        overdue=referral.due_at <= now,
        clinician_id=referral.clinician_id,
        call_at=referral.call_at,
        test=referral.test,
    )


def _journey(row: Row, now: datetime) -> Waiting:
    due_at: datetime = row["due_at"]
    return Waiting(
        reference=row["reference"],
        owner=row["owner"],
        next_action=row["next_action"],
        due_at=due_at,
        about="reading",
        stage="reading",
        overdue=due_at <= now,
    )


def _row(each: Waiting, practice: Practice, names: Names) -> Sequence[str]:
    clinician = f" ({names.clinician(each.clinician_id)})" if each.clinician_id else ""
    call = f" (call: {local(each.call_at, practice.zone)})" if each.call_at else ""
    return (
        each.reference + (" (test)" if each.test else ""),
        words.stage(each.stage) + clinician,
        words.next_action(each.next_action) + call,
        local(each.due_at, practice.zone) + (" OVERDUE" if each.overdue else ""),
        _owner(each.owner, practice, names),
    )


def _owner(owner: str, practice: Practice, names: Names) -> str:
    """Whose it is; what somebody left behind is in the hands of the practice's owner."""
    if practice.coordinator(owner) is not None:
        return names.coordinator(owner)
    return f"{owner} (not there any more: {names.coordinator(practice.owner)})"

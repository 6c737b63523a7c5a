"""The people of the practice: whether everybody who writes can be proposed to somebody, and answered."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta

from deploy.checks.finding import Finding, Round, doubtful, well, wrong
from deploy.house import opened, practice_of
from services.intake import operations as intake
from services.matching import operations as matching
from services.matching.operations import RosterEntry
from shared.language import house_languages
from shared.practice import Practice

LICENCE_AHEAD = timedelta(days=60)
IMPORT = "correct it in the file and run `practice roster import FILE`, or on the roster's page"


async def roster(given: Round) -> Sequence[Finding]:
    """There are clinicians to propose, for all that the practice says it offers, and with leave to."""
    practice = practice_of(given.environ)
    async with opened("matching", given.environ) as database:
        entries = await matching.list_roster(database)
    if not entries:
        why = "nobody who writes can be proposed to anybody: every request waits for a coordinator"
        return [wrong("roster", "there is no clinician", why, "run `practice roster import FILE`")]
    today = given.clock().astimezone(practice.zone).date()
    accepting = sum(each.record.accepting for each in entries)
    shown = well("roster", f"{len(entries)} clinicians, of whom {accepting} take clients")
    return [shown, *judged(practice, entries, today)]


def judged(practice: Practice, entries: Sequence[RosterEntry], today: date) -> Iterator[Finding]:
    """What of a roster somebody should see to on this day."""
    taking = [each for each in entries if each.record.accepting and _licensed(each, practice, today)]
    if not taking:
        why = "nobody who writes can be proposed to anybody: every request waits for a coordinator"
        what = "no clinician is accepting and licensed in a state of the practice"
        yield wrong("roster", what, why, IMPORT)
        return
    if not any(each.free_places for each in taking):
        what = "no clinician who is accepting has a free place"
        why = "everybody who writes waits, or is referred out"
        yield wrong(
            "places", what, why, "raise a capacity, lower a caseload, or set practice.yaml to refer out"
        )
    yield from _nobody_for(practice, taking, today)
    yield from _licences(practice, entries, today)
    yield from _supervision(practice, entries)
    yield from _places(entries)


def _nobody_for(practice: Practice, taking: Sequence[RosterEntry], today: date) -> Iterator[Finding]:
    """What the practice offers and nobody who takes clients has."""
    has_specialties = {code for each in taking for code in each.record.specialties}
    speaks = {code for each in taking for code in each.record.languages}
    states = {state for each in taking for state in _states(each, today)}
    offered = (
        ("specialties", "specialty", practice.specialties, has_specialties),
        ("languages", "language", practice.languages, speaks),
        ("states", "state", practice.states, states),
    )
    for check, kind, wanted, there in offered:
        lacking = [code for code in wanted if code not in there]
        if lacking:
            yield doubtful(
                check,
                f"no accepting clinician has the {kind} {', '.join(lacking)}",
                "practice.yaml offers it, and whoever asks for it is told that nobody fits",
                "find somebody, or take it out of practice.yaml until there is",
            )


def _licences(practice: Practice, entries: Sequence[RosterEntry], today: date) -> Iterator[Finding]:
    """Those that are over or end within 60 days, of clinicians who take clients, by the clinician's id."""
    held = [
        (licence.expires, f"{each.record.id} ({licence.state}, {licence.expires:%Y-%m-%d})")
        for each in entries
        if each.record.accepting
        for licence in each.record.licences
        if licence.state in practice.states
    ]
    over = [who for expires, who in sorted(held) if expires < today]
    soon = [who for expires, who in sorted(held) if today <= expires <= today + LICENCE_AHEAD]
    if over:
        why = "they are not proposed there any more, and may not see there whom they have"
        yield doubtful(
            "licences", f"over: {', '.join(over)}", why, f"ask for the renewed licence, then {IMPORT}"
        )
    if soon:
        why = "from the day after, they are not proposed there any more"
        yield doubtful("licences", f"end within 60 days: {', '.join(soon)}", why, f"once renewed, {IMPORT}")


def _supervision(practice: Practice, entries: Sequence[RosterEntry]) -> Iterator[Finding]:
    known = {each.record.id: practice.rules.is_associate(each.record.credential) for each in entries}
    alone = [
        each.record.id
        for each in entries
        if known[each.record.id] and known.get(each.record.supervisor or "", True)
    ]
    if alone:
        what = f"associates without a supervisor who holds a licence: {', '.join(alone)}"
        why = "an associate may not work without one; they are not proposed"
        yield doubtful("supervision", what, why, f"name a supervisor for each: {IMPORT}")


def _places(entries: Sequence[RosterEntry]) -> Iterator[Finding]:
    accepting = [each.record for each in entries if each.record.accepting]
    none = [each.id for each in accepting if each.capacity == 0]
    above = [each.id for each in accepting if each.caseload > each.capacity > 0]
    if none:
        why = "they are said to take clients, and are never proposed"
        yield doubtful("places", f"accepting, with a capacity of 0: {', '.join(none)}", why, IMPORT)
    if above:
        why = "they are said to take clients, and are not proposed until places are free"
        yield doubtful("places", f"caseload above capacity: {', '.join(above)}", why, IMPORT)


def _licensed(entry: RosterEntry, practice: Practice, today: date) -> bool:
    return any(state in practice.states for state in _states(entry, today))


def _states(entry: RosterEntry, today: date) -> Iterable[str]:
    return (licence.state for licence in entry.record.licences if licence.expires >= today)


async def desk(given: Round) -> Sequence[Finding]:
    """Somebody is on duty, each has a deputy, and whoever is called in a crisis is there."""
    found = [*judged_desk(practice_of(given.environ))]
    return found or [well("coordinators", "somebody is on duty, and each has a deputy")]


def judged_desk(practice: Practice) -> Iterator[Finding]:
    """What of the coordinators somebody should see to."""
    on_duty = [each for each in practice.coordinators if each.on_duty]
    edit = "see to it in practice.yaml"
    if not on_duty:
        why = "requests come to nobody but the owner of the practice"
        yield wrong("coordinators", "no coordinator is on duty", why, edit)
    lone = [each.id for each in on_duty if each.deputy is None and len(practice.coordinators) > 1]
    if lone:
        why = "what they leave undone goes to the owner alone, hours later"
        yield doubtful("coordinators", f"without a deputy: {', '.join(lone)}", why, f"{edit} (`deputy`)")
    if len(practice.on_call) == 1:
        why = "a crisis is told to one person; while they sleep or travel, to nobody"
        yield doubtful("coordinators", f"on call is {practice.on_call[0]} alone", why, f"{edit} (`on_call`)")
    spoken = {language for each in on_duty for language in each.languages}
    mute = [language for language in house_languages() if language not in spoken]
    if mute:
        why = "whoever writes in it is answered in it, and then called by somebody who does not speak it"
        what = f"no coordinator on duty speaks {', '.join(mute)}"
        yield doubtful("coordinators", what, why, f"{edit} (`languages`)")


async def calls(given: Round) -> Sequence[Finding]:
    """Whoever wants to book the free call finds a time."""
    practice = practice_of(given.environ)
    if practice.first_step == "none":
        return [well("calls", "the practice begins without a call")]
    async with opened("intake", given.environ) as database:
        free = await intake.next_free(database, practice, given.clock())
    if not free:
        what = f"nobody could be called in the next {practice.calls.horizon.days} days"
        why = "everybody is away, booked up, or takes no calls: people cannot book"
        do = "see `practice calendar`; give coordinators on duty call_hours in practice.yaml"
        return [wrong("calls", what, why, do)]
    who, at = min(free.items(), key=lambda each: each[1])
    name = next((each.name for each in practice.coordinators if each.id == who), who)
    return [
        well("calls", f"the next free time is {at.astimezone(practice.zone):%a %b %d, %H:%M}, with {name}")
    ]

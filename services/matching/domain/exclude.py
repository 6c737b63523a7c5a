"""Why a clinician cannot be offered a request. Every code that applies is given, in this order:

    licence                       holds none for the person's state, or the practice does not work there
    licence_expired               held one for that state; its last day is over
    format                        meets in none of the ways asked for (online, in person)
    site                          would meet in person, but at none of the places asked for
    unit                          does not see that unit (individual, couple, family, group)
    age                           does not see clients of that age
    language                      speaks none of the languages wished, and the person made that a condition
    fee                           even the lowest fee is above what the person can pay
    capacity                      has no free place
    not_accepting                 takes nobody new at present
    on_leave                      is away today
    schedule                      shares none of the times wished
    specialty                     what was asked for takes training, and the clinician lists none of it
    associate_without_supervisor  an associate whose supervisor is missing, is an associate too, or is not
                                  licensed where the associate is
    conflict                      named this person or request as a conflict of interest
    already_declined              said no to this very request before
    given_up                      the person was introduced to them, and would rather have somebody else

A wish that the person did not utter excludes nobody, nor do concerns that were only suggested by their words.
`capacity`, `not_accepting` and `on_leave` are what time alone can change.

A roster changes seldom and wishes repeat, so who fails a rule is found once for each roster and condition.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from services.matching.domain.types import (
    NO_LOADS,
    Clinician,
    Codes,
    Loads,
    Miss,
    PracticeFacts,
    Request,
    Roster,
)
from shared.contracts.matching import EXCLUSION_CODES

TIME_CAN_FREE = frozenset({"capacity", "not_accepting", "on_leave"})
IN_PERSON = "in_person"

Condition = Hashable  # what a rule holds a clinician against, such as the times wished
Rule = Callable[[Clinician, Any, Roster], bool]  # true: the clinician cannot be offered


def misses(
    request: Request, roster: Roster, facts: PracticeFacts, today: date, loads: Loads = NO_LOADS
) -> Mapping[str, Miss]:
    """Everybody who cannot be offered, by clinician id, with every code that says why."""
    failing = _all_failing(request, roster, facts, today, loads)
    codes: dict[str, list[str]] = defaultdict(list)
    for code in EXCLUSION_CODES:
        for clinician_id in failing.get(code, ()):
            codes[clinician_id].append(code)
    return {clinician_id: Miss(clinician_id, tuple(found)) for clinician_id, found in codes.items()}


def able(
    request: Request, among: Codes, roster: Roster, facts: PracticeFacts, today: date, loads: Loads = NO_LOADS
) -> Codes:
    """Those of these clinicians who can be offered: the same answer as `misses`, without why, and fast."""
    return among.difference(*_all_failing(request, roster, facts, today, loads).values())


def _all_failing(
    request: Request, roster: Roster, facts: PracticeFacts, today: date, loads: Loads
) -> dict[str, frozenset[str]]:
    """The ids of those who fail each rule that this request meets, by code."""
    failing = {
        code: _failing(roster, code, condition)
        for code, condition in _conditions(request, facts, today).items()
    }
    failing["capacity"] |= _filled(roster, loads)
    failing["conflict"] = _in_conflict(request, roster)
    failing["already_declined"] = request.declined_by & roster.clinicians.keys()
    failing["given_up"] = request.given_up & roster.clinicians.keys()
    return failing


def _conditions(request: Request, facts: PracticeFacts, today: date) -> dict[str, Condition]:
    """What this request asks of everybody, by the code given to those who fail it."""
    at_work = (request.state, request.state in facts.states, today)
    conditions: dict[str, Condition] = {
        "licence": at_work,
        "licence_expired": at_work,
        "unit": request.unit,
        "age": request.age,
        "capacity": None,
        "not_accepting": None,
        "on_leave": today,
        "associate_without_supervisor": at_work,
    }
    trained = facts.requires_training.intersection(request.concerns)
    if request.format or request.sites:
        conditions |= dict.fromkeys(("format", "site"), (request.format, request.sites))
    if request.language_required:
        conditions["language"] = languages_wished(request)
    if request.fee_max is not None:
        conditions["fee"] = request.fee_max
    if request.times:
        conditions["schedule"] = request.times
    if trained:
        conditions["specialty"] = trained
    return conditions


def languages_wished(request: Request) -> Codes:
    """The languages named, else the one that the person wrote in."""
    return request.languages or frozenset({request.language})


@lru_cache(maxsize=256)
def _failing(roster: Roster, code: str, condition: Condition) -> frozenset[str]:
    """The ids of those who fail the rule of this code under this condition."""
    fails = RULES[code]
    return frozenset(each.id for each in roster.clinicians.values() if fails(each, condition, roster))


def _licence(clinician: Clinician, at_work: tuple[str, bool, date], _roster: Roster) -> bool:
    state, served, _ = at_work
    return not served or not any(licence.state == state for licence in clinician.licences)


def _licence_expired(clinician: Clinician, at_work: tuple[str, bool, date], roster: Roster) -> bool:
    state, _, today = at_work
    held = [licence for licence in clinician.licences if licence.state == state]
    expired = bool(held) and all(licence.expires < today for licence in held)
    return expired and not _licence(clinician, at_work, roster)


def _ways(clinician: Clinician, wished: str | None) -> Codes:
    """In which of the formats asked for the clinician meets."""
    return clinician.formats & {wished} if wished else clinician.formats


def _format(clinician: Clinician, wished: tuple[str | None, Codes], _roster: Roster) -> bool:
    return not _ways(clinician, wished[0])


def _site(clinician: Clinician, wished: tuple[str | None, Codes], _roster: Roster) -> bool:
    format_, sites = wished
    return bool(sites) and _ways(clinician, format_) == {IN_PERSON} and clinician.sites.isdisjoint(sites)


def _on_leave(clinician: Clinician, today: date, _roster: Roster) -> bool:
    return any(leave.first <= today <= leave.last for leave in clinician.leave)


def _associate_without_supervisor(
    clinician: Clinician, at_work: tuple[str, bool, date], roster: Roster
) -> bool:
    if not clinician.associate:
        return False
    supervisor = roster.clinicians.get(clinician.supervisor or "")
    if supervisor is None or supervisor.associate:
        return True
    own, above = (
        _licence(each, at_work, roster) or _licence_expired(each, at_work, roster)
        for each in (clinician, supervisor)
    )
    return above and not own  # where the associate has no licence, nobody needs to supervise


RULES: Mapping[str, Rule] = {
    "licence": _licence,
    "licence_expired": _licence_expired,
    "format": _format,
    "site": _site,
    "unit": lambda clinician, unit, _: unit not in clinician.units,
    "age": lambda clinician, age, _: not clinician.youngest <= age <= clinician.oldest,
    "language": lambda clinician, wished, _: clinician.languages.isdisjoint(wished),
    "fee": lambda clinician, limit, _: clinician.fee_min > limit,
    "capacity": lambda clinician, _, __: clinician.free_places <= 0,
    "not_accepting": lambda clinician, _, __: not clinician.accepting,
    "on_leave": _on_leave,
    "schedule": lambda clinician, wished, _: clinician.times.isdisjoint(wished),
    "specialty": lambda clinician, trained, _: trained.isdisjoint(clinician.specialties),
    "associate_without_supervisor": _associate_without_supervisor,
}


@lru_cache(maxsize=4)
def _with_conflicts(roster: Roster) -> tuple[Clinician, ...]:
    return tuple(each for each in roster.clinicians.values() if each.conflicts)


def _filled(roster: Roster, loads: Loads) -> frozenset[str]:
    """Those whose last free place is held or taken here."""
    giving = ((roster.clinicians.get(who), load.places) for who, load in loads.items() if load.places)
    return frozenset(each.id for each, places in giving if each and each.free_places <= places)


def _in_conflict(request: Request, roster: Roster) -> frozenset[str]:
    known_as = {request.reference, request.request_id, request.person_id}
    return frozenset(each.id for each in _with_conflicts(roster) if not each.conflicts.isdisjoint(known_as))

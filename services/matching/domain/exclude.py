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

A wish that the person did not utter excludes nobody, nor do concerns that were only suggested by their words.
`capacity`, `not_accepting` and `on_leave` are what time alone can change.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

from services.matching.domain.types import Clinician, Miss, PracticeFacts, Request, Roster
from shared.contracts.matching import EXCLUSION_CODES

TIME_CAN_FREE = frozenset({"capacity", "not_accepting", "on_leave"})
ONLINE, IN_PERSON = "online", "in_person"

Check = Callable[[Clinician], bool]  # true: the clinician cannot be offered


def misses(request: Request, roster: Roster, facts: PracticeFacts, today: date) -> Mapping[str, Miss]:
    """Everybody who cannot be offered, by clinician id, with every code that says why."""
    standing = _standing(roster, request.state, today, served=request.state in facts.states)
    checks = _checks(request, facts)
    found: dict[str, Miss] = {}
    for clinician_id, clinician in roster.clinicians.items():
        codes = [code for code, excludes in checks if excludes(clinician)]
        before = standing.get(clinician_id)
        if before:
            codes = sorted((*before, *codes), key=EXCLUSION_CODES.index)
        if codes:
            found[clinician_id] = Miss(clinician_id, tuple(codes))
    return found


@lru_cache(maxsize=64)
def _standing(roster: Roster, state: str, today: date, *, served: bool) -> Mapping[str, tuple[str, ...]]:
    """The codes that no wish can change: the same for every request of a state on a day, so found once."""
    found: dict[str, tuple[str, ...]] = {}
    for clinician in roster.clinicians.values():
        codes = (
            _licence_gap(clinician, state, today, served=served),
            None if clinician.free_places > 0 else "capacity",
            None if clinician.accepting else "not_accepting",
            "on_leave" if is_away(clinician, today) else None,
            _supervision_gap(clinician, roster, state, today),
        )
        if any(codes):
            found[clinician.id] = tuple(code for code in codes if code)
    return found


def is_away(clinician: Clinician, day: date) -> bool:
    """Whether the clinician is on leave on that day."""
    return any(leave.first <= day <= leave.last for leave in clinician.leave)


def _licence_gap(clinician: Clinician, state: str, today: date, *, served: bool) -> str | None:
    held = [licence for licence in clinician.licences if licence.state == state]
    if not served or not held:
        return "licence"
    return None if any(today <= licence.expires for licence in held) else "licence_expired"


def _supervision_gap(clinician: Clinician, roster: Roster, state: str, today: date) -> str | None:
    if not clinician.associate:
        return None
    supervisor = roster.clinicians.get(clinician.supervisor or "")
    if supervisor is None or supervisor.associate:
        return "associate_without_supervisor"
    if _licence_gap(clinician, state, today, served=True):
        return None  # where the associate has no licence, nobody needs to supervise
    unlicensed = _licence_gap(supervisor, state, today, served=True)
    return "associate_without_supervisor" if unlicensed else None


def _checks(request: Request, facts: PracticeFacts) -> list[tuple[str, Check]]:
    """The checks that this request's wishes and conditions call for."""
    trained = facts.requires_training.intersection(request.concerns)
    known_as = {request.reference, request.request_id, request.person_id}
    limit = request.fee_max
    checks: list[tuple[str, Check]] = [
        ("unit", lambda clinician: request.unit not in clinician.units),
        ("age", lambda clinician: not clinician.youngest <= request.age <= clinician.oldest),
        ("conflict", lambda clinician: not clinician.conflicts.isdisjoint(known_as)),
        ("already_declined", lambda clinician: clinician.id in request.declined_by),
    ]
    if request.format or request.sites:
        checks.append(("format", lambda clinician: not _ways(clinician, request)))
        checks.append(("site", lambda clinician: _only_elsewhere(clinician, request)))
    if request.language_required:
        spoken = languages_wished(request)
        checks.append(("language", lambda clinician: clinician.languages.isdisjoint(spoken)))
    if limit is not None:
        checks.append(("fee", lambda clinician: clinician.fee_min > limit))
    if request.times:
        checks.append(("schedule", lambda clinician: clinician.times.isdisjoint(request.times)))
    if trained:
        checks.append(("specialty", lambda clinician: trained.isdisjoint(clinician.specialties)))
    return sorted(checks, key=lambda check: EXCLUSION_CODES.index(check[0]))


def languages_wished(request: Request) -> frozenset[str]:
    """The languages named, else the one that the person wrote in."""
    return request.languages or frozenset({request.language})


def _ways(clinician: Clinician, request: Request) -> frozenset[str]:
    """In which of the formats asked for the clinician meets."""
    return clinician.formats & {request.format} if request.format else clinician.formats


def _only_elsewhere(clinician: Clinician, request: Request) -> bool:
    ways = _ways(clinician, request)
    return bool(request.sites) and ways == {IN_PERSON} and clinician.sites.isdisjoint(request.sites)

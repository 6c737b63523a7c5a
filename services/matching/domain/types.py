"""What matching's decisions are made of: a request in codes, the roster, the policy, and the outcomes.

Reason codes, as they stand in `ReferralProposed.candidates[].reasons`, best first within a kind:

    specialty:<code>:<1-3>    asked for, and listed with this strength
    suggested:<code>:<1-3>    not asked for, suggested by the person's words, and listed
    modality:<code>           asked for, and practised
    preference:<code>         the person's stated wish, and the clinician's own entry
    language:<code>           wished, and spoken
    times:<code>              wished, and shared
    format:<code>             asked for, and offered
    site:<code>               asked for, and worked at
    fee:full | fee:reduced    the person's limit covers the full fee, or needs a reduced one that is offered
    start:now | start:<date>  the first day on which care could begin without a break (ISO date)
    load:<n>                  proposals that are open for this clinician already

Exclusion codes are defined in `exclude.py`, hold codes in `hold.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

Codes = frozenset[str]
NONE: Codes = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """One consultation request in codes; `age` is the client's."""

    request_id: str
    reference: str
    person_id: str
    received_at: datetime
    language: str
    state: str
    age: int
    unit: str
    flags: Codes = NONE
    concerns: tuple[str, ...] = ()  # specialties that the person ticked
    suggested: tuple[str, ...] = ()  # specialties that their words suggest; they never exclude
    format: str | None = None
    sites: Codes = NONE
    languages: Codes = NONE
    language_required: bool = False
    modalities: Codes = NONE
    identities: Codes = NONE
    times: Codes = NONE
    fee_max: int | None = None  # whole US dollars a session
    declined_by: Codes = NONE  # clinicians who said no to this request before
    given_up: Codes = NONE  # clinicians after whom the person asked for somebody else
    safety_level: str = "none"
    released: bool = False  # a person looked at what held it, and let it go on
    apart: bool = False  # for individual work alone, whatever was asked for
    professional: bool = False  # a colleague's; nothing is matched
    time_zone: str | None = None  # where they are
    test: bool = False
    first_wrote_at: datetime | None = None  # of somebody who wanted to read first, and is ready now


@dataclass(frozen=True, slots=True)
class Licence:
    """Good through the day it expires."""

    state: str
    expires: date


@dataclass(frozen=True, slots=True)
class Leave:
    """Away from the first day to the last, both included."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Clinician:
    """A clinician as matching judges them; ages and fees include both ends."""

    id: str
    associate: bool
    supervisor: str | None
    licences: tuple[Licence, ...]
    specialties: Mapping[str, int]  # strength 1 to 3
    modalities: Codes
    formats: Codes
    sites: Codes
    units: Codes
    youngest: int
    oldest: int
    languages: Codes
    times: Codes
    fee_min: int
    fee_max: int
    accepting: bool
    free_places: int  # capacity less the caseload outside; what is given here is in `Load.places`
    leave: tuple[Leave, ...] = ()
    identities: Codes = NONE
    conflicts: Codes = NONE  # references, request ids or person ids


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """Every clinician of one version of the roster, by id. Two rosters are equal only when they are one."""

    version: int
    clinicians: Mapping[str, Clinician]


@dataclass(frozen=True, slots=True)
class Load:
    """Proposals that wait for a coordinator with this clinician on them, when the last was made, and the
    places held and taken here."""

    open_proposals: int = 0
    last_proposed: datetime | None = None
    places: int = 0


Loads = Mapping[str, Load]  # by clinician id; who is missing has none
NO_LOADS: Loads = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """What matching needs to know of the practice."""

    states: Codes
    requires_training: Codes
    joint_concerns: Codes = NONE  # specialties that bring two or more people into one room


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each wish counts beside the others; only their proportions matter."""

    specialty: float
    modality: float
    preference: float
    language: float
    times: float
    start: float


@dataclass(frozen=True, slots=True)
class Policy:
    """The practice's matching rules; `version` is stored with every decision made by them."""

    version: str
    weights: Weights
    load_share: float  # of the whole score, at most 0.15
    suggested_share: float  # what a suggested concern counts beside an asked one
    at_most: int  # candidates in a proposal
    third_within: float  # how far below the best a third candidate may score
    settled_days: int  # days without leave that a beginning needs
    start_horizon_days: int  # a beginning later than this counts nothing
    adult_age: int
    joint_units: Codes
    nearest: int  # near misses shown when nobody fits, or only one
    gap_costs: Mapping[str, int] = field(default_factory=dict)  # codes that could give; missing ones never do


@dataclass(frozen=True, slots=True)
class Fit:
    """A clinician who can be offered: the score from 0 to 1, and why, as reason codes.

    `points` are what each criterion gave of the score, in the order in which they are weighed.
    """

    clinician_id: str
    score: float
    reasons: tuple[str, ...]
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Miss:
    """A clinician who cannot be offered, with every exclusion code that says why."""

    clinician_id: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposed:
    """Two or three candidates (one when only one fits), best first; who else fits; everybody else and why.

    Where only one fits there is no choice: `nearest` are those who could make it one, if something gave.
    """

    candidates: tuple[Fit, ...]
    also_fit: tuple[Fit, ...]
    excluded: tuple[Miss, ...]
    nearest: tuple[Miss, ...] = ()


@dataclass(frozen=True, slots=True)
class NobodyFits:
    """Nobody can be offered. `could_free`: time alone could change that, for at least one clinician."""

    nearest: tuple[Miss, ...]
    could_free: bool
    excluded: tuple[Miss, ...]


@dataclass(frozen=True, slots=True)
class Held:
    """A person looks first; nothing was computed."""

    why: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A colleague asks for consultation or supervision: a coordinator answers, nobody is matched."""


Outcome = Proposed | NobodyFits | Held | Opened

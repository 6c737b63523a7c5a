"""What an operator may do: the functions behind `practice roster`, `explain`, `trail`, `open`.

roster.py     the roster: imported, listed
decisions.py  why a decision is as it is, and what other rules would have decided
referrals.py  what is open, and what happened
erasure.py    whether somebody is forgotten; a request held

They work on matching's own database; what they change is announced in the same commit.
"""

from services.matching.operations.decisions import (
    Replay,
    explain,
    explained,
    load_policy,
    replay_latest,
    replay_one,
    replayed,
)
from services.matching.operations.erasure import forget_again, has_forgotten
from services.matching.operations.referrals import open_referrals, trail
from services.matching.operations.roster import (
    RosterEntry,
    clinician_names,
    export_roster,
    import_first_roster,
    import_roster,
    list_roster,
)

__all__ = [
    "Replay",
    "RosterEntry",
    "clinician_names",
    "explain",
    "explained",
    "export_roster",
    "forget_again",
    "has_forgotten",
    "import_first_roster",
    "import_roster",
    "list_roster",
    "load_policy",
    "open_referrals",
    "replay_latest",
    "replay_one",
    "replayed",
    "trail",
]

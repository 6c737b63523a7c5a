"""Matching's tables and its only SQL.

tables.py     the tables
roster.py     clinicians and the roster's version
referrals.py  referrals, their candidates, and everybody who was not proposed
"""

from services.matching.storage.referrals import (
    Decision,
    OpenReferral,
    Step,
    admit_requests,
    load_decision,
    load_open,
    load_open_by_request,
    load_steps,
    load_workload,
    save_cancelled,
    save_referrals,
    withdraw_requests,
)
from services.matching.storage.roster import (
    RosterCache,
    StoredClinician,
    bump_roster,
    load_clinicians,
    load_clinicians_by_id,
    load_roster_version,
    lock_roster,
    save_clinicians,
    save_departures,
)
from services.matching.storage.tables import metadata

__all__ = [
    "Decision",
    "OpenReferral",
    "RosterCache",
    "Step",
    "StoredClinician",
    "admit_requests",
    "bump_roster",
    "load_clinicians",
    "load_clinicians_by_id",
    "load_decision",
    "load_open",
    "load_open_by_request",
    "load_roster_version",
    "load_steps",
    "load_workload",
    "lock_roster",
    "metadata",
    "save_cancelled",
    "save_clinicians",
    "save_departures",
    "save_referrals",
    "withdraw_requests",
]

"""Matching's tables and its only SQL.

tables.py     the tables
roster.py     clinicians and the roster's version
referrals.py  referrals: made, loaded for a decision, moved
records.py    a referral as a row, and back
places.py     places kept and given, never beyond what a clinician has
decisions.py  who was proposed and why, and everybody who was not
news.py       what intake said of requests
listing.py    what people look at
proofs.py     browsers that are to be proven, and were
waitlist.py   what another look at those waiting depends on
digests.py    one a coordinator and working day
erasure.py    what is left of whoever was erased
keeping.py    what the clocks of retention take
"""

from services.matching.storage.decisions import (
    Decision,
    load_decided,
    load_decision,
    load_latest_decisions,
    load_request,
)
from services.matching.storage.digests import load_digested, save_digests
from services.matching.storage.erasure import (
    bury,
    forget_referrals,
    load_buried,
    load_buried_since,
    still_kept,
)
from services.matching.storage.keeping import (
    count_ended,
    count_proofs,
    count_unused,
    take_ended,
    take_proofs,
    take_unused,
)
from services.matching.storage.listing import (
    OpenReferral,
    Step,
    load_open,
    load_referral,
    load_referral_ids,
    load_referral_of_offer,
    load_referral_of_request,
    load_steps,
)
from services.matching.storage.news import (
    News,
    lock_news,
    save_call_news,
    save_cleared,
    save_silenced,
)
from services.matching.storage.places import (
    PLACES,
    load_places,
    move_places,
)
from services.matching.storage.proofs import (
    load_proofs_asked,
    save_proof,
    save_proven,
    take_tries,
)
from services.matching.storage.referrals import (
    admit_requests,
    load_by_offer,
    load_by_request,
    load_gone_quiet,
    load_open_by_request,
    load_overdue,
    load_referrals,
    load_settling,
    load_unanswered,
    load_unheard,
    load_waiting,
    load_workload,
    save_moved,
    save_referrals,
    withdraw_requests,
)
from services.matching.storage.roster import (
    RosterCache,
    RosterStep,
    StoredClinician,
    bump_roster,
    load_clinicians,
    load_clinicians_by_id,
    load_last_roster_step,
    load_roster_version,
    lock_roster,
    save_clinicians,
    save_departures,
    save_roster_steps,
)
from services.matching.storage.tables import (
    metadata,
)
from services.matching.storage.waitlist import (
    WaitlistState,
    load_promised,
    load_set_aside,
    load_waitlist_state,
)

__all__ = [
    "PLACES",
    "Decision",
    "News",
    "OpenReferral",
    "RosterCache",
    "RosterStep",
    "Step",
    "StoredClinician",
    "WaitlistState",
    "admit_requests",
    "bump_roster",
    "bury",
    "count_ended",
    "count_proofs",
    "count_unused",
    "forget_referrals",
    "load_buried",
    "load_buried_since",
    "load_by_offer",
    "load_by_request",
    "load_clinicians",
    "load_clinicians_by_id",
    "load_decided",
    "load_decision",
    "load_digested",
    "load_gone_quiet",
    "load_last_roster_step",
    "load_latest_decisions",
    "load_open",
    "load_open_by_request",
    "load_overdue",
    "load_places",
    "load_promised",
    "load_proofs_asked",
    "load_referral",
    "load_referral_ids",
    "load_referral_of_offer",
    "load_referral_of_request",
    "load_referrals",
    "load_request",
    "load_roster_version",
    "load_set_aside",
    "load_settling",
    "load_steps",
    "load_unanswered",
    "load_unheard",
    "load_waiting",
    "load_waitlist_state",
    "load_workload",
    "lock_news",
    "lock_roster",
    "metadata",
    "move_places",
    "save_call_news",
    "save_cleared",
    "save_clinicians",
    "save_departures",
    "save_digests",
    "save_moved",
    "save_proof",
    "save_proven",
    "save_referrals",
    "save_roster_steps",
    "save_silenced",
    "still_kept",
    "take_ended",
    "take_proofs",
    "take_tries",
    "take_unused",
    "withdraw_requests",
]

"""The codes that matching's facts and answers carry; `docs/contracts` lists them for whoever reads them."""

EXCLUSION_CODES = (  # why a clinician cannot be offered, in the order in which they are given
    "licence",
    "licence_expired",
    "format",
    "site",
    "unit",
    "age",
    "language",
    "fee",
    "capacity",
    "not_accepting",
    "on_leave",
    "schedule",
    "specialty",
    "associate_without_supervisor",
    "conflict",
    "already_declined",
    "given_up",
)
HOLD_CODES = (  # why a person looks first, the gravest first
    "danger_at_home",
    "partner_violence",
    "clinical_hold",
    "minor",
    "incomplete",
    "state_unknown",
    "silenced",  # they asked to hear nothing more
)
REASON_FORMS = (  # why a clinician fits; a code with a form that is not here is shown as it is
    "specialty:<code>:<1-3>",  # asked for, and listed with this strength
    "suggested:<code>:<1-3>",  # suggested by the person's words, and listed
    "modality:<code>",
    "preference:<code>",  # the person's stated wish, and the clinician's own entry
    "language:<code>",
    "times:<code>",
    "format:<code>",
    "site:<code>",
    "fee:full",  # the person's limit covers the full fee
    "fee:reduced",  # the limit needs a reduced fee that is offered
    "start:now",
    "start:<date>",  # the first day on which care could begin without a break
    "load:<n>",  # proposals open for this clinician already
)
DECLINE_CODES = (  # why a clinician says no; their words never reach the client
    "no_capacity",
    "not_my_scope",
    "schedule",
    "fee",
    "conflict_of_interest",
    "licence",
    "needs_higher_care",
    "other",
)
NONE_FIT_CODES = (  # why a coordinator takes none of those proposed
    "specialty",
    "schedule",
    "fee",
    "preference",
    "language",
    "place",
    "needs_higher_care",
    "more_needed",  # something has to be asked first
    "other",
)
RELEASE_CODES = (  # why a held request may go on
    "spoken_with",
    "consent_settled",
    "safe_to_go_on",
    "completed",  # what was missing is known now
    "other",
)
CLOSE_CODES = (  # why a coordinator closes a referral
    "chose_other",
    "unreachable",
    "referred_out",
    "duplicate",
    "asked_for_silence",
)
AFTER_CODES = (  # what a new proposal follows
    "declined",  # the clinician said no, with one of DECLINE_CODES
    "no_answer",  # the clinician did not answer in time
    "taken_back",  # the coordinator took the offer back
    "someone_else",  # the person would rather have somebody else
    "place_freed",  # a place freed, or the roster changed, while they waited
    "released",  # a person released the hold
    "reopened",  # a closed referral was opened again
    "by_hand",  # a coordinator decided it
)

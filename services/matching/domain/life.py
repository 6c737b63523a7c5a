"""The life of a referral: its stages, and which act is allowed at which. This table is the only place.

States are FHIR Task's (R4); a stage tells apart what one state covers, as FHIR's business status does.

    state            stage         what is so
    draft            proposed      candidates wait for a coordinator's choice
    draft            professional  a colleague waits for an answer; nothing is matched
    draft            taken_back    the coordinator took the offer back; proposed again when that settles
    draft            released      a person released the hold; proposed when that settles
    draft            reopened      a closed referral is taken up again; proposed when that settles
    draft            given_up      the person would rather have somebody else; proposed when that settles
    on-hold          waitlisted    nobody fits today; matched again when a place frees
    on-hold          referred_out  nobody here fits, and no freed place would change it
    on-hold          held          a person looks before anything is proposed
    on-hold          none_fits     a coordinator takes none of those proposed, and looks for another way
    on-hold          silenced      they asked to hear nothing more
    requested        offered       one clinician is asked; a place is held
    received         received      the clinician has seen it and will answer
    rejected         declined      the clinician said no; proposed again when that settles
    accepted         accepted      the clinician said yes; both are introduced when that settles
    in-progress      introduced    the place is taken
    completed        completed     care has begun, or the colleague has an answer
    cancelled        cancelled     ended before care began
    failed           failed        could not be brought to an end here
    entered-in-error in_error      should not have been: a duplicate
"""

from collections.abc import Mapping
from types import MappingProxyType

PROPOSED, PROFESSIONAL, TAKEN_BACK, RELEASED = "proposed", "professional", "taken_back", "released"
REOPENED, GIVEN_UP = "reopened", "given_up"
WAITLISTED, REFERRED_OUT, HELD = "waitlisted", "referred_out", "held"
NONE_FITS, SILENCED = "none_fits", "silenced"
OFFERED, RECEIVED, DECLINED, ACCEPTED, INTRODUCED = (
    "offered",
    "received",
    "declined",
    "accepted",
    "introduced",
)
COMPLETED, CANCELLED, FAILED, IN_ERROR = "completed", "cancelled", "failed", "in_error"

STATES: Mapping[str, str] = MappingProxyType(
    {
        PROPOSED: "draft",
        PROFESSIONAL: "draft",
        TAKEN_BACK: "draft",
        RELEASED: "draft",
        REOPENED: "draft",
        GIVEN_UP: "draft",
        WAITLISTED: "on-hold",
        REFERRED_OUT: "on-hold",
        HELD: "on-hold",
        NONE_FITS: "on-hold",
        SILENCED: "on-hold",
        OFFERED: "requested",
        RECEIVED: "received",
        DECLINED: "rejected",
        ACCEPTED: "accepted",
        INTRODUCED: "in-progress",
        COMPLETED: "completed",
        CANCELLED: "cancelled",
        FAILED: "failed",
        IN_ERROR: "entered-in-error",
    }
)
ENDS = frozenset({COMPLETED, CANCELLED, FAILED, IN_ERROR})
AWAITING_ANSWER = frozenset({OFFERED, RECEIVED})
UNDECIDED = frozenset({PROPOSED, WAITLISTED, REFERRED_OUT, NONE_FITS})
CLOSABLE = UNDECIDED | AWAITING_ANSWER | {PROFESSIONAL, HELD, SILENCED, INTRODUCED}

REACH_OUT, CHOOSE, CALL, MISSED_CALL = "reach_out", "choose", "call", "missed_call"
REVIEW_HOLD = "review_hold"
REVIEW_SILENCE, FIND_ANOTHER_WAY, FOLLOW_UP = "review_silence", "find_another_way", "follow_up"
AWAIT_ANSWER, WAIT, HEAR_BACK = "await_answer", "wait", "hear_back"
PROPOSE_AGAIN, INTRODUCE, SETTLE = "propose_again", "introduce", "settle"

# What a person of the practice must do, so that somebody is reminded; the rest, the clock looks after.
A_PERSONS_DUTY = frozenset(
    {REACH_OUT, CHOOSE, CALL, MISSED_CALL, REVIEW_HOLD, REVIEW_SILENCE, FIND_ANOTHER_WAY, FOLLOW_UP}
)
# Of these, what the practice still owes a person with whom nobody has spoken.
OWED = frozenset({REACH_OUT, CALL, MISSED_CALL})

ALLOWED: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        # a coordinator's
        "contact": UNDECIDED | AWAITING_ANSWER | {PROFESSIONAL, INTRODUCED},
        "arrange_call": frozenset(STATES) - ENDS - {SILENCED},
        "still_to_reach": UNDECIDED | AWAITING_ANSWER | {PROFESSIONAL},
        "choose": UNDECIDED,
        "none_fits": frozenset({PROPOSED}),
        "put_on_waitlist": frozenset({PROPOSED, REFERRED_OUT, NONE_FITS}),
        "release": frozenset({HELD}),
        "take_back": AWAITING_ANSWER,
        "close": CLOSABLE,
        "someone_else": frozenset({INTRODUCED}),
        "complete": frozenset({INTRODUCED, PROFESSIONAL}),
        "end_care": frozenset({COMPLETED}),
        "reopen": ENDS,
        # a clinician's
        "receive": frozenset({OFFERED}),
        "accept": AWAITING_ANSWER,
        "decline": AWAITING_ANSWER,
        # the person's
        "ask_for_someone_else": frozenset({INTRODUCED}),
        "still_waiting": frozenset({WAITLISTED}),
        "found_someone": frozenset({WAITLISTED}),
        "not_now": frozenset({WAITLISTED}),
        # the clock's
        "lapse": AWAITING_ANSWER,
        "check_in": frozenset({WAITLISTED}),
        "go_quiet": frozenset({WAITLISTED}),
        # intake's
        "book_call": UNDECIDED | AWAITING_ANSWER | {PROFESSIONAL, HELD, INTRODUCED},  # it comes next there
        "silence": UNDECIDED
        | AWAITING_ANSWER
        | {HELD, TAKEN_BACK, RELEASED, REOPENED, GIVEN_UP, DECLINED, ACCEPTED},
    }
)

# Ends of a closing, by its reason.
CLOSINGS: Mapping[str, str] = MappingProxyType(
    {
        "chose_other": CANCELLED,
        "asked_for_silence": CANCELLED,
        "unreachable": FAILED,
        "referred_out": FAILED,
        "duplicate": IN_ERROR,
    }
)

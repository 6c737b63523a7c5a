"""Codes in the words of the practice's own people. A code that nobody put into words is spelled out."""

from collections.abc import Mapping

from services.matching.domain import life
from shared.english import spelled

STAGES: Mapping[str, str] = {  # how it stands, as a sentence
    life.PROPOSED: "Clinicians are proposed.",
    life.PROFESSIONAL: "A colleague asks; nobody is matched.",
    life.TAKEN_BACK: "The offer was taken back.",
    life.RELEASED: "The hold was released.",
    life.REOPENED: "It is opened again.",
    life.GIVEN_UP: "They would rather have somebody else.",
    life.WAITLISTED: "They are on the waitlist.",
    life.REFERRED_OUT: "Nobody here fits.",
    life.HELD: "Held: a person looks first.",
    life.NONE_FITS: "None of those proposed is right.",
    life.SILENCED: "They asked to hear nothing more.",
    life.OFFERED: "Offered to a clinician.",
    life.RECEIVED: "The clinician has seen it and will answer.",
    life.DECLINED: "The clinician said no.",
    life.ACCEPTED: "The clinician said yes.",
    life.INTRODUCED: "They are introduced to each other.",
    life.COMPLETED: "The loop is closed.",
    life.CANCELLED: "It ended before care began.",
    life.FAILED: "It could not be brought to an end here.",
    life.IN_ERROR: "It should not have been here.",
}
NEXT_ACTIONS: Mapping[str, str] = {
    life.REACH_OUT: "Reach out to the person",
    life.CHOOSE: "Choose a clinician",
    life.CALL: "Say how the call went",
    life.MISSED_CALL: "See whether they book again; try another way, or close it",
    life.REVIEW_HOLD: "Read the note and decide about the hold",
    life.REVIEW_SILENCE: "Read the note and decide what their wish for silence means",
    life.FIND_ANOTHER_WAY: "Find another way for them",
    life.FOLLOW_UP: "Ask whether they have begun",
    life.AWAIT_ANSWER: "The clinician answers",
    life.PROPOSE_AGAIN: "Somebody is looked for",
    life.INTRODUCE: "Both are introduced",
    life.WAIT: "A place frees, or we ask whether they still wait",
    life.HEAR_BACK: "They say whether they still wait",
    life.SETTLE: "It closes",
}
FOR_A_COLLEAGUE: Mapping[str, str] = {  # the same, where a colleague asks
    life.REACH_OUT: "Answer the colleague",
    life.FIND_ANOTHER_WAY: "See that the colleague has an answer",
    life.MISSED_CALL: "See whether the colleague books again; try another way, or close it",
    life.FOLLOW_UP: "Ask whether the colleague needs anything more",
}
HOLDS: Mapping[str, str] = {
    "danger_at_home": "They told us that home is not safe. Reach them only in the way and hours they named.",
    "partner_violence": "They told us of violence between partners. Speak with the writer alone first.",
    "clinical_hold": "Somebody asked for a clinician’s judgement first.",
    "minor": "The client is under eighteen. Settle who may consent.",
    "incomplete": "Something is missing that every clinician is judged by.",
    "state_unknown": "They did not say which state they live in, and a licence decides who may see them.",
    "silenced": "They asked to hear nothing more.",
}
DECLINES: Mapping[str, str] = {
    "no_capacity": "I have no room at present",
    "not_my_scope": "It is outside what I work with",
    "schedule": "The times do not fit",
    "fee": "The fee does not fit",
    "conflict_of_interest": "There is a conflict of interest",
    "licence": "My licence does not cover it",
    "needs_higher_care": "They need more care than I can give",
    "other": "Another reason",
}
SAID_NO: Mapping[str, str] = {  # the same, as others tell it
    "no_capacity": "no room at present",
    "not_my_scope": "outside what they work with",
    "schedule": "the times do not fit",
    "fee": "the fee does not fit",
    "conflict_of_interest": "a conflict of interest",
    "licence": "their licence does not cover it",
    "needs_higher_care": "it needs more care than they can give",
    "other": "a reason of their own",
}
NONE_FIT: Mapping[str, str] = {
    "specialty": "None has the training it needs",
    "schedule": "The times do not fit",
    "fee": "The fees do not fit",
    "preference": "None is whom they wished for",
    "language": "The language does not fit",
    "place": "The place does not fit",
    "needs_higher_care": "They need more care than we can give",
    "more_needed": "Something has to be asked first",
    "other": "Another reason",
}
RELEASES: Mapping[str, str] = {
    "spoken_with": "Somebody spoke with them",
    "consent_settled": "Who may consent is settled",
    "safe_to_go_on": "It is safe to go on",
    "completed": "What was missing is known now",
    "other": "Another reason",
}
ALONE = "Individual work alone goes on, for the person who wrote."
WORKS: Mapping[str, str] = {
    "apart": "Individual work alone is proposed, for the person who wrote",
    "together": "Joint work is proposed after all, and I say why in the note",
}
CLOSINGS: Mapping[str, str] = {
    "chose_other": "They chose somebody else",
    "unreachable": "They could not be reached",
    "referred_out": "They were told where else to turn",
    "duplicate": "It was here twice",
    "asked_for_silence": "They asked for silence",
}
ENDINGS: Mapping[str, str] = {  # by whoever's doing
    **CLOSINGS,
    "found_someone": "They found somebody",
    "not_now": "They would rather not begin now",
    "gone_quiet": "Nothing was heard from them",
    "asked_to_stop": "They took their request back",
    "withdrawn": "They took their request back",
    "erased": "They were erased",
}
UNCALLED: Mapping[str, str] = {  # why a call does not take place, where that is not told by whose doing it is
    "person": "",
    "coordinator": "",
    "silenced": "They asked to hear nothing more",
    "withdrawn": "They took their request back",
    "referral_closed": "The referral had come to its end",
}
WHYS: Mapping[str, Mapping[str, str]] = {  # the reasons that an act may have
    "cancel_call": UNCALLED,
    "decline": SAID_NO,
    "none_fits": NONE_FIT,
    "release": RELEASES,
    "close": ENDINGS,
}

# What somebody did. `{who}` is the clinician.
DONE: Mapping[str, str] = {
    "contact": "spoke with the person",
    "arrange_call": "arranged the call",
    "book_call": "booked a call",
    "move_call": "moved the call",
    "cancel_call": "cancelled the call",
    "call_attended": "spoke with them at the call",
    "call_missed": "did not reach them at the call",
    "choose": "offered to {who}",
    "none_fits": "took none of those proposed",
    "put_on_waitlist": "put on the waitlist",
    "release": "released the hold",
    "take_back": "took the offer back",
    "still_to_reach": "they are still to be reached",
    "someone_else": "they would rather have somebody else",
    "close": "closed it",
    "complete": "care has begun",
    "end_care": "the work has come to its end",
    "reopen": "opened it again",
    "undo": "undone",
    "receive": "saw it, and will answer",
    "accept": "said yes",
    "decline": "said no",
    "ask_for_someone_else": "asked for somebody else",
    "still_waiting": "still waits",
    "found_someone": "found somebody",
    "not_now": "would rather not begin now",
    "flag": "words of crisis came since",
    "clear": "a named person cleared the crisis",
}
DONE_FOR_A_COLLEAGUE: Mapping[str, str] = {
    "contact": "answered the colleague",
    "call_attended": "spoke with the colleague at the call",
    "call_missed": "did not reach the colleague at the call",
    "still_to_reach": "the colleague is still to be answered",
    "complete": "the colleague has an answer",
}
# What became so, by the fact that says it. `{who}` is the clinician, `{why}` the reason.
FACTS: Mapping[str, str] = {
    "referral.proposed.v1": "Clinicians were proposed",
    "referral.waitlisted.v1": "Put on the waitlist",
    "referral.referred_out.v1": "Nobody here fitted",
    "referral.held.v1": "Held for a person",
    "referral.opened.v1": "A colleague asked",
    "referral.requested.v1": "{who} was asked",
    "referral.accepted.v1": "The yes of {who} stands",
    "referral.in_progress.v1": "They and {who} were introduced",
    "referral.rejected.v1": "The no stands",
    "referral.released.v1": "The hold is released",
    "referral.reopened.v1": "The offer ended",
    "referral.overdue.v1": "A reminder left",
    "referral.still_waiting.v1": "They were asked whether they still wait",
    "referral.completed.v1": "The loop was closed",
    "referral.cancelled.v1": "It ended",
    "referral.failed.v1": "It ended",
}
UNITS: Mapping[str, str] = {
    "individual": "One {age}",
    "couple": "A couple",
    "family": "A family",
    "group": "One {age}, for a group",
}


def stage(code: str) -> str:
    """How it stands."""
    return STAGES.get(code, spelled(code))


def next_action(code: str, *, professional: bool = False) -> str:
    """What comes next; `professional` where a colleague asks."""
    theirs = FOR_A_COLLEAGUE.get(code) if professional else None
    return theirs or NEXT_ACTIONS.get(code, spelled(code))


def hold(code: str) -> str:
    """Why a person looks first."""
    return HOLDS.get(code, spelled(code))


def ending(code: str) -> str:
    """Why it ended."""
    return ENDINGS.get(code, spelled(code))


def why(act: str, code: str) -> str:
    """The reason of an act."""
    return WHYS.get(act, {}).get(code, spelled(code))


def done(act: str, who: str, *, asked_first: bool = True, professional: bool = False) -> str:
    """What somebody did, in the past; `who` is the clinician, `professional` where a colleague asks."""
    if professional and act in DONE_FOR_A_COLLEAGUE:
        return DONE_FOR_A_COLLEAGUE[act]
    if act == "choose" and not asked_first:
        return f"given to {who}"
    return DONE.get(act, spelled(act)).format(who=who)


def unit_and_band(unit: str, age: int) -> str:
    """`One adult`, `One teen`, `A couple`: no exact age."""
    band = "adult" if age >= 18 else "teen" if age >= 12 else "child"
    return UNITS.get(unit, "One {age}").format(age=band)

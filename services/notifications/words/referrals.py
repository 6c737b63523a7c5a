"""Where a referral stands, what comes next and why, as matching's codes say it."""

from collections.abc import Mapping

from shared.english import spelled

HOLDS: Mapping[str, tuple[str, str]] = {  # why, and what to do
    "state_unknown": (
        "They did not say which state they live in, and a licence decides who may see them.",
        "Ask them where they would be during sessions.",
    ),
    "minor": (
        "The client is under eighteen, and who may consent differs from state to state.",
        "Read the note, settle who consents, and reach out to the person who wrote, and to nobody else.",
    ),
    "danger_at_home": (
        "They told us that home is not safe.",
        "Read the note before anything else. Reach them only in the way and at the hours they named.",
    ),
    "partner_violence": (
        "They asked for something joint, and told us of violence between partners.",
        "Read the note. Speak with the person who wrote, alone, before anything joint is thought of.",
    ),
    "clinical_hold": (
        "Somebody asked for a clinician's judgement first.",
        "Read the note with a clinical lead and agree on what comes next.",
    ),
    "incomplete": (
        "Something that is needed to look for a clinician is missing.",
        "Read the note and ask the person for what is missing.",
    ),
    "silenced": (
        "They asked to hear nothing more.",
        "Read the note and decide what their wish means.",
    ),
}

ASK_BOTH_PARENTS = (
    "Another parent is named. Read the note, ask the person who wrote who has custody, and settle with each "
    "parent who consents. The other parent hears nothing from us before that."
)

STAGES: Mapping[str, str] = {  # where a referral stands
    "proposed": "clinicians are proposed",
    "professional": "a colleague asks",
    "taken_back": "the offer was taken back",
    "released": "the hold was released",
    "reopened": "opened again",
    "given_up": "they would rather have somebody else",
    "waitlisted": "on the waitlist",
    "referred_out": "nobody here fits",
    "held": "held, a person looks first",
    "none_fits": "none of those proposed is right",
    "silenced": "they asked for silence",
    "offered": "offered to a clinician",
    "received": "a clinician has seen it",
    "declined": "the clinician said no",
    "accepted": "the clinician said yes",
    "introduced": "introduced to a clinician",
    "completed": "the loop is closed",
    "cancelled": "ended before care began",
    "failed": "could not be brought to an end here",
    "in_error": "should not have been here",
    "quarantined": "set aside as spam",
    "crisis": "urgent words",
    "ready": "ready to begin",
}

NEXT_ACTIONS: Mapping[str, str] = {  # what comes next: a person's duty first, then what comes by itself
    "reach_out": "reach out to the person",
    "choose": "choose a clinician",
    "call": "say how the call went",
    "missed_call": "see whether they book again; try another way, or close it",
    "review_hold": "read the note and decide about the hold",
    "review_silence": "read the note and decide what their wish for silence means",
    "find_another_way": "find another way for them",
    "follow_up": "ask whether they have begun",
    "review_quarantine": "say whether a person wrote it",
    "confirm_ready": "be in touch, and say with them what is still true",
    "reach_person": "read the note, see to the person, then clear it",
    "await_answer": "the clinician answers",
    "propose_again": "somebody else is looked for",
    "introduce": "both are introduced",
    "wait": "a place frees, or we ask whether they still wait",
    "hear_back": "they say whether they still wait",
    "settle": "it closes",
}
FOR_A_COLLEAGUE: Mapping[str, str] = {  # the same, where a colleague asks
    "reach_out": "answer the colleague",
    "find_another_way": "see that the colleague has an answer",
    "follow_up": "ask whether the colleague needs anything more",
}

STEPS: Mapping[str, tuple[str, str]] = {  # what a link says, and where it leads below the referral's page
    "open": ("Open it", ""),
    "read": ("Read the request", "/read"),
    "choose": ("Choose", "/choose"),
    "choose_all_the_same": ("Choose somebody all the same", "/choose"),
    "none": ("None of these", "/none"),
    "release": ("Release it", "/release"),
    "call": ("Say how it went", "/call"),
}

DECLINES: Mapping[str, str] = {  # why a clinician says no
    "no_capacity": "no room at present",
    "not_my_scope": "outside what they work with",
    "schedule": "the times do not fit",
    "fee": "the fee does not fit",
    "conflict_of_interest": "a conflict of interest",
    "licence": "their licence does not cover it",
    "needs_higher_care": "it needs more care than they can give",
    "other": "a reason of their own",
}

NONE_FIT: Mapping[str, str] = {  # why a coordinator takes none of those proposed
    "specialty": "none has the training it needs",
    "schedule": "the times do not fit",
    "fee": "the fees do not fit",
    "preference": "none is whom they wished for",
    "language": "the language does not fit",
    "place": "the place does not fit",
    "needs_higher_care": "it needs more care than we can give",
    "more_needed": "something has to be asked first",
    "other": "another reason",
}

RELEASES: Mapping[str, str] = {  # why a held request goes on
    "spoken_with": "somebody spoke with them",
    "consent_settled": "who may consent is settled",
    "safe_to_go_on": "it is safe to go on",
    "completed": "what was missing is known now",
    "other": "another reason",
}

CLOSINGS: Mapping[str, str] = {  # why a referral was closed
    "chose_other": "they chose somebody else",
    "unreachable": "they could not be reached",
    "referred_out": "they were told where else to turn",
    "duplicate": "it was here twice",
    "asked_for_silence": "they asked for silence",
    "found_someone": "they found somebody",
    "not_now": "they would rather not begin now",
    "gone_quiet": "nothing was heard from them",
    "withdrawn": "they took their request back",
    "erased": "they were erased",
}

AFTER: Mapping[str, str] = {  # what a new proposal follows; `{who}` is the clinician, `{they}` who wrote
    "declined": "{who} said no",
    "no_answer": "{who} did not answer in time",
    "taken_back": "The offer to {who} was taken back",
    "someone_else": "{they} would rather have somebody else than {who}",
    "place_freed": "A place freed, or the roster changed, while they waited",
    "released": "The hold was released",
    "reopened": "This was closed, and is open again",
    "by_hand": "Somebody at the desk decided this",
}
WHY: Mapping[str, Mapping[str, str]] = {  # the reasons that what happened may have
    "declined": DECLINES,
    "released": RELEASES,
    "reopened": CLOSINGS,
    "by_hand": NONE_FIT,
}
AFTER_IN_SHORT: Mapping[str, str] = {  # the same, for a subject line
    "declined": "the clinician said no",
    "no_answer": "no answer from the clinician",
    "taken_back": "the offer was taken back",
    "someone_else": "somebody else is wished for",
    "place_freed": "a place freed",
    "released": "the hold was released",
    "reopened": "open again",
    "by_hand": "decided by hand",
}

NO_LONGER: Mapping[str, str] = {  # to the clinician whose offer or introduction ended, and nothing more
    "no_answer": "The time to answer has passed. That is all right.",
    "taken_back": "We have taken our question back.",
    "someone_else": "The person would like to see somebody else. It happens often, and is nobody's fault.",
    "reopened": "Somebody at the desk takes it up again.",
}
NO_LONGER_HELD = "Somebody at the desk needs to look at it first."
NO_LONGER_OTHERWISE = "It has been closed."


def after(code: str, why: str | None, *, who: str, they: str) -> str:
    """What happened, as a sentence: `Alex Rivera said no: no room at present.`"""
    said = AFTER.get(code, spelled(code).capitalize()).format(who=who, they=they)
    return f"{said}: {WHY.get(code, {}).get(why, spelled(why))}." if why else f"{said}."


def after_in_short(code: str) -> str:
    """What happened, as a few words in a subject line."""
    return AFTER_IN_SHORT.get(code, spelled(code))


def stage(code: str) -> str:
    """Where a referral stands."""
    return STAGES.get(code, spelled(code))


def next_action(code: str, stage: str = "") -> str:
    """What comes next; where a colleague asks, in words about a colleague."""
    theirs = FOR_A_COLLEAGUE.get(code) if stage == "professional" else None
    return theirs or NEXT_ACTIONS.get(code, spelled(code))


def no_longer(code: str) -> str:
    """Why something is no longer with a clinician, in no more words than they need."""
    return NO_LONGER.get(code, NO_LONGER_HELD if code in HOLDS else NO_LONGER_OTHERWISE)

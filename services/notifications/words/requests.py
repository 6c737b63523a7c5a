"""What somebody asked for and what was found in it, as intake's codes say it."""

from collections.abc import Iterable, Mapping

from shared.english import listed, spelled
from shared.practice import Practice
from shared.reached import DANGER_AT_HOME

QUARANTINE: Mapping[str, str] = {
    "honeypot": "A field that people cannot see was filled in.",
    "time_trap_too_fast": "The form came back faster than a person types.",
    "time_trap_invalid": "The form's stamp was too old, or not ours.",
    "many_links": "The note holds many links.",
}

FLAGS: Mapping[str, str] = {
    "danger_at_home": DANGER_AT_HOME,
    "partner_violence": "There is violence between partners. Plan nothing joint before a person has looked.",
    "clinical_hold": "A clinician's judgement comes first.",
}

CONTEXTS: Mapping[str, str] = {
    "bereaved": "somebody close has died",
    "no_partner": "no partner at present",
    "partner_violence": "violence between partners",
    "religious_harm": "hurt in a religious setting",
    "spirituality_welcome": "spirituality is welcome",
}

SAFETY: Mapping[str, str] = {
    "none": "No urgent words found. This is not a screening; please read their message.",
    "elevated": "Some of their words ask for care. This is not a screening; "
    "please read their message before you write.",
    "crisis": "Urgent words found. The person on call has been alerted; please read their message first.",
}

PATHS: Mapping[str, str] = {
    "consultation": "A consultation request",
    "readiness": "A request for something to read",
    "professional": "A colleague's request",
}

TOPICS: Mapping[str, str] = {  # what a colleague asks for
    "consultation": "consultation",
    "supervision": "supervision",
    "other": "something else",
}
ROLES: Mapping[str, str] = {  # what the colleague is
    "therapist": "a therapist",
    "practice_owner": "somebody who runs a practice",
    "other": "somebody who works in the field",
}


def label_all(codes: Iterable[str], practice: Practice) -> str | None:
    """Concerns in the practice's words; None when there are none."""
    return listed(practice.label(code, "en", "concern") for code in codes) or None


def topic(code: str | None) -> str:
    """What a colleague asks for."""
    return TOPICS["other"] if code is None else TOPICS.get(code, spelled(code))


def role(code: str | None) -> str | None:
    """What a colleague is, if they said so."""
    return None if code is None else ROLES.get(code, spelled(code))

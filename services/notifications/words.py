"""Codes in the practice's words, for coordinators, in English.

A code that is not known here is spelled out, never an error: the mail about it must still go. The grammar of
reasons and the list of exclusion and hold codes are matching's own, see its `domain`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date

from shared.practice import Practice

NUMBERS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)

STRENGTHS = {"3": "strong in", "2": "experienced in", "1": "works with"}

GAPS: Mapping[str, str] = {
    "licence": "no licence for this state",
    "licence_expired": "the licence for this state has expired",
    "format": "does not meet in the way asked for",
    "site": "works at another place",
    "unit": "does not see this kind of unit",
    "age": "does not see clients of this age",
    "language": "does not speak the language needed",
    "fee": "the lowest fee is above what they can pay",
    "capacity": "has no free place",
    "not_accepting": "takes nobody new at present",
    "on_leave": "is on leave",
    "schedule": "shares none of the times asked for",
    "specialty": "lists none of the training this needs",
    "associate_without_supervisor": "has no supervisor licensed here",
    "conflict": "named a conflict",
    "already_declined": "said no to this request before",
}

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
}

QUARANTINE: Mapping[str, str] = {
    "honeypot": "A field that people cannot see was filled in.",
    "time_trap_too_fast": "The form came back faster than a person types.",
    "time_trap_invalid": "The form's stamp was too old, or not ours.",
    "many_links": "The note holds many links.",
}

SIGNS: Mapping[str, str] = {  # the second part of a safety rule's code
    "direct": "Plain words about dying or self-harm",
    "plan": "Words about a way, a time or a farewell",
    "euphemism": "Words that can mean not wanting to live",
    "third_person": "Words about somebody else in danger",
    "child": "Words about a child in danger",
    "violence": "Words about violence or a threat",
    "bereavement": "Words about a death by suicide",
    "strain": "Words of heavy strain",
    "mention": "A mention in passing",
}
TICKS: Mapping[str, str] = {
    "unsafe_at_home": "They ticked that home is not safe",
    "partner_violence": "They ticked violence between partners",
}
TURNS: Mapping[str, str] = {"denied": "which they deny", "past": "from long ago"}

FLAGS: Mapping[str, str] = {
    "danger_at_home": "Home is not safe. Somebody else may read or hear what we send.",
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
}


def spelled(code: str) -> str:
    """A code that nobody put into words."""
    return code.replace("_", " ").replace(":", " ").replace(".", " ")


def number(count: int) -> str:
    """Small numbers as words, others as digits."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def places(count: int) -> str:
    """How many places a clinician has."""
    return f"{number(count)} place{'' if count == 1 else 's'}"


def listed(parts: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    *firsts, final = list(parts) or [""]
    return f"{', '.join(firsts)} {last} {final}" if firsts else final


def reasons(codes: Sequence[str], free_places: int | None, practice: Practice) -> str:
    """Why a clinician fits, as one line; what every candidate shares is left out."""
    parts = _strengths(codes, practice)
    parts += [said for code in codes if (said := _reason(code, practice))]
    if free_places is not None:
        parts.append(places(free_places))
    return ", ".join(parts)


def gaps(codes: Iterable[str]) -> str:
    """What would have to give, as one line."""
    return listed(GAPS.get(code, spelled(code)) for code in codes)


def sign(rule: str) -> str:
    """What a safety rule such as `en.direct.die:denied` or `tick.unsafe_at_home` found, never whose words."""
    code, _, turn = rule.partition(":")
    language, _, rest = code.partition(".")
    if language == "tick":
        said = TICKS.get(rest, f"They ticked: {spelled(rest)}")
    else:
        said = SIGNS.get(rest.partition(".")[0], spelled(rest or code))
    return ", ".join(filter(None, (said, TURNS.get(turn, spelled(turn))))) + "."


def label_all(codes: Iterable[str], practice: Practice) -> str | None:
    """Concerns in the practice's words; None when there are none."""
    return listed(practice.label(code, "en", "concern") for code in codes) or None


def _strengths(codes: Sequence[str], practice: Practice) -> list[str]:
    grouped: dict[str, list[str]] = {}
    for code in codes:
        kind, _, rest = code.partition(":")
        name, _, strength = rest.partition(":")
        if kind == "specialty" and name:
            grouped.setdefault(STRENGTHS.get(strength, "works with"), []).append(
                practice.label(name, "en", "concern")
            )
    return [f"{how} {listed(names)}" for how, names in grouped.items()]


def _reason(code: str, practice: Practice) -> str | None:
    kind, _, rest = code.partition(":")
    if kind in {"specialty", "format", "load"} or code in {"fee:full", "start:now", "language:en"}:
        return None
    say = REASONS.get(kind)
    return say(rest, practice) if say is not None and rest else spelled(code)


def _begins(rest: str, practice: Practice) -> str:
    try:
        return f"could begin on {format_date(date.fromisoformat(rest), 'EEEE, MMMM d', locale='en_US')}"
    except ValueError:
        return f"could begin: {rest}"


REASONS: Mapping[str, Callable[[str, Practice], str]] = {
    "suggested": lambda rest, practice: (
        f"also {practice.label(rest.partition(':')[0], 'en', 'concern')} (our guess)"
    ),
    "modality": lambda rest, practice: practice.label(rest, "en", "modality"),
    "preference": lambda rest, practice: f"{practice.label(rest, 'en', 'identity')} as they wished",
    "language": lambda rest, practice: f"speaks {practice.label(rest, 'en', 'language')}",
    "times": lambda rest, practice: practice.label(rest, "en", "time"),
    "site": lambda rest, practice: practice.label(rest, "en", "site"),
    "fee": lambda rest, practice: "a reduced fee fits",
    "start": _begins,
}

"""Why a clinician fits or does not, as matching's reason and exclusion codes say it."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date

from shared.english import listed, number, spelled
from shared.practice import Practice

STRENGTHS = {"3": "strong in", "2": "experienced in", "1": "works with"}

GAPS: Mapping[str, str] = {
    "licence": "no licence for this state",
    "licence_expired": "holds a licence for this state that has expired",
    "format": "does not meet in the way asked for",
    "site": "works at another place",
    "unit": "does not see this kind of unit",
    "age": "does not see clients of this age",
    "language": "does not speak the language needed",
    "fee": "asks more than they can pay",
    "capacity": "has no free place",
    "not_accepting": "takes nobody new at present",
    "on_leave": "is on leave",
    "schedule": "shares none of the times asked for",
    "specialty": "lists none of the training this needs",
    "associate_without_supervisor": "has no supervisor licensed here",
    "conflict": "named a conflict",
    "already_declined": "said no to this request before",
    "given_up": "the person would rather have somebody else",
}


def reasons(codes: Sequence[str], free_places: int | None, practice: Practice) -> str:
    """Why a clinician fits, as one line; what every candidate shares is left out."""
    parts = _strengths(codes, practice)
    parts += [said for code in codes if (said := _reason(code, practice))]
    if free_places is not None:
        parts.append(places(free_places))
    return ", ".join(parts)


def places(count: int) -> str:
    """How many places a clinician has."""
    return f"{number(count)} place{'' if count == 1 else 's'}"


def gaps(codes: Iterable[str]) -> str:
    """What would have to give, as one line."""
    return listed(GAPS.get(code, spelled(code)) for code in codes)


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

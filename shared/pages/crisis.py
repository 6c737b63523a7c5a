"""Where somebody answers at any hour: on every page, and in every answer, that a person may see."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.practice import Practice


@dataclass(frozen=True, slots=True)
class CrisisLine:
    """One line, in one language."""

    name: str
    call: str | None
    text: str | None
    note: str | None


def lines_of(practice: Practice, language: str) -> list[CrisisLine]:
    """Every line, those included that stand on pages and in answers alone."""
    return [
        CrisisLine(
            name=line.name.text(language),
            call=line.call,
            text=line.text.text(language) if line.text else None,
            note=line.note.text(language) if line.note else None,
        )
        for line in practice.rules.hotlines
    ]


def numbers_of(practice: Practice) -> Mapping[str, str] | None:
    """Whom to call first, and whom in danger; None when the practice's file names neither."""
    lines = practice.rules.hotlines
    danger = next((line.call for line in lines if line.code == "emergency" and line.call), None)
    first = next((line.call for line in lines if line.code != "emergency" and line.call and line.text), None)
    return {"first": first, "emergency": danger} if first and danger else None

"""The numbers for somebody who cannot wait, as half a sentence that could stand in anybody's mail."""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.practice import Hotline

EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class CrisisLines:
    """`any_hour`: "call or text 988, or text HOME to 741741"; `emergency`: "911"; `numbers`: all, listed.

    The names of the lines stay out: they would tell a stranger what the mail is about.
    """

    any_hour: str
    emergency: str
    numbers: str

    @classmethod
    def of(cls, lines: Iterable[Hotline], language: str) -> "CrisisLines":
        """From the rules' lines, in their order."""
        lines = list(lines)
        said = _said_in_spanish if language == "es" else _said_in_english
        joiner = ", o " if language == "es" else ", or "
        emergency = next((line.call for line in lines if line.code == EMERGENCY and line.call), "911")
        others = [line for line in lines if line.code != EMERGENCY]
        reached = [line.call or (line.text.en if line.text else "") for line in others]
        return cls(
            any_hour=joiner.join(said(line) for line in others),
            emergency=emergency,
            numbers=" and ".join(filter(None, (", ".join(reached), emergency))),
        )


def _said_in_english(line: Hotline) -> str:
    text = line.text.en if line.text else None
    if line.call and text == line.call:
        return f"call or text {line.call}"
    ways = [f"call {line.call}" if line.call else "", f"text {text}" if text else ""]
    return " or ".join(filter(None, ways))


def _said_in_spanish(line: Hotline) -> str:
    """A line's Spanish note says how to reach it in Spanish, the text included."""
    if line.call and line.note:
        return f"llame al {line.call} ({line.note.es[0].lower()}{line.note.es[1:]})"
    text = line.text.es if line.text else None
    keyword = "un mensaje al " if text and text.isdigit() else ""
    ways = [f"llame al {line.call}" if line.call else "", f"mande {keyword}{text}" if text else ""]
    return " o ".join(filter(None, ways))

"""The numbers for somebody who cannot wait, as half a sentence that could stand in anybody's mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from services.notifications.words import words_of
from shared.language import ENGLISH
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
        lines, say = list(lines), words_of(language)
        emergency = next((line.call for line in lines if line.code == EMERGENCY and line.call), "911")
        others = [line for line in lines if line.code != EMERGENCY]
        ways = [_way_to(line, language) for line in others]
        reached = [line.call or (line.text.text(ENGLISH) if line.text else "") for line in others]
        return cls(
            any_hour=reduce(
                lambda one, next_: say("crisis.or_another", first=one, second=next_), ways or [""]
            ),
            emergency=emergency,
            numbers=" and ".join(filter(None, (", ".join(reached), emergency))),
        )


def _way_to(line: Hotline, language: str) -> str:
    """How somebody who reads this language reaches it.

    The lines answer in English. A line's note in another language says how to reach it in that one, by text
    included; in English it is for others.
    """
    say, text = words_of(language), line.text.text(language) if line.text else None
    if line.call and line.note and language != ENGLISH:
        return say("crisis.call_with_note", number=line.call, note=_within(line.note.text(language)))
    if line.call and text == line.call:
        return say("crisis.call_or_text", number=line.call)
    ways = [say("crisis.call", number=line.call)] if line.call else []
    if text:
        ways.append(
            say("crisis.text_number", number=text) if text.isdigit() else say("crisis.text_words", words=text)
        )
    return reduce(lambda one, other: say("crisis.either", first=one, second=other), ways or [""])


def _within(note: str) -> str:
    """As it stands within a sentence."""
    return note[0].lower() + note[1:]

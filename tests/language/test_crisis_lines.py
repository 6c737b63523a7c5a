"""How a mail says where somebody answers at any hour, in each language."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from services.notifications.crisis import CrisisLines
from shared.practice import Hotline, Translated, load_practice

LOS_ANGELES = Path("deploy/practice/los_angeles")
NUMBERS = "988, HOME to 741741 and 911"


def line(call: str | None = None, **said: str | Mapping[str, str]) -> Hotline:
    texts = {
        name: Translated.of(**({"en": each} if isinstance(each, str) else each))
        for name, each in said.items()
    }
    return Hotline.model_construct(
        code="own",
        name=Translated.of(en="A line", es="Una línea"),
        call=call,
        text=texts.get("text"),
        note=texts.get("note"),
        source="https://example.org",
        reviewed_on=date(2026, 11, 1),
    )


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "call or text 988, or text HOME to 741741"),
        (
            "es",
            "llame al 988 (en español: oprima el 2, o mande AYUDA por mensaje de texto), "
            "o mande HOLA al 741741",
        ),
    ],
)
def test_our_lines_are_said_as_each_language_reaches_them(language: str, said: str) -> None:
    lines = CrisisLines.of(load_practice(LOS_ANGELES).rules.mail_hotlines, language)

    assert (lines.any_hour, lines.emergency, lines.numbers) == (said, "911", NUMBERS)


@pytest.mark.parametrize(
    ("own", "english", "spanish"),
    [
        (line("211"), "call 211", "llame al 211"),
        (line("211", text="211"), "call or text 211", "llame o mande un mensaje al 211"),
        (line("211", text="898"), "call 211 or text 898", "llame al 211 o mande un mensaje al 898"),
        (line(text={"en": "HI to 898", "es": "HOLA al 898"}), "text HI to 898", "mande HOLA al 898"),
        (line("211", note={"en": "Ask", "es": "Pida"}), "call 211", "llame al 211 (pida)"),
    ],
)
def test_a_line_of_a_practice_is_said_by_what_it_takes(own: Hotline, english: str, spanish: str) -> None:
    assert [CrisisLines.of([own], language).any_hour for language in ("en", "es")] == [english, spanish]


def test_without_a_line_there_is_still_the_emergency_number() -> None:
    assert CrisisLines.of([], "es") == CrisisLines(any_hour="", emergency="911", numbers="911")

"""What is said, to whom, and how hard it is to read."""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path

from shared.language import house_languages
from shared.practice.rules import load_rule
from shared.practice.tone import Tone
from shared.reading_level import level_of
from tests.mails.specimen import Specimen
from tests.mails.vocabulary import DOMESTIC_VIOLENCE_LINE, PRESSURE, TUTEO

RULES_OF = Path(__file__).parents[3] / "deploy" / "practice" / "los_angeles"
LINES = ("988", "741741", "911")
FEWEST_WORDS = 20  # of fewer, a formula knows nothing
CLOSING = re.compile(r"\n\n[^\n]+\n\n[^\n]+/contact/[\w.-]+\n[^\n]+/contact/[\w.-]+/stop\n")
ENDS_LIKE_A_SENTENCE = re.compile(r"[.?…:]$")
WAYS = {"change": r"/contact/[\w.-]+", "stop": r"/contact/[\w.-]+/stop"}


def crisis_lines_are_there(specimen: Specimen) -> Iterator[str]:
    """Whoever reads may need them tonight; the domestic-violence line could betray: it is on pages."""
    parts = {"text": specimen.text, "HTML": specimen.page.shown}
    for part, words in parts.items():
        if specimen.to_the_person:
            yield from (f"{part} lacks {line}" for line in LINES if line not in words)
        if DOMESTIC_VIOLENCE_LINE.search(words):
            yield f"{part} names the domestic-violence line"


def nobody_is_pressed(specimen: Specimen) -> Iterator[str]:
    """No exclamation marks and no hurry: who is afraid hears both as a command."""
    words = f"{specimen.subject}\n{specimen.text}\n{specimen.page.shown}"
    if specimen.to_the_person:
        yield from (f"presses: {found!r}" for found in sorted(set(PRESSURE.findall(words))))
    elif "!" in words:
        yield "presses: '!'"


def nobody_is_judged(specimen: Specimen) -> Iterator[str]:
    """A mail names no diagnosis and promises nothing that nobody can promise, by the practice's own list."""
    if specimen.to_the_person and specimen.language in house_languages():
        for kind in ("diagnosis", "promise"):
            for found in _tone().never[kind].found_in(_spoken(specimen), specimen.language):
                yield f"{kind}: {found[0]!r}"


@cache
def _tone() -> Tone:
    return load_rule(RULES_OF, "tone.yaml", Tone)


def _spoken(specimen: Specimen) -> str:
    return f"{specimen.subject}\n{specimen.text}\n{specimen.page.shown}".replace("’", "'")


def a_person_signs(specimen: Specimen) -> Iterator[str]:
    """A mail to a person comes from somebody with a name."""
    if specimen.to_the_person and not specimen.signers & set(specimen.text.strip().split("\n")[-2:]):
        yield "no person's name at the end"


def there_is_a_way_out(specimen: Specimen) -> Iterator[str]:
    """Each mail to a person leads to where they change how they are reached, and to where they say stop."""
    if not specimen.to_the_person:
        return
    parts = ([link.href for link in specimen.page.links], specimen.text.split())
    for name, path in WAYS.items():
        if not all(any(re.fullmatch(rf"https://[\w.]+{path}", one) for one in part) for part in parts):
            yield f"no way to {name}"


def spanish_says_usted(specimen: Specimen) -> Iterator[str]:
    """The practice addresses everybody alike."""
    if specimen.to_the_person and specimen.language == "es":
        words = f"{specimen.subject}\n{specimen.text}\n{specimen.page.shown}"
        yield from (f"says tú: {found!r}" for found in sorted(set(TUTEO.findall(words))))


def is_easy_to_read(specimen: Specimen) -> Iterator[str]:
    """Eight years of school are enough, for the whole mail and for what comes before its closing."""
    if not specimen.to_the_person:
        return
    whole = own_words(specimen.text, specimen.names)
    news = own_words(CLOSING.split(specimen.text)[0], specimen.names)
    for said in dict.fromkeys((whole, news)):
        level = level_of(said, specimen.language)
        if level is not None and level.words >= FEWEST_WORDS and not level.easy_enough:
            yield f"is hard to read, {level}"


def own_words(text: str, names: Sequence[str]) -> str:
    """Its sentences, without headings, links, greeting and signature, and without names."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, "")
    paragraphs = (paragraph.strip() for paragraph in text.split("\n\n"))
    return "\n\n".join(
        paragraph
        for paragraph in paragraphs
        if "https://" not in paragraph and ENDS_LIKE_A_SENTENCE.search(paragraph)
    )


RULES = (
    crisis_lines_are_there,
    nobody_is_pressed,
    nobody_is_judged,
    a_person_signs,
    there_is_a_way_out,
    spanish_says_usted,
    is_easy_to_read,
)

"""What somebody may have come for, guessed from their words: suggestions, shown as nothing more.

A guess adds to what a person ticked and never replaces it. Both languages are always searched.
"""

from dataclasses import dataclass

from services.intake.domain.phrases import Phrases
from services.intake.domain.rule_files import ConcernLexicon
from services.intake.domain.spelling import Spelling, read

MOST = 3


@dataclass(frozen=True, slots=True)
class ConcernRules:
    """The lexicon of `concerns.yaml`, made ready for searching once at start."""

    spelling: Spelling
    phrases: Phrases[str]
    idioms: Phrases[None]

    @classmethod
    def of(cls, lexicon: ConcernLexicon) -> "ConcernRules":
        """From the data file. Raises ValueError for a phrase that cannot be searched for."""
        said = (
            (phrase, concern)
            for concern, by_language in lexicon.concerns.items()
            for phrases in by_language.values()
            for phrase in phrases
        )
        return cls(
            spelling=Spelling.of(lexicon.stands_for, ()),
            phrases=Phrases.of(said, lexicon.groups),
            idioms=Phrases.of(((phrase, None) for phrase in lexicon.idioms), lexicon.groups),
        )


def suggest_concerns(words: str, rules: ConcernRules) -> tuple[str, ...]:
    """At most three specialty codes that the words speak of, the most spoken of first."""
    text = read(words, rules.spelling)
    idle = {at for idiom in rules.idioms.found_in(text) for at in range(idiom.start, idiom.end)}
    places: dict[str, set[int]] = {}
    for found in rules.phrases.found_in(text):
        if idle.isdisjoint(range(found.start, found.end)):
            places.setdefault(found.what, set()).add(found.start)
    ranked = sorted(places, key=lambda concern: (-len(places[concern]), min(places[concern]), concern))
    return tuple(ranked[:MOST])

"""The shapes of `rules/safety.yaml` and `rules/concerns.yaml`: reviewed data, with who, when and why.

    load_rule(directory, "safety.yaml", SafetyRules)
    load_rule(directory, "concerns.yaml", ConcernLexicon)

Phrases are written in the small language that `phrases` reads; one that cannot be read refuses the file.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import chain
from typing import Annotated, Literal, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.intake.domain.phrases import check
from shared.contracts.base import SafetyLevel

Phrase = str
Kind = Literal[
    "direct", "plan", "euphemism", "third_person", "child", "violence", "bereavement", "strain", "mention"
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
File = TypeVar("File", bound="Reviewed")


class Reviewed(BaseModel):
    """A data file that somebody answers for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1, max_length=40)
    source: str
    reviewed_on: date
    author: str


class SafetyRule(BaseModel):
    """One rule: what it finds, and how urgent that is as it stands, denied, or long past."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80)
    language: Language
    kind: Kind
    level: SafetyLevel
    when_denied: SafetyLevel = "elevated"
    may_be_past: bool = False  # a sentence that says "years ago" makes it elevated
    flags: tuple[str, ...] = ()
    phrases: tuple[Phrase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_denied_crisis_is_still_looked_at(self) -> Self:
        if self.level == "crisis" and self.when_denied == "none":
            raise ValueError(f"{self.code}: a denied crisis is elevated, never none")
        return self


class Denials(BaseModel):
    """What takes a statement back when it stands before it in the same breath."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reach: int = Field(ge=1, le=12)  # words
    phrases: tuple[Phrase, ...]
    not_denials: tuple[Phrase, ...]  # "can't stop", "never told anyone": negations that deny nothing
    breakers: tuple[str, ...]  # words that end the breath
    joiners: tuple[str, ...]  # words that carry a denial over a comma


class TickRule(BaseModel):
    """What a tick-box about safety means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: SafetyLevel
    flags: tuple[str, ...] = ()


class SafetyRules(Reviewed):
    """How urgency is read from words and ticks."""

    stands_for: Mapping[str, str]
    forgiven: tuple[str, ...]
    groups: Mapping[str, str]
    rules: tuple[SafetyRule, ...]
    denials: Denials
    long_ago: tuple[Phrase, ...]
    idioms: tuple[Phrase, ...]
    ticks: Mapping[str, TickRule]

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        codes = [rule.code for rule in self.rules]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"rule codes must be unique: {', '.join(twice)}")
        return self

    @model_validator(mode="after")
    def _phrases_can_be_read(self) -> Self:
        return _checked(self, self._phrases(), self.groups)

    def is_written_in(self, language: str) -> bool:
        """Whether somebody who writes in this language would be heard: there is a rule for a crisis in it."""
        return any(rule.language == language and rule.level == "crisis" for rule in self.rules)

    def _phrases(self) -> Iterator[Phrase]:
        said = (phrase for rule in self.rules for phrase in rule.phrases)
        return chain(said, self.denials.phrases, self.denials.not_denials, self.long_ago, self.idioms)


class ConcernLexicon(Reviewed):
    """The words by which people name what they come for, by specialty code and language."""

    stands_for: Mapping[str, str]
    groups: Mapping[str, str]
    concerns: Mapping[str, Mapping[Language, tuple[Phrase, ...]]]
    idioms: tuple[Phrase, ...] = ()

    @model_validator(mode="after")
    def _phrases_can_be_read(self) -> Self:
        said = (phrase for by_language in self.concerns.values() for phrase in chain(*by_language.values()))
        return _checked(self, chain(said, self.idioms), self.groups)


def _checked(file: File, phrases: Iterable[Phrase], groups: Mapping[str, str]) -> File:
    for phrase in phrases:
        check(phrase, groups)
    return file

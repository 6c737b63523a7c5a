"""The shapes of `rules/safety.yaml`, its parts, and `rules/concerns.yaml`: reviewed data.

    load_rule(directory, "safety.yaml", SafetyRules)
    load_rule(directory, "safety/english.yaml", SafetyPart)
    load_rule(directory, "concerns.yaml", ConcernLexicon)

Phrases are written in the small language that `phrases` reads; one that cannot be read refuses the file.
"""

from collections import Counter
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
PartName = Annotated[str, Field(pattern=r"^[a-z_]+/[a-z_]+\.yaml$", max_length=80)]
Sign = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
File = TypeVar("File", bound="Reviewed")


class Reviewed(BaseModel):
    """A data file that somebody answers for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: str = Field(min_length=1, max_length=40)
    source: str
    reviewed_on: date
    expires_on: date | None = None  # read by whoever asks which packs are stale
    author: str


class Source(BaseModel):
    """Public guidance that rules follow in their themes; the words are ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field(min_length=1)
    url: str | None = Field(default=None, pattern=r"^https://\S+$")


class SafetyRule(BaseModel):
    """One rule: what it finds, and how urgent that is as it stands, denied, or long past.

    A `sign` says little alone; `together` says which signs in one message say more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80)
    language: Language
    kind: Kind
    level: SafetyLevel
    when_denied: SafetyLevel = "elevated"
    may_be_past: bool = False  # a sentence that says "years ago" makes it elevated
    flags: tuple[str, ...] = ()
    sign: Sign | None = None
    source: str | None = None  # one of the file's `sources`; without it the file's own
    reviewed_on: date | None = None  # where this rule was read at another time than its file
    author: str | None = None
    phrases: tuple[Phrase, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _a_denied_crisis_is_still_looked_at(self) -> Self:
        if self.level == "crisis" and self.when_denied == "none":
            raise ValueError(f"{self.code}: a denied crisis is elevated, never none")
        return self

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.level == "none" and self.sign is None:
            raise ValueError(f"{self.code}: a rule that finds nothing urgent must be a sign")
        return self


class Denials(BaseModel):
    """What takes a statement back when it stands before it, or right after it, in the same breath."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reach: int = Field(default=6, ge=1, le=12)  # words
    phrases: tuple[Phrase, ...] = ()
    after: tuple[Phrase, ...] = ()
    not_denials: tuple[Phrase, ...] = ()  # "can't stop", "never told anyone": negations that deny nothing
    breakers: tuple[str, ...] = ()  # words that end the breath
    joiners: tuple[str, ...] = ()  # words that carry a denial over a comma


class Quoted(BaseModel):
    """What says that a sentence repeats a song, a film or other people; somebody still looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: tuple[Phrase, ...] = ()
    unless: tuple[Phrase, ...] = ()  # anywhere in the message: "that is how I feel"


class Work(BaseModel):
    """What says that somebody speaks of their work, and of whom they speak then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    phrases: tuple[Phrase, ...] = ()
    others: tuple[str, ...] = ()  # clients, callers, people
    own: tuple[str, ...] = ()  # I, my: what they say of themselves or their own family stays as it is


class TickRule(BaseModel):
    """What a tick-box about safety means."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    level: SafetyLevel
    flags: tuple[str, ...] = ()


class Together(BaseModel):
    """Signs that say more in one message than each alone."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z_]+(\.[a-z_]+)+$", max_length=80)
    level: SafetyLevel
    first: tuple[Sign, ...] = Field(min_length=1)
    second: tuple[Sign, ...] = Field(min_length=1)


class SafetyPart(Reviewed):
    """How danger is put into words, in one language or on one theme."""

    sources: Mapping[str, Source] = {}
    stands_for: Mapping[str, str] = {}
    forgiven: tuple[str, ...] = ()
    groups: Mapping[str, str] = {}
    rules: tuple[SafetyRule, ...] = ()
    denials: Denials = Denials()
    quoted: Quoted = Quoted()
    work: Work = Work()
    long_ago: tuple[Phrase, ...] = ()
    idioms: tuple[Phrase, ...] = ()

    @model_validator(mode="after")
    def _codes_are_unique(self) -> Self:
        check_unique(self.rules)
        return self

    @model_validator(mode="after")
    def _sources_are_known(self) -> Self:
        for rule in self.rules:
            if rule.source is not None and rule.source not in self.sources:
                raise ValueError(f"{rule.code}: {rule.source!r} is not one of the sources of this file")
        return self

    @model_validator(mode="after")
    def _phrases_can_be_read(self) -> Self:
        return _checked(self, self._phrases(), self.groups)

    def _phrases(self) -> Iterator[Phrase]:
        said = (phrase for rule in self.rules for phrase in rule.phrases)
        denials = (self.denials.phrases, self.denials.after, self.denials.not_denials)
        ways = (self.quoted.phrases, self.quoted.unless, self.work.phrases, self.long_ago, self.idioms)
        return chain(said, *denials, *ways)


class SafetyRules(SafetyPart):
    """How urgency is read from words and ticks: this file, and the parts that it names."""

    parts: tuple[PartName, ...] = ()
    ticks: Mapping[str, TickRule]
    together: tuple[Together, ...] = ()


def check_unique(rules: Iterable[SafetyRule]) -> None:
    """Raises ValueError where two rules have one code."""
    codes = Counter(rule.code for rule in rules)
    twice = sorted(code for code, count in codes.items() if count > 1)
    if twice:
        raise ValueError(f"rule codes must be unique: {', '.join(twice)}")


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

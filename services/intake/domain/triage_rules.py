"""The rules by which urgency is read, of all files together, made ready for searching once at start."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.intake.domain.phrases import Phrases
from services.intake.domain.rule_files import (
    Phrase,
    SafetyPart,
    SafetyRule,
    SafetyRules,
    TickRule,
    Together,
    check_unique,
)
from services.intake.domain.spelling import Spelling

LONGEST_VERSION = 120


@dataclass(frozen=True, slots=True)
class TriageRules:
    """The rules of `safety.yaml` and its parts."""

    version: str
    languages: frozenset[str]  # in which a crisis would be found
    spelling: Spelling
    statements: Phrases[SafetyRule]
    idioms: Phrases[None]
    denials: Phrases[None]
    denials_after: Phrases[None]
    not_denials: Phrases[None]
    long_ago: Phrases[None]
    quoted: Phrases[None]
    not_quoted: Phrases[None]
    work: Phrases[None]
    work_others: frozenset[str]
    work_own: frozenset[str]
    reach: int
    breakers: frozenset[str]
    joiners: frozenset[str]
    ticks: dict[str, TickRule]
    together: tuple[Together, ...]

    @classmethod
    def of(cls, core: SafetyRules, parts: Sequence[SafetyPart] = ()) -> "TriageRules":
        """From the data files. Raises ValueError for two rules of one code."""
        files = (core, *parts)
        rules = [rule for file in files for rule in file.rules]
        check_unique(rules)
        return cls(
            version=_version(files),
            languages=frozenset(rule.language for rule in rules if rule.level == "crisis"),
            spelling=Spelling.joined(Spelling.of(file.stands_for, file.forgiven) for file in files),
            statements=Phrases.joined(
                Phrases.of(((p, rule) for rule in file.rules for p in rule.phrases), file.groups)
                for file in files
            ),
            idioms=_plain(files, lambda file: file.idioms),
            denials=_plain(files, lambda file: file.denials.phrases),
            denials_after=_plain(files, lambda file: file.denials.after),
            not_denials=_plain(files, lambda file: file.denials.not_denials),
            long_ago=_plain(files, lambda file: file.long_ago),
            quoted=_plain(files, lambda file: file.quoted.phrases),
            not_quoted=_plain(files, lambda file: file.quoted.unless),
            work=_plain(files, lambda file: file.work.phrases),
            work_others=frozenset(word for file in files for word in file.work.others),
            work_own=frozenset(word for file in files for word in file.work.own),
            reach=core.denials.reach,
            breakers=frozenset(word for file in files for word in file.denials.breakers),
            joiners=frozenset(word for file in files for word in file.denials.joiners),
            ticks=dict(core.ticks),
            together=core.together,
        )


def _plain(files: Iterable[SafetyPart], of: Callable[[SafetyPart], Iterable[Phrase]]) -> Phrases[None]:
    return Phrases.joined(Phrases.of(((phrase, None) for phrase in of(file)), file.groups) for file in files)


def _version(files: Iterable[SafetyPart]) -> str:
    """One version where all files have the same; a file of a practice's own adds its own."""
    return "+".join(dict.fromkeys(file.version for file in files))[:LONGEST_VERSION]

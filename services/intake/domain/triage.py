"""How urgent a message is, by the person's own words and ticks. Not a screening: a person reads each one.

Both languages are always searched, whatever the form says the language is. Of everything found the most
urgent counts. A statement taken back ("I'm not suicidal"), or one that lies years behind, is still looked
at: it lowers a crisis to `elevated`, never to `none`. An idiom ("dying to meet you") says nothing. Where one
phrase lies inside another, the longer one is what was meant.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from services.intake.domain.phrases import Found, Phrases, Spelling, Text, read
from services.intake.domain.rule_files import SafetyRule, SafetyRules, TickRule
from shared.contracts.base import SafetyLevel

URGENCY: tuple[SafetyLevel, ...] = ("none", "elevated", "crisis")


@dataclass(frozen=True, slots=True)
class Triage:
    """How urgent, by which rules (`en.direct.die`, `…:denied`, `…:past`, `tick.unsafe_at_home`), in order."""

    level: SafetyLevel
    rules: tuple[str, ...]
    flags: tuple[str, ...]  # danger_at_home, partner_violence
    rules_version: str


@dataclass(frozen=True, slots=True)
class TriageRules:
    """The rules of `safety.yaml`, made ready for searching once at start."""

    version: str
    spelling: Spelling
    statements: Phrases[SafetyRule]
    idioms: Phrases[None]
    denials: Phrases[None]
    not_denials: Phrases[None]
    long_ago: Phrases[None]
    reach: int
    breakers: frozenset[str]
    joiners: frozenset[str]
    ticks: dict[str, TickRule]

    @classmethod
    def of(cls, data: SafetyRules) -> "TriageRules":
        """From the data file. Raises ValueError for a phrase that cannot be searched for."""

        def plain(phrases: Iterable[str]) -> Phrases[None]:
            return Phrases.of(((phrase, None) for phrase in phrases), data.groups)

        return cls(
            version=data.version,
            spelling=Spelling.of(data.stands_for, data.forgiven),
            statements=Phrases.of(((p, rule) for rule in data.rules for p in rule.phrases), data.groups),
            idioms=plain(data.idioms),
            denials=plain(data.denials.phrases),
            not_denials=plain(data.denials.not_denials),
            long_ago=plain(data.long_ago),
            reach=data.denials.reach,
            breakers=frozenset(data.denials.breakers),
            joiners=frozenset(data.denials.joiners),
            ticks=dict(data.ticks),
        )


@dataclass(frozen=True, slots=True)
class _Signal:
    """One thing found: how urgent it is, and the code that says why."""

    level: SafetyLevel
    code: str
    flags: tuple[str, ...]


def triage(words: str, ticks: Collection[str], rules: TriageRules) -> Triage:
    """The urgency of what somebody wrote and ticked; `ticks` are codes such as `unsafe_at_home`."""
    text = read(words, rules.spelling)
    signals = [*_of_ticks(ticks, rules), *_of_words(text, rules)]
    return Triage(
        level=max((signal.level for signal in signals), key=URGENCY.index, default="none"),
        rules=tuple(sorted({signal.code for signal in signals})),
        flags=tuple(sorted({flag for signal in signals for flag in signal.flags})),
        rules_version=rules.version,
    )


def _of_ticks(ticks: Collection[str], rules: TriageRules) -> list[_Signal]:
    known = ((tick, rules.ticks[tick]) for tick in sorted(set(ticks)) if tick in rules.ticks)
    return [_Signal(rule.level, f"tick.{tick}", rule.flags) for tick, rule in known]


def _of_words(text: Text, rules: TriageRules) -> list[_Signal]:
    found = rules.statements.found_in(text)
    if not found:
        return []
    denied_up_to = _denials(text, rules)
    long_ago = {f.start for f in rules.long_ago.found_in(text)}
    meant = _meant(found, rules.idioms.found_in(text))
    signals = (_signal(text, statement, denied_up_to, long_ago, rules) for statement in meant)
    return [signal for signal in signals if signal.level != "none"]


def _meant(found: list[Found[SafetyRule]], idioms: list[Found[None]]) -> list[Found[SafetyRule]]:
    """The statements that no longer statement holds and no idiom takes away."""
    spans = [(f.start, f.end) for f in found]
    longest = _longest(spans)
    idle = _idle(idioms)
    return [f for f in found if (f.start, f.end) in longest and not _taken(f.start, f.end, idle)]


def _longest(spans: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """The spans that lie inside no longer one."""
    kept: set[tuple[int, int]] = set()
    furthest = 0
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end > furthest:
            kept.add((start, end))
            furthest = end
    return kept


def _idle(idioms: Iterable[Found[None]]) -> dict[int, tuple[int, int]]:
    """For each word of an idiom, how far idioms over that word reach back and ahead."""
    idle: dict[int, tuple[int, int]] = {}
    for idiom in idioms:
        for at in range(idiom.start, idiom.end):
            first, last = idle.get(at, (idiom.start, idiom.end))
            idle[at] = min(first, idiom.start), max(last, idiom.end)
    return idle


def _taken(start: int, end: int, idle: dict[int, tuple[int, int]]) -> bool:
    """Whether an idiom touches the statement and is not just a smaller part of it."""
    touching = (idle[at] for at in range(start, end) if at in idle)
    return any(first < start or last > end or (first, last) == (start, end) for first, last in touching)


def _signal(
    text: Text, found: Found[SafetyRule], denied_up_to: set[int], long_ago: set[int], rules: TriageRules
) -> _Signal:
    rule = found.what
    if _denied(text, found.start, denied_up_to, rules):
        level = min(rule.level, rule.when_denied, key=URGENCY.index)
        return _Signal(level, f"{rule.code}:denied", ())
    if rule.may_be_past and not long_ago.isdisjoint(range(*text.sentence(found.start))):
        return _Signal(min(rule.level, "elevated", key=URGENCY.index), f"{rule.code}:past", ())
    return _Signal(rule.level, rule.code, rule.flags)


def _denials(text: Text, rules: TriageRules) -> set[int]:
    """Where a real denial has just ended."""
    false = _covered(rules.not_denials.found_in(text))
    return {f.end for f in rules.denials.found_in(text) if false.isdisjoint(range(f.start, f.end))}


def _denied(text: Text, start: int, denied_up_to: set[int], rules: TriageRules) -> bool:
    """Whether a denial stands before the statement at `start`, near and in the same breath."""
    for at in range(start, max(start - rules.reach, 0), -1):
        pause = text.before[at]
        if pause == "." or (pause == "," and text.words[at] not in rules.joiners):
            return False
        if at in denied_up_to:
            return True
        if text.words[at - 1] in rules.breakers:
            return False
    return False


def _covered(found: Iterable[Found[None]]) -> set[int]:
    return {at for f in found for at in range(f.start, f.end)}

"""How urgent a message is, by the person's own words and ticks. Not a screening: a person reads each one.

All languages are always searched, whatever the form says the language is. Of everything found the most
urgent counts. A statement taken back ("I'm not suicidal"), one that lies years behind, one that a song says
or that somebody tells of their work, is still looked at: it lowers a crisis to `elevated`, never to `none`.
An idiom ("dying to meet you") says nothing. Where one phrase lies inside another, the longer one is what was
meant. Signs that say little alone may say much together: papers in order, and a strange calm.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from services.intake.domain.phrases import Found
from services.intake.domain.rule_files import SafetyRule
from services.intake.domain.spelling import Text, read
from services.intake.domain.triage_rules import TriageRules
from shared.contracts.base import SafetyLevel

__all__ = ["URGENCY", "Triage", "TriageRules", "triage"]

URGENCY: tuple[SafetyLevel, ...] = ("none", "elevated", "crisis")
NEAR = 6  # words, from a statement to whoever it is about
AFTER = 4  # words, from a statement to what takes it back


@dataclass(frozen=True, slots=True)
class Triage:
    """How urgent, by which rules (`en.direct.die`, `…:denied`, `…:past`, `tick.unsafe_at_home`), in order."""

    level: SafetyLevel
    rules: tuple[str, ...]
    flags: tuple[str, ...]  # danger_at_home, partner_violence
    rules_version: str


@dataclass(frozen=True, slots=True)
class _Signal:
    """One thing found: how urgent it is, and the code that says why."""

    level: SafetyLevel
    code: str
    flags: tuple[str, ...]
    sign: str | None = None


@dataclass(frozen=True, slots=True)
class _Turns:
    """Where in a text something is taken back, past, repeated or told of work."""

    denied_up_to: set[int]
    denied_from: set[int]
    long_ago: set[int]
    quoted: dict[int, int]  # where what says so begins, and where it ends
    at_work: bool


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
    turns = _turns(text, rules)
    meant = _meant(found, rules.idioms.found_in(text))
    signals = [_signal(text, statement, turns, rules) for statement in meant]
    return [*(signal for signal in signals if signal.level != "none"), *_together(signals, rules)]


def _turns(text: Text, rules: TriageRules) -> _Turns:
    false = _covered(rules.not_denials.found_in(text))
    really = rules.not_quoted.found_in(text)
    return _Turns(
        denied_up_to={f.end for f in _real(rules.denials.found_in(text), false)},
        denied_from={f.start for f in _real(rules.denials_after.found_in(text), false)},
        long_ago={f.start for f in rules.long_ago.found_in(text)},
        quoted={} if really else {f.start: f.end for f in rules.quoted.found_in(text)},
        at_work=bool(rules.work.found_in(text)),
    )


def _together(signals: Sequence[_Signal], rules: TriageRules) -> list[_Signal]:
    """What signs that are not taken back say together."""
    shown: dict[str, set[str]] = {}
    for signal in signals:
        if signal.sign is not None:
            shown.setdefault(signal.sign, set()).add(signal.code)
    return [
        _Signal(each.level, each.code, ())
        for each in rules.together
        if any(a in shown and b in shown and a != b for a in each.first for b in each.second)
    ]


def _meant(found: list[Found[SafetyRule]], idioms: list[Found[None]]) -> list[Found[SafetyRule]]:
    """The statements that no longer statement holds and no idiom takes away; a mere sign holds nothing."""
    longest = _longest((f.start, f.end) for f in found if f.what.sign is None)
    idle = _idle(idioms)
    said = (f for f in found if f.what.sign is not None or (f.start, f.end) in longest)
    return [f for f in said if not _taken(f.start, f.end, idle)]


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


def _signal(text: Text, found: Found[SafetyRule], turns: _Turns, rules: TriageRules) -> _Signal:
    rule = found.what
    if _denied(text, found, turns, rules):
        level = min(rule.level, rule.when_denied, key=URGENCY.index)
        return _Signal(level, f"{rule.code}:denied", ())
    turn = _turn(text, found, turns, rules)
    if turn is not None:
        return _Signal(min(rule.level, "elevated", key=URGENCY.index), f"{rule.code}:{turn}", ())
    return _Signal(rule.level, rule.code, rule.flags, rule.sign)


def _turn(text: Text, found: Found[SafetyRule], turns: _Turns, rules: TriageRules) -> str | None:
    """What makes a statement less than it says: `past`, `quoted`, `work`; None when nothing does."""
    first, beyond = text.sentence(found.start)
    if found.what.may_be_past and not turns.long_ago.isdisjoint(range(first, beyond)):
        return "past"
    nearest = (range(found.start, first - 1, -1), range(found.start, beyond))
    marks = (next((at for at in side if at in turns.quoted), None) for side in nearest)
    if any(_repeats(text, (at, turns.quoted[at]), found, rules) for at in marks if at is not None):
        return "quoted"
    if turns.at_work and _of_others(text, found, rules):
        return "work"
    return None


def _repeats(text: Text, mark: tuple[int, int], found: Found[SafetyRule], rules: TriageRules) -> bool:
    """Whether the words between are still the song's: no "and I" stands there."""
    low, high = sorted((mark, (found.start, found.end)))
    between = text.words[low[1] : high[0] + 1]
    turned = any(
        one in rules.breakers | rules.joiners and two in rules.work_own for one, two in pairwise(between)
    )
    return not turned


def _of_others(text: Text, found: Found[SafetyRule], rules: TriageRules) -> bool:
    """Whether the nearest person spoken of, in the statement or before it, is one met at work."""
    if not rules.work_own.isdisjoint(text.words[found.start : found.end]):
        return False
    for at in range(found.end - 1, max(found.start - NEAR, -1), -1):
        if text.words[at] in rules.work_others:
            return True
        if text.words[at] in rules.work_own:
            return False
        if text.before[at] == "." and at <= found.start:
            break
    return found.what.kind in ("mention", "bereavement", "strain")


def _real(found: Iterable[Found[None]], false: set[int]) -> list[Found[None]]:
    """The denials that deny something."""
    return [f for f in found if false.isdisjoint(range(f.start, f.end))]


def _denied(text: Text, found: Found[SafetyRule], turns: _Turns, rules: TriageRules) -> bool:
    """Whether a denial stands before the statement or right after it, near and in the same breath."""
    return _denied_before(text, found.start, turns.denied_up_to, rules) or _denied_after(
        text, found.end, turns.denied_from, rules
    )


def _denied_after(text: Text, end: int, denied_from: set[int], rules: TriageRules) -> bool:
    for at in range(end, min(end + AFTER, len(text.words))):
        if text.before[at] == "." or text.words[at] in rules.breakers:
            return False
        if at in denied_from:
            return True
    return False


def _denied_before(text: Text, start: int, denied_up_to: set[int], rules: TriageRules) -> bool:
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

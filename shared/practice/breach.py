"""`rules/breach.yaml`: whom the law wants told when somebody's data were read who should not, and by when.

What is not certain is a question for a person: it has no day, and says so. So has whoever lives where no
rule is known: a federal rule for them is not the whole of what their own state asks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from shared.practice.fields import Code, FileModel, Name, StateCode, WebAddress, Words
from shared.practice.packs import PackFile

Told = Literal["people", "regulator", "media"]
Counted = Literal["everywhere", "in_state"]  # what `at_least` and `at_most` count
Begins = Literal["discovery", "people_told", "government_told", "end_of_year"]

WEEKEND = frozenset({5, 6})
NOT_CERTAIN = "Whether and when this applies is not certain: somebody who knows this law decides."
NO_DAY = "The law names no day: tell them at the same time as the people."
NO_RULE = (
    "No rule of this state is known here: somebody who knows its law decides whom it wants told, and when."
)


class BreachRule(FileModel):
    """Who is told of a breach, once so many people are affected, within so many days of what.

    No `states`: the rule holds for everybody. `days` None: the law names none. Business days leave weekends
    out and no holiday, so that a day is rather too early.
    """

    code: Code
    tell: Told
    who: Name
    states: tuple[StateCode, ...] = ()
    counted: Counted = "everywhere"
    at_least: Annotated[int, Field(ge=1)] = 1
    at_most: Annotated[int, Field(ge=1)] | None = None
    days: Annotated[int, Field(ge=1, le=366)] | None
    business_days: bool = False
    begins: Begins = "discovery"
    certain: bool = True
    conditions: Words
    source: WebAddress
    reviewed_on: date

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.at_most is not None and self.at_most < self.at_least:
            raise ValueError(f"at most {self.at_most} people is fewer than at least {self.at_least}")
        return self


class BreachFile(PackFile):
    """The whole file; each rule has a code of its own."""

    breach: Annotated[tuple[BreachRule, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _codes_are_single(self) -> Self:
        codes = [rule.code for rule in self.breach]
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"{', '.join(twice)}: used twice")
        return self


@dataclass(frozen=True, slots=True)
class BreachDuty:
    """Somebody to tell. `by` None: a person decides, `why` says what there is to decide.

    `rule` is None for people in a state (None: nobody knows which) whose law is not known here. For
    `begins` other than the discovery, `by` is the day for somebody who tells at the last moment allowed.
    """

    rule: BreachRule | None
    state: str | None
    people: int
    by: date | None
    why: str

    @property
    def for_a_person(self) -> bool:
        """Whether somebody has to find out before anybody can rely on it."""
        return self.rule is None or not self.rule.certain


def breach_duties(
    rules: Sequence[BreachRule], people: Mapping[str | None, int], discovered_on: date
) -> list[BreachDuty]:
    """Whom to tell of a breach that touches so many people of each state, the most pressing first.

    A state of None, or one that nobody knows (`unknown`), is where somebody did not say where they live.
    What a person has to decide comes first of all.
    """
    counted = {state: number for state, number in people.items() if number > 0}
    found = [
        *(duty for rule in rules for duty in _of_rule(rule, rules, counted, discovered_on)),
        *_without_rule(rules, counted),
    ]
    return sorted(found, key=lambda duty: (duty.by or date.min, duty.state or ""))


def _of_rule(
    rule: BreachRule, rules: Sequence[BreachRule], people: Mapping[str | None, int], discovered_on: date
) -> Iterator[BreachDuty]:
    for state, number in _groups(rule, people):
        if number >= rule.at_least and (rule.at_most is None or number <= rule.at_most):
            day = _last_day(rule, rules, discovered_on) if rule.certain else None
            yield BreachDuty(rule, state, number, day, _why(rule))


def _groups(rule: BreachRule, people: Mapping[str | None, int]) -> Iterator[tuple[str | None, int]]:
    within = {state: n for state, n in people.items() if not rule.states or state in rule.states}
    if rule.counted == "everywhere" and not rule.states:
        yield None, sum(within.values())
    else:
        yield from within.items()


def _last_day(rule: BreachRule, rules: Sequence[BreachRule], discovered_on: date) -> date | None:
    if rule.days is None:
        return None
    return _after(_beginning(rule, rules, discovered_on), rule.days, business=rule.business_days)


def _beginning(rule: BreachRule, rules: Sequence[BreachRule], discovered_on: date) -> date:
    """The day from which a rule counts, for whoever does what comes before on its last day."""
    if rule.begins == "end_of_year":
        return date(discovered_on.year, 12, 31)
    if rule.begins == "discovery":
        return discovered_on
    before: Told = "people" if rule.begins == "people_told" else "regulator"
    days = [
        _after(discovered_on, each.days, business=each.business_days)
        for each in rules
        if each.tell == before
        and each.begins == "discovery"
        and each.certain
        and each.days is not None
        and (each.states == rule.states or not each.states)
    ]
    return min(days, default=discovered_on)


def _after(day: date, days: int, *, business: bool) -> date:
    if not business:
        return day + timedelta(days=days)
    left = days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() not in WEEKEND
    return day


def _why(rule: BreachRule) -> str:
    if not rule.certain:
        return NOT_CERTAIN
    return NO_DAY if rule.days is None else rule.conditions


def _without_rule(rules: Sequence[BreachRule], people: Mapping[str | None, int]) -> Iterator[BreachDuty]:
    known = {state for rule in rules for state in rule.states}
    for state, number in people.items():
        if state not in known:
            yield BreachDuty(None, state, number, None, NO_RULE)

"""How well urgency is read: one half of the messages tuned on, the other written by a second hand, apart.

Nobody who writes rules reads the second half; this test prints and compares figures alone.
"""

from collections import Counter

import pytest

from services.intake.domain.triage import URGENCY, triage
from services.intake.settings import safety_rules
from tests.intake.triage_report import PRACTICE, Report, halves, report

RULES = safety_rules(PRACTICE)
TUNED, UNTOUCHED = halves()
# The aims are 100 % of direct statements and 95 % of all crises. What is true today is a floor: it may
# only rise (docs/adr/0054). The limit for false alarms is the aim itself.
DIRECT_FLOOR, CRISIS_FLOOR, MOST_FALSE_ALARMS = 0.78, 0.67, 0.03


@pytest.fixture(scope="module")
def tuned() -> Report:
    return report(TUNED, RULES)


@pytest.fixture(scope="module")
def untouched() -> Report:
    return report(UNTOUCHED, RULES)


def test_both_halves_are_large_and_their_texts_are_their_own() -> None:
    assert min(len(TUNED), len(UNTOUCHED)) >= 220
    for half in (TUNED, UNTOUCHED):
        assert {m.level for m in half} == set(URGENCY)
        assert {m.language for m in half} >= {"en", "es"}
        assert min(Counter(m.kind for m in half).values()) >= 5
    twice = len(TUNED) - len({m.text for m in TUNED})
    assert twice == 0


def test_every_message_that_was_tuned_on_is_judged_as_it_is_meant(tuned: Report) -> None:
    assert [m.text for m in TUNED if triage(m.text, (), RULES).level != m.level] == []
    assert tuned.recall() == 1.0


def test_of_what_a_second_hand_wrote_no_less_is_found_than_before(untouched: Report) -> None:
    found = {"direct": untouched.recall("direct"), "crisis": untouched.recall()}

    assert found["direct"] >= DIRECT_FLOOR, found
    assert found["crisis"] >= CRISIS_FLOOR, found


def test_three_in_a_hundred_ordinary_messages_of_a_second_hand_at_most_alarm_somebody(
    untouched: Report,
) -> None:
    assert untouched.false_alarms() <= MOST_FALSE_ALARMS


def test_recall_and_confusion_are_printed_by_language_and_kind_without_a_text(
    tuned: Report, untouched: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = [*tuned.lines(), *untouched.lines()]
    with capsys.disabled():
        print("\ntriage, tuned on, then untouched", *lines, sep="\n")

    told = sum(m.text in line for m in (*TUNED, *UNTOUCHED) for line in lines)
    assert told == 0

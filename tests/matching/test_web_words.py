"""No code is without its words on the pages of the practice's own people."""

from collections.abc import Iterable, Mapping
from datetime import timedelta

import pytest

from services.matching.domain import life
from services.matching.web import words
from services.matching.web.case_actions import ACTIONS, UNDONE
from services.matching.web.says import lasting
from shared.contracts import FACTS
from shared.contracts.matching import (
    CLOSE_CODES,
    DECLINE_CODES,
    HOLD_CODES,
    NONE_FIT_CODES,
    RELEASE_CODES,
    ReferralFact,
)

DUTIES = {value for name, value in vars(life).items() if name.isupper() and isinstance(value, str)}
BY_PEOPLE = life.ALLOWED.keys() - {"lapse", "check_in", "go_quiet", "silence"}


@pytest.mark.parametrize(
    ("codes", "said"),
    [
        (life.STATES, words.STAGES),
        (DUTIES - life.STATES.keys(), words.NEXT_ACTIONS),
        (HOLD_CODES, words.HOLDS),
        (DECLINE_CODES, words.DECLINES),
        (DECLINE_CODES, words.SAID_NO),
        (NONE_FIT_CODES, words.NONE_FIT),
        (RELEASE_CODES, words.RELEASES),
        (CLOSE_CODES, words.CLOSINGS),
        (BY_PEOPLE, words.DONE),
        ({each.name for each in FACTS if issubclass(each, ReferralFact)}, words.FACTS),
    ],
)
def test_every_code_has_its_words(codes: Iterable[str], said: Mapping[str, str]) -> None:
    assert set(codes) <= said.keys()


def test_every_action_is_an_act_of_the_table_and_has_its_confirmation() -> None:
    assert {each.act for each in ACTIONS} <= life.ALLOWED.keys()
    assert all(each.label and each.done for each in ACTIONS)


def test_no_sentence_of_a_page_shouts() -> None:
    tables = (words.STAGES, words.NEXT_ACTIONS, words.HOLDS, words.DECLINES, words.DONE, words.FACTS)
    of_buttons = [text for each in ACTIONS for text in (each.label, each.done, *(each.for_a_colleague or ()))]

    assert not any("!" in said for table in tables for said in table.values())
    assert not any("!" in said for said in (*of_buttons, UNDONE))


def test_to_a_colleague_nobody_is_called_a_person_who_seeks_care() -> None:
    said = [*words.FOR_A_COLLEAGUE.values(), *words.DONE_FOR_A_COLLEAGUE.values()]
    said += [text for each in ACTIONS for text in each.for_a_colleague or ()]

    assert not any(word in text for text in said for word in ("person", "care", "begun"))


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(minutes=10), "ten minutes"),
        (timedelta(hours=1), "one hour"),
        (timedelta(minutes=90), "90 minutes"),
        (timedelta(seconds=2), "two seconds"),
        (timedelta(days=3), "three days"),
        (timedelta(0), ""),
    ],
)
def test_a_length_of_time_is_said_in_words(span: timedelta, said: str) -> None:
    assert lasting(span) == said


@pytest.mark.parametrize(
    ("unit", "age", "said"),
    [
        ("individual", 34, "One adult"),
        ("individual", 17, "One teen"),
        ("individual", 9, "One child"),
        ("couple", 40, "A couple"),
        ("group", 25, "One adult, for a group"),
    ],
)
def test_nobodys_exact_age_is_told(unit: str, age: int, said: str) -> None:
    assert words.unit_and_band(unit, age) == said

"""No code is without its words on the pages of the practice's own people."""

from collections.abc import Iterable, Mapping

import pytest

from services.matching.domain import life
from services.matching.web import words
from services.matching.web.case_actions import ACTIONS, SAID
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
BY_PEOPLE = life.ALLOWED.keys() - {"lapse", "check_in", "go_quiet", "match_again", "silence", "withdraw"}


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
    assert {each.act for each in ACTIONS} | {"undo"} == SAID.keys()


def test_no_sentence_of_a_page_shouts() -> None:
    tables = (words.STAGES, words.NEXT_ACTIONS, words.HOLDS, words.DECLINES, words.DONE, words.FACTS, SAID)

    assert not any("!" in said for table in tables for said in table.values())


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

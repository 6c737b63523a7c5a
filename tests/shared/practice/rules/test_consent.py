"""`rules/consent.yaml`: whose word it takes for a minor to begin, for named cases."""

import pytest

from shared.practice import Practice


@pytest.mark.parametrize(
    ("state", "age", "whose"),
    [
        ("CA", 12, "own"),
        ("CA", 17, "own"),
        ("CA", 11, "parent"),
        ("NY", 11, "person_decides"),
        ("NY", 17, "person_decides"),
        ("OR", 16, "person_decides"),  # not looked up
        ("unknown", 16, "person_decides"),
        (None, 16, "person_decides"),
    ],
)
def test_whose_word_it_takes(los_angeles: Practice, state: str | None, age: int, whose: str) -> None:
    assert los_angeles.rules.consent_of(state, age) == whose


def test_a_rule_that_is_not_certain_leaves_it_to_a_person(los_angeles: Practice) -> None:
    unsure = los_angeles.rules.consent["CA"].model_copy(update={"certain": False})

    assert unsure.whose(15) == "person_decides"
